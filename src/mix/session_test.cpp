// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "mix/session.h"
#include "support/temporary_folder.h"

#include <cmath>

using namespace gainstage;
using test::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

/// What loading a session.toml with this text complains of, without the folder's name.
std::string fault_of(const std::string& toml) {
    TemporaryFolder folder;
    folder.write("session.toml", toml);
    const auto session = mix::load_session(folder.path());
    if (session) {
        return "(no fault)";
    }
    const std::string message = session.error().message();
    return message.substr(message.find("session.toml"));
}

} // namespace

TEST_CASE("session: a folder of stems is a session, other files and subfolders are not in it") {
    TemporaryFolder folder;
    for (const char* name : {"02 Snare Top.WAV", "01 Kick In.wav", "Gtr_L.flac", "Gtr_R.flac",
                             "._Gtr_R.flac", "notes.txt", "old/03 Bass.wav", "cover.jpg"}) {
        folder.write(name);
    }
    fs::create_directories(folder.path() / "folder.wav");
    const auto session = mix::load_session(folder.path());
    REQUIRE(session);
    CHECK(session->title == folder.path().filename());
    CHECK(session->folder == folder.path());
    CHECK_FALSE(session->sample_rate);
    REQUIRE(session->tracks.size() == 4);
    CHECK(session->tracks[0].name == "01 Kick In");
    CHECK(session->tracks[0].file == folder.path() / "01 Kick In.wav");
    CHECK(session->tracks[0].role == "kick");
    CHECK(session->tracks[0].role_guessed);
    CHECK_FALSE(session->tracks[0].fader_stated);
    CHECK(session->tracks[1].role == "snare");
    CHECK(session->tracks[2].pan == -0.7);
    CHECK(session->tracks[2].pan_reason == "its name says left");
    CHECK(session->tracks[3].pan == 0.7);
    CHECK(session->tracks[3].pan_origin == mix::PanOrigin::name);
    CHECK(session->tracks[0].pan_origin == mix::PanOrigin::role);
    CHECK(mix::load_session(folder.path() / "")->tracks.size() == 4); // with a trailing slash
}

TEST_CASE(
    "session: session.toml says title, rate, names, roles, faders and pans, the rest is guessed") {
    TemporaryFolder folder;
    folder.write("session.toml", R"(
title = "Night Bus"
tempo = 96.5
sample_rate_hz = 44100
[[track]]
file = "a.wav"
name = "Vox"
role = "backing-vocals"
fader_db = -3
pan = 0.25
[[track]]
file = "sub/Bass DI.wav"
fader_db = -inf
)");
    for (const fs::path& path : {folder.path(), folder.path() / "session.toml"}) {
        const auto session = mix::load_session(path);
        REQUIRE(session);
        CHECK(session->title == "Night Bus");
        CHECK(session->sample_rate->value() == 44100.0);
        REQUIRE(session->tracks.size() ==
                2); // not there, and not our question: the stager lists them
        const mix::Track& vox = session->tracks[0];
        CHECK(vox.name == "Vox");
        CHECK(vox.role == "backing-vocals");
        CHECK_FALSE(vox.role_guessed);
        CHECK(vox.fader.db() == -3.0);
        CHECK(vox.fader_stated);
        CHECK(vox.pan == 0.25);
        CHECK(vox.pan_origin == mix::PanOrigin::stated);
        CHECK(vox.pan_reason == "stated in session.toml");
        const mix::Track& bass = session->tracks[1];
        CHECK(bass.name == "Bass DI");
        CHECK(bass.file == folder.path() / "sub" / "Bass DI.wav");
        CHECK(bass.role == "bass");
        CHECK(bass.role_guessed);
        CHECK(bass.fader == Gain::mute());
    }
}

TEST_CASE("session: a session.toml without tracks takes its folder's files") {
    TemporaryFolder folder;
    folder.write("session.toml", "title = \"All of them\"\n");
    folder.write("kick.wav");
    folder.write("bass.wav");
    const auto session = mix::load_session(folder.path());
    REQUIRE(session);
    CHECK(session->title == "All of them");
    REQUIRE(session->tracks.size() == 2);
    CHECK(session->tracks[0].name == "bass");
}

TEST_CASE("session: the second track of a role is placed on the other side") {
    TemporaryFolder folder;
    for (const char* name : {"Gtr 1.wav", "Gtr 2.wav", "Gtr 3.wav", "Kick 1.wav", "Kick 2.wav"}) {
        folder.write(name);
    }
    const auto session = mix::load_session(folder.path());
    REQUIRE(session);
    const auto& tracks = session->tracks;
    CHECK(tracks[0].pan != 0.0);
    CHECK(tracks[1].pan == -tracks[0].pan);
    CHECK(tracks[1].pan_reason == "default of the role electric-guitar, mirrored");
    CHECK(tracks[2].pan == tracks[0].pan);
    CHECK(tracks[3].pan == 0.0);
    CHECK(tracks[4].pan == 0.0);
    CHECK(tracks[4].pan_reason == "default of the role kick");
}

TEST_CASE("session: two formats of one name get names of their own") {
    TemporaryFolder folder;
    folder.write("kick.wav");
    folder.write("kick.flac");
    const auto session = mix::load_session(folder.path());
    REQUIRE(session);
    CHECK(session->tracks[0].name == "kick.flac");
    CHECK(session->tracks[1].name == "kick.wav");
}

TEST_CASE("session: every fault is one line with its place and what to do") {
    const std::string track = "[[track]]\nfile = \"a.wav\"\n";
    CHECK(fault_of(track + "gain_db = 3\n") ==
          "session.toml:3:1: unknown key \"gain_db\" in [[track]]; use one of file, name, role, "
          "fader_db, pan");
    CHECK(fault_of("colour = \"red\"\n") ==
          "session.toml:1:1: unknown key \"colour\" in session.toml; use one of title, "
          "sample_rate_hz, tempo, track");
    CHECK(fault_of(track + "fader_db = nan\n") ==
          "session.toml:3:12: fader_db = nan is out of range; give a number from -inf to 24 dB");
    CHECK(fault_of(track + "fader_db = 24.5\n") ==
          "session.toml:3:12: fader_db = 24.5 is out of range; give a number from -inf to 24 dB");
    CHECK(fault_of(track + "fader_db = \"-3\"\n") ==
          "session.toml:3:12: fader_db is not a number; write it without quotes: fader_db = -3");
    CHECK(fault_of(track + "pan = -1.01\n") == "session.toml:3:7: pan = -1.01 is out of range; "
                                               "give a number from -1 to 1 (left to right)");
    CHECK(
        fault_of(track + "pan = inf\n") ==
        "session.toml:3:7: pan = inf is out of range; give a number from -1 to 1 (left to right)");
    CHECK(fault_of(track + "name = 7\n") ==
          "session.toml:3:8: name is not a text; put it in quotes: name = \"…\"");
    CHECK(fault_of(track + "name = \"\"\n") ==
          "session.toml:3:8: name is empty; give one, or remove the line");
    CHECK(fault_of(track + "role = \"vocals\"\n") ==
          "session.toml:3:8: unknown role \"vocals\"; did you mean \"lead-vocal\"?");
    CHECK(fault_of(track + "role = \"zither\"\n")
              .starts_with("session.toml:3:8: unknown role \"zither\"; use one of kick, snare, "));
    CHECK(fault_of("[[track]]\nname = \"Kick\"\n") ==
          "session.toml:1:1: a [[track]] without a file; add file = \"….wav\"");
    CHECK(fault_of(track + "name = \"A\"\n" + track + "name = \"A\"\n") ==
          "session.toml:4:1: two tracks are named \"A\"; give each a name of its own");
    CHECK(fault_of(track + track) ==
          "session.toml:3:1: two tracks are named \"a.wav\"; give each a name of its own");
    CHECK(fault_of("sample_rate_hz = 7999\n") ==
          "session.toml:1:18: sample_rate_hz = 7999 is out of "
          "range; give a number from 8000 to 768000 Hz");
    CHECK(fault_of("sample_rate_hz = 44100.5\n") ==
          "session.toml:1:18: sample_rate_hz is not a whole number; such as 48000");
    CHECK(fault_of("track = []\n") ==
          "session.toml:1:9: track is not a list of tables; write [[track]] before each");
    CHECK(fault_of("track = 3\n") ==
          "session.toml:1:9: track is not a list of tables; write [[track]] before each");
    CHECK_THAT(fault_of("[[track]\nfile = 1\n"),
               Catch::StartsWith("session.toml:1:9: is not TOML: "));
    CHECK(fault_of(track + "pan = 0\npan = 1\n").starts_with("session.toml:4:"));
    CHECK(fault_of("title = \"\xFF\"\n").starts_with("session.toml:1:"));
    CHECK(fault_of(track + "file2 = 1\n").starts_with("session.toml:3:1: unknown key \"file2\""));
    CHECK(fault_of("[[track]]\nfile = \"a\\u0000.wav\"\n") ==
          "session.toml:2:8: file has a NUL character in it; remove it");
}

TEST_CASE("session: what is no session is told so") {
    TemporaryFolder folder;
    const auto message = [&](const char* name) {
        const auto session = mix::load_session(folder.path() / name);
        REQUIRE_FALSE(session);
        CHECK(session.error().kind == ErrorKind::unreadable);
        return session.error().message().substr(folder.path().string().size() + 1);
    };
    CHECK(message("nothing") == "nothing: isn't there; give a folder of stems, or a session.toml");
    folder.write("kick.wav");
    CHECK(
        message("kick.wav") ==
        "kick.wav: is neither a folder nor a session.toml; give the folder that the stems are in");
    fs::create_directories(folder.path() / "empty");
    CHECK(message("empty") ==
          "empty: has no audio files in it; put the stems there, or name them in a session.toml");
    fs::create_directories(folder.path() / "odd" / "session.toml");
    CHECK(message("odd") ==
          "odd/session.toml: can't be read; check that it is there and may be read");
}
