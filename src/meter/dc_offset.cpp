// SPDX-License-Identifier: MIT
#include "meter/dc_offset.h"

namespace gainstage::meter {

void DcOffset::prepare(const audio::Spec& spec, const BridgeOptions&) {
    sums_.assign(static_cast<std::size_t>(spec.channels()), 0.0);
}

void DcOffset::reset() noexcept {
    frames_ = 0;
    std::ranges::fill(sums_, 0.0);
}

void DcOffset::process(const Cell& cell) noexcept {
    frames_ += cell.frames();
    for (std::size_t c = 0; c < sums_.size(); ++c) {
        sums_[c] += cell.channels[c].sum;
    }
}

std::optional<double> DcOffset::value() const noexcept {
    std::optional<double> largest;
    for (int c = 0; c < static_cast<int>(sums_.size()); ++c) {
        const auto mean = channel(c);
        if (mean && (!largest || std::abs(*mean) > std::abs(*largest))) {
            largest = mean;
        }
    }
    return largest;
}

std::optional<double> DcOffset::channel(int index) const noexcept {
    return frames_ > 0 ? std::optional(sums_[static_cast<std::size_t>(index)] /
                                       static_cast<double>(frames_))
                       : std::nullopt;
}

void DcOffset::read(Measurement& into) const {
    into.set(dc_offset, value());
    for (int c = 0; c < into.layout.channels(); ++c) {
        into.set(dc_offset, channel(c), c);
    }
}

} // namespace gainstage::meter
