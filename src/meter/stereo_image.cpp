// SPDX-License-Identifier: MIT
#include "meter/stereo_image.h"

namespace gainstage::meter {

namespace {

constexpr double rounding = 1e-15; // of a difference of two sums of the same size: -150 dB

} // namespace

void StereoImage::prepare(const audio::Spec&, const BridgeOptions&) {}

void StereoImage::reset() noexcept { *this = {}; }

void StereoImage::process(const Cell& cell) noexcept {
    if (cell.channels.size() < 2) {
        return;
    }
    left_squares_ += cell.channels[0].sum_of_squares;
    right_squares_ += cell.channels[1].sum_of_squares;
    product_ += cell.pair_product;
}

void StereoImage::read(Measurement& into) const {
    const double both = left_squares_ + right_squares_;
    const auto part = [both](double squares) { return squares > rounding * both ? squares : 0.0; };
    const double middle = part(both + 2.0 * product_); // four times its power
    const double sides = part(both - 2.0 * product_);
    std::optional<double> balance_value;
    std::optional<double> width_value;
    std::optional<double> loss_value;
    if (left_squares_ > 0.0 && right_squares_ > 0.0) {
        balance_value = 10.0 * (std::log10(left_squares_) - std::log10(right_squares_));
    }
    if (middle > 0.0) {
        width_value = std::sqrt(sides / middle);
    }
    if (both > 0.0) {
        loss_value = 10.0 * std::log10(middle / (2.0 * both)); // -inf where nothing is left
    }
    into.set(balance, balance_value);
    into.set(stereo_width, width_value);
    into.set(mono_loss, loss_value);
}

} // namespace gainstage::meter
