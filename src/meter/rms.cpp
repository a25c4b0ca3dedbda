// SPDX-License-Identifier: MIT
#include "meter/rms.h"

#include <numeric>

namespace gainstage::meter {

namespace {

DbfsRmsMath level(double sum_of_squares, double samples) {
    return samples > 0.0 ? DbfsRmsMath::from_amplitude(std::sqrt(sum_of_squares / samples))
                         : DbfsRmsMath::silence();
}

} // namespace

void Rms::prepare(const audio::Spec& spec, const BridgeOptions&) {
    sums_of_squares_.assign(static_cast<std::size_t>(spec.channels()), 0.0);
}

void Rms::reset() noexcept {
    frames_ = 0;
    std::ranges::fill(sums_of_squares_, 0.0);
}

void Rms::process(const Cell& cell) noexcept {
    frames_ += cell.frames();
    for (std::size_t c = 0; c < sums_of_squares_.size(); ++c) {
        sums_of_squares_[c] += cell.channels[c].sum_of_squares;
    }
}

DbfsRmsMath Rms::value() const noexcept {
    const double all = std::accumulate(sums_of_squares_.begin(), sums_of_squares_.end(), 0.0);
    return level(all, static_cast<double>(frames_) * static_cast<double>(sums_of_squares_.size()));
}

DbfsRmsMath Rms::channel(int index) const noexcept {
    return level(sums_of_squares_[static_cast<std::size_t>(index)], static_cast<double>(frames_));
}

void Rms::read(Measurement& into) const {
    into.set(rms, value().db());
    into.set(rms_aes17, to_aes17(value()).db());
    for (int c = 0; c < into.layout.channels(); ++c) {
        into.set(rms, channel(c).db(), c);
        into.set(rms_aes17, to_aes17(channel(c)).db(), c);
    }
}

} // namespace gainstage::meter
