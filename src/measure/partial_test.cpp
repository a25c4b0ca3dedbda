// SPDX-License-Identifier: MIT
// What is left of damaged files is measured, and said to be a part.
#include "measure/measure.h"

#include "meter/loudness.h"
#include "meter/sample_peak.h"
#include "support/bytes_of.h"
#include "support/run_tool.h"
#include "support/signals.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"

#include <catch2/catch.hpp>

using namespace gainstage;
using namespace gainstage::test;

namespace {

constexpr std::size_t frames = 8 * 48000;
constexpr measure::ReadOptions as_far_as_it_goes{.keep_partial = true};

/// The first frames of always the same music.
audio::AudioBuffer music(std::size_t length = frames) {
    auto left = programme(frames, Seed{3}, 0.5);
    auto right = programme(frames, Seed{4}, 0.4);
    left.resize(length);
    right.resize(length);
    return planar({left, right});
}

struct Kind {
    const char* name;
    const char* codec;
};

Result<measure::MeasuredFile> measured(const std::filesystem::path& file,
                                       const measure::ReadOptions& options = as_far_as_it_goes) {
    return measure::measure_file(file, {}, {}, options);
}

} // namespace

TEST_CASE("partial: a file cut at two thirds is measured as far as it goes, and says so") {
    const auto kind = GENERATE(values<Kind>({{"a.wav", "-c:a pcm_s24le"},
                                             {"a.aiff", "-c:a pcm_s16be"},
                                             {"a.flac", "-c:a flac"},
                                             {"a.mp3", "-c:a libmp3lame"},
                                             {"a.ogg", "-c:a libvorbis"},
                                             {"a.opus", "-c:a libopus"},
                                             {"a.m4a", "-c:a aac -movflags +faststart"},
                                             {"a.wv", "-c:a wavpack"}}));
    CAPTURE(kind.name);
    const TemporaryFolder folder;
    const auto source = folder.path() / "source.wav";
    write_stem(source, music(), 48000.0, audio::io::SampleFormat::int24);
    encode(source, kind.codec, folder.path() / kind.name);
    const std::string whole = bytes_of(folder.path() / kind.name);
    const auto intact = measured(folder.path() / kind.name);
    REQUIRE(intact);
    CHECK_FALSE(intact->damage);
    CHECK_FALSE(intact->is_partial());

    folder.write(kind.name, whole.substr(0, whole.size() * 2 / 3));
    const auto part = measured(folder.path() / kind.name);
    REQUIRE(part);
    REQUIRE(part->damage);
    CHECK(part->is_partial());
    CHECK(part->damage->message().find(kind.name) != std::string::npos);
    // Codecs pack the sound unevenly; Ogg pages are up to a second long.
    CHECK(part->measurement.frames > frames * 2 / 5);
    CHECK(part->measurement.frames < frames * 9 / 10);
    write_stem(source, music(part->measurement.frames), 48000.0, audio::io::SampleFormat::int24);
    const auto beginning = measured(source);
    REQUIRE(beginning);
    // Lossy codecs take out the highest octave of noise as loud as this.
    const bool is_lossy = part->info.format == audio::io::SampleFormat::lossy;
    CHECK(part->measurement[meter::integrated].db() ==
          Approx(beginning->measurement[meter::integrated].db()).margin(is_lossy ? 1.0 : 0.001));

    CHECK_FALSE(measured(folder.path() / kind.name, {})); // who needs all of it gets an error
}

TEST_CASE("partial: FLAC damaged in the middle is read up to there") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "a.flac";
    write_stem(file, music(), 48000.0, audio::io::SampleFormat::int24, audio::io::Container::flac);
    std::string bytes = bytes_of(file);
    bytes.replace(bytes.size() / 2, 40, 40, '\x55');
    folder.write("a.flac", bytes);
    const auto part = measured(file);
    REQUIRE(part);
    CHECK(part->is_partial());
    CHECK(part->measurement.frames > frames * 2 / 5);
    CHECK(part->measurement.frames < frames * 3 / 5);
}

TEST_CASE("partial: FLAC whose checksum is of other sound is told apart by verifying only, and "
          "measured all the same") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "a.flac";
    write_stem(file, music(), 48000.0, audio::io::SampleFormat::int24, audio::io::Container::flac);
    measure::ReadOptions verifying = as_far_as_it_goes;
    verifying.open.verify = true;
    const auto good = measured(file, verifying);
    REQUIRE(good);
    CHECK_FALSE(good->damage);

    std::string bytes = bytes_of(file);
    constexpr std::size_t md5_at = 4 + 4 + 18; // "fLaC", block header; RFC 9639, section 8.2
    bytes[md5_at] = static_cast<char>(bytes[md5_at] ^ 1);
    folder.write("a.flac", bytes);
    const auto unseen = measured(file);
    REQUIRE(unseen);
    CHECK_FALSE(unseen->damage);
    const auto seen = measured(file, verifying);
    REQUIRE(seen);
    REQUIRE(seen->damage);
    CHECK(seen->damage->what.find("MD5") != std::string::npos);
    CHECK_FALSE(seen->is_partial());
    CHECK(seen->measurement.frames == frames);
    CHECK_FALSE(measured(file, {.open = {.verify = true}}));

    bytes.replace(md5_at, 16, 16, '\0'); // not given: nothing to compare with
    folder.write("a.flac", bytes);
    CHECK_FALSE(measured(file, verifying)->damage);
}

TEST_CASE("partial: Ogg links of another shape end the reading, those of the same shape go on") {
    const TemporaryFolder folder;
    const auto source = folder.path() / "source.wav";
    write_stem(source, music(), 48000.0, audio::io::SampleFormat::int16);
    const auto codec = GENERATE(as<std::string>{}, "-c:a libvorbis", "-c:a libopus");
    CAPTURE(codec);
    encode(source, codec, folder.path() / "stereo.ogg");
    encode(source, codec + " -ac 1", folder.path() / "mono.ogg");
    encode(source, codec + " -t 2", folder.path() / "same.ogg");
    const std::string stereo = bytes_of(folder.path() / "stereo.ogg");
    folder.write("changing.ogg", stereo + bytes_of(folder.path() / "mono.ogg"));
    folder.write("going-on.ogg", stereo + bytes_of(folder.path() / "same.ogg"));

    // The decoders' delay and padding, less than 0.1 s.
    const auto is_about = [](std::uint64_t read, double expected) {
        return std::abs(static_cast<double>(read) - expected) < 4800.0;
    };
    const auto changing = measured(folder.path() / "changing.ogg");
    REQUIRE(changing);
    REQUIRE(changing->damage);
    CHECK(changing->damage->what.find("from 2 channels at 48000 Hz to 1 at 48000 Hz after") !=
          std::string::npos);
    CHECK(changing->is_partial());
    CHECK(is_about(changing->measurement.frames, frames));
    folder.write("widening.ogg", bytes_of(folder.path() / "mono.ogg") + stereo);
    const auto widening = measured(folder.path() / "widening.ogg");
    REQUIRE(widening);
    REQUIRE(widening->damage);
    CHECK(widening->damage->what.find("from 1 channels at 48000 Hz to 2") != std::string::npos);
    CHECK(is_about(widening->measurement.frames, frames));

    const auto going_on = measured(folder.path() / "going-on.ogg");
    REQUIRE(going_on);
    CHECK_FALSE(going_on->damage);
    CHECK(is_about(going_on->measurement.frames, frames + 2.0 * 48000.0));
}
