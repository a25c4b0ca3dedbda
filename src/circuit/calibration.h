// SPDX-License-Identifier: MIT
// Calibration: what a recorded tone of known level says of an input: how far its 0 dBFS is from
// where the data sheet puts it. Kept as a file beside the chain (docs/reference/chain.md) and
// applied whenever the chain is solved. It hears nothing: measure/steady_tone.h reads the tone.
#pragma once

#include "circuit/document.h"
#include "units/level.h"
#include "units/quantity.h"
#include "units/result.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gainstage::circuit {

struct SourceSolution;
struct Variant;

/// One input of an interface, as a tone found it.
struct CalibratedInput {
    std::string source; ///< id in the chain
    std::string gear;   ///< id of the interface
    std::string input;  ///< "mic", "line", "hiz"
    int channel = 0;    ///< of the interface; 0: not said
    Gain gain;          ///< that was set
    Gain pad;           ///< 0 dB: out
    Hertz tone{997.0};
    Dbu sent;              ///< at the input
    DbfsRms recorded;      ///< AES17: a full-scale sine reads 0
    std::string recording; ///< the file's name
    Dbu sheet_full_scale;  ///< 0 dBFS at the converter, by the data sheet
    Gain difference;       ///< by how much more 0 dBFS really takes

    [[nodiscard]] Dbu full_scale() const { return sheet_full_scale + difference; }

    /// Do both speak of the same input?
    [[nodiscard]] bool same_input(const CalibratedInput& other) const;
};

struct InputCalibration {
    std::vector<CalibratedInput> inputs;

    /// errors  not TOML, keys unknown, missing, mistyped or out of range: file, line, column
    static Result<InputCalibration> parse(std::string_view toml, std::string_view file_name);

    /// The one for that way to set a device of `source`; null if there is none.
    [[nodiscard]] const CalibratedInput* find(const std::string& source,
                                              const Variant& variant) const;
};

/// Where the calibration of a chain is kept: NAME.chain.calibration.toml beside NAME.chain.toml.
std::filesystem::path calibration_file(const std::filesystem::path& chain);

/// 0 dBFS where the tone found it. The converter's noise keeps its distance from it.
void apply(const CalibratedInput& calibrated, Variant& to);

/// Those of `calibration` that `document` has no input for any more, or whose data sheet says
/// something else now, as sentences.
std::vector<std::string> misfits(const InputCalibration& calibration,
                                 const ChainDocument& document);

/// A tone as it was recorded.
struct RecordedTone {
    Hertz frequency;
    DbfsRms level; ///< AES17
    std::string recording;
};

/// What the tone says. `solution` is the source's without any calibration.
///   at_input  what a voltmeter read at the interface's input; absent: the source's own level,
///   which
///             the document has to state, through all that is before the interface
///   errors    settings left open, a level nobody knows, a difference no input has
Result<CalibratedInput> calibrated(const SourceSolution& solution,
                                   const RecordedTone& tone,
                                   std::optional<Dbu> at_input,
                                   std::string_view chain_file);

/// `text` (empty: a new file) with this input added or put in the place of what it said before.
/// Comments, order and the rest stay.
///   errors  `text` is no calibration
Result<std::string> with_input(std::string_view text,
                               std::string_view file_name,
                               const CalibratedInput& input,
                               std::string_view chain_name);

} // namespace gainstage::circuit
