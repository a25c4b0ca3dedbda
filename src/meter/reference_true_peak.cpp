// SPDX-License-Identifier: MIT
#include "meter/reference_true_peak.h"

#include "audio/denormal_guard.h"
#include "meter/front_end.h"

namespace gainstage::meter {

void ReferenceTruePeak::prepare(const audio::Spec& spec) {
    channels_.assign(static_cast<std::size_t>(spec.channels()), dsp::DensePeak{});
}

void ReferenceTruePeak::reset() noexcept {
    for (dsp::DensePeak& channel : channels_) {
        channel.reset();
    }
}

void ReferenceTruePeak::process(audio::ConstAudioView block) noexcept {
    const audio::DenormalGuard guard;
    std::array<float, 512> finite;
    for (std::size_t c = 0; c < channels_.size(); ++c) {
        auto rest = block.channel(static_cast<int>(c));
        while (!rest.empty()) {
            const std::size_t frames = std::min(rest.size(), finite.size());
            for (std::size_t n = 0; n < frames; ++n) {
                finite[n] = std::abs(rest[n]) <= FrontEnd::largest_sample
                                ? rest[n]
                                : 0.0f; // NaN compares false
            }
            channels_[c].process(std::span(finite).first(frames));
            rest = rest.subspan(frames);
        }
    }
}

Dbtp ReferenceTruePeak::value() const noexcept {
    float largest = 0.0f;
    for (const dsp::DensePeak& channel : channels_) {
        largest = std::max(largest, channel.peak());
    }
    return Dbtp::from_amplitude(static_cast<double>(largest));
}

Dbtp ReferenceTruePeak::channel(int index) const noexcept {
    return Dbtp::from_amplitude(
        static_cast<double>(channels_[static_cast<std::size_t>(index)].peak()));
}

} // namespace gainstage::meter
