// SPDX-License-Identifier: MIT
// Rack: any choice of meters with ballistics over one stream. For the figures of a whole stream
// there is meter::Bridge.
#pragma once

#include "audio/view.h"
#include "ballistics/meters.h"
#include "ballistics/moving_correlation.h"
#include "ballistics/moving_rms.h"
#include "ballistics/peak_fall.h"
#include "ballistics/quasi_peak.h"
#include "ballistics/vu.h"
#include "dsp/true_peak_detector.h"
#include "meter/front_end.h"
#include "meter/loudness.h"

#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace gainstage::ballistics {

/// What a PPM for M and S reads: M6 is (L +- R) - 6 dB, so that the same on both sides reads as on
/// each; M3 (L +- R) - 3 dB, so that two that have nothing in common do.
enum class MidSide { m6, m3 };

struct RackOptions {
    std::vector<Kind> kinds;
    Dbfs alignment = default_alignment; ///< the sine at the alignment marks of VU and PPMs
    MidSide mid_side = MidSide::m6;
};

/// One meter's reading of one channel, or of the stream.
struct Shown {
    Kind kind;
    int channel; ///< -1: the stream
    /// The highest since the readings were last taken (correlation: the latest). -inf: silence.
    /// Nothing where it can't be measured: windows not full yet, correlation of mono or silence.
    std::optional<double> value;
    std::optional<double> marker; ///< the highest of Meter::marker_hold; nothing: it has no marker
};

class Rack {
public:
    Rack() = default;
    void prepare(const audio::Spec& spec,
                 const RackOptions& options,
                 const meter::BridgeOptions& measuring = {}); // [main] throws on an unusable Spec
    void reset() noexcept;                                    // [audio]

    /// Any number of frames; the same readings however the stream is cut, as it is heard in cells
    /// of 10 ms. [audio]
    void process(audio::ConstAudioView block) noexcept;

    /// The end of the stream: what is left of a cell. After it only take() and reset(). [audio]
    void finish() noexcept;

    /// What all meters show, in the order in which they were chosen, channel by channel. Valid
    /// until the next call. [audio, not beside process()]
    std::span<const Shown> take() noexcept;

    /// How many readings take() gives.
    [[nodiscard]] std::size_t readings() const noexcept { return shown_.size(); }

    /// NaN, Inf and what is beyond any scale, taken as silence.
    [[nodiscard]] std::uint64_t non_finite_samples() const noexcept {
        return front_end_.non_finite_samples();
    }

private:
    /// Inter-sample peaks that fall as a digital peak meter's: known for each cell.
    struct TruePeakFall {
        dsp::TruePeakDetector detector{};
        PeakFall bar{};

        void prepare(Hertz sample_rate) { bar.prepare(sample_rate); }

        void reset() noexcept;
        void process(std::span<const float> signal) noexcept;
        void finish() noexcept;

        double take() noexcept { return bar.take(); }
    };

    using Needle = std::variant<PeakFall, QuasiPeak, Vu, MovingRms, TruePeakFall>;

    /// The largest of a window's power since the last take.
    struct HighestPower {
        std::optional<double> highest;
        std::optional<double> latest;

        void process(const std::optional<double>& power) noexcept;
        std::optional<double> take() noexcept;
    };

    struct Marker {
        double value = 0.0;
        std::uint64_t frame = 0;
        bool set = false;
    };

    /// Type II needles on the sum and the difference of the first two channels.
    struct MidSideNeedles {
        QuasiPeak mid{type_2};
        QuasiPeak side{type_2};
        std::vector<float> mixed; ///< a cell's samples

        void process(const meter::Cell& cell, float gain) noexcept;
    };

    static Needle needle(Kind kind);
    void hear(const meter::Cell& cell) noexcept;
    [[nodiscard]] std::optional<double> stream_reading(Kind kind) noexcept;
    void mark(Shown& shown, Marker& marker) noexcept;

    RackOptions options_;
    Hertz sample_rate_{48000.0};
    meter::FrontEnd front_end_;
    std::vector<Needle> needles_; ///< of the per-channel meters, as in shown_
    std::optional<meter::Loudness> loudness_;
    HighestPower momentary_;
    HighestPower short_term_;
    MovingCorrelation correlation_;
    bool has_correlation_ = false;
    std::optional<MidSideNeedles> mid_side_;
    std::vector<Shown> shown_;
    std::vector<Marker> markers_; ///< beside shown_
};

} // namespace gainstage::ballistics
