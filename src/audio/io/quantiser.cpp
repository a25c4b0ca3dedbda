// SPDX-License-Identifier: MIT
#include "audio/io/quantiser.h"

#include <algorithm>
#include <cmath>

namespace gainstage::audio::io {
namespace {

/// Codes of at most 2^31 clip far before this; below 2^51 nearest() is right.
constexpr double far_beyond = 0x1p40;

/// To the nearest integer, halves to even: at 2^52 a double's step is 1. std::nearbyint is a call
/// on processors without SSE 4.1, which is what we build for.
double nearest(double value) noexcept {
    constexpr double shift = 0x1.8p52;
    return (value + shift) - shift;
}

} // namespace

Quantiser::Quantiser(int bits, bool dither, std::uint64_t seed) noexcept
    : scale_(std::ldexp(1.0, bits - 1)), shift_(32 - bits), dither_(dither), state_(seed) {}

double Quantiser::uniform() noexcept {
    // splitmix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014): one
    // addition and a mix; plenty for dither, the same everywhere.
    state_ += 0x9E3779B97F4A7C15u;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    mixed ^= mixed >> 31;
    return static_cast<double>(mixed >> 11) * 0x1p-53 - 0.5;
}

void Quantiser::process(std::span<const float> in, std::int32_t* out, std::size_t stride) noexcept {
    for (std::size_t n = 0; n < in.size(); ++n) {
        const double scaled = std::isfinite(in[n]) ? static_cast<double>(in[n]) * scale_ : 0.0;
        const double wanted = std::clamp(scaled, -far_beyond, far_beyond);
        double code = nearest(wanted);
        exact_in_a_row_ = code == wanted ? std::min(exact_in_a_row_ + 1, exact_run) : 0;
        if (dither_ && exact_in_a_row_ < exact_run && wanted != 0.0) {
            code = nearest(wanted + uniform() + uniform());
        }
        if (code > scale_ - 1.0 || code < -scale_) {
            clipped_ += 1;
            code = code > 0.0 ? scale_ - 1.0 : -scale_;
        }
        out[n * stride] = static_cast<std::int32_t>(static_cast<std::int64_t>(code) *
                                                    (std::int64_t{1} << shift_));
    }
}

} // namespace gainstage::audio::io
