// SPDX-License-Identifier: MIT
// third_octave_bank: one channel through the third-octave band filters of IEC 61260-1, and the
// power behind each. Levels and averaging are the meters'.
#pragma once

#include "units/quantity.h"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace gainstage::dsp {

/// Powers of the bands from 20 Hz to 20 kHz, as far as the sample rate has room for them.
///   design  base-ten mid-band frequencies 1000 * 10^(x/10) Hz, edges 10^(1/20) above and below
///           (IEC 61260-1:2014, 5.2 to 5.5); Butterworth band-pass of order 10, bilinear, its edges
///           pre-warped. A band is filtered at the lowest of the halved rates that has room for it
///   range   8 kHz to 768 kHz. A band is there if its upper edge is under 0.49 of the sample rate:
///           at 44.1 kHz the highest is that of 16 kHz
///   error   within the class 1 limits of IEC 61260:1995, stricter than 2014's, at every rate
///   (tested). White
///           noise reads 0.07 dB high: the noise bandwidth is 1.017 of what lies between the edges
class ThirdOctaveBank {
public:
    static constexpr std::size_t most_bands = 31;

    explicit ThirdOctaveBank(Hertz sample_rate = Hertz{48000.0}); // [main] allocates

    void reset() noexcept; // [audio]

    /// Any number of finite samples. [audio]
    void process(std::span<const float> samples) noexcept;

    struct Band {
        double nominal_hz = 0.0;  ///< IEC 61260-1 Annex E: 20, 25, 31.5…
        double mid_band_hz = 0.0; ///< exact
        double lower_hz = 0.0;
        double upper_hz = 0.0;
    };

    /// Low to high.
    [[nodiscard]] std::span<const Band> bands() const noexcept { return bands_; }

    /// Sum of y^2 of each band since reset(), times the samples between two of its own: over the
    /// frames that came, the band's mean power. In the order of bands(). [any, not while process()
    /// runs]
    [[nodiscard]] std::vector<double> energies() const;

    /// What the kernel works with: the bands that are filtered at one rate, side by side.
    struct Stage {
        static constexpr std::size_t sections = 5;
        static constexpr std::size_t lanes = 8; ///< unused ones are zero
        using Lanes = std::array<double, lanes>;

        /// y = g (x - x[-2]) - a1 y[-1] - a2 y[-2], transposed: the zeros of every section of a
        /// band-pass are at 0 Hz and half the sample rate.
        struct Section {
            Lanes g{}, a1{}, a2{};
            Lanes s1{}, s2{};
        };

        std::size_t bands = 0;
        std::array<Section, sections> cascade{};
        Lanes energy{};

        void reset() noexcept;
        void process(std::span<const float> samples) noexcept;        ///< SIMD
        void process_scalar(std::span<const float> samples) noexcept; ///< its oracle
    };

private:
    static constexpr std::size_t chunk_frames = 512;

    /// Half the rate: what is left below 0.2334 of the new one aliases 100 dB down.
    class Halver {
    public:
        Halver();
        void reset() noexcept;

        /// `out` has room for half of the samples, rounded up; how many there are is returned.
        std::size_t process(std::span<const float> samples, float* out) noexcept;

    private:
        static constexpr std::size_t taps = 27;
        std::array<float, taps> filter_{};
        std::array<float, taps - 1 + chunk_frames> held_{}; ///< past samples, then the new ones
        bool odd_ = false;                                  ///< the next output is a sample away
    };

    void process_chunk(std::span<const float> samples) noexcept;

    std::vector<Band> bands_;
    std::vector<Stage> stages_; ///< full rate, half, quarter…
    std::vector<Halver> halvers_;
};

} // namespace gainstage::dsp
