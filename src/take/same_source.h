// SPDX-License-Identifier: MIT
// SameSource: whether two recordings hold one source, by which delay, with which polarity, and
// whether their clocks run alike. By generalised cross-correlation with phase transform (Knapp and
// Carter, "The generalized correlation method for estimation of time delay", 1976): every frequency
// counts the same, so that what two instruments play together, notes and rhythm, counts little.
#pragma once

#include "units/quantity.h"

#include <complex>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace gainstage::take {

/// The whitened spectrum of one stretch of sound.
struct Whitened {
    std::vector<std::complex<float>> bins;
    double power = 0.0; ///< mean square of the stretch
};

/// Whitens stretches of one length; [main] only.
class PhaseTransform {
public:
    static constexpr std::size_t frames = 131072; ///< 2.7 s at 48 kHz

    explicit PhaseTransform(Hertz sample_rate);
    ~PhaseTransform();
    PhaseTransform(const PhaseTransform&) = delete;
    PhaseTransform& operator=(const PhaseTransform&) = delete;

    /// From 80 Hz to 8 kHz.
    ///   in      `frames` samples, fewer are followed by silence; NaN and Inf are taken as silence
    [[nodiscard]] Whitened whitened(std::span<const float> signal);

    struct Peak {
        double delay_frames = 0.0; ///< of `b` behind `a`, to a part of a frame
        double height = 0.0;       ///< over the RMS of the correlation; its sign is the polarity
    };

    /// The highest of the correlation within half a second.
    [[nodiscard]] Peak correlate(const Whitened& a, const Whitened& b);

private:
    struct State;
    State* state_;
    std::size_t first_bin_ = 1;
    std::size_t last_bin_ = 1;
    std::size_t most_delay_ = 1;
};

/// What two recordings of one source have between them.
struct SourceRelation {
    Seconds delay{0.0}; ///< of the second behind the first
    bool swapped = false;
    std::optional<double>
        drift_ppm; ///< the second's clock slow against the first's; absent: none seen
};

/// From the same stretches of two recordings, in order of time, `starts_s` apart.
///   out     nothing unless two stretches at least show a peak of `least_height` at one delay
///   (moved by 300 ppm of the time between them at most) with one sign
///   error   delay 0.05 frames with noise 20 dB down; drift that over the time between the
///   stretches
std::optional<SourceRelation> relate(PhaseTransform& transform,
                                     std::span<const Whitened> first,
                                     std::span<const Whitened> second,
                                     std::span<const double> starts_s,
                                     Hertz sample_rate);

} // namespace gainstage::take
