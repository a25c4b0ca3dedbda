// SPDX-License-Identifier: MIT
#include "report/live.h"

#include "meter/loudness.h"
#include "meter/sample_peak.h"
#include "report/figures.h"
#include "report/findings_json.h"
#include "report/items.h"
#include "report/table.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <fmt/core.h>
#include <map>
#include <nlohmann/json.hpp>

namespace gainstage::report {
namespace {

using ballistics::Colour;
using ballistics::Shown;
using Rule = verdict::Rules::Rule;

constexpr int label_width = 15;
constexpr int figure_width = 19;          // "  -12.3 dBFS   -8.1"
constexpr int narrowest_bar = 6;          // under it a bar shows nothing that the figure doesn't
constexpr int fewest_rows = 3;            // of meters, however much there is to say
constexpr std::size_t most_sentences = 4; // inputs; of more, who is to do what in a line each

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

bool is_k_system(ballistics::Kind kind) {
    return kind == ballistics::Kind::k20 || kind == ballistics::Kind::k14 ||
           kind == ballistics::Kind::k12;
}

/// The marker's reading; for the K-System, which has none, how loud it is in the room.
std::string beside(const Shown& shown, const std::optional<DbSpl>& k_zero) {
    if (k_zero && is_k_system(shown.kind)) {
        return shown.value && std::isfinite(*shown.value)
                   ? fmt::format("{:.0f}SPL", ballistics::sound_level(*shown.value, *k_zero).db())
                   : "";
    }
    return shown.marker && !std::isinf(*shown.marker) ? number(shown.marker) : "";
}

std::string meter_row(const Shown& shown,
                      int width,
                      const std::optional<DbSpl>& k_zero,
                      const TextOptions& options) {
    const ballistics::Meter& meter = ballistics::meter_of(shown.kind);
    const std::string label = shown.channel < 0
                                  ? std::string(meter.label)
                                  : fmt::format("{} {}", meter.label, shown.channel + 1);
    const std::string figures =
        fmt::format("{:>7} {:<4} {:>6}", number(shown.value), meter.unit, beside(shown, k_zero));
    const Ink ink = shown.value ? ink_of(meter.colour(*shown.value)) : Ink::plain;
    const int bar_width = width - label_width - figure_width;
    return fmt::format("{:<{}}", label, label_width) +
           (bar_width >= narrowest_bar ? bar(shown, bar_width, options) : "") +
           inked(figures, ink, options);
}

std::string lamp_text(const live::ClipLamp& lamp) {
    return fmt::format("clipped at {}{}", clock(lamp.first, 1),
                       lamp.clips > 1 ? fmt::format(", {} times", lamp.clips) : "");
}

/// "3 dropouts, last at 0:12.3"
std::string lamp_text(const live::GlitchLamp& lamp, std::string_view one, std::string_view many) {
    return lamp.count == 1
               ? fmt::format("1 {} at {}", one, clock(lamp.last, 1))
               : fmt::format("{} {}, last at {}", lamp.count, many, clock(lamp.last, 1));
}

/// What the interface did to the sound; nothing: all is well.
std::string lamp_text(const live::GlitchLamps& lamps) {
    std::string text;
    const auto add = [&](const live::GlitchLamp& lamp, std::string_view one,
                         std::string_view many) {
        if (lamp.count > 0) {
            text += (text.empty() ? "" : "; ") + lamp_text(lamp, one, many);
        }
    };
    add(lamps.dropouts, "dropout", "dropouts");
    add(lamps.repeated_buffers, "repeated buffer", "repeated buffers");
    add(lamps.clicks, "click", "clicks");
    return text;
}

/// The worst of them.
Rule worst_glitch(const live::GlitchLamps& lamps) {
    const std::string_view code = lamps.dropouts.count > 0           ? "take.dropouts"
                                  : lamps.repeated_buffers.count > 0 ? "take.repeated-buffers"
                                                                     : "take.clicks";
    const auto& rules = verdict::Rules::built_in().all();
    return *std::ranges::find(rules, code, &Rule::code);
}

/// As part of a sentence: "give the interface a larger buffer".
std::string as_clause(std::string action) {
    if (action.empty()) {
        return action;
    }
    action.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(action.front())));
    if (action.ends_with('.')) {
        action.pop_back();
    }
    return action;
}

/// What to do about the worst of them.
std::string glitch_advice(const live::GlitchLamps& lamps) {
    return as_clause(worst_glitch(lamps).action);
}

/// What to do where peaks are cut off before the converter, while there is still time: nothing
/// about a recording that has to be repaired.
std::string cut_off_advice(const live::Picture& picture) {
    return as_clause(picture.cut_off_action.substr(0, picture.cut_off_action.find(". ")));
}

/// "is cut off before the converter, at -9.0 dBFS since 0:03.2, by 3 dB or so"
std::string lamp_text(const live::CutOffLamp& lamp) {
    const std::string depth =
        lamp.depth > Gain::from_db(0.5) ? fmt::format(", by {:.0f} dB or so", lamp.depth.db()) : "";
    return fmt::format("is cut off before the converter, at {:.1f} dBFS since {}{}",
                       lamp.level.db(), clock(lamp.first, 1), depth);
}

/// Of all inputs; is_brief: only which and since when.
std::string cut_off_text(const live::Picture& picture, bool is_brief) {
    std::string text;
    for (std::size_t c = 0; c < picture.cut_off.size(); ++c) {
        const live::CutOffLamp& lamp = picture.cut_off[c];
        if (lamp.is_on()) {
            text += text.empty() ? "" : is_brief ? ", " : "; ";
            text += is_brief ? fmt::format("{} since {}", c + 1, clock(lamp.first, 1))
                             : fmt::format("input {} {}", c + 1, lamp_text(lamp));
        }
    }
    return text;
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

/// At most `width` columns; all of it is ASCII or a device's name.
std::string cut(const std::string& text, int width) {
    return text.substr(0, static_cast<std::size_t>(std::max(0, width)));
}

/// Wrapped where the terminal ends, at a space; later lines stand under the first one's text.
void add_wrapped(std::vector<std::string>& lines, std::string text, int width) {
    const auto most = static_cast<std::size_t>(std::max(width, 1));
    const std::size_t indent = most > 2 * label_width ? label_width : 0;
    while (!text.empty()) {
        std::size_t at = text.size();
        if (at > most) {
            at = text.rfind(' ', most);
            at = at == std::string::npos || at <= indent ? most : at;
        }
        lines.push_back(text.substr(0, at));
        text = at < text.size()
                   ? std::string(indent, ' ') + text.substr(text[at] == ' ' ? at + 1 : at)
                   : "";
    }
}

std::vector<std::string> meter_rows(const live::Picture& picture,
                                    const std::optional<DbSpl>& k_zero,
                                    int width,
                                    const TextOptions& options) {
    std::vector<std::string> rows;
    for (const Shown& shown : picture.shown) {
        rows.push_back(meter_row(shown, width, k_zero, options));
    }
    return rows;
}

/// All meters there are, with their letters; those that are shown ticked.
std::vector<std::string> meter_list(const live::Picture& picture, int width) {
    std::vector<std::string> rows;
    for (const ballistics::Meter& meter : ballistics::meters()) {
        const bool is_on =
            std::ranges::find(picture.shown, meter.kind, &Shown::kind) != picture.shown.end();
        const char key = static_cast<char>('a' + static_cast<int>(meter.kind));
        rows.push_back(cut(
            fmt::format("{} [{}] {:<12} {}", key, is_on ? 'x' : ' ', meter.label, meter.standard),
            width));
    }
    return rows;
}

/// is_brief: only what and when.
std::vector<std::string>
lamp_lines(const live::Picture& picture, bool is_brief, int width, const TextOptions& options) {
    std::vector<std::string> lines;
    std::string text;
    for (std::size_t c = 0; c < picture.lamps.size(); ++c) {
        if (picture.lamps[c].clips > 0) {
            text += text.empty() ? "CLIP           " : is_brief ? ", " : "; ";
            text += is_brief ? fmt::format("{} at {}", c + 1, clock(picture.lamps[c].first, 1))
                             : fmt::format("input {} {}", c + 1, lamp_text(picture.lamps[c]));
        }
    }
    if (picture.recording_failure) {
        add_wrapped(lines, "NOT RECORDING  " + picture.recording_failure->what, width);
    }
    add_wrapped(lines, std::move(text), width);
    if (const std::string cut = cut_off_text(picture, is_brief); !cut.empty()) {
        add_wrapped(lines,
                    "CLIP BEFORE    " + cut + (is_brief ? "" : ": " + cut_off_advice(picture)),
                    width);
    }
    for (std::string& line : lines) {
        line = inked(line, Ink::red, options);
    }
    const std::string glitches = lamp_text(picture.glitches);
    if (!glitches.empty()) {
        const std::size_t before = lines.size();
        add_wrapped(lines,
                    "GLITCHES       " + glitches +
                        (is_brief ? "" : ": " + glitch_advice(picture.glitches)),
                    width);
        for (std::size_t i = before; i < lines.size(); ++i) {
            lines[i] =
                inked(lines[i], report::ink_of(worst_glitch(picture.glitches).severity), options);
        }
    }
    return lines;
}

/// Few inputs: a sentence each. Many: those with the same to do together, the most urgent first.
std::vector<std::string> advice_lines(const live::Picture& picture, int width) {
    std::vector<std::string> lines;
    if (picture.advice.size() <= most_sentences) {
        for (std::size_t c = 0; c < picture.advice.size(); ++c) {
            add_wrapped(lines, fmt::format("Input {:<9}{}", c + 1, live_advice(picture.advice[c])),
                        width);
        }
        return lines;
    }
    std::map<double, std::string> inputs; // by change; what is still to be heard last
    constexpr double unknown = 1e9;
    constexpr double elsewhere = -1e9; // it isn't this preamp's
    for (std::size_t c = 0; c < picture.advice.size(); ++c) {
        const auto& plan = picture.advice[c].plan;
        const double change_db = picture.advice[c].is_cut_off ? elsewhere
                                 : plan ? std::round(10.0 * plan->change.db()) / 10.0
                                        : unknown;
        std::string& list = inputs[change_db];
        list += fmt::format("{}{}", list.empty() ? "" : ", ", c + 1);
    }
    for (const auto& [change_db, list] : inputs) {
        const std::string what = change_db == unknown     ? "keep playing"
                                 : change_db == elsewhere ? "see CLIP BEFORE"
                                                          : preamp_step(Gain::from_db(change_db));
        add_wrapped(lines,
                    fmt::format("{:<14} input{} {}", what,
                                list.find(',') == std::string::npos ? "" : "s", list),
                    width);
    }
    return lines;
}

/// Lamps and advice: what stands under the meters.
std::vector<std::string>
lines_below(const live::Picture& picture, bool is_brief, int width, const TextOptions& options) {
    std::vector<std::string> lines = lamp_lines(picture, is_brief, width, options);
    for (std::string& line : advice_lines(picture, width)) {
        lines.push_back(std::move(line));
    }
    return lines;
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
    if (advice.is_cut_off) {
        return "turn down in front of the stage that clips, then start a new practice run: how "
               "high its peaks would have gone isn't known";
    }
    if (!advice.plan) {
        return fmt::format("keep playing: {:.0f} s more", std::ceil(advice.missing().value()));
    }
    const take::GainPlan& plan = *advice.plan;
    const take::Prediction expected = plan.prediction + plan.next.allowance;
    const std::string setting =
        advice.setting_words.empty() ? "" : fmt::format(" ({})", advice.setting_words);
    return fmt::format(
        "{}{}: the take's peak is expected at {:.1f} dBFS ({:.1f} to {:.1f}), odds of "
        "clipping {:.1f} % now, {:.1f} % then",
        preamp_advice(plan.change), setting, expected.expected.db(), expected.low.db(),
        expected.high.db(), 100.0 * plan.clip_odds_before, 100.0 * plan.clip_odds_after);
}

std::optional<ballistics::Kind> meter_of_key(char key) noexcept {
    const int number = key - 'a';
    return number >= 0 && number < static_cast<int>(ballistics::kinds)
               ? std::optional(static_cast<ballistics::Kind>(number))
               : std::nullopt;
}

std::vector<std::string> live_screen(const live::Picture& picture,
                                     const LiveFacts& facts,
                                     ScreenView& view,
                                     const TextOptions& options) {
    const int width = options.width > 0 ? options.width : 80;
    const std::vector<std::string> rows = view.chooses
                                              ? meter_list(picture, width)
                                              : meter_rows(picture, view.k_zero, width, options);
    // The head and the line of keys always; meters next; then as much of the rest as fits.
    const int total = static_cast<int>(rows.size());
    const int room = view.height > 0 ? std::max(0, view.height - 2) : total + 1'000'000;
    const int least = std::min({total, fewest_rows, room});
    std::vector<std::string> below = lines_below(picture, false, width, options);
    if (least + static_cast<int>(below.size()) > room) {
        below = lines_below(picture, true, width, options);
    }
    const int kept = std::clamp(room - least, 0, static_cast<int>(below.size()));
    const int visible = std::min(total, room - kept);
    view.first_row = std::clamp(view.first_row, 0, total - visible);
    std::vector<std::string> lines{inked(cut(head(picture, facts), width), Ink::strong, options)};
    lines.insert(lines.end(), rows.begin() + view.first_row,
                 rows.begin() + view.first_row + visible);
    lines.insert(lines.end(), below.begin(), below.begin() + kept);
    std::string keys = view.chooses ? "letter: on or off   Enter: back"
                                    : "q end  c lamps out  n new run  m meters";
    if (visible < total) {
        keys = fmt::format("{}-{} of {}: arrows  ", view.first_row + 1, view.first_row + visible,
                           total) +
               keys;
    }
    lines.push_back(inked(cut(keys, width), Ink::dim, options));
    if (view.height > 0 && lines.size() > static_cast<std::size_t>(view.height)) {
        lines.resize(static_cast<std::size_t>(view.height)); // of one line: the head
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
    if (picture.recording_failure) {
        text += "; not recording: " + picture.recording_failure->what;
    }
    for (std::size_t c = 0; c < picture.lamps.size(); ++c) {
        if (picture.lamps[c].clips > 0) {
            text += fmt::format("; input {} {}", c + 1, lamp_text(picture.lamps[c]));
        }
    }
    if (const std::string cut = cut_off_text(picture, false); !cut.empty()) {
        text += fmt::format("; {}: {}", cut, cut_off_advice(picture));
    }
    if (const std::string glitches = lamp_text(picture.glitches); !glitches.empty()) {
        text += fmt::format("; {}: {}", glitches, glitch_advice(picture.glitches));
    }
    for (std::size_t c = 0; c < picture.advice.size(); ++c) {
        if (picture.advice[c].is_cut_off) {
            continue; // that was it
        }
        text += fmt::format("; input {}: {}", c + 1,
                            picture.advice[c].plan ? preamp_advice(picture.advice[c].plan->change)
                                                   : live_advice(picture.advice[c]));
    }
    return text;
}

/// Each once; what to do about it where the worst of them is of another kind than before.
std::string Speaker::glitches(const live::GlitchLamps& lamps) {
    live::GlitchLamps news = lamps;
    const auto leave_out = [](live::GlitchLamp& lamp, std::uint64_t& said) {
        said = std::min(said, lamp.count); // they were put out
        lamp.count -= said;
        said += lamp.count;
    };
    leave_out(news.dropouts, said_.dropouts.count);
    leave_out(news.repeated_buffers, said_.repeated_buffers.count);
    leave_out(news.clicks, said_.clicks.count);
    std::string text = lamp_text(news);
    if (!text.empty() && advised_.insert(worst_glitch(news).code).second) {
        text += ": " + glitch_advice(news);
    }
    return text;
}

/// Each input once; what to do about it the first time, and again after the lamps were put out.
std::string Speaker::cut_off(const live::Picture& picture) {
    live::Picture news;
    news.cut_off = picture.cut_off;
    news.cut_off_action = picture.cut_off_action;
    cut_off_.resize(picture.cut_off.size());
    const bool advised = std::ranges::find(cut_off_, true) != cut_off_.end();
    for (std::size_t c = 0; c < cut_off_.size(); ++c) {
        if (cut_off_[c]) {
            news.cut_off[c] = {};
        }
        cut_off_[c] = picture.cut_off[c].is_on();
    }
    const std::string text = cut_off_text(news, false);
    return text.empty() || advised ? text : text + ": " + cut_off_advice(news);
}

std::optional<std::string> Speaker::line(const live::Picture& picture) {
    constexpr Gain worth_saying = Gain::from_db(1.0);
    clips_.resize(picture.lamps.size());
    advice_.resize(picture.advice.size());
    std::string text;
    const auto say = [&](std::size_t c, const std::string& what) {
        text += fmt::format("{}input {} {}", text.empty() ? "" : ", ", c + 1, what);
    };
    for (std::size_t c = 0; c < picture.peak_dbfs.size(); ++c) {
        if (picture.lamps[c].clips > clips_[c]) {
            say(c, "clipped");
        } else if (picture.peak_dbfs[c] > above_.db()) {
            say(c, fmt::format("{:.1f}", picture.peak_dbfs[c]));
        }
        clips_[c] = picture.lamps[c].clips;
    }
    if (const std::string what = cut_off(picture); !what.empty()) {
        text += (text.empty() ? "" : ", ") + what;
    }
    if (const std::string what = glitches(picture.glitches); !what.empty()) {
        text += (text.empty() ? "" : ", ") + what;
    }
    for (std::size_t c = 0; c < picture.advice.size(); ++c) {
        const auto& plan = picture.advice[c].plan;
        const bool is_news =
            plan && !picture.advice[c].is_cut_off &&
            (!advice_[c] || std::abs((plan->change - *advice_[c]).db()) >= worth_saying.db());
        if (is_news) {
            say(c, preamp_advice(plan->change));
            advice_[c] = plan->change;
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
                 {"Cut off at", "dBFS"},
                 {"Preamp", "", false}});
    for (int c = 0; c < facts.channels; ++c) {
        const auto index = static_cast<std::size_t>(c);
        const live::ChannelAdvice& advice = last.advice[index];
        const live::CutOffLamp& cut_off = last.cut_off[index];
        table.add({{fmt::format("Input {}", c + 1)},
                   {figure(measurement.value(key::sample_peak, c))},
                   {figure(measurement.value(key::true_peak, c))},
                   {std::to_string(last.lamps[index].clips),
                    last.lamps[index].clips > 0 ? Ink::red : Ink::plain},
                   {cut_off.is_on() ? figure(cut_off.level.db()) : "",
                    cut_off.is_on() ? Ink::red : Ink::plain},
                   {cut_off.is_on() ? "turn down before it"
                    : advice.plan   ? preamp_step(advice.plan->change)
                                    : live_advice(advice)}});
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
    return text + finding_items(facts.findings, false, options);
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
    const auto last_s = [&](const auto& found) {
        return found.last
                   ? Json(static_cast<double>(found.last->first_frame) / facts.sample_rate.value())
                   : Json(nullptr);
    };
    json["dropouts"] = facts.glitches.dropouts.count;
    json["last_dropout_s"] = last_s(facts.glitches.dropouts);
    json["repeated_buffers"] = facts.glitches.repeated_buffers.count;
    json["last_repeated_buffer_s"] = last_s(facts.glitches.repeated_buffers);
    json["clicks"] = facts.glitches.clicks.count;
    json["last_click_s"] = last_s(facts.glitches.clicks);
    json["findings"] = findings_json(facts.findings);
    json["inputs"] = Json::array();
    for (int c = 0; c < facts.channels; ++c) {
        const auto index = static_cast<std::size_t>(c);
        const live::ClipLamp& lamp = last.lamps[index];
        const live::ChannelAdvice& advice = last.advice[index];
        const live::CutOffLamp& cut_off = last.cut_off[index];
        const auto told = [&](double value) {
            return cut_off.is_on() ? Json(value) : Json(nullptr);
        };
        Json input{{"sample_peak_dbfs", finite(measurement.value(key::sample_peak, c))},
                   {"true_peak_dbtp", finite(measurement.value(key::true_peak, c))},
                   {"clips", lamp.clips},
                   {"first_clip_s", lamp.clips > 0 ? Json(lamp.first.value()) : Json(nullptr)},
                   {"cut_off_peaks", cut_off.peaks},
                   {"first_cut_off_s", told(cut_off.first.value())},
                   {"cut_off_level_dbfs", told(cut_off.level.db())},
                   {"cut_off_depth_db", told(cut_off.depth.db())},
                   {"playing_s", advice.playing.value()}};
        input["gain_change_db"] = advice.plan ? finite(advice.plan->change.db()) : Json(nullptr);
        input["preamp_gain_db"] =
            advice.setting ? finite(advice.setting->gain.db()) : Json(nullptr);
        input["pad"] = advice.setting && advice.setting->pad
                           ? Json(advice.setting->pad->db() != 0.0 ? "in" : "out")
                           : Json(nullptr);
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
