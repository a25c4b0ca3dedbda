// SPDX-License-Identifier: MIT
#include "report/figures.h"

#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <vector>

namespace gainstage::report {
namespace {

constexpr std::string_view minus = "\u2212";

std::string fixed(double value, int decimals) {
    std::string text = fmt::format("{:.{}f}", value, decimals);
    const bool is_zero = text.find_first_of("123456789") == std::string::npos;
    return is_zero && text.front() == '-' ? text.substr(1) : text;
}

std::string with_minus(std::string text) {
    return !text.empty() && text.front() == '-' ? std::string(minus) + text.substr(1) : text;
}

/// As few decimals as the value needs, at most `decimals`.
std::string trimmed(double value, int decimals) {
    std::string text = fixed(value, decimals);
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') {
            text.pop_back();
        }
    }
    return text;
}

/// "up 6 dB"; empty for a step that no knob can make.
std::string knob_step(Gain change) {
    const std::string step = trimmed(std::abs(change.db()), 1);
    if (step == "0" || !std::isfinite(change.db())) {
        return "";
    }
    return fmt::format("{} {} dB", change.db() > 0.0 ? "up" : "down", step);
}

} // namespace

std::string figure(std::optional<double> value, int decimals, bool unicode) {
    if (!value || std::isnan(*value)) {
        return unicode ? "\u2014" : "n/a";
    }
    if (std::isinf(*value)) {
        return *value < 0.0 ? "-inf" : "inf";
    }
    return fixed(*value, decimals);
}

std::string typeset(std::optional<double> value, int decimals) {
    if (value && std::isinf(*value)) {
        return *value < 0.0 ? std::string(minus) + "\u221E" : "\u221E";
    }
    return with_minus(figure(value, decimals));
}

std::string with_minus_signs(std::string_view text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    constexpr std::string_view before_a_number = " (+/";
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool opens = at == 0 || before_a_number.find(text[at - 1]) != std::string_view::npos;
        const bool is_minus =
            text[at] == '-' && opens && at + 1 < text.size() && is_digit(text[at + 1]);
        out += is_minus ? minus : text.substr(at, 1);
    }
    return out;
}

std::string gain_text(Gain gain, int decimals) {
    if (gain == Gain::mute()) {
        return "muted";
    }
    const std::string text = fixed(gain.db(), decimals);
    const bool raises = text.front() != '-' && text.find_first_of("123456789") != std::string::npos;
    return (raises ? "+" : "") + text + " dB";
}

std::string typeset_gain(Gain gain, int decimals) { return with_minus(gain_text(gain, decimals)); }

std::string full_precision(double value) {
    if (std::isnan(value)) {
        return "";
    }
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return {buffer.data(), end.ptr};
}

std::string clock(Seconds time, int decimals) {
    if (!std::isfinite(time.value()) || time.value() < 0.0) {
        return "0:00";
    }
    // Rounded first, so that 59.96 s is 1:00.0 and not 0:60.0.
    const double unit = std::pow(10.0, decimals);
    const double rounded_s = std::round(time.value() * unit) / unit;
    const double minutes = std::floor(rounded_s / 60.0);
    const double seconds = rounded_s - 60.0 * minutes;
    const int width = decimals > 0 ? 3 + decimals : 2;
    const std::string end = fmt::format("{:0{}.{}f}", seconds, width, decimals);
    if (minutes < 60.0) {
        return fmt::format("{:.0f}:{}", minutes, end);
    }
    const double hours = std::floor(minutes / 60.0);
    return fmt::format("{:.0f}:{:02.0f}:{}", hours, minutes - 60.0 * hours, end);
}

const char* gating_name(const meter::Measurement& measured) noexcept {
    return measured.exact_gating ? "exact" : "bins of 0.01 dB";
}

std::string rate(Hertz sample_rate) { return trimmed(sample_rate.value() / 1000.0, 3) + " kHz"; }

std::optional<double> as_aes17(std::optional<double> mathematical_rms_dbfs) {
    if (!mathematical_rms_dbfs) {
        return std::nullopt;
    }
    return to_aes17(DbfsRmsMath{*mathematical_rms_dbfs}).db();
}

std::string preamp_advice(Gain change) {
    const std::string step = knob_step(change);
    return step.empty() ? "leave the preamp as it is" : "turn the preamp " + step;
}

std::string preamp_step(Gain change) {
    const std::string step = knob_step(change);
    return step.empty() ? "leave it" : "turn " + step;
}

std::string_view name(take::ClippingKind kind) noexcept {
    switch (kind) {
    case take::ClippingKind::digital:
        return "digital";
    case take::ClippingKind::analogue:
        return "analogue";
    case take::ClippingKind::earlier:
        return "earlier";
    }
    return "";
}

std::string_view meaning(verdict::Zone zone) noexcept {
    switch (zone) {
    case verdict::Zone::noise:
        return "too quiet";
    case verdict::Zone::target:
        return "on target";
    case verdict::Zone::hot:
        return "hot";
    case verdict::Zone::clip:
        return "clips";
    }
    return "";
}

std::string pan_text(double pan) {
    const std::string percent = fixed(std::abs(pan) * 100.0, 0);
    if (percent == "0" || !std::isfinite(pan)) {
        return "centre";
    }
    return fmt::format("{} % {}", percent, pan < 0.0 ? "left" : "right");
}

std::string sentence(std::string_view text) {
    std::string out(text);
    if (out.empty()) {
        return out;
    }
    const std::string_view first_word = text.substr(0, text.find(' '));
    const bool is_name = first_word.find('.') < first_word.size() - 1; // not at its end
    if (out.front() >= 'a' && out.front() <= 'z' && !is_name) {
        out.front() = static_cast<char>(out.front() - 'a' + 'A');
    }
    constexpr std::string_view ends = ".!?:";
    return ends.find(out.back()) == std::string_view::npos ? out + "." : out;
}

SpecCheck check(const master::Master& master) {
    constexpr double reading_margin_db = 0.01; // what the 16x reference may read over the ceiling
    // -23.0 - 0.2 is not a double, and -1.0 + 0.01 neither: the edges are inside.
    constexpr double rounding_db = 1e-9;
    const verdict::Medium& medium = master.medium;
    const auto loudness = master.after.value(key::integrated);
    const auto short_term = master.after.value(key::max_short_term);
    std::vector<std::string> off;
    SpecCheck spec;
    if (!medium.loudness.is_silent() && (!loudness || !std::isfinite(*loudness))) {
        off.emplace_back("too quiet to have a loudness");
    } else if (!medium.loudness.is_silent()) { // a medium may ask for none
        const double over_lu = *loudness - medium.loudness.db();
        if (std::abs(over_lu) > medium.tolerance.db() + rounding_db) {
            off.push_back(fmt::format("{} LU too {}", fixed(std::abs(over_lu), 2),
                                      over_lu < 0.0 ? "quiet" : "loud"));
        }
    }
    if (medium.max_short_term && short_term &&
        *short_term > medium.max_short_term->db() + rounding_db) {
        off.push_back(fmt::format("short-term loudness {} LU over its limit",
                                  fixed(*short_term - medium.max_short_term->db(), 2)));
    }
    spec.loudness_met = off.empty();
    const double over_db = master.true_peak_16x.db() - medium.ceiling.db();
    spec.ceiling_met = !(over_db > reading_margin_db + rounding_db);
    if (!spec.ceiling_met) {
        off.push_back(fmt::format("{} dB over the ceiling", fixed(over_db, 2)));
    }
    spec.words = off.empty() ? "in spec" : fmt::format("{}", fmt::join(off, ", "));
    return spec;
}

} // namespace gainstage::report
