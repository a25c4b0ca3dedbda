// SPDX-License-Identifier: MIT
#include "audio/io/source.h"

#include "support/bytes_of.h"
#include "support/read_all.h"
#include "support/run_tool.h"
#include "support/signals.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include <bit>
#include <cmath>
#include <complex>
#include <fstream>
#include <iterator>
#include <limits>
#include <numbers>
#include <sys/stat.h>
#include <unistd.h>

using namespace gainstage;
using namespace gainstage::audio;
using namespace gainstage::test;
using io::Container;
using io::SampleFormat;

namespace {

constexpr std::size_t frames = 72'000; // 1.5 s at 48 kHz

/// Noise whose samples are `bits`-bit codes.
std::vector<float> codes(int bits, Seed seed) {
    std::vector<float> noise = white_noise(frames, seed, 0.9);
    for (float& x : noise) {
        x = static_cast<float>(std::ldexp(std::nearbyint(std::ldexp(x, bits - 1)), 1 - bits));
    }
    return noise;
}

/// A stereo file of 24-bit codes: a sine at -6 dBFS left and -12 dBFS right.
std::filesystem::path two_sines(const TemporaryFolder& folder) {
    std::vector<float> left = sine(997.0, 0.5, frames, 48000.0);
    for (float& x : left) {
        x = static_cast<float>(std::ldexp(std::nearbyint(std::ldexp(x, 22)), -22));
    }
    std::vector<float> right = left;
    for (float& x : right) {
        x *= 0.5f;
    }
    const auto file = folder.path() / "two sines.wav";
    write_stem(file, planar({left, right}), 48000.0, SampleFormat::int24);
    return file;
}

/// Of the middle half, so that a codec's start and end don't matter.
double rms_db(const std::vector<float>& channel) {
    double sum = 0.0;
    const std::size_t from = channel.size() / 4;
    const std::size_t to = channel.size() * 3 / 4;
    for (std::size_t n = from; n < to; ++n) {
        sum += static_cast<double>(channel[n]) * static_cast<double>(channel[n]);
    }
    return 10.0 * std::log10(sum / static_cast<double>(to - from));
}

/// Of the tone of `frequency_hz` in the middle 48000 frames, by correlation; tones that are a
/// multiple of 1 Hz apart don't see each other.
double tone_amplitude(const std::vector<float>& channel, double frequency_hz) {
    const std::size_t length = 48'000;
    const std::size_t from = (channel.size() - length) / 2;
    std::complex<double> sum = 0.0;
    for (std::size_t n = 0; n < length; ++n) {
        const double angle = 2.0 * std::numbers::pi * frequency_hz * static_cast<double>(n) / 48e3;
        sum += static_cast<double>(channel[from + n]) * std::polar(1.0, -angle);
    }
    return 2.0 * std::abs(sum) / static_cast<double>(length);
}

bool is_one_line(const Error& error) {
    return error.message().find('\n') == std::string::npos && !error.what.empty();
}

} // namespace

TEST_CASE("source: every width of WAV and FLAC gives back the codes that were written") {
    struct Width {
        Container container;
        SampleFormat sample;
        int bits;
        const char* codec;
    };

    const auto width = GENERATE(values<Width>({
        {Container::wav, SampleFormat::int8, 8, "PCM 8 bit"},
        {Container::wav, SampleFormat::int16, 16, "PCM 16 bit"},
        {Container::wav, SampleFormat::int24, 24, "PCM 24 bit"},
        {Container::wav, SampleFormat::int32, 24, "PCM 32 bit"}, // float32 holds 24 of them
        {Container::wav, SampleFormat::float32, 24, "PCM 32 bit float"},
        {Container::wav, SampleFormat::float64, 24, "PCM 64 bit float"},
        {Container::rf64, SampleFormat::int24, 24, "PCM 24 bit"},
        {Container::flac, SampleFormat::int16, 16, "FLAC 16 bit"},
        {Container::flac, SampleFormat::int24, 24, "FLAC 24 bit"},
    }));
    const int channels = GENERATE(1, 2, 3);
    const TemporaryFolder folder;
    const auto file = folder.path() / "codes";
    std::vector<std::vector<float>> sound;
    for (int c = 0; c < channels; ++c) {
        sound.push_back(codes(width.bits, Seed{static_cast<std::uint64_t>(c + 1)}));
    }
    write_stem(file, planar(sound), 48000.0, width.sample, width.container);
    const WholeFile read = read_all(file);
    CAPTURE(width.codec, channels);
    REQUIRE_FALSE(read.error);
    CHECK(read.info.frames == frames);
    CHECK(read.info.format == width.sample);
    CHECK(read.info.codec == width.codec);
    CHECK((read.channels == sound));
}

TEST_CASE("source: what other programs wrote without loss comes back to the bit") {
    struct Row {
        const char* name;
        const char* options;
        const char* codec;
    };

    const auto row = GENERATE(values<Row>({
        {"sines.aiff", "-c:a pcm_s24be", "PCM 24 bit"},
        {"floats.aiff", "-c:a pcm_f32be", "PCM 32 bit float"},
        {"sines.w64", "-c:a pcm_s24le", "PCM 24 bit"},
        {"sines.caf", "-c:a pcm_s24le", "PCM 24 bit"},
        {"sines.au", "-c:a pcm_s24be", "PCM 24 bit"},
        {"rf64.wav", "-c:a pcm_s24le -rf64 always", "PCM 24 bit"},
        {"bwf.wav", "-c:a pcm_s24le -write_bext 1 -metadata description=take", "PCM 24 bit"},
        {"sines.flac", "-c:a flac", "FLAC 24 bit"},
        {"piped.flac", "-c:a flac -f flac -flush_packets 1", "FLAC 24 bit"},
        {"sines.m4a", "-c:a alac -sample_fmt s32p", "ALAC 24 bit"},
        {"sines.mov", "-c:a pcm_s24le", "PCM 24 bit"},
        {"sines.mkv", "-c:a flac -sample_fmt s32", "FLAC 24 bit"},
        {"sines.mka", "-c:a pcm_s24le", "PCM 24 bit"},
        {"sines.wv", "-c:a wavpack -sample_fmt s32p", nullptr},
        {"sines.mxf",
         "-f lavfi -i testsrc=d=1.5:r=24 -map 1:v -map 0:a -c:v mpeg2video -c:a pcm_s24le",
         "PCM 24 bit"},
    }));
    const TemporaryFolder folder;
    const auto original = two_sines(folder);
    const auto file = folder.path() / row.name;
    encode(original, row.options, file);
    const WholeFile read = read_all(file);
    CAPTURE(row.name);
    REQUIRE_FALSE(read.error);
    if (row.codec != nullptr) {
        CHECK(read.info.codec == row.codec);
    }
    CHECK(read.info.sample_rate == Hertz{48000.0});
    CHECK(read.info.layout == ChannelLayout::default_for(2));
    CHECK((read.channels == read_all(original).channels));
}

TEST_CASE("source: lossy formats keep each channel's level, and their length as far as they tell") {
    struct Row {
        const char* name;
        const char* options;
        std::size_t extra_frames; ///< encoder delay and padding that the format doesn't declare
        const char* container;
    };

    const auto row = GENERATE(values<Row>({
        {"sines.ogg", "-c:a libvorbis -q:a 6", 0, "Ogg"},
        {"sines.opus", "-c:a libopus -b:a 192k", 0, "Ogg"},
        {"cbr.mp3", "-c:a libmp3lame -b:a 192k", 0, "MPEG"},
        {"vbr.mp3", "-c:a libmp3lame -q:a 2", 0, "MPEG"},
        {"vbr without a Xing header.mp3", "-c:a libmp3lame -q:a 2 -write_xing 0", 2304, "MPEG"},
        {"sines.mp2", "-c:a mp2 -b:a 256k", 1152, "MPEG"},
        {"sines.m4a", "-c:a aac -b:a 192k", 0, "MP4/MOV"},
        {"sines.aac", "-c:a aac -b:a 192k", 2048, "ADTS"},
        {"sines.ac3", "-c:a ac3 -b:a 256k", 1536, "AC3"},
        {"sines.eac3", "-c:a eac3 -b:a 256k", 1536, "EAC3"},
        {"sines.mkv", "-c:a aac -b:a 192k", 2048, "Matroska"},
        {"sines.webm", "-c:a libopus -b:a 192k", 960, "Matroska"},
        {"sines.wma", "-c:a wmav2 -b:a 192k", 2048, "ASF"},
        {"mp3 in a wav.wav", "-c:a libmp3lame -b:a 192k", 2304, "WAV"},
    }));
    const TemporaryFolder folder;
    const auto file = folder.path() / row.name;
    encode(two_sines(folder), row.options, file);
    const WholeFile read = read_all(file);
    CAPTURE(row.name, read.frames());
    REQUIRE_FALSE(read.error);
    CHECK(read.info.container == row.container);
    CHECK(read.info.format == SampleFormat::lossy);
    const auto missing = static_cast<std::size_t>(row.name == std::string("sines.wma") ? 2048 : 0);
    CHECK(read.frames() + missing >= frames); // WMA drops its last block
    CHECK(read.frames() <= frames + row.extra_frames);
    // -6.02 dBFS peak is -9.03 dB RMS; LAME at a constant rate encodes it 0.27 dB low (libmpg123
    // decodes the same), the others are within 0.1 dB.
    CHECK(rms_db(read.channels[0]) == Approx(-9.03).margin(0.3));
    CHECK(rms_db(read.channels[1]) == Approx(-15.05).margin(0.3));
}

TEST_CASE("source: surround channels come in WAVE order with their labels, whatever the codec") {
    struct Row {
        const char* name;
        const char* layout; ///< as ffmpeg names it
        int channels;
        const char* options;
    };

    const auto row = GENERATE(values<Row>({
        {"sines.flac", "5.1", 6, "-c:a flac"},
        {"sines.ogg", "5.1", 6, "-c:a libvorbis -q:a 6"},
        {"sines.opus", "5.1", 6, "-c:a libopus -mapping_family 1 -b:a 512k"},
        {"sines.m4a", "5.1", 6, "-c:a aac -b:a 512k"},
        {"sines.ac3", "5.1(side)", 6, "-c:a ac3 -b:a 640k"},
        {"sines.mov", "5.1", 6, "-c:a pcm_s24le"},
        {"sines.wav", "5.1(side)", 6, "-c:a pcm_s24le"},
        {"sines.flac", "7.1", 8, "-c:a flac"},
        {"sines.ogg", "7.1", 8, "-c:a libvorbis -q:a 6"},
        {"sines.opus", "7.1", 8, "-c:a libopus -mapping_family 1 -b:a 512k"},
        {"sines.m4a", "7.1", 8, "-c:a aac -b:a 768k"},
        {"sines.ogg", "5.0", 5, "-c:a libvorbis -q:a 6"},
        {"sines.ogg", "6.1", 7, "-c:a libvorbis -q:a 6"},
        {"sines.wav", "7.1", 8, "-c:a pcm_s24le"},
    }));
    const TemporaryFolder folder;
    // A tone of its own in each channel, all below 120 Hz: an LFE channel of a codec holds no more.
    const auto tone_hz = [](int channel) { return 40.0 + 10.0 * channel; };
    std::vector<std::vector<float>> sound;
    for (int c = 0; c < row.channels; ++c) {
        sound.push_back(sine(tone_hz(c), 0.25, frames, 48000.0));
    }
    const auto original = folder.path() / "original.wav";
    write_stem(original, planar(sound), 48000.0, SampleFormat::int24);
    const auto file = folder.path() / ("coded " + std::string(row.name));
    std::string map = "0";
    for (int c = 1; c < row.channels; ++c) {
        map += "|" + std::to_string(c);
    }
    // channelmap gives the channels other names and leaves the samples alone.
    encode(original,
           "-af 'channelmap=" + map + ":channel_layout=" + row.layout + "' " + row.options, file);
    const WholeFile read = read_all(file);
    CAPTURE(row.name, row.layout, read.info.layout.name());
    REQUIRE_FALSE(read.error);
    CHECK(read.info.layout == ChannelLayout::default_for(row.channels));
    for (int c = 0; c < row.channels; ++c) {
        for (int other = 0; other < row.channels; ++other) {
            CAPTURE(c, other);
            const double amplitude =
                tone_amplitude(read.channels[static_cast<std::size_t>(c)], tone_hz(other));
            // Half is room for what a codec does to a tone that is masked by seven others.
            CHECK((amplitude > 0.125) == (c == other));
        }
    }
}

TEST_CASE("source: layouts that a WAV can say are kept") {
    const unsigned mask = GENERATE(0x3u, 0x7u, 0x33u, 0x60Fu, 0x63Fu, 0x2D63Fu);
    const int channels = static_cast<int>(std::popcount(mask));
    const auto layout = ChannelLayout::from_wave_mask(mask, channels);
    const TemporaryFolder folder;
    const auto file = folder.path() / "layout.wav";
    auto sink = io::create(file, {.sample = SampleFormat::int16, .layout = layout});
    REQUIRE(sink);
    REQUIRE((*sink)->write(AudioBuffer(channels, 10).view()));
    REQUIRE((*sink)->commit());
    CHECK(read_all(file).info.layout == layout);
}

TEST_CASE("source: 64 channels, each its own, 65 are refused in one line") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "64.wav";
    std::vector<std::vector<float>> sound;
    for (int c = 0; c < 64; ++c) {
        sound.emplace_back(100, static_cast<float>(c) / 64.0f);
    }
    write_stem(file, planar(sound), 48000.0, SampleFormat::int24);
    CHECK((read_all(file).channels == sound));

    std::string bytes = bytes_of(file);
    const std::size_t channel_count = bytes.find("fmt ") + 10;
    bytes[channel_count] = 65;
    folder.write("65.wav", bytes);
    const auto refused = io::open(folder.path() / "65.wav");
    REQUIRE_FALSE(refused);
    CHECK_THAT(refused.error().what, Catch::Contains("65 channels"));
}

TEST_CASE("source: 8 kHz and 768 kHz are read, rates beyond are refused in one line") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "rate.wav";
    for (const double rate_hz : {8000.0, 768000.0}) {
        write_stem(file, planar(white_noise(1000, Seed{1}), 1), rate_hz);
        const WholeFile read = read_all(file);
        CHECK(read.info.sample_rate == Hertz{rate_hz});
        CHECK(read.frames() == 1000);
    }
    const std::string good = bytes_of(file);
    for (const unsigned rate_hz : {0u, 7999u, 768001u, 4'000'000'000u}) {
        std::string bytes = good;
        for (std::size_t i = 0; i < 4; ++i) {
            bytes[bytes.find("fmt ") + 12 + i] = static_cast<char>(rate_hz >> (8 * i));
        }
        folder.write("bad rate.wav", bytes);
        const auto refused = io::open(folder.path() / "bad rate.wav");
        CAPTURE(rate_hz);
        REQUIRE_FALSE(refused);
        CHECK_THAT(refused.error().what, Catch::Contains(std::to_string(rate_hz) + " Hz"));
    }
}

TEST_CASE("source: NaN and infinity in a float file are passed on") {
    const TemporaryFolder folder;
    const float inf = std::numeric_limits<float>::infinity();
    write_stem(folder.path() / "nan.wav",
               planar({{0.5f, std::numeric_limits<float>::quiet_NaN(), inf, -inf, 0.25f}}));
    const WholeFile read = read_all(folder.path() / "nan.wav");
    REQUIRE(read.frames() == 5);
    CHECK(read.channels[0][0] == 0.5f);
    CHECK(std::isnan(read.channels[0][1]));
    CHECK(read.channels[0][2] == inf);
    CHECK(read.channels[0][3] == -inf);
    CHECK(read.channels[0][4] == 0.25f);
}

TEST_CASE("source: no frames is a valid length, one frame too") {
    const auto container = GENERATE(Container::wav, Container::rf64, Container::flac);
    const std::size_t length = GENERATE(0u, 1u);
    const TemporaryFolder folder;
    const auto file = folder.path() / "short";
    write_stem(file, AudioBuffer(2, length), 48000.0, SampleFormat::int16, container);
    const WholeFile read = read_all(file);
    CHECK_FALSE(read.error);
    CHECK(read.frames() == length);
}

TEST_CASE("source: content decides, not the extension, names may be any bytes") {
    const TemporaryFolder folder;
    const auto original = two_sines(folder);
    const auto sound = read_all(original).channels;
    encode(original, "-f flac", folder.path() / "a flac.wav");
    encode(original, "-f ipod -c:a alac -sample_fmt s32p", folder.path() / "an m4a: 100%25.wav");
    std::filesystem::copy(original, folder.path() / "a wav.mp3");
    std::filesystem::copy(original, folder.path() / "Stimme – голос – 声");
    std::filesystem::copy(original, folder.path() / "not \xFF utf-8.wav");
    for (const char* name : {"a flac.wav", "an m4a: 100%25.wav", "a wav.mp3", "Stimme – голос – 声",
                             "not \xFF utf-8.wav"}) {
        CAPTURE(name);
        CHECK((read_all(folder.path() / name).channels == sound));
    }
}

TEST_CASE("source: any block sizes give the same samples") {
    const char* name = GENERATE("a.wav", "a.flac", "a.ogg", "a.opus", "a.mp3", "a.m4a", "a.mov");
    const TemporaryFolder folder;
    const auto file = folder.path() / name;
    encode(two_sines(folder), "", file);
    const auto whole = read_all(file).channels;
    rc::prop(std::string("the same as in blocks of 4096: ") + name, [&] {
        const auto sizes =
            *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 6000)));
        auto source = io::open(file);
        RC_ASSERT(source.ok());
        AudioBuffer block(2, 6000);
        std::size_t done = 0;
        // Very short blocks of a whole file are slow and prove no more than its first second.
        for (std::size_t i = 0; done < 48'000; ++i) {
            const auto size = static_cast<std::size_t>(sizes[i % sizes.size()]);
            const auto read = (*source)->read(block.view().first(size));
            RC_ASSERT(read.ok());
            RC_ASSERT(*read == size);
            RC_ASSERT(done + size <= whole[0].size());
            for (std::size_t c = 0; c < 2; ++c) {
                const auto piece = block.channel(static_cast<int>(c)).first(size);
                RC_ASSERT(std::equal(piece.begin(), piece.end(),
                                     whole[c].begin() + static_cast<std::ptrdiff_t>(done)));
            }
            done += size;
        }
    });
}

TEST_CASE("source: a file that ends before its header says so: what is there, then an error") {
    struct Row {
        const char* name;
        const char* options;
        double kept; ///< of its bytes
        const char* what;
    };

    const auto row = GENERATE(values<Row>({
        {"cut.wav", "-c:a pcm_s24le", 0.4, "is truncated: 0.60 of 1.50 s are there"},
        {"cut.rf64", "-f wav -rf64 always -c:a pcm_s16le", 0.4, "is truncated: 0.60 of 1.50 s"},
        {"cut.aiff", "-c:a pcm_s24be", 0.4, "is truncated: 0.60 of 1.50 s are there"},
        {"cut.w64", "-c:a pcm_s24le", 0.4, "is truncated: 0.60 of 1.50 s are there"},
        {"cut.au", "-c:a pcm_s16be", 0.4, "is truncated: 0.60 of 1.50 s are there"},
        {"cut.caf", "-c:a pcm_s24le", 0.4, "is truncated: 0.60 of 1.50 s are there"},
        {"cut.flac", "-c:a flac", 0.4, "is truncated or damaged: 0."},
        {"cut.opus", "-c:a libopus -b:a 320k", 0.9, "is truncated: it breaks off after"},
        {"cut.ogg", "-c:a libvorbis -q:a 9 -page_duration 100000", 0.9,
         "is truncated: it breaks off after"},
        {"cut.mp3", "-c:a libmp3lame -b:a 192k", 0.4, "is truncated or damaged: 0."},
        {"cut.m4a", "-c:a aac -movflags +faststart", 0.4, "is truncated or damaged: 0."},
        {"cut.mov", "-c:a pcm_s24le -movflags +faststart", 0.4, "is truncated or damaged: 0."},
        {"cut.mkv", "-c:a flac", 0.4, "is truncated or damaged: 0."},
        {"cut.wv", "-c:a wavpack", 0.4, "is truncated or damaged: 0."},
    }));
    const TemporaryFolder folder;
    const auto original = two_sines(folder);
    const auto whole_file = folder.path() / (std::string("whole ") + row.name);
    encode(original, row.options, whole_file);
    const std::string bytes = bytes_of(whole_file);
    folder.write(row.name, bytes.substr(0, static_cast<std::size_t>(
                                               static_cast<double>(bytes.size()) * row.kept)));
    const WholeFile whole = read_all(whole_file);
    const WholeFile cut = read_all(folder.path() / row.name);
    CAPTURE(row.name, cut.frames());
    REQUIRE_FALSE(whole.error);
    REQUIRE(cut.error);
    CHECK_THAT(cut.error->what, Catch::StartsWith(row.what));
    CHECK(cut.error->kind == ErrorKind::unreadable);
    CHECK(is_one_line(*cut.error));
    REQUIRE(cut.frames() > 10'000);
    REQUIRE(cut.frames() < whole.frames());
    // Up to where it breaks off (a lossy codec's last block may suffer) nothing is different.
    CHECK(std::equal(cut.channels[0].begin(), cut.channels[0].end() - 8192,
                     whole.channels[0].begin()));
}

TEST_CASE("source: one missing frame is missed") {
    const TemporaryFolder folder;
    const auto bytes = bytes_of(two_sines(folder));
    folder.write("cut.wav", bytes.substr(0, bytes.size() - 6));
    const WholeFile cut = read_all(folder.path() / "cut.wav");
    CHECK(cut.frames() == frames - 1);
    REQUIRE(cut.error);
    CHECK(cut.error->what == "is truncated: 71999 of 72000 frames are there");
}

TEST_CASE("source: a movie without its index was cut or never finished") {
    const TemporaryFolder folder;
    encode(two_sines(folder), "-c:a aac", folder.path() / "whole.m4a");
    const std::string bytes = bytes_of(folder.path() / "whole.m4a");
    folder.write("cut.m4a", bytes.substr(0, bytes.size() / 2));
    const auto cut = io::open(folder.path() / "cut.m4a");
    REQUIRE_FALSE(cut);
    CHECK_THAT(cut.error().what, Catch::Contains("its index is missing"));
}

TEST_CASE("source: a size that a recorder or a pipe left open means: until the end of the file") {
    const TemporaryFolder folder;
    const auto original = two_sines(folder);
    const auto sound = read_all(original).channels;
    const std::uint32_t size = GENERATE(0u, 0xFFFF'FFFFu, 0x7FFF'F000u, 0x8000'0000u);
    std::string bytes = bytes_of(original);
    const std::size_t at = bytes.find("data") + 4;
    for (std::size_t i = 0; i < 4; ++i) {
        bytes[at + i] = static_cast<char>(size >> (8 * i));
    }
    folder.write("open.wav", bytes);
    const WholeFile read = read_all(folder.path() / "open.wav");
    CAPTURE(size);
    CHECK_FALSE(read.error);
    CHECK((read.channels == sound));
}

TEST_CASE("source: an empty WAV with a chunk after its data stays empty") {
    const TemporaryFolder folder;
    write_stem(folder.path() / "empty.wav", AudioBuffer(2, 0), 48000.0, SampleFormat::int16);
    folder.write("list.wav",
                 bytes_of(folder.path() / "empty.wav") + std::string("LIST\4\0\0\0INFO", 12));
    const WholeFile read = read_all(folder.path() / "list.wav");
    CHECK_FALSE(read.error);
    CHECK(read.frames() == 0);
}

TEST_CASE("source: damage in the middle is said, not skipped: the rest would be out of place") {
    const char* name = GENERATE("a.flac", "a.mp3", "a.ac3");
    const TemporaryFolder folder;
    const auto original = two_sines(folder);
    encode(original, "", folder.path() / name);
    std::string bytes = bytes_of(folder.path() / name);
    for (std::size_t i = 0; i < 2000; ++i) {
        bytes[bytes.size() / 2 + i] = 0x55;
    }
    folder.write(name, bytes);
    const WholeFile read = read_all(folder.path() / name);
    CAPTURE(name, read.frames());
    REQUIRE(read.error);
    CHECK_THAT(read.error->what, Catch::Contains("damaged"));
    CHECK(read.frames() > frames / 4);
}

TEST_CASE("source: what is no sound is refused in one line that names the file") {
    struct Row {
        const char* name;
        std::string bytes;
        const char* what;
    };

    const TemporaryFolder folder;
    const std::string wave = bytes_of(two_sines(folder));
    std::string no_channels = wave;
    no_channels[no_channels.find("fmt ") + 10] = 0;
    const Row rows[] = {
        {"empty.wav", "", "is empty (0 bytes)"},
        {"text.wav", "Dear diary, today I recorded nothing.\n", "holds no sound"},
        {"zeros.wav", std::string(50'000, '\0'), "holds no sound"},
        {"header.wav", wave.substr(0, 30), "holds no sound"},
        {"no data.wav", wave.substr(0, wave.find("data")), "holds no sound"},
        {"no channels.wav", no_channels, "has 0 channels"},
        {"one byte.flac", "f", "holds no sound"},
        {"magic.flac", "fLaC", "holds no sound"},
        {"page.html", "<!doctype html><title>404</title>", "holds no sound"},
        {"list.m3u8", "#EXTM3U\n#EXTINF:1.5,\ntwo sines.wav\n#EXT-X-ENDLIST\n", "holds no sound"},
        {"list.ffconcat", "ffconcat version 1.0\nfile 'two sines.wav'\n", "holds no sound"},
    };
    for (const Row& row : rows) {
        folder.write(row.name, row.bytes);
        const auto file = folder.path() / row.name;
        const WholeFile read = read_all(file);
        CAPTURE(row.name);
        REQUIRE(read.error);
        CHECK_THAT(read.error->what, Catch::StartsWith(row.what));
        CHECK(read.error->where == file.string());
        CHECK(read.error->kind == ErrorKind::unreadable);
        CHECK_FALSE(read.error->action.empty());
        CHECK(is_one_line(*read.error));
    }
}

TEST_CASE("source: random bytes hold no sound, though MPEG decoders believe almost anything") {
    const TemporaryFolder folder;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        std::string noise;
        for (const float x : white_noise(30'000, Seed{seed}, 128.0)) {
            noise += static_cast<char>(std::floor(x));
        }
        folder.write("noise.wav", noise);
        const auto refused = io::open(folder.path() / "noise.wav");
        CAPTURE(seed);
        CHECK_FALSE(refused);
    }
}

TEST_CASE("source: a picture holds no sound") {
    const TemporaryFolder folder;
    run_tool("ffmpeg -v error -nostdin -y -f lavfi -i testsrc=d=0.2 -c:v mpeg4 " +
             quoted(folder.path() / "silent film.mp4"));
    const auto refused = io::open(folder.path() / "silent film.mp4");
    REQUIRE_FALSE(refused);
    CHECK_THAT(refused.error().what, Catch::StartsWith("holds no sound"));
}

TEST_CASE("source: what can't be opened as a file is refused in one line") {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder.path() / "folder.wav");
    std::filesystem::create_directory_symlink("folder.wav", folder.path() / "link.wav");
    std::filesystem::create_symlink("nowhere", folder.path() / "dangling.wav");
    std::filesystem::create_symlink("loop.wav", folder.path() / "loop.wav");
    REQUIRE(mkfifo((folder.path() / "pipe.wav").c_str(), 0600) == 0);
    const std::pair<const char*, const char*> rows[] = {
        {"folder.wav", "is a folder"},         {"link.wav", "is a folder"},
        {"missing.wav", "is not there"},       {"dangling.wav", "is not there"},
        {"missing/in a.wav", "is not there"},  {"loop.wav", "can't be opened"},
        {"pipe.wav", "is a device or a pipe"},
    };
    for (const auto& [name, what] : rows) {
        const auto refused = io::open(folder.path() / name);
        CAPTURE(name);
        REQUIRE_FALSE(refused);
        CHECK_THAT(refused.error().what, Catch::StartsWith(what));
        CHECK(is_one_line(refused.error()));
    }
}

TEST_CASE("source: a file that may not be read is refused with the system's reason") {
    const TemporaryFolder folder;
    const auto file = two_sines(folder);
    std::filesystem::permissions(file, std::filesystem::perms::none);
    const bool is_root = geteuid() == 0; // who may read everything: be somebody else for a moment
    constexpr uid_t nobody = 65534;
    if (is_root) {
        std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
        REQUIRE(seteuid(nobody) == 0);
    }
    const auto refused = io::open(file);
    if (is_root) {
        REQUIRE(seteuid(0) == 0);
    }
    REQUIRE_FALSE(refused);
    CHECK_THAT(refused.error().what, Catch::Contains("Permission denied"));
}
