// SPDX-License-Identifier: MIT
#include "process/trim.h"

#include "process/prepare.h"

namespace gainstage::process {

void Trim::prepare(const audio::Spec& spec) {
    require_usable(spec);
    ramp_.prepare(frames_of(ramp_s, spec));
    factors_.assign(static_cast<std::size_t>(spec.max_frames), 0.0f);
    reset();
}

void Trim::reset() noexcept { ramp_.reset(target_lin_.load(std::memory_order_relaxed)); }

void Trim::set_gain(Gain gain) noexcept {
    target_lin_.store(static_cast<float>(gain.to_amplitude_ratio()), std::memory_order_relaxed);
}

void Trim::process(audio::AudioView block) noexcept {
    ramp_.set_target(target_lin_.load(std::memory_order_relaxed));
    if (ramp_.is_moving()) {
        const std::span<float> factors = std::span(factors_).first(block.frames());
        ramp_.fill(factors);
        for (int c = 0; c < block.channels(); ++c) {
            const std::span<float> samples = block.channel(c);
            for (std::size_t n = 0; n < samples.size(); ++n) {
                samples[n] *= factors[n];
            }
        }
        return;
    }
    const float factor = ramp_.target();
    if (factor == 1.0f) {
        return;
    }
    for (int c = 0; c < block.channels(); ++c) {
        for (float& sample : block.channel(c)) {
            sample *= factor;
        }
    }
}

} // namespace gainstage::process
