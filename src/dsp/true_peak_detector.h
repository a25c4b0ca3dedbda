// SPDX-License-Identifier: MIT
// TruePeakDetector: the largest value that one channel's curve takes on its way through the
// samples. It finds a maximum; what a limiter needs, a value for every frame, is in
// inter_sample_peaks.
#pragma once

#include "dsp/true_peak_kernel.h"

#include <cstddef>
#include <span>
#include <vector>

namespace gainstage::dsp {

/// The largest magnitude of the band-limited signal, in two tiers: where the samples' size and
/// bends allow a new maximum, twice oversampled and a parabola; where that comes near one, 16 times
/// oversampled by a long kernel and a parabola over those points.
///   in      finite samples, linear, full scale = 1.0
///   out     linear magnitude, never below the sample peak
///   error   64 taps: kernel flat within 0.001 dB up to 0.4535 fs (20 kHz at 44.1 kHz); 256 taps:
///           within 0.001 dB up to 0.488 fs. Peaks that stand alone are within 0.002 dB of the
///           curve that this kernel draws; in white noise, 0.03 dB low at worst (a peak that the
///           second tier was not shown)
///   source  ITU-R BS.1770-5 Annex 2 asks for four times at 48 kHz and allows better; its own
///           filter reads up to 0.24 dB low on music
class TruePeakDetector {
public:
    static constexpr std::size_t everyday_taps = 64; ///< a meter's
    static constexpr std::size_t proof_taps = 256;   ///< for a promise about a written file

    /// most_frames: what push() may be given between two searches. [main]
    explicit TruePeakDetector(std::size_t taps = everyday_taps, std::size_t most_frames = 512);

    void reset() noexcept; // [audio]

    /// Keeps the next samples until a search. Before the stream there is silence. [audio]
    void push(std::span<const float> in) noexcept;

    struct Found {
        float magnitude = 0.0f;
        /// Where, counted from the first sample pushed since the search before; the largest point
        /// is at it or between it and the next.
        std::ptrdiff_t frame = 0;
    };

    /// Among what was pushed since the search before, latency_frames() late: the largest magnitude
    /// if that is above `floor`; otherwise nothing. A floor makes it several times cheaper, and so
    /// does one search over much instead of many over little. [audio]
    Found search(float floor = 0.0f) noexcept;

    /// Both, however long `in` is: the magnitude. [audio]
    float peak(std::span<const float> in, float floor = 0.0f) noexcept;

    /// The search with the silence after the stream: what is still in the kernel. After it only
    /// reset() makes sense. [audio]
    Found flush(float floor = 0.0f) noexcept;

    [[nodiscard]] std::size_t latency_frames() const noexcept { return taps_ / 2; }

private:
    [[nodiscard]] const float* samples() const noexcept { return memory_.data() + 1; }

    struct Top {
        float magnitude = 0.0f;
        std::size_t interval = none;
        static constexpr std::size_t none = ~std::size_t{0};
    };

    Top search_held(float floor) noexcept;
    void search_cell(std::size_t cell, std::size_t intervals_end, Top& top) const noexcept;

    std::size_t taps_;
    const TruePeakTables* tables_;
    // One sample more than the kernel's past, which the first second difference needs; the past;
    // what was pushed; and what the kernels read beyond that.
    std::size_t most_frames_;
    std::size_t held_ = 0;
    std::vector<float> memory_;
    TruePeakBounds bounds_;
};

} // namespace gainstage::dsp
