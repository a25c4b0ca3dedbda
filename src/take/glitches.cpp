// SPDX-License-Identifier: MIT
#include "take/glitches.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gainstage::take {
namespace {

constexpr std::size_t most_moments_named = 5; // in a sentence

/// "0:03.200, 0:07.914 and 34 more"
template <typename One>
std::string moments_of(const MomentsFound<One>& found, Hertz sample_rate) {
    std::string times;
    const std::size_t named = std::min(most_moments_named, found.first.size());
    for (std::size_t i = 0; i < named; ++i) {
        const double seconds =
            static_cast<double>(found.first[i].first_frame) / sample_rate.value();
        const int minutes = static_cast<int>(seconds / 60.0);
        times += fmt::format("{}{}:{:06.3f}", times.empty() ? "" : ", ", minutes,
                             seconds - 60.0 * minutes);
    }
    return times + (found.count > named ? fmt::format(" and {} more", found.count - named) : "");
}

} // namespace

void Glitches::prepare(const audio::Spec& spec) {
    interruptions_.prepare(spec);
    repeated_buffers_.prepare(spec);
    clicks_.prepare(spec);
}

void Glitches::reset() noexcept {
    interruptions_.reset();
    repeated_buffers_.reset();
    clicks_.reset();
}

void Glitches::process(audio::ConstAudioView block) noexcept {
    interruptions_.process(block);
    repeated_buffers_.process(block);
    clicks_.process(block);
}

GlitchesFound Glitches::found(bool over_is_safe) const {
    return {interruptions_.found(), repeated_buffers_.found(), clicks_.found(over_is_safe)};
}

void leave_out_clipped(ClicksFound& clicks, std::span<const Seconds> clipped, Hertz sample_rate) {
    constexpr double near_s = 0.005;
    const auto is_clipped = [&](const Click& click) {
        const double at_s = static_cast<double>(click.first_frame) / sample_rate.value();
        const auto next = std::ranges::lower_bound(clipped, Seconds{at_s - near_s});
        return next != clipped.end() && next->value() < at_s + near_s;
    };
    const bool loses_last = clicks.last && is_clipped(*clicks.last);
    const bool lists_all = clicks.first.size() == clicks.count;
    clicks.count -= std::erase_if(clicks.first, is_clipped);
    if (loses_last || lists_all) { // of those not listed, the latest isn't known
        clicks.last = clicks.first.empty() ? std::nullopt : std::optional(clicks.first.back());
    }
}

void add_facts(const GlitchesFound& found, verdict::Facts& facts) {
    facts["dropouts"] = static_cast<double>(found.dropouts.count);
    facts["repeated_buffers"] = static_cast<double>(found.repeated_buffers.count);
    facts["clicks"] = static_cast<double>(found.clicks.count);
}

void add_words(const GlitchesFound& found, Hertz sample_rate, verdict::Words& words) {
    words["dropout_times"] = moments_of(found.dropouts, sample_rate);
    words["repeat_times"] = moments_of(found.repeated_buffers, sample_rate);
    words["click_times"] = moments_of(found.clicks, sample_rate);
}

} // namespace gainstage::take
