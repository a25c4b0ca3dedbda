// SPDX-License-Identifier: MIT
#include "mix/session.h"

#include "audio/io/scan.h"
#include "audio/spec.h"
#include "mix/roles.h"
#include "verdict/toml_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <set>
#include <sstream>

namespace fs = std::filesystem;

namespace gainstage::mix {

using verdict::parse_toml;
using verdict::place;
using verdict::TomlTable;

namespace {

constexpr const char* session_file_name = "session.toml";
constexpr double highest_fader_db =
    24.0; // what the widest DAW faders reach, and a typing slip rarely stays under

Error unreadable(std::string where, std::string what, std::string action = {}) {
    return {ErrorKind::unreadable, std::move(where), std::move(what), std::move(action)};
}

/// Not below: a folder of stems often holds older versions in its subfolders.
Result<std::vector<fs::path>> audio_files_in(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code fault;
    for (auto entry = fs::directory_iterator(folder, fault);
         !fault && entry != fs::directory_iterator(); entry.increment(fault)) {
        const fs::path& file = entry->path();
        std::error_code ignored;
        if (audio::io::looks_like_audio(file) && !entry->is_directory(ignored)) {
            files.push_back(file);
        }
    }
    if (fault) {
        return unreadable(folder.string(), "can't be listed: " + fault.message(),
                          "check its permissions");
    }
    if (files.empty()) {
        return unreadable(
            folder.string(), "has no audio files in it",
            fmt::format("put the stems there, or name them in a {}", session_file_name));
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string name_of(const fs::path& file) { return file.stem().string(); }

/// Files of one name but two formats get their extension back.
void make_names_unique(std::vector<Track>& tracks, const std::vector<bool>& stated) {
    std::map<std::string, int> uses;
    for (const Track& track : tracks) {
        ++uses[track.name];
    }
    for (std::size_t i = 0; i < tracks.size(); ++i) {
        if (!stated[i] && uses[tracks[i].name] > 1) {
            tracks[i].name = tracks[i].file.filename().string();
        }
    }
}

/// What session.toml left open: the role from the name, and from the role the balance. Every second
/// track of a role goes to the other side, so that two guitars don't end up on top of each other.
void complete(std::vector<Track>& tracks) {
    const Roles& roles = Roles::built_in();
    std::map<const Role*, int> placed;
    for (Track& track : tracks) {
        const Guess by_file = roles.guess(name_of(track.file));
        const Guess by_name = roles.guess(track.name);
        if (track.role.empty()) {
            const Guess& guess = by_name.matched.empty() ? by_file : by_name;
            track.role = guess.role->id;
            track.role_guessed = true;
        }
        const Role& role = *roles.find(track.role);
        if (!track.fader_stated) {
            track.fader = role.fader;
        }
        if (track.pan_origin == PanOrigin::stated) {
            track.pan_reason = fmt::format("stated in {}", session_file_name);
        } else if (const auto hint = by_name.pan ? by_name.pan : by_file.pan; hint) {
            track.pan = *hint;
            track.pan_origin = PanOrigin::name;
            track.pan_reason = fmt::format("its name says {}", *hint < 0.0 ? "left" : "right");
        } else {
            const bool mirrored = placed[&role]++ % 2 == 1 && role.pan != 0.0;
            track.pan = mirrored ? -role.pan : role.pan;
            track.pan_reason =
                fmt::format("default of the role {}{}", role.id, mirrored ? ", mirrored" : "");
        }
    }
}

Result<Track> read_track(const toml::table& table,
                         std::string_view file_name,
                         const fs::path& folder,
                         bool& named) {
    TomlTable keys(table, file_name, "[[track]]");
    Track track;
    const auto file = keys.text("file");
    const auto name = keys.text("name");
    const auto role = keys.text("role");
    const auto fader =
        keys.number("fader_db", -std::numeric_limits<double>::infinity(), highest_fader_db, "dB");
    const auto pan = keys.number("pan", -1.0, 1.0, "(left to right)");
    if (!file || file->empty()) {
        keys.fail("file", "a [[track]] without a file", "add file = \"….wav\"");
    }
    if (name && name->empty()) {
        keys.fail("name", "name is empty", "give one, or remove the line");
    }
    if (role && Roles::built_in().find(*role) == nullptr) {
        const Guess guess = Roles::built_in().guess(*role);
        keys.fail("role", fmt::format("unknown role \"{}\"", *role),
                  guess.matched.empty() ? fmt::format("use one of {}", Roles::built_in().ids())
                                        : fmt::format("did you mean \"{}\"?", guess.role->id));
    }
    if (auto fault = keys.finish()) {
        return *fault;
    }
    track.file = (folder / *file).lexically_normal();
    track.name = name.value_or(name_of(track.file));
    track.role = role.value_or("");
    track.fader = Gain::from_db(fader.value_or(0.0));
    track.fader_stated = fader.has_value();
    track.pan = pan.value_or(0.0);
    track.pan_origin = pan ? PanOrigin::stated : PanOrigin::role;
    named = name.has_value();
    return track;
}

/// Tracks from a folder's files: names and places only.
Result<std::vector<Track>> tracks_of(const fs::path& folder) {
    auto files = audio_files_in(folder);
    if (!files) {
        return files.error();
    }
    std::vector<Track> tracks;
    for (const fs::path& file : *files) {
        tracks.emplace_back();
        tracks.back().name = name_of(file);
        tracks.back().file = file;
    }
    make_names_unique(tracks, std::vector<bool>(tracks.size(), false));
    return tracks;
}

Result<std::vector<Track>>
tracks_of(const toml::table& table, std::string_view file_name, const fs::path& folder) {
    const toml::node* node = table.get("track");
    if (node == nullptr) {
        return tracks_of(folder);
    }
    const toml::array* list = node->as_array();
    std::vector<Track> tracks;
    std::vector<bool> named;
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        const toml::table* entry = list->get(i)->as_table();
        if (entry == nullptr) {
            list = nullptr;
            break;
        }
        bool is_named = false;
        auto track = read_track(*entry, file_name, folder, is_named);
        if (!track) {
            return track.error();
        }
        tracks.push_back(std::move(*track));
        named.push_back(is_named);
    }
    if (list == nullptr || tracks.empty()) {
        return unreadable(place(file_name, *node), "track is not a list of tables",
                          "write [[track]] before each");
    }
    make_names_unique(tracks, named);
    std::set<std::string> names;
    for (std::size_t i = 0; i < tracks.size(); ++i) {
        if (!names.insert(tracks[i].name).second) {
            return unreadable(place(file_name, *list->get(i)),
                              fmt::format("two tracks are named \"{}\"", tracks[i].name),
                              "give each a name of its own");
        }
    }
    return tracks;
}

Result<Session> load_toml(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    std::error_code ignored;
    if (!stream ||
        !fs::is_regular_file(file, ignored)) { // a folder can be opened, and reads as empty
        return unreadable(file.string(), "can't be read", "check that it is there and may be read");
    }
    const std::string file_name = file.string();
    const auto table = parse_toml(text.str(), file_name);
    if (!table) {
        return table.error();
    }
    Session session;
    session.folder = file.parent_path();
    TomlTable keys(*table, file_name, session_file_name);
    session.title = keys.text("title").value_or("");
    if (const auto rate = keys.number("sample_rate_hz", audio::lowest_sample_rate.value(),
                                      audio::highest_sample_rate.value(), "Hz")) {
        session.sample_rate = Hertz{*rate};
        if (*rate != std::floor(*rate)) {
            keys.fail("sample_rate_hz", "sample_rate_hz is not a whole number", "such as 48000");
        }
    }
    keys.known("tempo"); // for the musicians; no level depends on it
    keys.known("track");
    if (auto fault = keys.finish()) {
        return *fault;
    }
    auto tracks = tracks_of(*table, file_name, session.folder);
    if (!tracks) {
        return tracks.error();
    }
    session.tracks = std::move(*tracks);
    return session;
}

Result<Session> load_folder(const fs::path& folder) {
    auto tracks = tracks_of(folder);
    if (!tracks) {
        return tracks.error();
    }
    Session session;
    session.folder = folder;
    session.tracks = std::move(*tracks);
    return session;
}

} // namespace

Result<Session> load_session(const fs::path& path) {
    std::error_code fault;
    fs::path whole = fs::absolute(path, fault).lexically_normal();
    if (!whole.has_filename()) {
        whole = whole.parent_path(); // "stems/"
    }
    const fs::file_status status = fs::status(whole, fault);
    if (!fs::exists(status)) {
        return unreadable(path.string(), "isn't there",
                          "give a folder of stems, or a session.toml");
    }
    const bool is_folder = fs::is_directory(status);
    if (!is_folder && whole.extension() != ".toml") {
        return unreadable(path.string(), "is neither a folder nor a session.toml",
                          "give the folder that the stems are in");
    }
    const fs::path inside = whole / session_file_name;
    auto session = !is_folder                  ? load_toml(whole)
                   : fs::exists(inside, fault) ? load_toml(inside)
                                               : load_folder(whole);
    if (!session) {
        return session;
    }
    complete(session->tracks);
    if (session->title.empty()) {
        session->title = session->folder.filename().string();
    }
    return session;
}

} // namespace gainstage::mix
