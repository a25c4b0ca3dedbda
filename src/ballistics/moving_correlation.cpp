// SPDX-License-Identifier: MIT
#include "ballistics/moving_correlation.h"

#include <algorithm>
#include <cmath>

namespace gainstage::ballistics {

void MovingCorrelation::prepare(Hertz sample_rate) {
    const double time_constant_s = correlation_rise.value() / -std::log(0.01);
    step_ = -std::expm1(-1.0 / (time_constant_s * sample_rate.value()));
    reset();
}

void MovingCorrelation::reset() noexcept { product_ = left_square_ = right_square_ = 0.0; }

void MovingCorrelation::process(std::span<const float> left,
                                std::span<const float> right) noexcept {
    double product = product_; // state to locals, back once
    double left_square = left_square_;
    double right_square = right_square_;
    for (std::size_t n = 0; n < left.size(); ++n) {
        const auto l = static_cast<double>(left[n]);
        const auto r = static_cast<double>(right[n]);
        product += step_ * (l * r - product);
        left_square += step_ * (l * l - left_square);
        right_square += step_ * (r * r - right_square);
    }
    product_ = product;
    left_square_ = left_square;
    right_square_ = right_square;
}

std::optional<double> MovingCorrelation::value() const noexcept {
    constexpr double least = 1e-10; // -100 dBFS
    if (left_square_ < least || right_square_ < least) {
        return std::nullopt;
    }
    // Two roots, not the root of a product: that could overflow.
    return std::clamp(product_ / (std::sqrt(left_square_) * std::sqrt(right_square_)), -1.0, 1.0);
}

} // namespace gainstage::ballistics
