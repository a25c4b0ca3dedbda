// SPDX-License-Identifier: MIT
// Solver: the best way to set what a chain leaves open. Switches are enumerated, gains follow in
// closed form; the odds of clipping come first, then the target, then the tone, then the
// signal-to-noise ratio. judge.h says what is wrong with the result.
#pragma once

#include "circuit/calibration.h"
#include "circuit/candidate.h"
#include "circuit/device.h"
#include "circuit/document.h"
#include "circuit/sheet.h"
#include "circuit/variants.h"
#include "verdict/target.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gainstage::circuit {

/// A figure that was missing, and what it does to the result.
struct AssumedFigure {
    Assumption assumption;
    Gain matters_snr;  ///< the most that the SNR changes over its typical range
    Gain matters_gain; ///< and the gain to set
};

/// Another way to set it, and what it costs.
struct Alternative {
    Candidate candidate;
    std::string difference; ///< "with the -10 dB pad", "into the line input"
    std::string outcome;    ///< "loses 7.0 dB of signal-to-noise ratio"
};

struct SourceSolution {
    const SourceSpec* spec = nullptr;
    std::string id;
    Candidate best;
    SourceDevice source;         ///< as in `best`
    std::vector<Device> devices; ///< as in `best`, one for each of the document's
    Path path;                   ///< as in `best`, gains set: what `--play` sounds
    Signal signal;
    std::vector<Alternative> alternatives; ///< one switch changed each, the best first
    std::size_t combinations = 0;
    std::vector<std::string> reasons; ///< sentences: why this way
    std::vector<AssumedFigure> assumed;
    std::set<std::string> unverified;
};

/// The playback side: what arrives at the end of it.
struct PlaybackSolution {
    const PlaybackSpec* spec = nullptr;
    std::string id;
    SourceDevice source;
    std::vector<Device> devices;
    Path path;
    Signal signal;
    std::vector<DeviceSettings> settings;
    std::vector<StageLevels> stages;
    Response response;
    std::optional<Gain> volume;           ///< to set; absent: nothing can be set
    std::optional<Transducer> transducer; ///< what is heard, if it ends in one
    std::optional<DbSpl> average_spl;
    std::optional<DbSpl> peak_spl;
    std::optional<DbSpl> loudest_spl; ///< a full-scale sine at full volume, or what clips first
    std::optional<Dbu> wanted;        ///< the average that was asked for at the end
    Gain shortfall;                   ///< by how much it stays under that
    std::vector<AssumedFigure> assumed;
    std::set<std::string> unverified;
};

struct ChainSolution {
    RecordingSpec recording;
    Seconds take;
    double clip_odds_max = 0.01;
    std::vector<SourceSolution> sources;
    std::vector<PlaybackSolution> playbacks;
    std::vector<std::string> misfits; ///< what of the calibration wasn't used, as sentences
};

/// Levels of recordings that sources are measured by, by source id.
using MeasuredLevels = std::map<std::string, GivenLevels>;

/// Everything that `document` has. It has to outlive the solution.
///   calibration  what recorded tones said of inputs; where it no longer fits, it isn't used
///   errors  more combinations than can be tried
Result<ChainSolution> solve(const ChainDocument& document,
                            const verdict::Targets& targets,
                            const MeasuredLevels& measured = {},
                            const InputCalibration& calibration = {});

} // namespace gainstage::circuit
