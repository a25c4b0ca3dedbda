// SPDX-License-Identifier: MIT
#include "meter/bridge.h"

#include "meter/active_rms.h"
#include "meter/bit_depth.h"
#include "meter/clipped_runs.h"
#include "meter/correlation.h"
#include "meter/crest_factor.h"
#include "meter/dc_offset.h"
#include "meter/digital_silence.h"
#include "meter/dynamic_range.h"
#include "meter/history.h"
#include "meter/itu_true_peak.h"
#include "meter/k_scale.h"
#include "meter/loudness.h"
#include "meter/max_rms.h"
#include "meter/noise_floor.h"
#include "meter/plr.h"
#include "meter/psr.h"
#include "meter/rms.h"
#include "meter/sample_peak.h"
#include "meter/snr.h"
#include "meter/stereo_image.h"
#include "meter/third_octaves.h"
#include "meter/true_peak.h"
#include "meter/vectorscope.h"

namespace gainstage::meter {

// The table of meters: one line each, in the order in which tables show them. A derived measure
// stands after what it reads.
// clang-format off
using AllMeters = Set<
    SamplePeak,
    TruePeak,
    ItuTruePeak,
    Rms,
    MaxRms,
    KScale,
    ActiveRms,
    Loudness,
    CrestFactor,
    DynamicRange,
    Plr,
    Psr,
    Correlation,
    StereoImage,
    DcOffset,
    ClippedRuns,
    BitDepth,
    DigitalSilence,
    NoiseFloor,
    Snr,
    ThirdOctaves,
    VectorscopeMeter,
    HistoryRecorder
>;

// clang-format on

struct Bridge::State {
    AllMeters meters;
};

Bridge::Bridge() : state_(std::make_unique<State>()) {}

Bridge::~Bridge() = default;

Bridge::Bridge(Bridge&&) noexcept = default;

Bridge& Bridge::operator=(Bridge&&) noexcept = default;

void Bridge::prepare(const audio::Spec& spec, BridgeOptions options) {
    state_->meters.prepare(spec, options);
}

void Bridge::reset() noexcept { state_->meters.reset(); }

void Bridge::process(audio::ConstAudioView block) noexcept { state_->meters.process(block); }

void Bridge::process(const AnalysedStretch& stretch) noexcept { state_->meters.process(stretch); }

const CellAnalyser& Bridge::analyser() const noexcept { return state_->meters.analyser(); }

Measurement Bridge::measurement() const { return state_->meters.measurement(); }

std::span<const ReadingSpec* const> Bridge::readings() { return AllMeters::readings(); }

} // namespace gainstage::meter
