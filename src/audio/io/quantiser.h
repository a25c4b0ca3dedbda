// SPDX-License-Identifier: MIT
// Quantiser: linear float samples to integers, with TPDF dither where bits are lost.
#pragma once

#include <cstdint>
#include <span>

namespace gainstage::audio::io {

/// One channel's way to `bits` bits (8 to 32), left-justified in 32.
///   dither  triangular, 2 LSB peak to peak, from a fixed seed: total error power LSB^2 / 4 (dither
///           LSB^2 / 6 and rounding LSB^2 / 12), independent of the signal in mean and power
///           (Lipshitz, Wannamaker, Vanderkooy, "Quantization and Dither: A Theoretical Survey",
///           1992)
///   exact   stretches that the format holds exactly are written exactly: 24-bit material at unity
///           gain stays bit for bit. The first sample that doesn't fit turns dither on; after
///           exact_run samples in a row that do, it is off again. Deciding sample by sample would
///           leave out the loud ones (half of all float32 values above 0.5 are 24-bit codes) and
///           make the noise follow the signal.
///   silence zero stays zero always
///   blocks  however the signal is cut, the codes are the same
class Quantiser {
public:
    /// By chance, floats above 0.5 are 24-bit codes this often in a row once in 2^64 times.
    static constexpr int exact_run = 64;

    Quantiser(int bits, bool dither, std::uint64_t seed) noexcept;

    /// in.size() samples; the n-th goes to out[n * stride]. Non-finite samples become 0.
    void process(std::span<const float> in, std::int32_t* out, std::size_t stride) noexcept;

    /// Samples beyond full scale, which became full scale.
    [[nodiscard]] std::uint64_t clipped_samples() const noexcept { return clipped_; }

private:
    double uniform() noexcept; ///< [-0.5, 0.5)

    double scale_; ///< codes in full scale: 2^(bits - 1)
    int shift_;    ///< to left-justify
    bool dither_;
    int exact_in_a_row_ = exact_run;
    std::uint64_t state_;
    std::uint64_t clipped_ = 0;
};

} // namespace gainstage::audio::io
