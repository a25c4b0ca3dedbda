// SPDX-License-Identifier: MIT
// Variants: every way that one device of a document can be set, as devices. Gains stay to be
// solved.
#pragma once

#include "circuit/candidate.h"
#include "circuit/device.h"
#include "circuit/document.h"

#include <vector>

namespace gainstage::circuit {

struct Variant {
    DeviceSettings settings;
    Device device; ///< no stages where it is left out
    bool gain_is_open = false;
};

struct SourceVariant {
    DeviceSettings settings;
    SourceDevice source;
};

/// The signal that a source takes from elsewhere: a playback's end, or a measured recording.
struct GivenLevels {
    std::optional<DbSpl> average_spl;
    std::optional<DbSpl> peak_spl;
    std::optional<Dbu> average;
    std::optional<Dbu> peak;
    std::optional<Ohms> impedance;
    std::string name;
};

std::vector<SourceVariant>
variants_of(const SourceSpec& spec, const GivenLevels& given, SheetNotes& notes);

/// On the recording's way; `bits` of the recording.
std::vector<Variant> variants_of(const DeviceSpec& spec, int bits, SheetNotes& notes);

} // namespace gainstage::circuit
