// SPDX-License-Identifier: MIT
// reference_true_peak: the true peak as a proof, 16 times oversampled by a 256-tap flat kernel.
// Alone on purpose, not in the bridge: it is for a master's written file, after which nothing may
// be found.
#pragma once

#include "audio/spec.h"
#include "audio/view.h"
#include "dsp/true_peak_detector.h"
#include "units/level.h"

#include <vector>

namespace gainstage::meter {

/// Largest true peak of all channels since reset().
///   in      linear, full scale = 1.0; a sample that is not finite is taken as silence
///   out     dBTP; -inf for digital silence
///   range   8 kHz to 768 kHz; 16 times oversampled at every rate
///   error   0.002 dB for content up to 0.488 fs (21.5 kHz at 44.1 kHz): dsp::TruePeakDetector with
///   its long kernel
class ReferenceTruePeak {
public:
    void prepare(const audio::Spec& spec);              // [main] allocates
    void reset() noexcept;                              // [audio]
    void process(audio::ConstAudioView block) noexcept; // [audio] any number of frames

    /// With silence after the last sample. [main]
    [[nodiscard]] Dbtp value() const;
    [[nodiscard]] Dbtp channel(int index) const;

private:
    struct Channel {
        dsp::TruePeakDetector detector;
        float peak = 0.0f;

        [[nodiscard]] float peak_to_the_end() const;
    };

    std::vector<Channel> channels_;
};

} // namespace gainstage::meter
