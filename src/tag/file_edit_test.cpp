// SPDX-License-Identifier: MIT
#include "tag/file_edit.h"

#include "support/bytes_of.h"
#include "support/temporary_folder.h"
#include "tag/save_edit.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include <fcntl.h>
#include <sys/stat.h>

using namespace gainstage;
using tag::FileEdit;

TEST_CASE("file_edit: any edits give what the same edits of a string give, and can be taken back") {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "bytes";
    const auto log_file = folder.path() / "undo.jsonl";
    rc::prop("edits of a file equal edits of a string", [&] {
        const auto before = *rc::gen::container<std::string>(rc::gen::inRange('a', 'z'));
        folder.write("bytes", before);
        std::filesystem::remove(log_file);
        std::string expected = before;
        auto edit = FileEdit::of(file);
        RC_ASSERT(edit.ok());
        const int edits = *rc::gen::inRange(0, 12);
        for (int i = 0; i < edits; ++i) {
            const auto start = *rc::gen::inRange<std::size_t>(0, expected.size() + 3);
            const auto removed = *rc::gen::inRange<std::size_t>(0, 9);
            const auto inserted = *rc::gen::container<std::string>(rc::gen::inRange('A', 'Z'));
            edit->replace(start, removed, inserted);
            expected.replace(std::min(start, expected.size()), removed, inserted);
            RC_ASSERT(edit->bytes() == expected.size());
            const auto from = *rc::gen::inRange<std::size_t>(0, expected.size() + 1);
            RC_ASSERT(edit->read(from, 7) == expected.substr(from, 7));
        }
        RC_ASSERT(edit->is_changed() == (expected != before));
        auto log = tag::UndoLog::open(log_file);
        RC_ASSERT(log.ok());
        const tag::SaveOptions options{.undo = &*log, .check_sound = false};
        RC_ASSERT(tag::save_edit(*edit, options, {}).ok());
        RC_ASSERT(test::bytes_of(file) == expected);
        RC_ASSERT(
            tag::undo(log_file, false, {}, [](const auto& done) { RC_ASSERT(done.ok()); }).ok());
        RC_ASSERT(test::bytes_of(file) == before);
    });
}

TEST_CASE("file_edit: what a file is besides its bytes stays: its mode, its time, its link") {
    const test::TemporaryFolder folder;
    folder.write("real", "abc");
    const auto real = folder.path() / "real";
    std::filesystem::create_symlink("real", folder.path() / "link");
    REQUIRE(::chmod(real.c_str(), 0640) == 0);
    const timespec times[2] = {{1'000'000'000, 5}, {1'000'000'000, 123'456'789}};
    REQUIRE(::utimensat(AT_FDCWD, real.c_str(), times, 0) == 0);
    for (const bool keep : {true, false}) {
        auto edit = FileEdit::of(folder.path() / "link");
        REQUIRE(edit);
        edit->replace(0, 1, "xyz");
        REQUIRE(tag::save_edit(*edit, {.keep_mtime = keep, .check_sound = false}, {}));
        struct stat after = {};
        REQUIRE(::stat(real.c_str(), &after) == 0);
        CHECK((after.st_mode & 07777) == 0640);
        CHECK((after.st_mtim.tv_sec == 1'000'000'000) == keep);
        CHECK((after.st_mtim.tv_nsec == 123'456'789) == keep);
        CHECK(std::filesystem::is_symlink(folder.path() / "link"));
    }
    CHECK(test::bytes_of(real) == "xyzyzbc");
}

TEST_CASE("file_edit: a file that another program changed meanwhile is not replaced") {
    const test::TemporaryFolder folder;
    folder.write("file", "abc");
    auto edit = FileEdit::of(folder.path() / "file");
    REQUIRE(edit);
    edit->replace(0, 1, "x");
    folder.write("file", "somebody else's");
    CHECK_FALSE(tag::save_edit(*edit, {.check_sound = false}, {}));
    CHECK(test::bytes_of(folder.path() / "file") == "somebody else's");
}

TEST_CASE(
    "undo: what was changed since is left alone, what never changed is told, damage is said") {
    const test::TemporaryFolder folder;
    const auto log_file = folder.path() / "undo.jsonl";
    const auto tag_one = [&](const std::string& name) {
        folder.write(name, "before");
        auto log = tag::UndoLog::open(log_file);
        auto edit = FileEdit::of(folder.path() / name);
        edit->replace(3, 0, "!");
        REQUIRE(tag::save_edit(*edit, {.undo = &*log, .check_sound = false}, {}));
    };
    tag_one("changed");
    tag_one("restored");
    tag_one("tagged");
    folder.write("changed", "since");
    folder.write("restored", "before");
    std::ofstream(log_file, std::ios::app)
        << "{\"schema\": cut sho"; // a crash while it was written
    std::vector<std::string> heard;
    const auto hear = [&](const Result<tag::Undone>& done) {
        heard.push_back(done ? done->path.filename().string() + (done->was_changed ? " +" : " -")
                             : "error");
    };
    REQUIRE(tag::undo(log_file, true, {}, hear)); // only says
    CHECK(test::bytes_of(folder.path() / "tagged") == "bef!ore");
    REQUIRE(tag::undo(log_file, false, {}, hear));
    CHECK(heard == std::vector<std::string>{"tagged +", "restored -", "error", "tagged +",
                                            "restored -", "error"});
    CHECK(test::bytes_of(folder.path() / "tagged") == "before");
    CHECK(test::bytes_of(folder.path() / "changed") == "since");

    folder.write("song.flac", "fLaC and so on");
    CHECK_FALSE(tag::UndoLog::open(folder.path() / "song.flac"));
    CHECK(test::bytes_of(folder.path() / "song.flac") == "fLaC and so on");
    CHECK_FALSE(tag::undo(folder.path() / "song.flac", false, {}, hear));
    CHECK_FALSE(tag::undo(folder.path() / "nowhere", false, {}, hear));
}
