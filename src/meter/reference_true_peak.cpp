// SPDX-License-Identifier: MIT
#include "meter/reference_true_peak.h"

#include "audio/denormal_guard.h"
#include "meter/cell_analyser.h"

namespace gainstage::meter {

void ReferenceTruePeak::prepare(const audio::Spec& spec) {
    const Channel channel{dsp::TruePeakDetector(dsp::TruePeakDetector::proof_taps)};
    channels_.assign(static_cast<std::size_t>(spec.channels()), channel);
}

void ReferenceTruePeak::reset() noexcept {
    for (Channel& channel : channels_) {
        channel.detector.reset();
        channel.peak = 0.0f;
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
                finite[n] = std::abs(rest[n]) <= CellAnalyser::largest_sample
                                ? rest[n]
                                : 0.0f; // NaN compares false
            }
            Channel& channel = channels_[c];
            channel.peak = std::max(
                channel.peak, channel.detector.peak(std::span(finite).first(frames), channel.peak));
            rest = rest.subspan(frames);
        }
    }
}

float ReferenceTruePeak::Channel::peak_to_the_end() const {
    dsp::TruePeakDetector copy = detector;
    return std::max(peak, copy.flush(peak).magnitude);
}

Dbtp ReferenceTruePeak::value() const {
    float largest = 0.0f;
    for (const Channel& channel : channels_) {
        largest = std::max(largest, channel.peak_to_the_end());
    }
    return Dbtp::from_amplitude(static_cast<double>(largest));
}

Dbtp ReferenceTruePeak::channel(int index) const {
    return Dbtp::from_amplitude(
        static_cast<double>(channels_[static_cast<std::size_t>(index)].peak_to_the_end()));
}

} // namespace gainstage::meter
