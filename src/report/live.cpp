// SPDX-License-Identifier: MIT
#include "report/live.h"

#include "meter/loudness.h"
#include "meter/sample_peak.h"
#include "report/figures.h"
#include "report/table.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace gainstage::report {
namespace {

using ballistics::Colour;
using ballistics::Shown;

constexpr int label_width = 15;
constexpr int figure_width = 19; // "-12.3 dBFS   -8.1 "

Ink ink_of(Colour colour) noexcept {
    return colour == Colour::red ? Ink::red : colour == Colour::amber ? Ink::yellow : Ink::green;
}

std::string number(std::optional<double> value) {
    return !value ? "-" : std::isinf(*value) ? "silence" : fmt::format("{:.1f}", *value);
}

/// Filled to the reading in the scale's colours, with the marker on it.
std::string bar(const Shown& shown, int width, const TextOptions& options) {
    const ballistics::Meter& meter = ballistics::meter_of(shown.kind);
    const auto cells_to = [&](double reading) {
        return static_cast<int>(std::lround(meter.place(reading) * width));
    };
    const int filled = shown.value ? cells_to(*shown.value) : 0;
    const int marked =
        shown.marker && !std::isinf(*shown.marker) ? cells_to(*shown.marker) - 1 : -1;
    const int amber = cells_to(meter.amber_from);
    const int red = cells_to(meter.red_from);
    std::string out;
    std::string run;
    Ink ink = Ink::plain;
    const auto flush = [&](Ink next) {
        out += run.empty() ? "" : inked(run, ink, options);
        run.clear();
        ink = next;
    };
    for (int i = 0; i < width; ++i) {
        const Ink here = i >= red ? Ink::red : i >= amber ? Ink::yellow : Ink::green;
        const bool is_marker = i == marked && i >= filled;
        const Ink wanted = i < filled || is_marker ? here : Ink::dim;
        if (wanted != ink) {
            flush(wanted);
        }
        run += is_marker    ? "|"
               : i < filled ? (options.unicode ? "█" : "#")
                            : (options.unicode ? "·" : ".");
    }
    flush(Ink::plain);
    return out;
}

std::string meter_row(const Shown& shown, int width, const TextOptions& options) {
    const ballistics::Meter& meter = ballistics::meter_of(shown.kind);
    const std::string label = shown.channel < 0
                                  ? std::string(meter.label)
                                  : fmt::format("{} {}", meter.label, shown.channel + 1);
    const std::string figures =
        fmt::format("{:>7} {:<4} {:>6}", number(shown.value), meter.unit,
                    shown.marker && !std::isinf(*shown.marker) ? number(shown.marker) : "");
    const Ink ink = shown.value ? ink_of(meter.colour(*shown.value)) : Ink::plain;
    return fmt::format("{:<{}}", label, label_width) + bar(shown, width, options) +
           inked(figures, ink, options);
}

std::string lamp_text(const live::ClipLamp& lamp) {
    return fmt::format("clipped at {}{}", clock(lamp.first, 1),
                       lamp.clips > 1 ? fmt::format(", {} times", lamp.clips) : "");
}

std::string head(const live::Picture& picture, const LiveFacts& facts) {
    std::string text = fmt::format("{}  {}  {}  {} {}", clock(picture.time, 1), facts.device,
                                   rate(facts.sample_rate), facts.channels,
                                   facts.channels == 1 ? "channel" : "channels");
    if (facts.xruns > 0 || facts.lost_frames > 0) {
        text += fmt::format("  {} xruns, {} frames lost", facts.xruns, facts.lost_frames);
    }
    return text + (facts.recording.empty() ? "" : "  recording " + facts.recording);
}

std::string end_of(live::Ending ending) {
    switch (ending) {
    case live::Ending::device_gone:
        return "device_gone";
    case live::Ending::rate_changed:
        return "rate_changed";
    case live::Ending::none:
        break;
    }
    return "stopped";
}

} // namespace

std::string live_advice(const live::ChannelAdvice& advice) {
    if (!advice.plan) {
        return fmt::format("keep playing: {:.0f} s more", std::ceil(advice.missing().value()));
    }
    const take::GainPlan& plan = *advice.plan;
    const take::Prediction expected = plan.prediction + plan.next.allowance;
    return fmt::format("{}: the take's peak is expected at {:.1f} dBFS ({:.1f} to {:.1f}), odds of "
                       "clipping {:.1f} % now, {:.1f} % then",
                       preamp_advice(plan.change), expected.expected.db(), expected.low.db(),
                       expected.high.db(), 100.0 * plan.clip_odds_before,
                       100.0 * plan.clip_odds_after);
}

std::vector<std::string> live_screen(const live::Picture& picture,
                                     const LiveFacts& facts,
                                     int height,
                                     const TextOptions& options) {
    const int width = options.width > 0 ? options.width : 80;
    const int bar_width = std::max(10, width - label_width - figure_width - 1);
    std::vector<std::string> lines{inked(
        head(picture, facts).substr(0, static_cast<std::size_t>(width)), Ink::strong, options)};
    for (const Shown& shown : picture.shown) {
        lines.push_back(meter_row(shown, bar_width, options));
    }
    std::vector<std::string> below;
    for (std::size_t c = 0; c < picture.lamps.size(); ++c) {
        if (picture.lamps[c].clips > 0) {
            below.push_back(inked(fmt::format("CLIP {:<10}{}", c + 1, lamp_text(picture.lamps[c])),
                                  Ink::red, options));
        }
    }
    for (std::size_t c = 0; c < picture.advice.size(); ++c) {
        std::string text = fmt::format("Input {:<9}{}", c + 1, live_advice(picture.advice[c]));
        while (!text.empty()) { // wrapped where the terminal ends, at a space
            std::size_t at = text.size();
            if (at > static_cast<std::size_t>(width)) {
                at = text.rfind(' ', static_cast<std::size_t>(width));
                at = at == std::string::npos || at <= label_width ? static_cast<std::size_t>(width)
                                                                  : at;
            }
            below.push_back(text.substr(0, at));
            text = at < text.size()
                       ? std::string(label_width, ' ') + text.substr(text[at] == ' ' ? at + 1 : at)
                       : "";
        }
    }
    below.push_back(inked("q: end   c: clip lamps out", Ink::dim, options));
    lines.insert(lines.end(), below.begin(), below.end());
    if (height > 0 && lines.size() > static_cast<std::size_t>(height)) {
        lines.resize(static_cast<std::size_t>(height - 1));
        lines.push_back(inked("… the terminal is too low for the rest", Ink::dim, options));
    }
    return lines;
}

std::string live_line(const live::Picture& picture) {
    std::string text = clock(picture.time, 1);
    const Shown* before = nullptr;
    for (const Shown& shown : picture.shown) {
        const ballistics::Meter& meter = ballistics::meter_of(shown.kind);
        const bool goes_on = before != nullptr && before->kind == shown.kind;
        text += goes_on ? " / " + number(shown.value)
                        : fmt::format("{} {} {}", before == nullptr ? " " : ",", meter.label,
                                      number(shown.value));
        before = &shown;
    }
    for (std::size_t c = 0; c < picture.lamps.size(); ++c) {
        if (picture.lamps[c].clips > 0) {
            text += fmt::format("; input {} {}", c + 1, lamp_text(picture.lamps[c]));
        }
    }
    for (std::size_t c = 0; c < picture.advice.size(); ++c) {
        text += fmt::format("; input {}: {}", c + 1,
                            picture.advice[c].plan ? preamp_advice(picture.advice[c].plan->change)
                                                   : live_advice(picture.advice[c]));
    }
    return text;
}

std::optional<std::string>
spoken(const live::Picture& picture, const live::Picture& before, Dbfs above) {
    std::string text;
    for (std::size_t c = 0; c < picture.peak_dbfs.size(); ++c) {
        const std::uint64_t known = c < before.lamps.size() ? before.lamps[c].clips : 0;
        const std::string separator = text.empty() ? "" : ", ";
        if (picture.lamps[c].clips > known) {
            text += fmt::format("{}input {} clipped", separator, c + 1);
        } else if (picture.peak_dbfs[c] > above.db()) {
            text += fmt::format("{}input {} {:.1f}", separator, c + 1, picture.peak_dbfs[c]);
        }
    }
    return text.empty() ? std::nullopt : std::optional(text);
}

std::string listen_text(const meter::Measurement& measurement,
                        const live::Picture& last,
                        const LiveFacts& facts,
                        const TextOptions& options) {
    Table table({{"", "", false},
                 {"Peak", "dBFS"},
                 {"True peak", "dBTP"},
                 {"Clips", ""},
                 {"Preamp", "", false}});
    for (int c = 0; c < facts.channels; ++c) {
        const auto index = static_cast<std::size_t>(c);
        const live::ChannelAdvice& advice = last.advice[index];
        table.add({{fmt::format("Input {}", c + 1)},
                   {figure(measurement.value(key::sample_peak, c))},
                   {figure(measurement.value(key::true_peak, c))},
                   {std::to_string(last.lamps[index].clips),
                    last.lamps[index].clips > 0 ? Ink::red : Ink::plain},
                   {advice.plan ? preamp_step(advice.plan->change) : live_advice(advice)}});
    }
    std::string text = head(last, facts) + "\n\n" + table.str(options);
    text += fmt::format("\nIntegrated {} LUFS, highest momentary {} LUFS, short-term {} LUFS\n",
                        figure(measurement.value(key::integrated)),
                        figure(measurement.value(meter::max_momentary.key)),
                        figure(measurement.value(key::max_short_term)));
    for (int c = 0; c < facts.channels; ++c) {
        const live::ChannelAdvice& advice = last.advice[static_cast<std::size_t>(c)];
        if (advice.plan) {
            text += fmt::format("Input {}: {}\n", c + 1, live_advice(advice));
        }
    }
    return text;
}

std::string listen_json(const meter::Measurement& measurement,
                        const live::Picture& last,
                        const LiveFacts& facts) {
    using Json = nlohmann::ordered_json;
    const auto finite = [](std::optional<double> value) {
        return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
    };
    Json json{{"schema", {{"name", "gainstage.listen"}, {"version", 1}}},
              {"device", facts.device},
              {"sample_rate_hz", facts.sample_rate.value()},
              {"channels", facts.channels},
              {"frames", measurement.frames},
              {"duration_s", last.time.value()},
              {"xruns", facts.xruns},
              {"lost_frames", facts.lost_frames},
              {"end", end_of(facts.ending)},
              {"recording", facts.recording.empty() ? Json(nullptr) : Json(facts.recording)}};
    for (const meter::ReadingSpec* reading : meter::Bridge::readings()) {
        json[std::string(reading->key)] = finite(measurement.value(reading->key));
    }
    json["inputs"] = Json::array();
    for (int c = 0; c < facts.channels; ++c) {
        const auto index = static_cast<std::size_t>(c);
        const live::ClipLamp& lamp = last.lamps[index];
        const live::ChannelAdvice& advice = last.advice[index];
        Json input{{"sample_peak_dbfs", finite(measurement.value(key::sample_peak, c))},
                   {"true_peak_dbtp", finite(measurement.value(key::true_peak, c))},
                   {"clips", lamp.clips},
                   {"first_clip_s", lamp.clips > 0 ? Json(lamp.first.value()) : Json(nullptr)},
                   {"playing_s", advice.playing.value()}};
        input["gain_change_db"] = advice.plan ? finite(advice.plan->change.db()) : Json(nullptr);
        input["expected_peak_dbfs"] =
            advice.plan
                ? finite((advice.plan->prediction + advice.plan->next.allowance).expected.db())
                : Json(nullptr);
        input["clip_odds_before"] =
            advice.plan ? Json(advice.plan->clip_odds_before) : Json(nullptr);
        input["clip_odds_after"] = advice.plan ? Json(advice.plan->clip_odds_after) : Json(nullptr);
        json["inputs"].push_back(std::move(input));
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace gainstage::report
