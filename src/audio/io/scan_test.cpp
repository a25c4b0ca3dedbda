// SPDX-License-Identifier: MIT
#include "audio/io/scan.h"

#include "support/temporary_folder.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace gainstage;
using namespace gainstage::test;
using audio::io::collect_audio_files;

namespace {

using Names = std::vector<std::string>;

/// Relative to the folder, to compare with.
Names collected(const TemporaryFolder& folder, const Names& words) {
    std::vector<std::filesystem::path> named;
    for (const std::string& word : words) {
        named.push_back(folder.path() / word);
    }
    const auto files = collect_audio_files(named);
    if (!files) {
        return {"error: " + files.error().what};
    }
    Names names;
    for (const auto& file : *files) {
        names.push_back(file.lexically_relative(folder.path()).string());
    }
    return names;
}

} // namespace

TEST_CASE("scan: a folder stands for the audio files in it and below, sorted") {
    const TemporaryFolder folder;
    for (const char* name : {"b.wav", "a.FLAC", "sub/d.mp3", "sub/deep/c.m4a", "notes.txt",
                             "cover.jpg", ".hidden.wav", ".git/e.wav", "sub/f", "g.wav.bak"}) {
        folder.write(name);
    }
    CHECK(collected(folder, {""}) == Names{"a.FLAC", "b.wav", "sub/d.mp3", "sub/deep/c.m4a"});
}

TEST_CASE("scan: files come in the order in which they were named, each once") {
    const TemporaryFolder folder;
    for (const char* name : {"b.wav", "a.wav", "sub/c.wav", "odd name"}) {
        folder.write(name);
    }
    CHECK(collected(folder, {"sub", "b.wav", "a.wav", "b.wav", "sub/c.wav"}) ==
          Names{"sub/c.wav", "b.wav", "a.wav"});
    CHECK(collected(folder, {"odd name"}) == Names{"odd name"}); // named: whatever its extension
    CHECK(collected(folder, {"missing.wav"}) == Names{"missing.wav"}); // opening it says so
    CHECK(collected(folder, {}).empty());
}

TEST_CASE("scan: * ? and [ ] are patterns, unless a file has that very name") {
    const TemporaryFolder folder;
    for (const char* name :
         {"kick 1.wav", "kick 2.wav", "kick 10.wav", "snare.wav", "take [1].wav", "take 1.wav"}) {
        folder.write(name);
    }
    CHECK(collected(folder, {"kick *.wav"}) == Names{"kick 1.wav", "kick 10.wav", "kick 2.wav"});
    CHECK(collected(folder, {"kick ?.wav"}) == Names{"kick 1.wav", "kick 2.wav"});
    CHECK(collected(folder, {"kick [2-9].wav"}) == Names{"kick 2.wav"});
    CHECK(collected(folder, {"take [1].wav"}) == Names{"take [1].wav"});
    CHECK(collected(folder, {"tom *.wav"}) == Names{"error: matches no file"});
}

TEST_CASE("scan: a folder without audio is said") {
    const TemporaryFolder folder;
    folder.write("notes.txt");
    CHECK(collected(folder, {""}) == Names{"error: has no audio files in it"});
}

TEST_CASE("scan: links that lead in a circle end") {
    const TemporaryFolder folder;
    folder.write("sub/a.wav");
    std::filesystem::create_directory_symlink("..", folder.path() / "sub/up");
    std::filesystem::create_symlink("self.wav", folder.path() / "self.wav");
    std::filesystem::create_symlink("sub/a.wav", folder.path() / "link.wav");
    const Names names = collected(folder, {""});
    CHECK(std::ranges::count(names, "sub/a.wav") == 1);
    CHECK(std::ranges::count(names, "link.wav") == 1);
}
