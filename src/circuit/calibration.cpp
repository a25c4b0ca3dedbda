// SPDX-License-Identifier: MIT
#include "circuit/calibration.h"

#include "circuit/solver.h"
#include "circuit/text_place.h"
#include "verdict/toml_table.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

namespace gainstage::circuit {
namespace {

/// Knobs, pads and sheets are off by less; -10 dBV for +4 dBu is 11.8 dB, a pad left in is 10 or
/// more.
constexpr double most_difference_db = 9.0;

/// A sheet whose full scale moved by less says the same: figures are written with three decimals.
constexpr double same_sheet_db = 0.01;

/// The keys of an [[input]] and what they hold, in the order in which they are written.
std::vector<std::pair<std::string, std::string>> written(const CalibratedInput& input) {
    const auto text = [](const std::string& value) {
        std::string out = "\"";
        for (const char c : value) {
            const auto byte = static_cast<unsigned char>(c);
            if (c == '"' || c == '\\') {
                out += '\\';
                out += c;
            } else if (byte < 0x20 || byte == 0x7F) {
                out += fmt::format("\\u{:04X}", byte);
            } else {
                out += c;
            }
        }
        return out + '"';
    };
    const auto db = [](double value) { return fmt::format("{:.3f}", value + 0.0); };
    return {{"source", text(input.source)},
            {"gear", text(input.gear)},
            {"input", text(input.input)},
            {"channel", fmt::format("{}", input.channel)},
            {"gain_db", db(input.gain.db())},
            {"pad_db", db(input.pad.db())},
            {"tone_hz", db(input.tone.value())},
            {"tone_dbu", db(input.sent.db())},
            {"tone_dbfs", db(input.recorded.db())},
            {"recording", text(input.recording)},
            {"sheet_full_scale_dbu", db(input.sheet_full_scale.db())},
            {"difference_db", db(input.difference.db())}};
}

/// One [[input]].
Result<CalibratedInput> read_input(const toml::table& table, std::string_view file_name) {
    verdict::TomlTable keys(table, file_name, "[[input]]");
    const auto text = [&](std::string_view key) {
        auto value = keys.text(key);
        if (!value || value->empty()) {
            keys.fail(key, fmt::format("[[input]] has no {}", key),
                      "calibrate again: gainstage chain calibrate");
        }
        return value.value_or("");
    };
    const auto number = [&](std::string_view key, double low, double high, std::string_view unit) {
        const auto value = keys.number(key, low, high, unit);
        if (!value) {
            keys.fail(key, fmt::format("[[input]] has no {}", key),
                      "calibrate again: gainstage chain calibrate");
        }
        return value.value_or(0.0);
    };
    CalibratedInput input;
    input.source = text("source");
    input.gear = text("gear");
    input.input = text("input");
    input.channel = static_cast<int>(keys.number("channel", 0.0, 1024.0, "").value_or(0.0));
    input.gain = Gain::from_db(number("gain_db", -120.0, 120.0, "dB"));
    input.pad = Gain::from_db(keys.number("pad_db", -80.0, 0.0, "dB, negative").value_or(0.0));
    input.tone = Hertz{number("tone_hz", 10.0, 100e3, "Hz")};
    input.sent = Dbu{number("tone_dbu", -120.0, 60.0, "dBu")};
    input.recorded = DbfsRms{number("tone_dbfs", -120.0, 3.0, "dBFS")};
    input.recording = keys.text("recording").value_or("");
    input.sheet_full_scale = Dbu{number("sheet_full_scale_dbu", -80.0, 80.0, "dBu")};
    input.difference =
        Gain::from_db(number("difference_db", -most_difference_db, most_difference_db, "dB"));
    if (auto error = keys.finish()) {
        return *error;
    }
    return input;
}

bool is_that_input(const CalibratedInput& input, const Variant& variant) {
    const DeviceSpec* spec = variant.settings.spec;
    return variant.device.full_scale && variant.settings.gear == input.gear &&
           variant.settings.input == input.input && spec != nullptr &&
           (input.channel == 0 || spec->channel == 0 || spec->channel == input.channel);
}

std::string called(const CalibratedInput& input) {
    return fmt::format("the {} input of {} for {}", input.input, input.gear, input.source);
}

/// Why `input` isn't used; empty if it is.
std::string misfit(const CalibratedInput& input, const ChainDocument& document) {
    const auto source = std::ranges::find(document.sources, input.source, &SourceSpec::id);
    if (source == document.sources.end()) {
        return fmt::format("{}: there is no such source any more", called(input));
    }
    std::optional<Dbu> sheet;
    for (const DeviceSpec& spec : source->devices) {
        SheetNotes unused;
        for (const Variant& variant : variants_of(spec, document.recording.bits, unused)) {
            if (is_that_input(input, variant)) {
                sheet = variant.device.full_scale;
            }
        }
    }
    if (!sheet) {
        return fmt::format("{}: it goes into another input now", called(input));
    }
    if (std::abs((*sheet - input.sheet_full_scale).db()) > same_sheet_db) {
        return fmt::format("{}: its data sheet puts 0 dBFS at {:.1f} dBu now, then at {:.1f} dBu",
                           called(input), sheet->db(), input.sheet_full_scale.db());
    }
    return "";
}

Error wrong(std::string_view where, std::string what, std::string action) {
    return {ErrorKind::usage, std::string(where), std::move(what), std::move(action)};
}

/// Which device of the solution records: its index among the document's.
std::optional<std::size_t> recorder_of(const SourceSolution& solution) {
    for (std::size_t i = 0; i < solution.devices.size(); ++i) {
        if (solution.devices[i].full_scale) {
            return i;
        }
    }
    return std::nullopt;
}

/// Everything that was set while the tone was recorded has to stand in the document: the solver's
/// advice is no proof of where a knob was.
std::optional<Error> left_open(const SourceSolution& solution,
                               std::size_t recorder,
                               bool known_at_input,
                               std::string_view where) {
    for (std::size_t i = known_at_input ? recorder : 0; i <= recorder; ++i) {
        SheetNotes unused;
        const auto variants = variants_of(solution.spec->devices[i], 24, unused);
        if (variants.size() == 1 && !variants.front().gain_is_open) {
            continue;
        }
        const char* what = variants.size() > 1 ? "switches (input, pad, candidates)" : "gain";
        return wrong(
            where,
            fmt::format("leaves the {} of {} open, so nobody knows how it was set when the "
                        "tone was recorded",
                        what, solution.best.settings[i + 1].name),
            variants.size() > 1
                ? "write how it was set (gainstage chain CHAIN --solved FILE fills in "
                  "what it advises)"
                : "say --gain-db, or write gain_db in the chain");
    }
    return std::nullopt;
}

} // namespace

bool CalibratedInput::same_input(const CalibratedInput& other) const {
    return source == other.source && gear == other.gear && input == other.input &&
           channel == other.channel;
}

Result<InputCalibration> InputCalibration::parse(std::string_view toml,
                                                 std::string_view file_name) {
    const auto root = verdict::parse_toml(toml, file_name);
    if (!root) {
        return root.error();
    }
    verdict::TomlTable keys(*root, file_name, "the file");
    InputCalibration calibration;
    for (const toml::table* table : keys.tables("input")) {
        auto input = read_input(*table, file_name);
        if (!input) {
            return input.error();
        }
        for (const CalibratedInput& other : calibration.inputs) {
            if (other.same_input(*input)) {
                return Error{ErrorKind::unreadable, verdict::place(file_name, *table),
                             called(*input) + " stands here twice", "remove one of them"};
            }
        }
        calibration.inputs.push_back(std::move(*input));
    }
    if (auto error = keys.finish()) {
        return *error;
    }
    return calibration;
}

const CalibratedInput* InputCalibration::find(const std::string& source,
                                              const Variant& variant) const {
    const auto found = std::ranges::find_if(inputs, [&](const CalibratedInput& input) {
        return input.source == source && is_that_input(input, variant);
    });
    return found != inputs.end() ? &*found : nullptr;
}

std::filesystem::path calibration_file(const std::filesystem::path& chain) {
    std::filesystem::path stem = chain.stem(); // of .toml
    return chain.parent_path() / (stem += ".calibration.toml");
}

void apply(const CalibratedInput& calibrated, Variant& to) {
    const Gain moved = calibrated.full_scale() - *to.device.full_scale;
    to.device.full_scale = calibrated.full_scale();
    to.settings.calibrated = calibrated.difference;
    for (Stage& stage : to.device.stages) {
        if (stage.kind != StageKind::converter) {
            continue;
        }
        stage.input_clip = calibrated.full_scale();
        for (Element& element : stage.elements) {
            if (auto* converter = std::get_if<AmplifierElement>(&element)) {
                converter->voltage_noise *= moved.to_power_ratio();
            }
        }
    }
}

std::vector<std::string> misfits(const InputCalibration& calibration,
                                 const ChainDocument& document) {
    std::vector<std::string> all;
    for (const CalibratedInput& input : calibration.inputs) {
        if (std::string why = misfit(input, document); !why.empty()) {
            all.push_back(std::move(why));
        }
    }
    return all;
}

Result<CalibratedInput> calibrated(const SourceSolution& solution,
                                   const RecordedTone& tone,
                                   std::optional<Dbu> at_input,
                                   std::string_view chain_file) {
    const auto recorder = recorder_of(solution);
    if (!recorder) {
        return wrong(chain_file, "the chain of " + solution.id + " ends in no converter",
                     "calibrate a source that goes into an interface");
    }
    const SourceSpec& spec = *solution.spec;
    if (!at_input && !spec.average && spec.from.empty() && spec.recording.empty()) {
        return wrong(chain_file,
                     "how loud the tone was is not known: " + solution.id +
                         " states no average_dbu",
                     "say --dbu with what a voltmeter reads at the input");
    }
    if (auto error = left_open(solution, *recorder, at_input.has_value(), chain_file)) {
        return *error;
    }
    const DeviceSettings& settings = solution.best.settings[*recorder + 1];
    const auto& levels = solution.best.stages;
    const auto first = static_cast<std::size_t>(
        std::ranges::find(levels, *recorder + 1, &StageLevels::device) - levels.begin());
    const auto ratios = transfers(solution.path, tone.frequency);
    const auto gain_to = [&](std::size_t stage) {
        return Gain::from_amplitude_ratio(std::abs(ratios[stage]));
    };
    CalibratedInput input;
    input.sent = at_input ? *at_input : solution.signal.average + gain_to(first - 1);
    const Gain through = gain_to(levels.size() - 1) - gain_to(first - 1);
    input.source = solution.id;
    input.gear = settings.gear;
    input.input = settings.input.value_or("mic");
    input.channel = settings.spec->channel;
    input.gain = settings.gain.value_or(Gain{});
    input.pad = settings.pad.value_or(Gain{});
    input.tone = tone.frequency;
    input.recorded = tone.level;
    input.recording = tone.recording;
    input.sheet_full_scale = *solution.devices[*recorder].full_scale;
    const Dbu at_converter = input.sent + through;
    const Dbu found_full_scale = at_converter - Gain::from_db(tone.level.db());
    input.difference = found_full_scale - input.sheet_full_scale;
    if (!(std::abs(input.difference.db()) <= most_difference_db)) {
        return wrong(chain_file,
                     fmt::format("the tone should have read {:.1f} dBFS and reads {:.1f} dBFS: no "
                                 "input is {:.1f} dB off its data sheet",
                                 (at_converter - input.sheet_full_scale).db(), tone.level.db(),
                                 std::abs(input.difference.db())),
                     "check gain, pad, input and the tone's level: they aren't as the chain says");
    }
    return input;
}

namespace {

/// Puts new values in the place of those of one [[input]].
std::string replaced(std::string text, const toml::table& table, const CalibratedInput& input) {
    struct Edit {
        std::size_t begin;
        std::size_t end;
        std::string text;
    };

    std::vector<Edit> edits;
    const auto at = [&](const toml::source_position& position) {
        return offset_of(text, {position.line, position.column});
    };
    for (const auto& [key, value] : written(input)) {
        if (const toml::node* node = table.get(key)) {
            edits.push_back({at(node->source().begin), at(node->source().end), value});
        } else { // under the first key, which is there
            const auto line_end = text.find('\n', at(table.get("source")->source().end));
            const std::size_t next = line_end == std::string::npos ? text.size() : line_end;
            edits.push_back({next, next, '\n' + key + " = " + value});
        }
    }
    std::ranges::stable_sort(edits, std::greater{}, &Edit::begin);
    for (const Edit& edit : edits) {
        text.replace(edit.begin, edit.end - edit.begin, edit.text);
    }
    return text;
}

std::string appended(std::string text, const CalibratedInput& input, std::string_view chain_name) {
    if (text.empty()) {
        text = fmt::format(
            "# Calibration of {}: what recorded tones said of its inputs. Read whenever it is "
            "solved.\n# gainstage chain calibrate writes here; comments stay.\n",
            chain_name);
    }
    text += text.ends_with('\n') ? "\n[[input]]\n" : "\n\n[[input]]\n";
    const std::map<std::string, std::string_view> remarks = {
        {"gain_db", "set while the tone was recorded"},
        {"tone_dbu", "at the input"},
        {"tone_dbfs", "as recorded, AES17"},
        {"sheet_full_scale_dbu", "0 dBFS at the converter, by the data sheet"},
        {"difference_db", "0 dBFS takes so much more"}};
    for (const auto& [key, value] : written(input)) {
        text += key + " = " + value;
        if (const auto remark = remarks.find(key); remark != remarks.end()) {
            text += fmt::format(" # {}", remark->second);
        }
        text += '\n';
    }
    return text;
}

} // namespace

Result<std::string> with_input(std::string_view text,
                               std::string_view file_name,
                               const CalibratedInput& input,
                               std::string_view chain_name) {
    const auto before = InputCalibration::parse(text, file_name);
    if (!before) {
        return before.error();
    }
    const auto root = verdict::parse_toml(text, file_name);
    const auto same = std::ranges::find_if(
        before->inputs, [&](const CalibratedInput& other) { return other.same_input(input); });
    std::string out;
    if (same != before->inputs.end()) {
        const auto index = static_cast<std::size_t>(same - before->inputs.begin());
        out = replaced(std::string(text), *root->get("input")->as_array()->get(index)->as_table(),
                       input);
    } else {
        out = appended(std::string(text), input, chain_name);
    }
    const auto after = InputCalibration::parse(out, file_name);
    const std::size_t expected = before->inputs.size() + (same == before->inputs.end() ? 1 : 0);
    if (!after || after->inputs.size() != expected) { // inputs in one line, and the like
        return Error{ErrorKind::unwritable, std::string(file_name),
                     "is written in a way that can't be added to",
                     "write each input under an [[input]] of its own, a key a line"};
    }
    return out;
}

} // namespace gainstage::circuit
