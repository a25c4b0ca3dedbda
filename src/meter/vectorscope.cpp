// SPDX-License-Identifier: MIT
#include "meter/vectorscope.h"

#include <algorithm>
#include <array>

namespace gainstage::meter {

namespace {

constexpr int size = Vectorscope::size;
constexpr float least_range = 0x1p-12f; // -72 dBFS
constexpr std::uint64_t stride = 7;

std::size_t place(int column, int row) noexcept {
    return static_cast<std::size_t>(row * size + column);
}

} // namespace

void VectorscopeMeter::prepare(const audio::Spec& spec, const BridgeOptions& options) {
    const bool wanted = options.vectorscope && spec.channels() >= 2;
    scope_.counts.resize(wanted ? static_cast<std::size_t>(size) * size : 0);
}

void VectorscopeMeter::reset() noexcept {
    scope_.range = least_range;
    std::ranges::fill(scope_.counts, 0u);
}

void VectorscopeMeter::double_range() noexcept {
    static_assert(size % 4 == 0);
    constexpr int half = size / 2;
    constexpr int quarter = size / 4;
    std::array<std::uint32_t, static_cast<std::size_t>(half) * half> small{};
    for (int row = 0; row < size; ++row) {
        for (int column = 0; column < size; ++column) {
            small[static_cast<std::size_t>(row / 2 * half + column / 2)] +=
                scope_.counts[place(column, row)];
        }
    }
    std::ranges::fill(scope_.counts, 0u);
    for (int row = 0; row < half; ++row) {
        for (int column = 0; column < half; ++column) {
            scope_.counts[place(column + quarter, row + quarter)] =
                small[static_cast<std::size_t>(row * half + column)];
        }
    }
    scope_.range *= 2.0f;
}

void VectorscopeMeter::process(const Cell& cell) noexcept {
    if (scope_.counts.empty()) {
        return;
    }
    // |l - r| / 2 and |l + r| / 2 are at most the larger of |l| and |r|.
    const float peak = std::max(cell.channels[0].sample_peak, cell.channels[1].sample_peak);
    while (peak >= scope_.range) {
        double_range();
    }
    const auto left = cell.audio.channel(0);
    const auto right = cell.audio.channel(1);
    const float scale = static_cast<float>(size) / (2.0f * scope_.range);
    const auto axis = [](float value) { return std::clamp(static_cast<int>(value), 0, size - 1); };
    for (std::uint64_t n = (stride - cell.first_frame % stride) % stride; n < cell.frames();
         n += stride) {
        const float side = 0.5f * (left[n] - right[n]);
        const float middle = 0.5f * (left[n] + right[n]);
        // to the left what is more left; up what is positive
        const int column = axis((scope_.range - side) * scale);
        const int row = axis((scope_.range - middle) * scale);
        ++scope_.counts[place(column, row)];
    }
}

void VectorscopeMeter::read(Measurement& into) const {
    if (!scope_.counts.empty()) {
        into.vectorscope = scope_;
    }
}

} // namespace gainstage::meter
