// SPDX-License-Identifier: MIT
#include "report/gear.h"

#include "report/escape.h"
#include "report/table.h"
#include "report/wiring.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace gainstage::report {
namespace {

using Json = nlohmann::ordered_json;
using circuit::FieldSpec;
using circuit::Figure;
using circuit::Figures;
using circuit::GearEntry;
using circuit::GearPort;

template <typename... Each>
struct Overloaded : Each... {
    using Each::operator()...;
};

/// Clang 14 doesn't deduce an aggregate's arguments by itself.
template <typename... Each>
Overloaded(Each...) -> Overloaded<Each...>;

std::string printed(const Figure& figure) {
    return std::visit(Overloaded{[](double number) { return fmt::format("{:.10g}", number); },
                                 [](bool flag) { return std::string(flag ? "yes" : "no"); },
                                 [](const std::string& text) { return clean(text); },
                                 [](const std::vector<double>& numbers) {
                                     return fmt::format("{:.10g}", fmt::join(numbers, ", "));
                                 },
                                 [](const std::vector<std::string>& texts) {
                                     return clean(fmt::format("{}", fmt::join(texts, ", ")));
                                 },
                                 [](const std::map<std::string, double>& numbers) {
                                     std::string text;
                                     for (const auto& [name, number] : numbers) {
                                         text +=
                                             fmt::format("{}{} {:.10g}", text.empty() ? "" : ", ",
                                                         name, number);
                                     }
                                     return clean(text);
                                 }},
                      figure.value);
}

/// A line a figure: field, value, unit, whether it was read.
void add_figures(Table& table, const Figures& figures, std::span<const FieldSpec> fields) {
    for (const FieldSpec& field : fields) {
        if (const Figure* figure = figures.find(field.name)) {
            table.add({{std::string(field.name)},
                       {printed(*figure), Ink::strong},
                       {std::string(field.unit)},
                       {figure->verified ? "" : "unverified figure",
                        figure->verified ? Ink::plain : Ink::yellow},
                       {std::string(field.meaning), Ink::dim}});
        }
    }
}

std::string figures_text(const Figures& figures,
                         std::span<const FieldSpec> fields,
                         const TextOptions& options) {
    Table table({{"figure", "", false},
                 {"value"},
                 {"unit", "", false},
                 {"", "", false},
                 {"meaning", "", false}});
    add_figures(table, figures, fields);
    return figures.all().empty() ? "" : table.str(options);
}

std::string ports_text(std::string_view what,
                       const std::vector<GearPort>& ports,
                       std::span<const FieldSpec> fields,
                       const TextOptions& options) {
    std::string text;
    for (const GearPort& port : ports) {
        const std::string name = port.figures.text("name");
        text +=
            '\n' +
            inked(clean(port.kind + ' ' + std::string(what) + (name.empty() ? "" : ": " + name)),
                  Ink::strong, options) +
            '\n' + figures_text(port.figures, fields, options);
    }
    return text;
}

std::string paragraph(std::string_view label, std::string_view text, const TextOptions& options) {
    std::string out;
    for (const std::string& line :
         wrapped(fmt::format("{}: {}", label, clean(text)), options.width)) {
        out += line + '\n';
    }
    return out;
}

Json figures_json(const Figures& figures, std::span<const FieldSpec> fields) {
    Json json = Json::object();
    for (const FieldSpec& field : fields) {
        if (const Figure* figure = figures.find(field.name)) {
            std::visit([&](const auto& value) { json[std::string(field.name)] = value; },
                       figure->value);
        }
    }
    return json;
}

Json unverified(const Figures& figures) {
    Json names = Json::array();
    for (const auto& [name, figure] : figures.all()) {
        if (!figure.verified) {
            names.push_back(name);
        }
    }
    return names;
}

Json ports_json(const std::vector<GearPort>& ports, std::span<const FieldSpec> fields) {
    Json list = Json::array();
    for (const GearPort& port : ports) {
        list.push_back({{"kind", port.kind},
                        {"figures", figures_json(port.figures, fields)},
                        {"unverified", unverified(port.figures)}});
    }
    return list;
}

Json entry_json(const GearEntry& entry) {
    Json json = {{"id", entry.id},
                 {"class", circuit::table_name(entry.gear_class)},
                 {"maker", entry.maker},
                 {"model", entry.model},
                 {"kind", entry.kind.empty() ? Json(nullptr) : Json(entry.kind)},
                 {"figures", figures_json(entry.figures, circuit::fields_of(entry.gear_class))},
                 {"unverified", unverified(entry.figures)}};
    if (entry.gear_class == circuit::GearClass::interface) {
        json["inputs"] = ports_json(entry.inputs, circuit::input_fields());
        json["outputs"] = ports_json(entry.outputs, circuit::output_fields());
    }
    json["verified"] = entry.verified;
    json["source"] = entry.source;
    json["source_kind"] = entry.source_kind;
    json["notes"] = entry.notes;
    json["file"] = entry.file;
    json["doubts"] = circuit::doubts(entry);
    return json;
}

} // namespace

std::string gear_list_text(std::span<const GearEntry* const> entries, const TextOptions& options) {
    if (entries.empty()) {
        return "nothing found\n";
    }
    Table table({{"id", "", false},
                 {"what", "", false},
                 {"kind", "", false},
                 {"name", "", false},
                 {"figures", "", false}});
    for (const GearEntry* entry : entries) {
        table.add({{clean(entry->id), Ink::strong},
                   {std::string(circuit::spoken_name(entry->gear_class))},
                   {clean(entry->kind)},
                   {clean(entry->name())},
                   {entry->verified ? "verified" : "unverified",
                    entry->verified ? Ink::plain : Ink::yellow}});
    }
    return table.str(options);
}

std::string gear_text(const GearEntry& entry, const TextOptions& options) {
    std::string text = inked(clean(entry.name()), Ink::strong, options) + ": " +
                       clean(entry.kind.empty() ? "" : entry.kind + ' ') +
                       std::string(circuit::spoken_name(entry.gear_class)) + "\n\n";
    text += figures_text(entry.figures, circuit::fields_of(entry.gear_class), options);
    text += ports_text("input", entry.inputs, circuit::input_fields(), options);
    text += ports_text("output", entry.outputs, circuit::output_fields(), options);
    if (!entry.inputs.empty() || !entry.outputs.empty()) {
        text += '\n' + wiring_text(wiring_of(entry), options);
    }
    text += '\n' + paragraph("Source", entry.source + " (" + entry.source_kind + ")", options);
    if (!entry.notes.empty()) {
        text += paragraph("Notes", entry.notes, options);
    }
    for (const std::string& doubt : circuit::doubts(entry)) {
        text += inked(paragraph("Doubtful", doubt, options), Ink::yellow, options);
    }
    return text;
}

std::string gear_json(std::span<const GearEntry* const> entries) {
    Json list = Json::array();
    for (const GearEntry* entry : entries) {
        list.push_back(entry_json(*entry));
    }
    const Json document = {{"schema", {{"name", "gainstage.gear"}, {"version", 1}}},
                           {"gear", std::move(list)}};
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace gainstage::report
