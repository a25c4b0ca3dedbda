// SPDX-License-Identifier: MIT
// bext: the loudness fields of a broadcast WAV's `bext` chunk, version 2. All its other fields and
// every other chunk stay as they are.
#pragma once

#include "tag/file_edit.h"

#include <cstdint>
#include <optional>

namespace gainstage::tag {

/// Hundredths of LUFS, LU and dBTP.
///   source  EBU Tech 3285 version 2, section 2.3
struct BextLoudness {
    static constexpr std::int16_t unset = 0x7FFF;

    std::int16_t integrated = unset;
    std::int16_t range = unset;
    std::int16_t max_true_peak = unset;
    std::int16_t max_momentary = unset;
    std::int16_t max_short_term = unset;

    friend bool operator==(const BextLoudness&, const BextLoudness&) = default;
};

/// Nothing where there is no such chunk, or one of a version before these fields.
std::optional<BextLoudness> bext_loudness(const FileEdit& file);

/// Into the chunk that is there, or a new one before `fmt `; the version becomes 2 if it is less.
///   errors  the header is unfinished or damaged; a plain WAV of almost 4 GB has no room for a
///   chunk
Status set_bext_loudness(FileEdit& edit, const BextLoudness& loudness);

} // namespace gainstage::tag
