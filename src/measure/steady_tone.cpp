// SPDX-License-Identifier: MIT
#include "measure/steady_tone.h"

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>

namespace gainstage::measure {
namespace {

constexpr double part_s = 0.1;  // how finely its beginning, end and steadiness are looked at
constexpr double least_s = 0.5; // as tone.h asks for

/// AES17 level of each whole tenth of a second.
std::vector<double> levels_db(std::span<const float> samples, std::size_t part) {
    std::vector<double> levels;
    for (std::size_t from = 0; from + part <= samples.size(); from += part) {
        double sum = 0.0;
        for (const float x : samples.subspan(from, part)) {
            sum += static_cast<double>(x) * static_cast<double>(x);
        }
        levels.push_back(10.0 * std::log10(2.0 * sum / static_cast<double>(part)));
    }
    return levels;
}

/// How often it goes up through zero in a second; it may not fall back by noise within a quarter of
/// its peak.
double crossings_hz(std::span<const float> samples, double rate_hz) {
    float peak = 0.0f;
    for (const float x : samples) {
        peak = std::max(peak, std::abs(x));
    }
    std::size_t count = 0;
    std::size_t first = 0;
    std::size_t last = 0;
    bool is_low = false;
    for (std::size_t n = 0; n < samples.size(); ++n) {
        if (samples[n] < -0.25f * peak) {
            is_low = true;
        } else if (is_low && samples[n] > 0.25f * peak) {
            is_low = false;
            first = count == 0 ? n : first;
            last = n;
            ++count;
        }
    }
    return count < 2 ? 0.0
                     : static_cast<double>(count - 1) * rate_hz / static_cast<double>(last - first);
}

/// Does it touch full scale again and again?
bool touches_full_scale(std::span<const float> samples) {
    constexpr float full_scale = 0.9999f; // three steps of 16 bits under it
    return std::ranges::count_if(samples, [](float x) { return std::abs(x) >= full_scale; }) >= 2;
}

/// Its overtones, as power over the tone's.
Gain harmonics(std::span<const float> samples, Hertz sample_rate, const Tone& tone) {
    double power = 0.0;
    for (const double order : {2.0, 3.0, 5.0}) {
        const Hertz overtone{order * tone.frequency.value()};
        if (overtone.value() < 0.45 * sample_rate.value()) {
            const Tone found = find_tone(samples, sample_rate, overtone);
            power += found.over_rest.db() > -60.0 ? std::pow(10.0, found.level.db() / 10.0) : 0.0;
        }
    }
    return Gain::from_power_ratio(power / std::pow(10.0, tone.level.db() / 10.0));
}

Error wrong(const std::string& where, std::string what, std::string action) {
    return {ErrorKind::unreadable, where, std::move(what), std::move(action)};
}

/// Not the tone that was asked for: which, if it is one.
Error not_the_tone(std::span<const float> samples,
                   Hertz sample_rate,
                   Hertz nominal,
                   const std::string& where) {
    const double heard_hz = crossings_hz(samples, sample_rate.value());
    if (heard_hz > 10.0 && heard_hz < 0.45 * sample_rate.value()) {
        const Tone other = find_tone(samples, sample_rate, Hertz{heard_hz});
        if (other.over_rest.db() >= tone_over_rest_min_db) {
            return wrong(
                where,
                fmt::format("holds a tone of {:.1f} Hz, not of {:g} Hz", other.frequency.value(),
                            nominal.value()),
                fmt::format("say --tone {:.0f}, if that is the one", other.frequency.value()));
        }
    }
    return wrong(where, fmt::format("holds no tone of {:g} Hz", nominal.value()),
                 "record one for some seconds, and nothing else");
}

} // namespace

Result<Tone> steady_tone(const ToneRecording& recording, Hertz nominal, const std::string& where) {
    const double rate_hz = recording.sample_rate.value();
    if (!(nominal.value() >= 10.0 && nominal.value() < 0.45 * rate_hz)) {
        return wrong(where, fmt::format("of {:g} Hz can't hold {:g} Hz", rate_hz, nominal.value()),
                     "use a tone from 10 Hz to 0.45 of the sample rate");
    }
    const auto part = static_cast<std::size_t>(std::max(1.0, std::round(part_s * rate_hz)));
    const std::vector<double> levels = levels_db(recording.samples, part);
    const double loudest_db = levels.empty() ? -1000.0 : *std::ranges::max_element(levels);
    if (!(loudest_db > tone_least_dbfs)) {
        return wrong(where, "is silent: no tone was recorded",
                     "check that the tone runs and the input's channel is the one recorded");
    }
    // Without what is before and after it, and the parts in which it begins and ends.
    const auto sounds = [&](double level_db) { return level_db > loudest_db - 6.0; };
    const auto first = std::ranges::find_if(levels, sounds);
    const auto last = std::find_if(levels.rbegin(), levels.rend(), sounds).base();
    const bool has_start = first != levels.begin();
    const bool has_end = last != levels.end();
    const std::vector<double> steady(
        first + (has_start ? 1 : 0),
        std::max(first + (has_start ? 1 : 0), last - (has_end ? 1 : 0)));
    if (static_cast<double>(steady.size()) * part_s < least_s - 1e-9) {
        return wrong(where, "holds a tone of less than half a second",
                     "record it for some seconds");
    }
    const auto from = static_cast<std::size_t>(first - levels.begin()) + (has_start ? 1 : 0);
    const auto samples = std::span(recording.samples).subspan(from * part, steady.size() * part);
    if (touches_full_scale(samples)) {
        return wrong(where, "is clipped: the tone touches full scale",
                     "turn tone or gain down and record it again");
    }
    const Tone tone = find_tone(samples, recording.sample_rate, nominal);
    if (tone.level.is_silent() || tone.over_rest.db() < 0.0 ||
        std::abs(tone.frequency.value() / nominal.value() - 1.0) > tone_frequency_tolerance) {
        return not_the_tone(samples, recording.sample_rate, nominal, where);
    }
    const auto [low, high] = std::ranges::minmax_element(steady);
    if (*high - *low > tone_fluctuation_max_db) {
        return wrong(where, fmt::format("fluctuates by {:.1f} dB", *high - *low),
                     "record a steady tone, without fades, compressors or a loose plug");
    }
    if (tone.over_rest.db() < tone_over_rest_min_db) {
        const Gain overtones = harmonics(samples, recording.sample_rate, tone);
        if (overtones.db() > -tone.over_rest.db() - 6.0) { // a quarter of what isn't the tone
            return wrong(
                where,
                fmt::format("is clipped or distorted: the tone's overtones lie only {:.1f} "
                            "dB under it",
                            -overtones.db()),
                "turn tone or gain down and record it again");
        }
        return wrong(where,
                     fmt::format("is too noisy: the tone stands out by {:.1f} dB, not by {:.0f} dB",
                                 tone.over_rest.db(), tone_over_rest_min_db),
                     "send a stronger tone, or find the noise");
    }
    return tone;
}

} // namespace gainstage::measure
