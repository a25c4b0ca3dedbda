// SPDX-License-Identifier: MIT
#include "meter/bit_depth.h"

#include <bit>

namespace gainstage::meter {

namespace {

constexpr int word_bits = 24; // the grid's

/// Nothing that follows can change what is known.
bool is_settled(dsp::GridUse use) noexcept { return use.off_grid || (use.bits & 1u) != 0; }

std::optional<double> bits_of(dsp::GridUse use) noexcept {
    if (use.off_grid) {
        return std::nullopt;
    }
    return use.bits == 0 ? 0.0 : word_bits - std::countr_zero(use.bits);
}

} // namespace

void BitDepth::prepare(const audio::Spec& spec, const BridgeOptions&) {
    channels_.resize(static_cast<std::size_t>(spec.channels()));
}

void BitDepth::reset() noexcept { std::ranges::fill(channels_, dsp::GridUse{}); }

void BitDepth::process(const Cell& cell) noexcept {
    for (std::size_t c = 0; c < channels_.size(); ++c) {
        if (!is_settled(channels_[c])) {
            const auto samples = cell.audio.channel(static_cast<int>(c));
            channels_[c] = channels_[c] | dsp::grid_use(samples.data(), samples.size());
        }
    }
}

void BitDepth::read(Measurement& into) const {
    dsp::GridUse all;
    for (std::size_t c = 0; c < channels_.size(); ++c) {
        into.set(bits_used, bits_of(channels_[c]), static_cast<int>(c));
        all = all | channels_[c];
    }
    into.set(bits_used, bits_of(all));
}

} // namespace gainstage::meter
