// SPDX-License-Identifier: MIT
#include "verdict/target.h"

#include "verdict/nearest.h"
#include "verdict/toml_error.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

extern "C" {
extern const char gainstage_targets_toml[];
extern const char gainstage_targets_toml_end[];
}

namespace gainstage::verdict {
namespace {

/// Reads one file; the first fault stops it.
class Reader {
public:
    Reader(std::string_view file) : file_(file) {}

    Result<Figure> figure(const std::string& name, const toml::node& node) const {
        const toml::table* table = node.as_table();
        if (table == nullptr) {
            return fault(node, name + " is not a figure",
                         R"(write it as { value = -18.0, unit = "dBFS", source = "…" })");
        }
        if (const auto unknown = unknown_key(*table, {"value", "unit", "source"})) {
            return *unknown;
        }
        const auto value = (*table)["value"].value<double>();
        const auto source = (*table)["source"].value<std::string>();
        if (!value || !std::isfinite(*value)) {
            return fault(node, name + " has no number as its value", "write value = -18.0");
        }
        if (!source || source->empty()) {
            return fault(node, name + " has no source",
                         "say who gives this figure: source = \"…\"");
        }
        return Figure{*value, (*table)["unit"].value_or(std::string{}), *source};
    }

    Result<Medium> medium(const toml::table& table) const {
        const auto id = table["id"].value<std::string>();
        if (!id || id->empty()) {
            return fault(table, "a medium has no id", "write id = \"my-medium\"");
        }
        if (const auto unknown = unknown_key(table, {"id", "name", "loudness_lufs", "tolerance_lu",
                                                     "ceiling_dbtp", "max_short_term_lufs",
                                                     "sample_rate_hz", "bits", "source", "note"})) {
            return *unknown;
        }
        Medium medium;
        medium.id = *id;
        medium.name = table["name"].value_or(*id);
        for (const char* key : {"loudness_lufs", "tolerance_lu", "ceiling_dbtp"}) {
            const auto number = table[key].value<double>();
            if (!number || !std::isfinite(*number)) {
                return fault(table, "medium " + *id + " has no number as its " + key,
                             std::string("write ") + key + " = -1.0");
            }
        }
        medium.loudness = Lufs{*table["loudness_lufs"].value<double>()};
        medium.tolerance = Gain::from_db(*table["tolerance_lu"].value<double>());
        medium.ceiling = Dbtp{*table["ceiling_dbtp"].value<double>()};
        if (const auto level = table["max_short_term_lufs"].value<double>()) {
            medium.max_short_term = Lufs{*level};
        }
        if (const auto rate = table["sample_rate_hz"].value<double>()) {
            medium.sample_rate = Hertz{*rate};
        }
        medium.bits = static_cast<int>(table["bits"].value_or(std::int64_t{24}));
        if (medium.bits != 16 && medium.bits != 24 && medium.bits != 32) {
            return fault(table, "medium " + *id + " has " + std::to_string(medium.bits) + " bits",
                         "write bits = 16, 24 or 32");
        }
        const auto source = table["source"].value<std::string>();
        if (!source || source->empty()) {
            return fault(table, "medium " + *id + " has no source",
                         "say who gives its figures: source = \"…\"");
        }
        medium.source = *source;
        medium.note = table["note"].value_or(std::string{});
        return medium;
    }

    [[nodiscard]] Error fault(const toml::node& node, std::string what, std::string action) const {
        return toml_error(file_, node.source().begin, std::move(what), std::move(action));
    }

private:
    [[nodiscard]] std::optional<Error> unknown_key(const toml::table& table,
                                                   const std::vector<std::string>& known) const {
        for (const auto& [key, node] : table) {
            const std::string name(key.str());
            if (std::ranges::find(known, name) == known.end()) {
                return fault(node, "unknown key " + name,
                             "did you mean " + nearest(name, known) + "?");
            }
        }
        return std::nullopt;
    }

    std::string_view file_;
};

} // namespace

const Targets& Targets::built_in() {
    static const Targets targets = [] {
        auto parsed = parse({gainstage_targets_toml, gainstage_targets_toml_end}, "targets.toml");
        if (!parsed) {
            throw std::logic_error(
                parsed.error().message()); // tested: can't happen in a build that passed
        }
        return std::move(*parsed);
    }();
    return targets;
}

Result<Targets> Targets::parse(std::string_view text, std::string_view file_name) {
    toml::table root;
    try {
        root = toml::parse(text);
    } catch (const toml::parse_error& error) {
        return toml_error(file_name, error);
    }
    const Reader reader(file_name);
    Targets targets;
    for (const auto& [area, node] : root) {
        if (area.str() == "medium") {
            const toml::array* media = node.as_array();
            for (std::size_t i = 0; media != nullptr && i < media->size(); ++i) {
                const toml::table* table = media->get(i)->as_table();
                if (table == nullptr) {
                    return reader.fault(node, "medium is not a list of tables",
                                        "write [[medium]] above each");
                }
                auto medium = reader.medium(*table);
                if (!medium) {
                    return medium.error();
                }
                targets.media_.push_back(std::move(*medium));
            }
            continue;
        }
        const toml::table* figures = node.as_table();
        if (figures == nullptr) {
            return reader.fault(node, "unknown key " + std::string(area.str()),
                                "write tables of figures, such as [recording]");
        }
        for (const auto& [key, entry] : *figures) {
            const std::string name = std::string(area.str()) + "." + std::string(key.str());
            auto figure = reader.figure(name, entry);
            if (!figure) {
                return figure.error();
            }
            targets.figures_.emplace(name, std::move(*figure));
        }
    }
    return targets;
}

Targets Targets::overlaid_with(const Targets& other) const {
    Targets result = *this;
    for (const auto& [name, figure] : other.figures_) {
        result.figures_[name] = figure;
    }
    for (const Medium& medium : other.media_) {
        const auto same = std::ranges::find(result.media_, medium.id, &Medium::id);
        if (same != result.media_.end()) {
            *same = medium;
        } else {
            result.media_.push_back(medium);
        }
    }
    return result;
}

const Figure& Targets::figure(std::string_view name) const {
    const auto found = figures_.find(name);
    if (found == figures_.end()) {
        throw std::out_of_range("no target is named " + std::string(name));
    }
    return found->second;
}

bool Targets::has(std::string_view name) const { return figures_.contains(name); }

Result<Medium> Targets::medium(std::string_view id) const {
    const auto found = std::ranges::find(media_, id, &Medium::id);
    if (found != media_.end()) {
        return *found;
    }
    std::vector<std::string> ids;
    std::string list;
    for (const Medium& medium : media_) {
        ids.push_back(medium.id);
        list += (list.empty() ? "" : ", ") + medium.id;
    }
    return Error{ErrorKind::usage, std::string(id), "is no medium that is known",
                 "did you mean " + nearest(id, ids) + "? There are: " + list};
}

} // namespace gainstage::verdict
