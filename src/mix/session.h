// SPDX-License-Identifier: MIT
// Session: the tracks of a mix. From a folder of stems, or a session.toml that says more about
// them.
#pragma once

#include "units/gain.h"
#include "units/quantity.h"
#include "units/result.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace gainstage::mix {

/// Who placed a track.
enum class PanOrigin {
    stated, ///< session.toml
    name,   ///< L or R at the end of its name
    role    ///< its role's default: for mono stems only, a stereo one brings its own picture
};

struct Track {
    std::string name;           ///< unique in the session
    std::filesystem::path file; ///< absolute, or relative to the current folder
    std::string role;           ///< an id of data/roles.toml: "kick", "lead-vocal"… "other"
    bool role_guessed = false;  ///< from the file's name
    Gain fader;                 ///< the balance on top of the trim
    bool fader_stated = false;  ///< by session.toml; otherwise it is the role's
    double pan = 0.0;           ///< -1 left … +1 right
    PanOrigin pan_origin = PanOrigin::role;
    std::string pan_reason; ///< "stated in session.toml", "its name says left"…
};

/// A stem that can't be read doesn't stop the others: it is left out, and listed with the reason.
struct SkippedTrack {
    Track track;
    Error error;
};

struct Session {
    std::string title;
    std::filesystem::path folder;
    std::optional<Hertz> sample_rate; ///< stated; otherwise the rate most tracks have
    std::vector<Track> tracks;        ///< in the order of session.toml, or by name
};

/// `path`: a folder (with or without session.toml), or a session.toml. A session.toml without
/// tracks takes its folder's audio files. Whether a track's file is there and whole is the stager's
/// question: it leaves out what can't be read.
///   errors  not there, no audio files, TOML faults with line and column, numbers out of range, two
///   tracks of one name
Result<Session> load_session(const std::filesystem::path& path);

} // namespace gainstage::mix
