// SPDX-License-Identifier: MIT
#include "circuit/document.h"

#include "verdict/nearest.h"
#include "verdict/toml_error.h"
#include "verdict/toml_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>

namespace gainstage::circuit {
namespace {

using verdict::TomlTable;

constexpr std::array<std::string_view, 3> kinds_of_input = {"mic", "line", "hiz"};
constexpr std::array<std::string_view, 3> kinds_of_output = {"line", "monitor", "headphone"};
constexpr std::array<std::string_view, 3> pad_shapes = {"u", "t", "l"};
constexpr std::array<std::string_view, 2> clocks = {"internal", "external"};

Place place_of(const toml::node& node) {
    return {node.source().begin.line, node.source().begin.column};
}

std::optional<Gain> as_gain(std::optional<double> db) {
    return db ? std::optional(Gain::from_db(*db)) : std::nullopt;
}

template <typename Value>
std::optional<Value> as(std::optional<double> number) {
    return number ? std::optional(Value{*number}) : std::nullopt;
}

/// One table of the file, with the library beside it.
class Reader {
public:
    Reader(const toml::table& table,
           std::string_view file,
           std::string_view name,
           const GearLibrary& library)
        : table_(table), file_(file), keys_(table, file, name), library_(library) {}

    TomlTable& keys() { return keys_; }

    [[nodiscard]] const toml::table& table() const { return table_; }

    std::optional<double>
    number(std::string_view key, double low, double high, std::string_view unit) {
        return keys_.number(key, low, high, unit);
    }

    std::string text(std::string_view key) { return keys_.text(key).value_or(std::string{}); }

    /// One word of a list; empty if it isn't there.
    template <std::size_t count>
    std::string word(std::string_view key, const std::array<std::string_view, count>& known) {
        const std::string word = text(key);
        if (!word.empty() && std::ranges::find(known, word) == known.end()) {
            keys_.fail(key, fmt::format("unknown {} \"{}\"", key, word),
                       fmt::format("use one of {}", fmt::join(known, ", ")));
        }
        return word;
    }

    /// A number, or "?".
    template <typename Make>
    auto setting(std::string_view key, double low, double high, std::string_view unit, Make make) {
        Setting<decltype(make(0.0))> setting;
        const toml::node* node = table_.get(key);
        if (node != nullptr && node->value_exact<std::string>() == "?") {
            keys_.known(key);
            setting.question = place_of(*node);
        } else if (const auto value = number(key, low, high, unit)) {
            setting.value = make(*value);
        }
        return setting;
    }

    /// A piece of gear of that class; null where none is named.
    const GearEntry* gear(std::string_view key, GearClass gear_class) {
        const auto id = keys_.text(key);
        if (!id) {
            return nullptr;
        }
        const auto found = library_.find(*id, gear_class);
        if (!found) {
            keys_.fail(key, fmt::format("\"{}\" {}", *id, found.error().what),
                       found.error().action);
            return nullptr;
        }
        return *found;
    }

    /// gear = "id", or candidates: gear = ["id", "none"].
    std::vector<const GearEntry*> candidates(std::string_view key);

private:
    const toml::table& table_;
    std::string_view file_;
    TomlTable keys_;
    const GearLibrary& library_;
};

std::vector<const GearEntry*> Reader::candidates(std::string_view key) {
    const toml::node* node = table_.get(key);
    const bool is_list = node != nullptr && node->is_array();
    const std::vector<std::string> ids =
        is_list ? keys_.texts(key) : std::vector<std::string>{text(key)};
    std::vector<const GearEntry*> found;
    for (const std::string& id : ids) {
        if (id == "none") {
            found.push_back(nullptr);
            continue;
        }
        const auto entry = library_.find(id);
        if (!entry) {
            keys_.fail(key, fmt::format("\"{}\" {}", id, entry.error().what), entry.error().action);
            return {};
        }
        found.push_back(*entry);
    }
    if (found.empty()) {
        keys_.fail(key, "no gear is named", "name one, or \"none\"");
    }
    return found;
}

constexpr std::array<std::string_view, 2> nominal_levels{"+4 dBu", "-10 dBV"};

void read_input_keys(Reader& reader, DeviceSpec& device) {
    const toml::node* input = reader.table().get("input");
    if (input != nullptr && input->value_exact<std::string>() == "?") {
        reader.keys().known("input");
        device.input.question = place_of(*input);
    } else if (const std::string word = reader.word("input", kinds_of_input); !word.empty()) {
        device.input.value = word;
    }
    const auto db = [](double number) { return Gain::from_db(number); };
    device.gain = reader.setting("gain_db", -120.0, 120.0, "dB", db);
    device.pad = reader.setting("pad_db", -80.0, 0.0, "dB, negative", db);
    device.input_impedance = reader.setting("input_impedance_ohm", 1.0, 1e9, "ohm",
                                            [](double number) { return Ohms{number}; });
    const toml::node* nominal = reader.table().get("nominal");
    if (nominal != nullptr && nominal->value_exact<std::string>() == "?") {
        reader.keys().known("nominal");
        device.nominal_switch.question = place_of(*nominal);
    } else if (const std::string word = reader.word("nominal", nominal_levels); !word.empty()) {
        device.nominal_switch.value = word == name(NominalLevel::plus_4_dbu)
                                          ? NominalLevel::plus_4_dbu
                                          : NominalLevel::minus_10_dbv;
    }
    device.phantom = reader.keys().boolean("phantom");
    device.gain_step = as_gain(reader.number("gain_step_db", 0.01, 40.0, "dB"));
    device.gain_tolerance = as_gain(reader.number("gain_tolerance_db", 0.0, 20.0, "dB"));
    if (const auto ps = reader.number("jitter_ps", 0.0, 1e6, "ps")) {
        device.jitter = Seconds{1e-12 * *ps};
    }
    device.sample_rate = as<Hertz>(reader.number("sample_rate_hz", 8000.0, 768000.0, "Hz"));
    device.clock = reader.word("clock", clocks);
    device.channel = static_cast<int>(reader.number("channel", 1.0, 1024.0, "").value_or(0.0));
}

/// Headphones nobody has a data sheet of: their impedance and sensitivity stand in the document.
std::shared_ptr<const GearEntry>
own_headphones(const std::string& name, Ohms impedance, double db_spl_per_mw) {
    auto entry = std::make_shared<GearEntry>();
    entry->gear_class = GearClass::speaker;
    entry->model = name;
    entry->kind = "headphone";
    entry->figures.set("impedance_ohm", {impedance.value(), true});
    entry->figures.set("sensitivity_db_spl_per_mw", {db_spl_per_mw, true});
    return entry;
}

/// [[source.device]], [[playback.device]].
DeviceSpec read_device(Reader& reader) {
    DeviceSpec device;
    device.place = place_of(reader.table());
    const std::string shape = reader.word("pad", pad_shapes);
    const std::string load = reader.text("load");
    if (!shape.empty()) {
        device.kind = DeviceKind::pad;
        device.pad_shape = shape == "u" ? PadShape::u : shape == "t" ? PadShape::t : PadShape::l;
        device.pad_loss = Gain::from_db(reader.number("loss_db", 0.0, 80.0, "dB").value_or(20.0));
        device.impedance = Ohms{reader.number("impedance_ohm", 1.0, 1e7, "ohm").value_or(150.0)};
    } else if (!load.empty()) {
        device.kind = DeviceKind::load;
        device.name = load;
        device.impedance = Ohms{reader.number("impedance_ohm", 0.1, 1e9, "ohm").value_or(10e3)};
        device.max_input = as<Dbu>(reader.number("max_input_dbu", -60.0, 80.0, "dBu"));
        device.nominal = as<Dbu>(reader.number("nominal_dbu", -80.0, 40.0, "dBu"));
        if (const auto spl = reader.number("sensitivity_db_spl_per_mw", 40.0, 160.0, "dB SPL")) {
            device.kind = DeviceKind::gear;
            device.own = own_headphones(load, device.impedance, *spl);
            device.candidates = {device.own.get()};
        }
    } else if (!reader.keys().has("gear")) {
        reader.keys().fail("gear", "a device without gear, pad or load",
                           "name the gear: gear = \"…\" (gainstage gear WORDS searches)");
    } else {
        device.candidates = reader.candidates("gear");
        for (const GearEntry* entry : device.candidates) {
            if (entry != nullptr && (entry->gear_class == GearClass::microphone ||
                                     entry->gear_class == GearClass::sound_source)) {
                reader.keys().fail("gear",
                                   "\"" + entry->id + "\" stands at the beginning, not on the way",
                                   "name it in [[source]]: microphone = \"…\", sound = \"…\"");
            }
        }
    }
    device.length_m = reader.number("length_m", 0.0, 10000.0, "m").value_or(0.0);
    device.balanced = reader.keys().boolean("balanced");
    device.distance_m = reader.number("distance_m", 0.01, 1000.0, "m").value_or(1.0);
    device.count = static_cast<int>(reader.number("count", 1.0, 1000.0, "").value_or(1.0));
    if (const std::string output = reader.word("output", kinds_of_output); !output.empty()) {
        device.output = output;
    }
    read_input_keys(reader, device);
    return device;
}

/// The levels that stand in the place of the gear's.
void read_levels(Reader& reader, SourceSpec& source) {
    source.average_spl = as<DbSpl>(reader.number("average_db_spl", -20.0, 200.0, "dB SPL"));
    source.peak_spl = as<DbSpl>(reader.number("peak_db_spl", -20.0, 220.0, "dB SPL"));
    source.average = as<Dbu>(reader.number("average_dbu", -150.0, 60.0, "dBu"));
    source.peak = as<Dbu>(reader.number("peak_dbu", -150.0, 60.0, "dBu"));
    source.impedance = as<Ohms>(reader.number("impedance_ohm", 0.0, 1e9, "ohm"));
    source.recording = reader.text("recording");
    source.recording_full_scale = as<Dbu>(reader.number("full_scale_dbu", -80.0, 60.0, "dBu"));
    source.spread = as_gain(reader.number("spread_db", 0.0, 40.0, "dB"));
    if (!source.recording.empty() && !source.recording_full_scale) {
        reader.keys().fail("recording", "nothing says what level its 0 dBFS was",
                           "add full_scale_dbu = …: the input level that reached full scale");
    }
}

SourceSpec read_source(Reader& reader) {
    SourceSpec source;
    source.place = place_of(reader.table());
    source.id = reader.text("id");
    source.sound = reader.gear("sound", GearClass::sound_source);
    source.microphone = reader.gear("microphone", GearClass::microphone);
    source.instrument = reader.gear("instrument", GearClass::instrument);
    source.amplifier = reader.gear("amplifier", GearClass::amplifier);
    source.pattern = reader.text("pattern");
    source.pad = reader.setting("pad_db", -80.0, 0.0, "dB, negative",
                                [](double number) { return Gain::from_db(number); });
    source.distance_m = reader.number("distance_m", 0.001, 1000.0, "m");
    source.from = reader.text("from");
    read_levels(reader, source);
    const int kinds = (source.microphone != nullptr) + (source.instrument != nullptr) +
                      (source.amplifier != nullptr);
    const bool has_level = source.average || source.peak || !source.recording.empty();
    if (source.id.empty()) {
        reader.keys().fail("id", "a source without an id", "write id = \"vocal\"");
    } else if (kinds > 1) {
        reader.keys().fail("microphone", "\"" + source.id + "\" is more than one thing",
                           "name a microphone, an instrument or an amplifier");
    } else if (kinds == 0 && !has_level && source.from.empty()) {
        reader.keys().fail("id", "\"" + source.id + "\" has nothing that gives a level",
                           "name a microphone (with its sound), an instrument, or average_dbu and "
                           "peak_dbu");
    } else if (source.microphone != nullptr && source.sound == nullptr && source.from.empty() &&
               !(source.average_spl && source.peak_spl)) {
        reader.keys().fail("microphone", "nothing says how loud it is in front of the microphone",
                           "name a sound (gainstage gear sound source), or give average_db_spl and "
                           "peak_db_spl");
    }
    return source;
}

PlaybackSpec read_playback(Reader& reader) {
    PlaybackSpec playback;
    playback.place = place_of(reader.table());
    playback.id = reader.text("id");
    playback.plays = reader.text("plays");
    playback.average = DbfsRms{reader.number("average_dbfs", -120.0, 0.0, "dBFS").value_or(-18.0)};
    playback.peak = Dbfs{reader.number("peak_dbfs", -120.0, 0.0, "dBFS").value_or(-1.0)};
    playback.target = as<DbSpl>(reader.number("target_db_spl", 20.0, 140.0, "dB SPL"));
    playback.as = reader.gear("as_instrument", GearClass::instrument);
    if (playback.id.empty()) {
        reader.keys().fail("id", "a playback without an id", "write id = \"monitors\"");
    }
    return playback;
}

/// Reads the whole file; the first fault stops it.
class DocumentReader {
public:
    DocumentReader(std::string_view file, const GearLibrary& library)
        : file_(file), library_(library) {}

    std::optional<Error> read(const toml::table& root);

    ChainDocument document;

private:
    std::optional<Error> read_recording(const toml::table& root, TomlTable& keys);
    std::optional<Error>
    read_devices(Reader& reader, std::string_view name, std::vector<DeviceSpec>& to);
    std::optional<Error> check_ids() const;
    std::optional<Error> check_loops() const;

    [[nodiscard]] Error fault(Place place, std::string what, std::string action) const {
        return {ErrorKind::unreadable, fmt::format("{}:{}:{}", file_, place.line, place.column),
                std::move(what), std::move(action)};
    }

    std::string_view file_;
    const GearLibrary& library_;
};

std::optional<Error> DocumentReader::read_recording(const toml::table& root, TomlTable& keys) {
    if (!keys.has("recording")) {
        return std::nullopt;
    }
    const toml::table* table = root["recording"].as_table();
    if (table == nullptr) {
        keys.fail("recording", "recording is not a table", "write [recording] above its keys");
        return std::nullopt;
    }
    TomlTable recording(*table, file_, "[recording]");
    RecordingSpec& spec = document.recording;
    if (const auto minutes = recording.number("minutes", 0.05, 1440.0, "min")) {
        spec.take = Seconds{60.0 * *minutes};
    }
    spec.clip_odds_max = recording.number("clip_odds_max", 1e-6, 0.99, "");
    spec.sample_rate = Hertz{recording.number("sample_rate_hz", 8e3, 768e3, "Hz").value_or(48e3)};
    spec.bits = static_cast<int>(recording.number("bits", 0.0, 32.0, "").value_or(24.0));
    spec.temperature_k =
        273.15 + recording.number("temperature_c", -60.0, 100.0, "degrees C").value_or(20.0);
    return recording.finish();
}

std::optional<Error>
DocumentReader::read_devices(Reader& reader, std::string_view name, std::vector<DeviceSpec>& to) {
    for (const toml::table* table : reader.keys().tables("device")) {
        Reader device(*table, file_, name, library_);
        to.push_back(read_device(device));
        if (auto error = device.keys().finish()) {
            return error;
        }
    }
    return std::nullopt;
}

std::optional<Error> DocumentReader::read(const toml::table& root) {
    TomlTable keys(root, file_, "the file");
    document.title = keys.text("title").value_or(std::string{});
    if (auto error = read_recording(root, keys)) {
        return error;
    }
    for (const toml::table* table : keys.tables("source")) {
        Reader reader(*table, file_, "[[source]]", library_);
        document.sources.push_back(read_source(reader));
        auto error = read_devices(reader, "[[source.device]]", document.sources.back().devices);
        if (!error) {
            error = reader.keys().finish();
        }
        if (error) {
            return error;
        }
    }
    for (const toml::table* table : keys.tables("playback")) {
        Reader reader(*table, file_, "[[playback]]", library_);
        document.playbacks.push_back(read_playback(reader));
        auto error = read_devices(reader, "[[playback.device]]", document.playbacks.back().devices);
        if (!error) {
            error = reader.keys().finish();
        }
        if (error) {
            return error;
        }
    }
    if (document.sources.empty() && document.playbacks.empty()) {
        keys.fail("source", "there is neither a source nor a playback",
                  "write [[source]] with an id, a microphone or instrument, and its devices");
    }
    if (auto error = keys.finish()) {
        return error;
    }
    if (auto error = check_ids()) {
        return error;
    }
    return check_loops();
}

std::optional<Error> DocumentReader::check_ids() const {
    std::vector<std::string> sources;
    std::vector<std::string> playbacks;
    for (const SourceSpec& source : document.sources) {
        if (std::ranges::find(sources, source.id) != sources.end()) {
            return fault(source.place, "two sources are called \"" + source.id + "\"",
                         "give each an id of its own");
        }
        sources.push_back(source.id);
    }
    for (const PlaybackSpec& playback : document.playbacks) {
        if (std::ranges::find(playbacks, playback.id) != playbacks.end()) {
            return fault(playback.place, "two playbacks are called \"" + playback.id + "\"",
                         "give each an id of its own");
        }
        playbacks.push_back(playback.id);
    }
    for (const PlaybackSpec& playback : document.playbacks) {
        if (!playback.plays.empty() &&
            std::ranges::find(sources, playback.plays) == sources.end()) {
            return fault(playback.place, "there is no source \"" + playback.plays + "\" to play",
                         sources.empty()
                             ? "add it"
                             : "did you mean " + verdict::nearest(playback.plays, sources) + "?");
        }
    }
    for (const SourceSpec& source : document.sources) {
        if (!source.from.empty() && std::ranges::find(playbacks, source.from) == playbacks.end()) {
            return fault(source.place, "there is no playback \"" + source.from + "\" it comes from",
                         playbacks.empty()
                             ? "add it"
                             : "did you mean " + verdict::nearest(source.from, playbacks) + "?");
        }
    }
    return std::nullopt;
}

/// A source that comes from a playback that plays a source… must end somewhere.
std::optional<Error> DocumentReader::check_loops() const {
    std::map<std::string, std::string> comes_from;
    for (const SourceSpec& source : document.sources) {
        if (!source.from.empty()) {
            comes_from["source " + source.id] = "playback " + source.from;
        }
    }
    for (const PlaybackSpec& playback : document.playbacks) {
        if (!playback.plays.empty()) {
            comes_from["playback " + playback.id] = "source " + playback.plays;
        }
    }
    for (const SourceSpec& source : document.sources) {
        const std::string start = "source " + source.id;
        std::string way = start;
        std::set<std::string> passed;
        for (auto next = comes_from.find(start); next != comes_from.end();
             next = comes_from.find(next->second)) {
            way += " <- " + next->second;
            if (next->second == start || !passed.insert(next->second).second) {
                return fault(source.place, "the signal goes in a circle: " + way,
                             "leave out one \"from\" or \"plays\"");
            }
        }
    }
    return std::nullopt;
}

} // namespace

Result<ChainDocument> ChainDocument::parse(std::string_view text,
                                           std::string_view file_name,
                                           const GearLibrary& library) {
    const auto root = verdict::parse_toml(text, file_name);
    if (!root) {
        return root.error();
    }
    DocumentReader reader(file_name, library);
    if (auto error = reader.read(*root)) {
        return *error;
    }
    return std::move(reader.document);
}

} // namespace gainstage::circuit
