// SPDX-License-Identifier: MIT
// Preamp: what a chain (circuit/) says of the input that a take was recorded through: its gain and
// pad, and the noise that it alone would make. It turns a change of level into settings; how much
// to change is next_take.h's.
#pragma once

#include "circuit/document.h"
#include "circuit/solver.h"

#include <optional>
#include <string>
#include <string_view>

namespace gainstage::take {

struct Preamp {
    std::string name;
    circuit::GainRange range;
    Gain gain;               ///< set while the take was recorded
    bool gain_is_set = true; ///< by the chain's file; otherwise it is the solver's
    std::optional<Gain> pad; ///< 0 dB: out; absent: it has none
    Gain pad_loss;           ///< of the pad that it has, positive; 0 dB: none
    DbfsRms noise;           ///< AES17, of all of the chain up to the converter, nothing played
};

/// What to set.
struct PreampSetting {
    Gain gain;
    std::optional<Gain> pad;
    Gain change; ///< of the level, by both
};

/// The input of the source `id`, as the chain's file has it set; what it leaves open is set as
/// solved. `id` may be empty where there is one source only.
///   errors  no such source, nothing on its way with a gain, no converter at its end
Result<Preamp> preamp_of(const circuit::ChainSolution& solution, std::string_view id);

/// The gain that changes the level by `change`, on its scale and in its steps, downwards; with the
/// pad in or out only where the gain alone can't.
PreampSetting setting_for(const Preamp& preamp, Gain change);

/// "its gain at 32 dB, its pad left out"
std::string setting_words(const Preamp& preamp, const PreampSetting& setting);

} // namespace gainstage::take
