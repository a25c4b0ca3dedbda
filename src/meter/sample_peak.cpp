// SPDX-License-Identifier: MIT
#include "meter/sample_peak.h"

namespace gainstage::meter {

void SamplePeak::prepare(const audio::Spec& spec, const BridgeOptions&) {
    peaks_.assign(static_cast<std::size_t>(spec.channels()), 0.0f);
}

void SamplePeak::reset() noexcept { std::ranges::fill(peaks_, 0.0f); }

void SamplePeak::process(const Cell& cell) noexcept {
    for (std::size_t c = 0; c < peaks_.size(); ++c) {
        peaks_[c] = std::max(peaks_[c], cell.channels[c].sample_peak);
    }
}

Dbfs SamplePeak::value() const noexcept {
    return Dbfs::from_amplitude(static_cast<double>(*std::ranges::max_element(peaks_)));
}

Dbfs SamplePeak::channel(int index) const noexcept {
    return Dbfs::from_amplitude(static_cast<double>(peaks_[static_cast<std::size_t>(index)]));
}

void SamplePeak::read(Measurement& into) const {
    into.set(sample_peak, value().db());
    for (int c = 0; c < into.layout.channels(); ++c) {
        into.set(sample_peak, channel(c).db(), c);
    }
}

} // namespace gainstage::meter
