// SPDX-License-Identifier: MIT
#include "report/wiring.h"

#include "report/escape.h"
#include "report/html_page.h"
#include "report/table.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace gainstage::report {
namespace {

using circuit::Figures;
using circuit::GearEntry;
using circuit::GearPort;

const char* const not_published = "not published";

std::string level_words(std::optional<double> dbu) {
    return dbu ? fmt::format("{:+.1f} dBu", *dbu) : not_published;
}

std::string impedance_words(std::optional<double> ohm) {
    if (!ohm) {
        return not_published;
    }
    return *ohm >= 1e6   ? fmt::format("{:g} Mohm", *ohm / 1e6)
           : *ohm >= 1e3 ? fmt::format("{:g} kohm", *ohm / 1e3)
                         : fmt::format("{:g} ohm", *ohm);
}

/// What a kind of socket usually is, and what level it is made for: microphone, instrument and line
/// levels as theory/chain.md has them.
struct Usual {
    const char* spoken;
    const char* connector;
    const char* nominal;
};

Usual usual(std::string_view kind, bool is_input) {
    if (kind == "mic") {
        return {"mic", "XLR", "microphone: -60 to -20 dBu"};
    }
    if (kind == "hiz") {
        return {"instrument (Hi-Z)", "6.3 mm TS", "instrument: -25 to 0 dBu"};
    }
    if (kind == "headphone") {
        return {"headphone", "6.3 mm TRS, stereo", "headphones"};
    }
    return {kind == "monitor" ? "monitor" : "line", "6.3 mm TRS or XLR",
            is_input ? "line: +4 dBu, consumer: -7.8 dBu" : "line: +4 dBu"};
}

std::string port_name(const GearPort& port, const Usual& usual, const char* side) {
    const double count = port.figures.number("count").value_or(1.0);
    std::string name = count > 1.0 ? fmt::format("{:g} {} {}s", count, usual.spoken, side)
                                   : fmt::format("{} {}", usual.spoken, side);
    const std::string printed = port.figures.text("name");
    return printed.empty() ? name : name + ": " + printed;
}

bool has_unverified(const Figures& figures) {
    return std::ranges::any_of(figures.all(), [](const auto& one) { return !one.second.verified; });
}

std::string gain_words(const Figures& figures) {
    const auto least = figures.number("gain_min_db");
    const auto most = figures.number("gain_max_db");
    std::string words;
    if (least || most) {
        words = least && most ? fmt::format("gain {:g} to {:g} dB", *least, *most)
                : most        ? fmt::format("gain up to {:g} dB", *most)
                              : fmt::format("gain from {:g} dB", *least);
    }
    if (const auto pad = figures.number("pad_db")) {
        words += fmt::format("{}pad {:g} dB", words.empty() ? "" : ", ", *pad);
    }
    if (figures.number("max_input_dbu_at_minus_10_dbv")) {
        words += std::string(words.empty() ? "" : ", ") + "switch +4 dBu / -10 dBV";
    }
    if (figures.has_flag("phantom")) {
        words += words.empty() ? "48 V" : ", 48 V";
    }
    return words;
}

/// What an input and an output have in common.
WiringPort port_of_kind(const GearPort& port, bool is_input) {
    const Usual kind = usual(port.kind, is_input);
    const Figures& figures = port.figures;
    WiringPort drawn;
    drawn.name = port_name(port, kind, is_input ? "input" : "output");
    drawn.connector = kind.connector;
    drawn.nominal = kind.nominal;
    drawn.full_scale =
        level_words(figures.number(is_input ? "max_input_dbu_at_min_gain" : "max_output_dbu"));
    drawn.impedance =
        impedance_words(figures.number(is_input ? "input_impedance_ohm" : "output_impedance_ohm"));
    drawn.unverified = has_unverified(figures);
    return drawn;
}

WiringPort input_port(const GearPort& port) {
    WiringPort drawn = port_of_kind(port, true);
    if (const auto least = port.figures.number("gain_min_db");
        least && port.figures.number("max_input_dbu_at_min_gain")) {
        drawn.full_scale += fmt::format(" at {:g} dB of gain", *least);
    }
    drawn.gain = gain_words(port.figures);
    return drawn;
}

WiringPort output_port(const GearPort& port) {
    WiringPort drawn = port_of_kind(port, false);
    if (const auto power = port.figures.number("max_power_mw")) {
        drawn.gain = fmt::format("up to {:g} mW", *power);
    }
    return drawn;
}

const GearEntry* entry_of(const circuit::DeviceSpec& spec, const std::string& id) {
    const auto found = std::ranges::find_if(spec.candidates, [&](const GearEntry* entry) {
        return entry != nullptr && entry->id == id &&
               entry->gear_class == circuit::GearClass::interface;
    });
    return found != spec.candidates.end() ? *found : nullptr;
}

/// The interfaces of a chain in the order in which they appear, each once.
class Maps {
public:
    WiringMap& of(const GearEntry& entry) {
        const auto known = index_.find(entry.id);
        if (known != index_.end()) {
            return maps_[known->second];
        }
        index_.emplace(entry.id, maps_.size());
        maps_.push_back(wiring_of(entry));
        return maps_.back();
    }

    std::vector<WiringMap> all() && { return std::move(maps_); }

private:
    std::vector<WiringMap> maps_;
    std::map<std::string, std::size_t> index_;
};

/// The first port of that kind.
WiringPort*
port_of(std::vector<WiringPort>& drawn, const std::vector<GearPort>& ports, std::string_view kind) {
    const auto port = std::ranges::find(ports, kind, &GearPort::kind);
    return port != ports.end() ? &drawn[static_cast<std::size_t>(port - ports.begin())] : nullptr;
}

void add_source(const circuit::SourceSolution& source, Maps& maps) {
    std::vector<std::string> way;
    for (const circuit::DeviceSettings& settings : source.best.settings) {
        const GearEntry* entry =
            settings.spec != nullptr ? entry_of(*settings.spec, settings.gear) : nullptr;
        if (entry != nullptr) {
            WiringPort* port =
                port_of(maps.of(*entry).inputs, entry->inputs, settings.input.value_or("mic"));
            if (port != nullptr) {
                if (settings.spec->channel > 0) {
                    way.insert(way.begin(), fmt::format("channel {}", settings.spec->channel));
                }
                way.insert(way.begin(), source.id);
                port->plugged.push_back(way);
            }
            return;
        }
        if (!settings.left_out) {
            way.push_back(settings.name);
        }
    }
}

void add_playback(const circuit::PlaybackSolution& playback, Maps& maps) {
    const auto& devices = playback.spec->devices;
    if (devices.empty() || devices.front().candidates.empty() ||
        devices.front().candidates.front() == nullptr) {
        return;
    }
    const GearEntry* entry = entry_of(devices.front(), devices.front().candidates.front()->id);
    WiringPort* port =
        entry == nullptr ? nullptr
                         : port_of(maps.of(*entry).outputs, entry->outputs, devices.front().output);
    if (port == nullptr) {
        return;
    }
    std::vector<std::string> way = {playback.id};
    for (const circuit::Device& device : playback.devices) {
        way.push_back(device.name);
    }
    port->plugged.push_back(std::move(way));
}

/// "vocal: Shure SM57 > 10 m of Mogami 2534".
std::string plugged_words(const std::vector<std::string>& way, const char* arrow) {
    std::string words = way.front() + (way.size() > 1 ? ": " : "");
    for (std::size_t i = 1; i < way.size(); ++i) {
        words += (i > 1 ? arrow : "") + way[i];
    }
    return words;
}

std::string ports_table(const std::vector<WiringPort>& ports,
                        const char* what,
                        const char* full_scale,
                        bool is_plugged,
                        const TextOptions& options) {
    std::vector<TableColumn> columns = {{what, "", false},        {"Usual plug", "", false},
                                        {"Made for", "", false},  {full_scale, "", false},
                                        {"Impedance", "", false}, {"Range", "", false}};
    if (is_plugged) {
        columns.push_back({"Plugged in", "", false});
    }
    Table table(columns);
    for (const WiringPort& port : ports) {
        std::string plugged;
        for (const auto& way : port.plugged) {
            plugged += (plugged.empty() ? "" : "; ") +
                       plugged_words(way, options.unicode ? " \u2192 " : " -> ");
        }
        std::vector<Cell> row = {{clean(port.name), Ink::strong},
                                 {port.connector},
                                 {port.nominal},
                                 {port.full_scale},
                                 {port.impedance},
                                 {port.gain}};
        if (is_plugged) {
            row.push_back({clean(plugged), Ink::green});
        }
        table.add(std::move(row));
    }
    return table.str(options);
}

bool is_plugged(const WiringMap& map) {
    const auto taken = [](const WiringPort& port) { return !port.plugged.empty(); };
    return std::ranges::any_of(map.inputs, taken) || std::ranges::any_of(map.outputs, taken);
}

} // namespace

WiringMap wiring_of(const GearEntry& interface) {
    WiringMap map;
    map.title = interface.name();
    for (const GearPort& port : interface.inputs) {
        map.inputs.push_back(input_port(port));
    }
    for (const GearPort& port : interface.outputs) {
        map.outputs.push_back(output_port(port));
    }
    return map;
}

std::vector<WiringMap> wiring_of(const circuit::ChainSolution& solution) {
    Maps maps;
    for (const circuit::SourceSolution& source : solution.sources) {
        add_source(source, maps);
    }
    for (const circuit::PlaybackSolution& playback : solution.playbacks) {
        add_playback(playback, maps);
    }
    return std::move(maps).all();
}

std::string wiring_text(const WiringMap& map, const TextOptions& options) {
    const bool plugged = is_plugged(map);
    std::string out = inked("Map of " + clean(map.title), Ink::strong, options) + '\n';
    if (!map.inputs.empty()) {
        out += ports_table(map.inputs, "Input", "Reads 0 dBFS", plugged, options);
    }
    if (!map.outputs.empty()) {
        out += ports_table(map.outputs, "Output", "Gives at 0 dBFS", plugged, options);
    }
    return out;
}

std::string wiring_html(const WiringMap& map) {
    const std::string body = fmt::format(
        "<header class=\"top\"><p class=\"kicker\">Map of an interface</p><h1>{}</h1>\n"
        "<p class=\"lead\">Every input and output: what it is made for, which level is full scale, "
        "what it loads or drives with.</p></header>\n"
        "<section><figure class=\"diagram\">{}</figure></section>\n",
        xml(map.title), wiring_svg(map, false));
    return html_page(map.title, body, {.basis = figures_of_sheets});
}

} // namespace gainstage::report
