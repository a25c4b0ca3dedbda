// SPDX-License-Identifier: MIT
#include "tag/bext.h"

#include "support/bytes_of.h"
#include "support/temporary_folder.h"
#include "tag/save_edit.h"

#include <catch2/catch.hpp>
#include <sndfile.h>

using namespace gainstage;
using tag::BextLoudness;
using tag::FileEdit;

namespace {

std::string number(std::uint64_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) {
        text += static_cast<char>(value >> (8 * i) & 0xFFu);
    }
    return text;
}

/// Of even length.
std::string chunk(const std::string& name, const std::string& contents) {
    return name + number(contents.size(), 4) + contents;
}

/// Of odd length, padded.
std::string odd(const std::string& name, std::string contents) {
    std::string bytes = name + number(contents.size(), 4) + contents;
    bytes += '\0';
    return bytes;
}

const std::string format = chunk("fmt ",
                                 number(1, 2) + number(1, 2) + number(48000, 4) + number(96000, 4) +
                                     number(2, 2) + number(16, 2));
const std::string sound = chunk("data", "0123456789abcdef");

std::string riff(const std::string& chunks) {
    return "RIFF" + number(4 + chunks.size(), 4) + "WAVE" + chunks;
}

/// 602 bytes with something in every field, and a history behind.
std::string bext_fields(unsigned version) {
    std::string fields(602, '\0');
    for (std::size_t i = 0; i < 346; ++i) {
        fields[i] = static_cast<char>('A' + i % 26);
    }
    fields.replace(346, 2, number(version, 2));
    fields.replace(348, 64, version == 0 ? std::string(64, '\0') : std::string(64, 'u'));
    return fields + "A=PCM,F=48000,W=16,M=mono\r\n";
}

constexpr BextLoudness measured_loudness{-2301, 455, -112, -1850, 0x7FFF};
/// As they stand in the file: two's complement, low byte first. EBU Tech 3285 v2, section 2.3.
const std::string written("\x03\xF7\xC7\x01\x90\xFF\xC6\xF8\xFF\x7F", 10);

std::string with_loudness(const test::TemporaryFolder& folder, const std::string& bytes) {
    folder.write("file.wav", bytes);
    auto edit = FileEdit::of(folder.path() / "file.wav");
    REQUIRE(edit);
    REQUIRE(tag::set_bext_loudness(*edit, measured_loudness));
    CHECK(tag::bext_loudness(*edit) == measured_loudness);
    REQUIRE(tag::save_edit(*edit, {.check_sound = false}, {}));
    return test::bytes_of(folder.path() / "file.wav");
}

} // namespace

TEST_CASE("bext: a chunk that is there has the version and ten bytes changed, nothing else") {
    const test::TemporaryFolder folder;
    for (const unsigned version : {0u, 1u, 2u, 3u}) {
        CAPTURE(version);
        const std::string before = riff(odd("LIST", "odd") + odd("bext", bext_fields(version)) +
                                        format + sound + chunk("iXML", "<x/>"));
        std::string expected = before;
        const std::size_t start = before.find("bext") + 8;
        expected.replace(start + 346, 2, number(std::max(version, 2u), 2));
        expected.replace(start + 412, 10, written);
        CHECK(with_loudness(folder, before) == expected);
    }
}

TEST_CASE("bext: a WAV without the chunk gets one before fmt, and the size in its header grows") {
    const test::TemporaryFolder folder;
    const std::string tail = format + sound + odd("note", "after");
    std::string fields(602, '\0');
    fields.replace(346, 2, number(2, 2));
    fields.replace(412, 10, written);
    CHECK(with_loudness(folder, riff(tail)) == riff(chunk("bext", fields) + tail));

    SF_INFO info = {};
    SNDFILE* file = sf_open((folder.path() / "file.wav").c_str(), SFM_READ, &info);
    REQUIRE(file != nullptr);
    SF_BROADCAST_INFO read = {};
    CHECK(sf_command(file, SFC_GET_BROADCAST_INFO, &read, sizeof read) == SF_TRUE);
    CHECK(info.frames == 8);
    sf_close(file);
    CHECK(read.version == 2);
    CHECK(read.loudness_value == -2301);
    CHECK(read.loudness_range == 455);
    CHECK(read.max_true_peak_level == -112);
    CHECK(read.max_momentary_loudness == -1850);
    CHECK(read.max_shortterm_loudness == 0x7FFF);
}

TEST_CASE("bext: in RF64 the size in ds64 grows") {
    const test::TemporaryFolder folder;
    const auto rf64 = [](std::uint64_t riff_bytes, const std::string& bext) {
        return "RF64" + number(0xFFFFFFFF, 4) + "WAVE" +
               chunk("ds64", number(riff_bytes, 8) + number(16, 8) + number(8, 8) + number(0, 4)) +
               bext + format + "data" + number(0xFFFFFFFF, 4) + "0123456789abcdef" +
               chunk("cue ", "next");
    };
    const std::string before = rf64(rf64(0, "").size() - 8, "");
    std::string fields(602, '\0');
    fields.replace(346, 2, number(2, 2));
    fields.replace(412, 10, written);
    const std::string bext = chunk("bext", fields);
    CHECK(with_loudness(folder, before) == rf64(before.size() - 8 + bext.size(), bext));
}

TEST_CASE("bext: headers that lie are refused, not mended") {
    const test::TemporaryFolder folder;
    const auto refused = [&](const std::string& bytes) {
        folder.write("file.wav", bytes);
        auto edit = FileEdit::of(folder.path() / "file.wav");
        REQUIRE(edit);
        CHECK_FALSE(tag::set_bext_loudness(*edit, measured_loudness));
    };
    refused("RIFF" + number(0xFFFFFFFF, 4) + "WAVE" + format + sound); // a pipe's
    refused("RIFF" + number(0, 4) + "WAVE" + format + sound);
    refused("RIFF" + number(0xFFFFFFF0, 4) + "WAVE" + format + sound); // no room for more
    refused(riff(sound));                                              // no format
    refused(riff(format + "bext" + number(700, 4) + "cut"));
    refused("RF64" + number(0xFFFFFFFF, 4) + "WAVE" + format +
            chunk("ds64", number(100, 8) + number(16, 8) + number(8, 8) + number(0, 4)) +
            sound); // ds64 isn't the first
    refused("RIFF");
    refused("");
}
