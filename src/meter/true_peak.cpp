// SPDX-License-Identifier: MIT
#include "meter/true_peak.h"

namespace gainstage::meter {

void TruePeak::prepare(const audio::Spec& spec, const BridgeOptions&) {
    sample_rate_ = spec.sample_rate;
    peaks_.assign(static_cast<std::size_t>(spec.channels()), 0.0f);
}

void TruePeak::reset() noexcept {
    std::ranges::fill(peaks_, 0.0f);
    largest_ = 0.0f;
    at_frame_ = 0;
}

void TruePeak::process(const Cell& cell) noexcept {
    for (std::size_t c = 0; c < peaks_.size(); ++c) {
        const float peak = cell.channels[c].true_peak;
        peaks_[c] = std::max(peaks_[c], peak);
        if (peak > largest_) {
            largest_ = peak;
            const auto at =
                static_cast<std::int64_t>(cell.first_frame) + cell.channels[c].true_peak_frame;
            at_frame_ = static_cast<std::uint64_t>(std::max<std::int64_t>(at, 0));
        }
    }
}

Dbtp TruePeak::value() const noexcept {
    return Dbtp::from_amplitude(static_cast<double>(largest_));
}

Dbtp TruePeak::channel(int index) const noexcept {
    return Dbtp::from_amplitude(static_cast<double>(peaks_[static_cast<std::size_t>(index)]));
}

void TruePeak::read(Measurement& into) const {
    into.set(true_peak, value().db());
    for (int c = 0; c < into.layout.channels(); ++c) {
        into.set(true_peak, channel(c).db(), c);
    }
    into.set(true_peak_at,
             largest_ > 0.0f ? std::optional(static_cast<double>(at_frame_) / sample_rate_.value())
                             : std::nullopt);
}

} // namespace gainstage::meter
