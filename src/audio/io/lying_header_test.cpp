// SPDX-License-Identifier: MIT
// Headers that say what can't be, or what isn't.
#include "audio/io/source.h"

#include "audio/buffer.h"
#include "support/read_all.h"
#include "support/temporary_folder.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <unistd.h>

using namespace gainstage;
using namespace gainstage::audio;
using namespace gainstage::test;

namespace {

std::string little(std::uint64_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) {
        text += static_cast<char>(value >> (8 * i) & 0xFFu);
    }
    return text;
}

struct Header {
    unsigned tag = 1;
    unsigned channels = 2;
    std::uint32_t rate_hz = 48000;
    unsigned bits = 16;
    std::uint32_t data_bytes = 400;
};

std::string wav(const Header& header) {
    const unsigned frame_bytes = header.channels * header.bits / 8;
    return "RIFF" + little(36 + header.data_bytes, 4) + "WAVEfmt " + little(16, 4) +
           little(header.tag, 2) + little(header.channels, 2) + little(header.rate_hz, 4) +
           little(header.rate_hz * frame_bytes, 4) + little(frame_bytes, 2) +
           little(header.bits, 2) + "data" + little(header.data_bytes, 4);
}

/// One line that names the file.
void require_refused(const std::filesystem::path& file) {
    const auto source = io::open(file);
    REQUIRE_FALSE(source);
    CHECK(source.error().message().find(file.filename().string()) != std::string::npos);
    CHECK(source.error().message().find('\n') == std::string::npos);
}

} // namespace

TEST_CASE("lying header: no channels, too many, no sample rate, one out of range, no bits") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "a.wav";
    const std::string sound(400, '\x11');
    folder.write("a.wav", wav({}) + sound);
    REQUIRE(io::open(file));
    const Header lies[] = {{.channels = 0},         {.channels = 65}, {.channels = 65535},
                           {.rate_hz = 0},          {.rate_hz = 1},   {.rate_hz = 768001},
                           {.rate_hz = 0xFFFFFFFF}, {.bits = 0},      {.bits = 65535},
                           {.tag = 0x7FFF}};
    for (const Header& header : lies) {
        CAPTURE(header.tag, header.channels, header.rate_hz, header.bits);
        folder.write("a.wav", wav(header) + sound);
        require_refused(file);
    }
}

TEST_CASE("lying header: FLAC without a sample rate, with 2^36 frames of which none are there") {
    const TemporaryFolder folder;
    const auto streaminfo = [](std::uint64_t rate_hz, std::uint64_t frames) {
        // RFC 9639, section 8.2: 16 + 16 + 24 + 24 bits of sizes; 20 rate, 3 channels - 1, 5 bits a
        // sample - 1, 36 frames; MD5.
        const std::uint64_t packed = rate_hz << 44 | 1ull << 41 | 15ull << 36 | frames;
        std::string bytes = std::string("fLaC\x80\0\0\x22", 8) + std::string("\x10\0\x10\0", 4) +
                            std::string(6, '\0');
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes += static_cast<char>(packed >> shift & 0xFFu);
        }
        return bytes + std::string(16, '\0');
    };
    folder.write("no-rate.flac", streaminfo(0, 1000) + std::string(100, '\0'));
    require_refused(folder.path() / "no-rate.flac");
    folder.write("endless.flac", streaminfo(48000, (1ull << 36) - 1) + std::string(100, '\0'));
    const WholeFile endless = read_all(folder.path() / "endless.flac");
    CHECK(endless.error);
}

TEST_CASE("lying header: a WAV beyond 4 GB whose size field went round is read whole") {
    // 2^32 bytes and 4000 more, most of them a hole that takes no room on disk.
    constexpr std::uint64_t over = 4000;
    constexpr std::uint64_t data_bytes = (std::uint64_t{1} << 32) + over;
    const TemporaryFolder folder;
    const auto file = folder.path() / "long.wav";
    folder.write("long.wav", wav({.data_bytes = over}));
    std::filesystem::resize_file(file, 44 + data_bytes);
    auto source = io::open(file);
    REQUIRE(source);
    CHECK((*source)->info().frames == data_bytes / 4);
    AudioBuffer block(2, 4096);
    REQUIRE((*source)->seek(data_bytes / 4 - 1000));
    const auto last = (*source)->read(block.view());
    REQUIRE(last);
    CHECK(*last == 1000);
    const auto end = (*source)->read(block.view());
    REQUIRE(end);
    CHECK(*end == 0);
}
