// SPDX-License-Identifier: MIT
// Candidate: one way to set every switch and gain of a path, and what comes of
// it at each stage. solver.h makes them and chooses.
#pragma once

#include "circuit/device.h"
#include "circuit/document.h"
#include "circuit/odds.h"
#include "circuit/path.h"
#include "units/calibration.h"

#include <optional>
#include <string>
#include <vector>

namespace gainstage::circuit {

/// How one device is set.
struct DeviceSettings {
    const DeviceSpec* spec = nullptr; ///< null: the source itself
    std::string gear;                 ///< id; empty for what is no gear
    std::string name;
    bool left_out = false; ///< the candidate "none"
    std::optional<std::string> input;
    std::optional<Gain> gain;
    std::optional<Gain> pad; ///< 0 dB: out; absent: it has none
    std::optional<Ohms> impedance;
    std::optional<NominalLevel> nominal; ///< absent: it has no such switch
    std::optional<bool> phantom;         ///< absent: it has none to give
    std::optional<Gain>
        calibrated; ///< a tone was recorded: 0 dBFS is so much over the data sheet's
};

/// What is found behind one stage.
struct StageLevels {
    std::string name;
    StageKind kind = StageKind::cable;
    std::size_t device = 0; ///< 0: the source; then those of the document from 1 on
    Gain gain;              ///< of this stage alone, loaded, 1 kHz
    Dbu average;
    Dbu peak; ///< of the sine that has this peak
    Dbu noise;
    Dbu noise_a_weighted;
    std::optional<Dbu> clip; ///< behind the stage: where it clips, whichever end of it does
    double clip_odds = 0.0;  ///< in the take
    double clip_odds_per_minute = 0.0;

    [[nodiscard]] std::optional<Gain> headroom() const {
        return clip ? std::optional(*clip - peak) : std::nullopt;
    }

    [[nodiscard]] Gain snr() const { return average - noise; }
};

/// What the recorder's meters will say.
struct Recorded {
    DbfsRms average; ///< AES17: 0 VU is -18
    Dbfs peak;
    DbfsRms noise;
    DbfsRms noise_a_weighted;
    DbfsRms jitter_noise;           ///< part of noise; silence where no jitter is known
    Dbu full_scale;                 ///< at the converter
    std::optional<Gain> calibrated; ///< by how much a recorded tone put that over the data sheet's

    [[nodiscard]] Gain snr() const { return Gain::from_db(average.db() - noise.db()); }

    [[nodiscard]] Gain snr_a_weighted() const {
        return Gain::from_db(average.db() - noise_a_weighted.db());
    }
};

/// Where most of the noise comes from.
struct Bottleneck {
    std::size_t stage = 0;
    double share = 0.0;        ///< of the noise's power, 0 to 1
    Gain if_it_were_noiseless; ///< what the SNR would gain
    Gain if_only_it_were_left; ///< what it would gain if all else made no noise
};

struct Candidate {
    std::vector<DeviceSettings> settings; ///< the source first
    std::vector<StageLevels> stages;
    std::optional<Recorded> recorded; ///< where the path ends in a converter
    Response response;                ///< fine grid
    Bottleneck bottleneck;
    std::size_t first_to_clip = 0; ///< the stage with the least headroom
    double clip_odds = 0.0;        ///< of that stage
    Gain excess;                   ///< by how much it is too hot for the odds asked for, however it
                                   ///< is set; 0 dB: it isn't
    Gain shortfall;                ///< by how much it stays under the target; 0 dB: it doesn't
    bool unpowered = false;        ///< something that needs phantom power has none
    bool harmed = false;           ///< phantom power reaches what it can damage
    Corners corners;

    [[nodiscard]] bool within_odds() const { return excess.db() <= 0.0; }

    [[nodiscard]] Gain snr() const { return recorded ? recorded->snr() : stages.back().snr(); }
};

/// The levels at a path's beginning, and how they scatter.
struct Signal {
    Dbu average;
    Dbu peak;
    Gain spread;
    Gain tail;
    Seconds take;
};

std::vector<StageLevels>
levels_along(const Path& path, const Response& response, const Signal& signal);

/// The odds of clipping of each stage, in the take and in a minute.
void add_odds(const Path& path, const Signal& signal, std::vector<StageLevels>& levels);

/// The law of the peaks behind stage `index`: the gains up to there are off
/// their scales too.
PeakLaw law_behind(const Path& path, std::size_t index, const Signal& signal);

/// Where stage `index` clips, behind it: its own limit there, or the one at its
/// input with its gain.
std::optional<Dbu> clip_behind(const Stage& stage, Gain own_gain);

Bottleneck bottleneck(const Response& response);

} // namespace gainstage::circuit
