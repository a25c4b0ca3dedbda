// SPDX-License-Identifier: MIT
#include "audio/io/quantiser.h"

#include <cmath>

namespace gainstage::audio::io {

Quantiser::Quantiser(int bits, bool dither, std::uint64_t seed) noexcept
    : scale_(std::ldexp(1.0, bits - 1)), shift_(32 - bits), dither_(dither), state_(seed) {}

double Quantiser::uniform() noexcept {
    // splitmix64 (Steele, Lea, Flood, 2014): one addition and a mix; plenty for dither, the same
    // everywhere.
    state_ += 0x9E3779B97F4A7C15u;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    mixed ^= mixed >> 31;
    return static_cast<double>(mixed >> 11) * 0x1p-53 - 0.5;
}

void Quantiser::process(std::span<const float> in, std::int32_t* out, std::size_t stride) noexcept {
    for (std::size_t n = 0; n < in.size(); ++n) {
        double code = std::isfinite(in[n]) ? static_cast<double>(in[n]) * scale_ : 0.0;
        if (code != std::nearbyint(code)) {
            code = std::nearbyint(dither_ ? code + uniform() + uniform() : code);
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
