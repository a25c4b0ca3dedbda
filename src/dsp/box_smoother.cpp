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

void BoxSmoother::Box::process(std::span<std::int64_t> values) noexcept {
    std::int64_t running = sum;
    while (!values.empty()) { // in stretches that the ring holds in one piece
        const std::size_t count = std::min(values.size(), last.size() - place);
        std::int64_t* const ring = last.data() + place;
        for (std::size_t n = 0; n < count; ++n) {
            const std::int64_t value = values[n];
            running += value - ring[n];
            ring[n] = value;
            values[n] = running;
        }
        place = place + count == last.size() ? 0 : place + count;
        values = values.subspan(count);
    }
    sum = running;
}

void BoxSmoother::process(std::span<float> values) noexcept {
    std::array<std::int64_t, 256> integers;
    while (!values.empty()) {
        const auto part = values.first(std::min(values.size(), integers.size()));
        for (std::size_t n = 0; n < part.size(); ++n) {
            const double scaled = static_cast<double>(part[n]) * one;
            const auto down = static_cast<std::int64_t>(scaled);
            // Up: a gain made of it is never above what was asked for.
            integers[n] = down + (static_cast<double>(down) < scaled ? 1 : 0);
        }
        for (Box& box : boxes_) {
            box.process(std::span(integers).first(part.size()));
        }
        for (std::size_t n = 0; n < part.size(); ++n) {
            part[n] = static_cast<float>(static_cast<double>(integers[n]) * scale_);
        }
        values = values.subspan(part.size());
    }
}

} // namespace gainstage::dsp
