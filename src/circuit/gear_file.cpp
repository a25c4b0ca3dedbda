// SPDX-License-Identifier: MIT
// Reading a gear file: TOML against the table of gear_schema.h, and what else is odd about an
// entry.
#include "circuit/gear.h"
#include "circuit/noise.h"
#include "verdict/nearest.h"
#include "verdict/toml_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gainstage::circuit {
namespace {

// Beside the figures every entry has these.
constexpr std::string_view entry_keys[] = {"id",
                                           "maker",
                                           "model",
                                           "name",
                                           "kind",
                                           "source",
                                           "source_kind",
                                           "verified",
                                           "verified_fields",
                                           "notes",
                                           "unverified_fields",
                                           "derived_fields",
                                           "inputs",
                                           "outputs"};
constexpr std::string_view source_kinds[] = {"maker",  "manual",    "retail",
                                             "review", "secondary", "memory"};

bool listed(std::span<const std::string_view> list, std::string_view text) {
    return std::ranges::find(list, text) != list.end();
}

std::string joined(std::span<const std::string_view> list) {
    return fmt::format("{}", fmt::join(list, ", "));
}

/// Reads one file; the first fault stops it.
class Reader {
public:
    explicit Reader(std::string_view file) : file_(file) {}

    Result<GearEntry> entry(GearClass gear_class, const toml::table& table);

private:
    [[nodiscard]] Error fault(const toml::node& node, std::string what, std::string action) const {
        return verdict::toml_error(file_, node.source().begin, std::move(what), std::move(action));
    }

    /// The text behind a key; a fault where it has to be there and isn't.
    std::optional<Error>
    read_text(const toml::table& table, std::string_view key, bool required, std::string& to);
    std::optional<Error>
    read_kind(const toml::table& table, std::span<const std::string_view> kinds, std::string& to);
    std::optional<Error> read_verified(const toml::table& table, bool& to);

    Result<Figure> figure(const FieldSpec& field, const toml::node& node) const;
    std::optional<Error>
    check_range(const FieldSpec& field, const toml::node& node, double number) const;

    /// Every figure of an entry or a port, and whether each was read in the source.
    std::optional<Error> read_figures(const toml::table& table,
                                      std::span<const FieldSpec> fields,
                                      bool verified,
                                      Figures& to);
    Result<std::vector<GearPort>> ports(const toml::table& table,
                                        std::string_view key,
                                        std::span<const FieldSpec> fields,
                                        std::span<const std::string_view> kinds);

    std::string_view file_;
};

std::optional<Error>
Reader::read_text(const toml::table& table, std::string_view key, bool required, std::string& to) {
    const toml::node* node = table.get(key);
    if (node == nullptr) {
        return required ? std::optional(fault(table, fmt::format("an entry has no {}", key),
                                              fmt::format("write {} = \"…\"", key)))
                        : std::nullopt;
    }
    const auto text = node->value_exact<std::string>();
    if (!text || (required && text->empty())) {
        return fault(*node, fmt::format("{} is not a text", key),
                     fmt::format("put it in quotes: {} = \"…\"", key));
    }
    to = *text;
    return std::nullopt;
}

std::optional<Error> Reader::read_kind(const toml::table& table,
                                       std::span<const std::string_view> kinds,
                                       std::string& to) {
    if (kinds.empty()) {
        return std::nullopt;
    }
    if (auto error = read_text(table, "kind", true, to)) {
        return error;
    }
    if (!listed(kinds, to)) {
        return fault(*table.get("kind"), fmt::format("unknown kind \"{}\"", to),
                     "use one of " + joined(kinds));
    }
    return std::nullopt;
}

std::optional<Error> Reader::read_verified(const toml::table& table, bool& to) {
    const toml::node* node = table.get("verified");
    const auto verified = node != nullptr ? node->value_exact<bool>() : std::nullopt;
    if (!verified) {
        return fault(node != nullptr ? *node : static_cast<const toml::node&>(table),
                     "an entry doesn't say whether its figures were read in its source",
                     "write verified = true, or false where they are recalled");
    }
    to = *verified;
    return std::nullopt;
}

std::optional<Error>
Reader::check_range(const FieldSpec& field, const toml::node& node, double number) const {
    if (number >= field.low && number <= field.high) {
        return std::nullopt;
    }
    const std::string space = field.unit.empty() ? "" : " ";
    return fault(node, fmt::format("{} = {:g} is out of range", field.name, number),
                 fmt::format("give a number from {:g} to {:g}{}{}", field.low, field.high, space,
                             field.unit));
}

Result<Figure> Reader::figure(const FieldSpec& field, const toml::node& node) const {
    const auto wrong_type = [&](const char* what, const char* example) {
        return fault(node, fmt::format("{} is not {}", field.name, what),
                     fmt::format("write {} = {}", field.name, example));
    };
    switch (field.type) {
    case FieldType::number: {
        if (!node.is_number()) {
            return wrong_type("a number", "0, without quotes");
        }
        const double number = *node.value<double>();
        if (auto error = check_range(field, node, number)) {
            return *error;
        }
        return Figure{number};
    }
    case FieldType::flag: {
        const auto flag = node.value_exact<bool>();
        return flag ? Result(Figure{*flag}) : wrong_type("true or false", "true");
    }
    case FieldType::text: {
        const auto text = node.value_exact<std::string>();
        return text ? Result(Figure{*text}) : wrong_type("a text", "\"…\"");
    }
    case FieldType::numbers: {
        std::vector<double> numbers;
        const toml::array* list = node.as_array();
        for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
            const toml::node& item = *list->get(i);
            if (!item.is_number()) {
                return wrong_type("a list of numbers", "[-10, -20]");
            }
            numbers.push_back(*item.value<double>());
            if (auto error = check_range(field, item, numbers.back())) {
                return *error;
            }
        }
        return list != nullptr ? Result(Figure{numbers})
                               : wrong_type("a list of numbers", "[-10, -20]");
    }
    case FieldType::texts: {
        std::vector<std::string> texts;
        const toml::array* list = node.as_array();
        for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
            const auto text = list->get(i)->value_exact<std::string>();
            if (!text) {
                return wrong_type("a list of texts", "[\"…\"]");
            }
            texts.push_back(*text);
        }
        return list != nullptr ? Result(Figure{texts}) : wrong_type("a list of texts", "[\"…\"]");
    }
    case FieldType::numbers_by_name: {
        std::map<std::string, double> numbers;
        const toml::table* names = node.as_table();
        if (names == nullptr) {
            return wrong_type("a table of numbers", "{ cardioid = 8.0 }");
        }
        for (const auto& [key, item] : *names) {
            if (!item.is_number()) {
                return wrong_type("a table of numbers", "{ cardioid = 8.0 }");
            }
            const double number = *item.value<double>();
            if (auto error = check_range(field, item, number)) {
                return *error;
            }
            numbers.emplace(std::string(key.str()), number);
        }
        return Figure{numbers};
    }
    }
    return wrong_type("known", "…");
}

std::vector<std::string> texts_of(const toml::table& table, std::string_view key) {
    std::vector<std::string> texts;
    if (const toml::array* list = table[key].as_array()) {
        for (const auto& node : *list) {
            texts.push_back(node.value_or(std::string{}));
        }
    }
    return texts;
}

std::optional<Error> Reader::read_figures(const toml::table& table,
                                          std::span<const FieldSpec> fields,
                                          bool verified,
                                          Figures& to) {
    const auto exceptions = texts_of(table, verified ? "unverified_fields" : "verified_fields");
    for (const auto& [key, node] : table) {
        const std::string_view name = key.str();
        if (listed(entry_keys, name) && field_named(fields, name) == nullptr) {
            continue;
        }
        const FieldSpec* field = field_named(fields, name);
        if (field == nullptr) {
            std::vector<std::string> known;
            for (const FieldSpec& spec : fields) {
                known.emplace_back(spec.name);
            }
            return verdict::toml_error(
                file_, key.source().begin, fmt::format("unknown key \"{}\"", name),
                known.empty() ? "remove it"
                              : "did you mean " + verdict::nearest(name, known) +
                                    "? docs/reference/gear.md lists all");
        }
        auto read = figure(*field, node);
        if (!read) {
            return read.error();
        }
        read->verified = verified != (std::ranges::find(exceptions, name) != exceptions.end());
        to.set(std::string(name), std::move(*read));
    }
    for (const std::string& name : exceptions) {
        if (to.find(name) == nullptr) {
            return fault(table,
                         fmt::format("\"{}\" is named as verified or not, but isn't there", name),
                         "correct the name, or remove it");
        }
    }
    return std::nullopt;
}

Result<std::vector<GearPort>> Reader::ports(const toml::table& table,
                                            std::string_view key,
                                            std::span<const FieldSpec> fields,
                                            std::span<const std::string_view> kinds) {
    std::vector<GearPort> ports;
    const toml::node* node = table.get(key);
    if (node == nullptr) {
        return ports;
    }
    const toml::array* list = node->as_array();
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        const toml::table* block = list->get(i)->as_table();
        if (block == nullptr) {
            list = nullptr;
            break;
        }
        GearPort port;
        for (auto error :
             {read_kind(*block, kinds, port.kind), read_verified(*block, port.verified),
              read_figures(*block, fields, port.verified, port.figures)}) {
            if (error) {
                return *error;
            }
        }
        ports.push_back(std::move(port));
    }
    if (list == nullptr) {
        return fault(*node, fmt::format("{} is not a list of tables", key),
                     fmt::format("write [[interface.{}]] above each", key));
    }
    return ports;
}

Result<GearEntry> Reader::entry(GearClass gear_class, const toml::table& table) {
    GearEntry entry;
    entry.gear_class = gear_class;
    entry.file = file_;
    const bool is_sound = gear_class == GearClass::sound_source;
    const bool is_interface = gear_class == GearClass::interface;
    for (const auto& [key, required, to] : {std::tuple{"id", true, &entry.id},
                                            {is_sound ? "name" : "model", true, &entry.model},
                                            {"maker", !is_sound, &entry.maker},
                                            {"source", true, &entry.source},
                                            {"source_kind", true, &entry.source_kind},
                                            {"notes", false, &entry.notes}}) {
        if (auto error = read_text(table, key, required, *to)) {
            return *error;
        }
    }
    if (!listed(source_kinds, entry.source_kind)) {
        return fault(*table.get("source_kind"), "unknown source_kind \"" + entry.source_kind + "\"",
                     "use one of " + joined(source_kinds));
    }
    for (auto error : {read_kind(table, kinds_of(gear_class), entry.kind),
                       read_verified(table, entry.verified)}) {
        if (error) {
            return *error;
        }
    }
    if (auto error = read_figures(table, fields_of(gear_class), entry.verified, entry.figures)) {
        return *error;
    }
    for (const std::string_view key : {"inputs", "outputs"}) {
        if (!is_interface && table.contains(key)) {
            return fault(*table.get(key), fmt::format("only an interface has {}", key),
                         "remove them");
        }
    }
    auto inputs = ports(table, "inputs", input_fields(), input_kinds());
    auto outputs = ports(table, "outputs", output_fields(), output_kinds());
    if (!inputs || !outputs) {
        return inputs ? outputs.error() : inputs.error();
    }
    entry.inputs = std::move(*inputs);
    entry.outputs = std::move(*outputs);
    return entry;
}

} // namespace

Result<GearLibrary> GearLibrary::parse(std::string_view text, std::string_view file_name) {
    toml::table root;
    try {
        root = toml::parse(text);
    } catch (const toml::parse_error& error) {
        return verdict::toml_error(file_name, error);
    }
    std::vector<std::string> tables;
    for (const GearClass gear_class : gear_classes()) {
        tables.emplace_back(table_name(gear_class));
    }
    GearLibrary library;
    Reader reader(file_name);
    for (const auto& [key, node] : root) {
        const auto at = std::ranges::find(tables, key.str());
        if (at == tables.end()) {
            return verdict::toml_error(file_name, key.source().begin,
                                       fmt::format("unknown table \"{}\"", key.str()),
                                       "use one of " + fmt::format("{}", fmt::join(tables, ", ")));
        }
        const auto gear_class = static_cast<GearClass>(at - tables.begin());
        const toml::array* list = node.as_array();
        for (std::size_t i = 0; i < (list != nullptr ? list->size() : 1); ++i) {
            const toml::table* table = list != nullptr ? list->get(i)->as_table() : nullptr;
            if (table == nullptr) {
                return verdict::toml_error(file_name, node.source().begin,
                                           *at + " is not a list of tables",
                                           "write [[" + *at + "]] above each");
            }
            auto entry = reader.entry(gear_class, *table);
            if (!entry) {
                return entry.error();
            }
            if (std::ranges::find(library.entries_, entry->id, &GearEntry::id) !=
                library.entries_.end()) {
                return verdict::toml_error(file_name, table->source().begin,
                                           "two entries have the id \"" + entry->id + "\"",
                                           "give each an id of its own");
            }
            library.entries_.push_back(std::move(*entry));
        }
    }
    return library;
}

namespace {

void doubt_noise(const Figures& figures, const std::string& where, std::vector<std::string>& to) {
    const auto ein = figures.number("ein_dbu");
    const auto source_ohm = figures.number("ein_source_ohm");
    if (ein && source_ohm && *source_ohm > 0.0) {
        const double limit_dbu = thermal_noise(Ohms{*source_ohm}).db();
        const bool weighted = figures.text("ein_weighting").starts_with("A");
        const double least_dbu =
            weighted ? limit_dbu - 2.05 : limit_dbu; // white noise: standards 5.5
        if (*ein < least_dbu - 0.2) {
            to.push_back(fmt::format("{}an equivalent input noise of {:.1f} dBu is less than the "
                                     "{:.1f} dBu that its source of {:.0f} ohm makes by itself",
                                     where, *ein, least_dbu, *source_ohm));
        }
    }
    const auto low = figures.number("gain_min_db");
    const auto high = figures.number("gain_max_db");
    if (low && high && *low > *high) {
        to.push_back(where + "the least gain is over the most gain");
    }
}

} // namespace

std::vector<std::string> doubts(const GearEntry& entry) {
    std::vector<std::string> found;
    doubt_noise(entry.figures, "", found);
    for (const GearPort& port : entry.inputs) {
        doubt_noise(port.figures, port.kind + " input: ", found);
    }
    const auto average = entry.figures.number("spl_avg_db");
    const auto peak = entry.figures.number("spl_peak_db");
    if (average && peak && *peak < *average) {
        found.emplace_back("the peak is under the average");
    }
    const auto average_mv = entry.figures.number("level_avg_mv_rms");
    const auto peak_mv = entry.figures.number("level_peak_mv");
    if (average_mv && peak_mv && *peak_mv < *average_mv) {
        found.emplace_back("the peak is under the average");
    }
    if (entry.gear_class == GearClass::microphone && entry.kind == "condenser" &&
        !entry.figures.has_flag("phantom") && !entry.figures.has_flag("external_supply")) {
        found.emplace_back("a condenser microphone without phantom power or a supply of its own");
    }
    return found;
}

} // namespace gainstage::circuit
