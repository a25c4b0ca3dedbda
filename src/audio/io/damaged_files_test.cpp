// SPDX-License-Identifier: MIT
// Files of every format with bytes changed, cut out and put in: reading them must come to an end,
// with or without an error, and touch no memory that isn't its own (the sanitizer build looks).
#include "audio/io/source.h"

#include "support/read_all.h"
#include "support/run_tool.h"
#include "support/signals.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <random>

using namespace gainstage;
using namespace gainstage::audio;
using namespace gainstage::test;

/// Asked by LeakSanitizer: libsndfile 1.2.0 forgets a block of libvorbis when sf_open() fails on a
/// damaged Ogg Vorbis header. Not ours to free.
extern "C" [[gnu::visibility("default")]] const char* __lsan_default_suppressions() {
    return "leak:vorbis_info_init\n";
}

namespace {

constexpr std::size_t frames = 4000;
constexpr int mutations = 60; ///< of each file; twelve formats: about 700

/// A fifth of the changes go to the first 64 bytes, where the headers are.
std::string mutated(const std::string& original, std::mt19937_64& random) {
    std::string bytes = original;
    const auto below = [&](std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
    };
    const std::size_t changes = 1 + below(8);
    for (std::size_t i = 0; i < changes && !bytes.empty(); ++i) {
        const std::size_t reach =
            below(5) == 0 ? std::min<std::size_t>(64, bytes.size()) : bytes.size();
        const std::size_t at = below(reach);
        switch (below(6)) {
        case 0: // a bit
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
            break;
        case 1: // a byte
            bytes[at] = static_cast<char>(below(256));
            break;
        case 2: // the extremes that sizes are compared with
            bytes.replace(at, std::min<std::size_t>(4, bytes.size() - at),
                          std::string(4, below(2) == 0 ? '\xFF' : '\0'));
            break;
        case 3: // a hole
            bytes.erase(at, 1 + below(64));
            break;
        case 4: // a piece twice
            bytes.insert(at, bytes.substr(below(bytes.size()), 1 + below(64)));
            break;
        default: // the end
            bytes.resize(below(2) == 0 ? bytes.size() : at + 1);
        }
    }
    return bytes;
}

/// Frames read before the end or an error; a file of a few kilobytes can't hold more than `limit`.
std::size_t frames_read(const std::filesystem::path& file, std::size_t limit) {
    auto source = io::open(file);
    if (!source) {
        return 0;
    }
    AudioBuffer block((*source)->info().layout.channels(), 4096);
    std::size_t done = 0;
    while (done < limit) {
        const auto read = (*source)->read(block.view());
        if (!read || *read == 0) {
            break;
        }
        done += *read;
    }
    return done;
}

} // namespace

TEST_CASE("source: damaged files of any format are read to an end or refused") {
    struct Row {
        const char* name;
        const char* options;
    };

    const auto row = GENERATE(values<Row>({
        {"a.wav", "-c:a pcm_s24le"},
        {"rf64.wav", "-c:a pcm_s16le -rf64 always"},
        {"a.aiff", "-c:a pcm_s24be"},
        {"a.w64", "-c:a pcm_s24le"},
        {"a.caf", "-c:a pcm_s24le"},
        {"a.au", "-c:a pcm_s16be"},
        {"a.flac", "-c:a flac"},
        {"a.ogg", "-c:a libvorbis"},
        {"a.opus", "-c:a libopus"},
        {"a.mp3", "-c:a libmp3lame"},
        {"a.m4a", "-c:a aac"},
        {"alac.m4a", "-c:a alac"},
        {"a.ac3", "-c:a ac3"},
        {"a.mkv", "-c:a flac"},
        {"a.wma", "-c:a wmav2"},
        {"a.wv", "-c:a wavpack"},
        {"a.mxf", "-f lavfi -i testsrc=d=0.1:r=25:s=64x64 -map 1:v -map 0:a -c:v mpeg2video"},
    }));
    const TemporaryFolder folder;
    const auto original = folder.path() / "original.wav";
    write_stem(original, planar({programme(frames, Seed{1}), programme(frames, Seed{2})}));
    const auto whole = folder.path() / row.name;
    encode(original, row.options, whole);
    std::ifstream in(whole, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    REQUIRE(frames_read(whole, 100'000) >= frames - 2048);

    // One frame a bit is far more than the densest of these codecs packs.
    const std::size_t limit = 100 * 8 * bytes.size();
    std::mt19937_64 random(20261121);
    for (int i = 0; i < mutations; ++i) {
        folder.write("damaged", mutated(bytes, random));
        CAPTURE(row.name, i);
        CHECK(frames_read(folder.path() / "damaged", limit) < limit);
    }
}
