// SPDX-License-Identifier: MIT
#include "dsp/box_smoother.h"

#include <algorithm>

namespace gainstage::dsp {
namespace {
constexpr double one =
    268435456.0; // 2^28: 8 bits finer than a 20-bit step, and three boxes still fit 63 bits
}

void BoxSmoother::prepare(std::size_t length) {
    // Boxes of a, b and c values make an FIR of a + b + c - 2.
    std::size_t left = std::clamp<std::size_t>(length, 1, max_length) + 2;
    double product = 1.0;
    for (std::size_t n = 0; n < boxes_.size(); ++n) {
        const std::size_t size = left / (boxes_.size() - n);
        left -= size;
        boxes_[n].last.assign(size, 0);
        product *= static_cast<double>(size);
    }
    scale_ = 1.0 / (one * product);
    reset();
}

void BoxSmoother::reset() noexcept {
    for (Box& box : boxes_) {
        std::ranges::fill(box.last, 0);
        box.place = 0;
        box.sum = 0;
    }
}

std::size_t BoxSmoother::length() const noexcept {
    return boxes_[0].last.size() + boxes_[1].last.size() + boxes_[2].last.size() - 2;
}

bool BoxSmoother::is_clear() const noexcept {
    // Nothing is negative: a sum of 0 means that every value in it is 0.
    return boxes_[0].sum == 0 && boxes_[1].sum == 0 && boxes_[2].sum == 0;
}

void BoxSmoother::process(std::span<float> values) noexcept {
    std::array<std::int64_t*, 3> last{};
    std::array<std::size_t, 3> size{};
    std::array<std::size_t, 3> place{};
    std::array<std::int64_t, 3> sum{};
    for (std::size_t n = 0; n < 3; ++n) {
        last[n] = boxes_[n].last.data();
        size[n] = boxes_[n].last.size();
        place[n] = boxes_[n].place;
        sum[n] = boxes_[n].sum;
    }
    for (float& value : values) {
        const double scaled = static_cast<double>(value) * one;
        std::int64_t x = static_cast<std::int64_t>(scaled);
        x += static_cast<double>(x) < scaled
                 ? 1
                 : 0; // up: a gain made of it is never above what was asked
        for (std::size_t n = 0; n < 3; ++n) {
            sum[n] += x - last[n][place[n]];
            last[n][place[n]] = x;
            place[n] = place[n] + 1 == size[n] ? 0 : place[n] + 1;
            x = sum[n];
        }
        value = static_cast<float>(static_cast<double>(x) * scale_);
    }
    for (std::size_t n = 0; n < 3; ++n) {
        boxes_[n].place = place[n];
        boxes_[n].sum = sum[n];
    }
}

} // namespace gainstage::dsp
