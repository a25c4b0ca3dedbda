// SPDX-License-Identifier: MIT
// meter --tag, --untag and --undo as users meet them: albums, nothing half-written, nothing lost.
#include "support/bytes_of.h"
#include "support/program.h"
#include "support/run_tool.h"
#include "support/signals.h"
#include "support/small_disk.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"

#include <catch2/catch.hpp>

#include <map>
#include <sys/stat.h>
#include <unistd.h>

using namespace gainstage;
using test::bytes_of;
using test::run_gainstage;
using test::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

void write_song(const fs::path& path, double seconds, double level_dbfs) {
    fs::create_directories(path.parent_path());
    const auto tone = test::sine(997.0, test::linear(level_dbfs),
                                 static_cast<std::size_t>(seconds * 48000.0), 48000.0);
    test::write_stem(path, test::planar(tone, 2), 48000.0, audio::io::SampleFormat::int16,
                     path.extension() == ".flac" ? audio::io::Container::flac
                                                 : audio::io::Container::wav);
}

std::string tags_of(const fs::path& file) {
    return test::output_of("metaflac --export-tags-to=- " + test::quoted(file));
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::map<std::string, std::string> contents_of(const fs::path& folder) {
    std::map<std::string, std::string> contents;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            contents[entry.path().string()] = bytes_of(entry.path());
        }
    }
    return contents;
}

} // namespace

TEST_CASE("meter --tag: an album is a folder, a dry run writes nothing, undo gives all back") {
    const TemporaryFolder folder;
    const fs::path music = folder.path() / "music";
    // Two loud songs and one 40 dB below, which the relative gate leaves out of its album.
    write_song(music / "one/a.flac", 4.0, -14.0);
    write_song(music / "one/b.flac", 4.0, -14.0);
    write_song(music / "one/c.flac", 4.0, -54.0);
    write_song(music / "two/d.flac", 4.0, -34.0);
    write_song(music / "two/e.wav", 4.0, -34.0);
    const auto before = contents_of(music);
    const std::string undo = (folder.path() / "undo.jsonl").string();

    const auto dry = run_gainstage({"meter", "--tag", "auto", "--dry-run", music.string()});
    CHECK(dry.exit_code == 0);
    CHECK(has(dry.err, "a.flac: would be tagged: REPLAYGAIN_TRACK_GAIN=-4.00 dB"));
    CHECK(contents_of(music) == before);

    const auto run =
        run_gainstage({"meter", "--tag", "auto", "--undo-file", undo, "--csv", music.string()});
    CAPTURE(run.err);
    CHECK(run.exit_code == 0);
    CHECK(has(run.out, "e.wav"));
    // A stereo tone at -14 dBFS peak reads -14 LUFS (BS.1770: 997 Hz at 0 dBFS in one channel is
    // -3.01), so -18 asks for -4 dB. The album of equal loud songs gains the same.
    for (const char* name : {"one/a.flac", "one/b.flac"}) {
        CHECK(has(tags_of(music / name), "REPLAYGAIN_TRACK_GAIN=-4.00 dB\n"));
        CHECK(has(tags_of(music / name), "REPLAYGAIN_ALBUM_GAIN=-4.00 dB\n"));
    }
    CHECK(has(tags_of(music / "one/c.flac"), "REPLAYGAIN_TRACK_GAIN=36.00 dB\n"));
    CHECK(has(tags_of(music / "one/c.flac"), "REPLAYGAIN_ALBUM_GAIN=-4.00 dB\n"));
    CHECK(has(tags_of(music / "two/d.flac"), "REPLAYGAIN_ALBUM_GAIN=16.00 dB\n"));
    CHECK(has(bytes_of(music / "two/e.wav"), "bext"));

    CHECK(run_gainstage({"meter", "--verify", music.string()}).exit_code == 0);

    const auto again = run_gainstage({"meter", "--tag", "auto", music.string()});
    CHECK(has(again.err, "a.flac: nothing to change"));

    CHECK(run_gainstage({"meter", "--undo", undo}).exit_code == 0);
    CHECK(contents_of(music) == before);
    CHECK(run_gainstage({"meter", "--undo", undo}).exit_code == 0); // nothing left to do

    CHECK(run_gainstage({"meter", "--tag", "replaygain", "--no-album", music.string()}).exit_code ==
          1); // the WAV takes bext
    CHECK_FALSE(has(tags_of(music / "one/a.flac"), "ALBUM"));
    CHECK(run_gainstage({"meter", "--untag", music.string()}).exit_code == 0);
    CHECK_FALSE(has(tags_of(music / "one/a.flac"), "REPLAYGAIN"));
}

TEST_CASE("meter --tag: where one file of a folder can't be measured, there is no album") {
    const TemporaryFolder folder;
    write_song(folder.path() / "a.flac", 2.0, -14.0);
    folder.write("broken.flac", "fLaC");
    const auto run = run_gainstage({"meter", "--tag", "auto", folder.path().string()});
    CHECK(run.exit_code == 1);
    CHECK(has(run.err, "no album tags"));
    CHECK(has(tags_of(folder.path() / "a.flac"), "TRACK_GAIN"));
    CHECK_FALSE(has(tags_of(folder.path() / "a.flac"), "ALBUM_GAIN"));
    CHECK(bytes_of(folder.path() / "broken.flac") == "fLaC");
}

TEST_CASE("meter --tag: a full disk leaves the old file whole and nothing beside it") {
    const test::SmallDisk disk(600'000);
    if (!disk.ok()) {
        WARN("not run: a tmpfs can't be mounted here");
        return;
    }
    write_song(disk.path() / "song.wav", 2.0, -14.0); // 384 kB: no room for another
    const auto before = contents_of(disk.path());
    const auto run = run_gainstage({"meter", "--tag", "auto", disk.path().string()});
    CHECK(run.exit_code == 1);
    CHECK(has(run.err, "the disk is full"));
    CHECK(contents_of(disk.path()) == before);
}

TEST_CASE("meter --tag: Ctrl-C at any moment leaves every file as it was or tagged") {
    const TemporaryFolder folder;
    const fs::path music = folder.path() / "music";
    for (int i = 0; i < 12; ++i) {
        write_song(music / (std::to_string(i) + ".flac"), 20.0, -14.0);
    }
    const auto before = contents_of(music);
    const std::string undo = (folder.path() / "undo.jsonl").string();
    for (const int after_ms : {0, 10, 20, 40, 60, 90, 130}) {
        CAPTURE(after_ms);
        const auto run =
            run_gainstage({"meter", "--tag", "auto", "--undo-file", undo, music.string()},
                          {.interrupt_after_ms = after_ms});
        CHECK((run.exit_code == 130 || run.exit_code == 0));
        const auto now = contents_of(music);
        CHECK(now.size() == before.size()); // nothing half-written beside them
        for (const auto& [path, bytes] : now) {
            CHECK((bytes == before.at(path) || has(tags_of(path), "REPLAYGAIN_ALBUM_GAIN")));
        }
        if (fs::exists(undo)) {
            CHECK(run_gainstage({"meter", "--undo", undo}).exit_code == 0);
            fs::remove(undo);
        }
        CHECK(contents_of(music) == before);
    }
}

TEST_CASE("meter --tag: what makes no sense is told in one line, and nothing is touched") {
    const TemporaryFolder folder;
    const fs::path song = folder.path() / "song.flac";
    write_song(song, 1.0, -14.0);
    const auto before = contents_of(folder.path());
    const auto refused = [&](const std::vector<std::string>& arguments, int exit_code) {
        const auto run = run_gainstage(arguments);
        CAPTURE(run.err);
        CHECK(run.exit_code == exit_code);
        CHECK(run.error_lines() == 1);
        CHECK(contents_of(folder.path()) == before);
    };
    refused({"meter", "--tag", "loud", song.string()}, 2);
    refused({"meter", "--tag", "auto", "--untag", song.string()}, 2);
    refused({"meter", "--tag", "auto", "-"}, 2);
    refused({"meter", "--tag", "auto", "--undo-file", song.string(), song.string()}, 2);
    refused({"meter", "--undo", song.string()}, 3);
    refused({"meter", "--undo", "nowhere.jsonl"}, 3);
}
