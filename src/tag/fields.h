// SPDX-License-Identifier: MIT
// fields: named text in a file's tags, in the place where each format has it. Knows no loudness.
#pragma once

#include "tag/format.h"

#include <span>
#include <string>
#include <string_view>

namespace gainstage::tag {

struct Field {
    std::string name; ///< upper case
    std::string value;
};

enum class Written {
    failed,
    nothing, ///< there was none to take out and none to put in
    done
};

/// Takes fields of the names `removed` out, in any case of letters, and puts `added` in: Vorbis
/// comments in FLAC and Ogg, TXXX frames in ID3v2 (MPEG, AIFF), iTunes' free-form items
/// in MP4, APEv2 items in WavPack, attributes in ASF. All else in the tags stays. An ID3v2.3 tag
/// stays one; a new one is 2.3, which everything reads. APEv2 items of these names in an MPEG file
/// go too: players would have two answers.
///   failed  the tags can't be read or made: then `edit` is of no use. Always so for Format::wave
[[nodiscard]] Written write_fields(FileEdit& edit,
                                   Format format,
                                   std::span<const std::string_view> removed,
                                   std::span<const Field> added);

} // namespace gainstage::tag
