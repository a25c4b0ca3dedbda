// SPDX-License-Identifier: MIT
// tag: a file's measured loudness as tags in it: ReplayGain 2, R128 of Opus, loudness of a
// broadcast WAV. Measures nothing.
#pragma once

#include "meter/reading.h"
#include "tag/fields.h"
#include "tag/save_edit.h"

#include <map>
#include <optional>
#include <vector>

namespace gainstage::tag {

enum class Scheme {
    automatic,   ///< R128 in Opus, bext in WAV, ReplayGain in all others
    replay_gain, ///< ReplayGain 2.0, re -18 LUFS
    r128,        ///< Opus: RFC 7845, section 5.2.1, re -23 LUFS
    bext         ///< WAV: EBU Tech 3285 version 2
};

/// What an Opus file's header gain, which every player applies, is made to do.
enum class OpusHeader {
    keep,  ///< as it is
    track, ///< brings each file to -23 LUFS
    album  ///< brings the album to -23 LUFS
};

/// One file, or all of an album, as measured.
struct Levels {
    std::optional<Lufs> integrated; ///< none: silence, or too short to say
    Dbtp true_peak;
};

/// Pools an album's files. [main]
class Album {
public:
    Album();
    ~Album();
    Album(Album&&) noexcept;
    Album& operator=(Album&&) noexcept;

    /// One measured with BridgeOptions::keep_gate_blocks.
    void add(const meter::Measurement& file);

    /// As if the files were one: their blocks gated together, and the highest peak.
    [[nodiscard]] Levels levels() const;

private:
    std::unique_ptr<meter::GateHistogram> blocks_;
    Dbtp true_peak_;
};

struct TagOptions {
    Scheme scheme = Scheme::automatic;
    OpusHeader opus_header = OpusHeader::keep;
};

/// An edit, and what it writes, for people.
struct Tagged {
    FileEdit edit;
    std::vector<Field>
        fields; ///< "REPLAYGAIN_TRACK_GAIN" "-3.20 dB"; bext: "LoudnessValue" "-18.00"
};

/// `album`: nothing where album tags aren't wanted; those that are there are taken out.
///   errors  a format without a place for such tags, a damaged one, silence with no album
Result<Tagged> tag_file(const std::filesystem::path& path,
                        const meter::Measurement& measured,
                        const std::optional<Levels>& album,
                        const TagOptions& options);

/// Takes all loudness tags out; in a broadcast WAV, sets the fields to "not given". An Opus
/// header's gain stays: it may be the maker's.
///   errors  as above
Result<Tagged> untag_file(const std::filesystem::path& path);

} // namespace gainstage::tag
