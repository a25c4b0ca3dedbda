// SPDX-License-Identifier: MIT
#include "meter/correlation.h"

namespace gainstage::meter {

void Correlation::prepare(const audio::Spec&, const BridgeOptions&) {}

void Correlation::reset() noexcept { *this = {}; }

void Correlation::process(const Cell& cell) noexcept {
    if (cell.channels.size() < 2) {
        return;
    }
    product_ += cell.pair_product;
    left_squares_ += cell.channels[0].sum_of_squares;
    right_squares_ += cell.channels[1].sum_of_squares;
}

std::optional<double> Correlation::value() const noexcept {
    // Two roots, not the root of a product: the product of two small powers would be lost.
    const double scale = std::sqrt(left_squares_) * std::sqrt(right_squares_);
    return scale > 0.0 ? std::optional(std::clamp(product_ / scale, -1.0, 1.0)) : std::nullopt;
}

void Correlation::read(Measurement& into) const { into.set(correlation, value()); }

} // namespace gainstage::meter
