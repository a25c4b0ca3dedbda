// SPDX-License-Identifier: MIT
// What every processor's prepare() checks and every ramp takes. Not a base class: processors share
// no interface but their verbs.
#pragma once

#include "audio/spec.h"
#include "audio/view.h"

#include <cmath>
#include <cstddef>
#include <stdexcept>

namespace gainstage::process {

/// Shorter is heard as a click on low notes, longer as a fade.
inline constexpr double ramp_s = 0.010;

/// Throws std::invalid_argument when a processor can't run with `spec`.
inline void require_usable(const audio::Spec& spec) {
    const bool rate_usable = spec.sample_rate >= audio::lowest_sample_rate &&
                             spec.sample_rate <= audio::highest_sample_rate;
    if (!rate_usable || spec.channels() < 1 || spec.channels() > audio::max_channels ||
        spec.max_frames < 1) {
        throw std::invalid_argument("a processor runs at 8 to 768 kHz, with 1 to 64 channels, in "
                                    "blocks of 1 frame or more");
    }
}

inline std::size_t frames_of(double duration_s, const audio::Spec& spec) {
    return static_cast<std::size_t>(std::lround(duration_s * spec.sample_rate.value()));
}

} // namespace gainstage::process
