// SPDX-License-Identifier: MIT
// Quantiser: linear float samples to integers, with TPDF dither where bits are lost.
#pragma once

#include <cstdint>
#include <span>

namespace gainstage::audio::io {

/// One channel's way to `bits` bits (16, 24 or 32), left-justified in 32.
///   dither  triangular, 2 LSB peak to peak, from a fixed seed: total error power LSB^2 / 4 (dither
///   LSB^2 / 6 and rounding
///           LSB^2 / 12), independent of the signal in mean and power (Lipshitz, Wannamaker,
///           Vanderkooy, 1992)
///   exact   a sample that the format holds exactly is written exactly: 24-bit material at unity
///   gain stays bit for bit,
///           digital silence stays silence
class Quantiser {
public:
    Quantiser(int bits, bool dither, std::uint64_t seed) noexcept;

    /// in and out of the same length; out[i * stride]. Non-finite samples become 0.
    void process(std::span<const float> in, std::int32_t* out, std::size_t stride) noexcept;

    /// Samples beyond full scale, which became full scale.
    [[nodiscard]] std::uint64_t clipped_samples() const noexcept { return clipped_; }

private:
    double uniform() noexcept; ///< [-0.5, 0.5)

    double scale_; ///< codes in full scale: 2^(bits - 1)
    int shift_;    ///< to left-justify
    bool dither_;
    std::uint64_t state_;
    std::uint64_t clipped_ = 0;
};

} // namespace gainstage::audio::io
