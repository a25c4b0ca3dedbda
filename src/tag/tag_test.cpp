// SPDX-License-Identifier: MIT
// Every format is tagged and read back by programs that are not ours: ffprobe, metaflac, opusinfo.
#include "tag/tag.h"

#include "audio/io/packets.h"
#include "measure/measure.h"
#include "meter/loudness.h"
#include "meter/true_peak.h"
#include "support/bytes_of.h"
#include "support/run_tool.h"
#include "support/signals.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"
#include "tag/opus_gain.h"

#include <catch2/catch.hpp>

using namespace gainstage;
using test::TemporaryFolder;
namespace fs = std::filesystem;
using namespace std::string_literals;

namespace {

audio::AudioBuffer music(double seconds, std::uint64_t seed, double amplitude) {
    const auto frames = static_cast<std::size_t>(seconds * 48000.0);
    return test::planar({test::programme(frames, test::Seed{seed}, amplitude),
                         test::programme(frames, test::Seed{seed + 1}, amplitude)});
}

/// A song as people have it: with a title, and an old gain in lower case.
fs::path encoded(const TemporaryFolder& folder, const std::string& name, const std::string& codec) {
    const fs::path source = folder.path() / "source.wav";
    if (!fs::exists(source)) {
        test::write_stem(source, music(2.0, 5, 0.3), 48000.0, audio::io::SampleFormat::int16);
    }
    test::encode(source,
                 codec + " -metadata title='A Song' -metadata replaygain_track_gain='+9.99 dB'",
                 folder.path() / name);
    return folder.path() / name;
}

measure::MeasuredFile measured(const fs::path& file) {
    auto result = measure::measure_file(file, {.keep_gate_blocks = true});
    REQUIRE(result);
    return std::move(*result);
}

std::string probed(const fs::path& file) {
    return test::output_of("ffprobe -v error -show_entries format_tags:stream_tags -of "
                           "default=nw=1 " +
                           test::quoted(file));
}

/// Tags a file, and proves that its sound is the same.
void tag_it(const fs::path& file,
            const std::optional<tag::Levels>& album,
            const tag::TagOptions& options = {},
            tag::UndoLog* log = nullptr) {
    const auto before = audio::io::packet_checksum(file);
    const auto tagged = tag::tag_file(file, measured(file).measurement, album, options);
    REQUIRE(tagged);
    REQUIRE(tag::save_edit(tagged->edit, {.undo = log}, {}));
    const auto after = audio::io::packet_checksum(file);
    REQUIRE(before);
    REQUIRE(after);
    CHECK(*before == *after);
    CHECK(before->packets > 0);
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

struct Kind {
    const char* name;
    const char* codec;
};

constexpr Kind replay_gain_kinds[] = {
    {"song.flac", "-c:a flac"},
    {"song.ogg", "-c:a libvorbis"},
    {"song.oga", "-c:a flac"},
    {"song.spx", "-c:a libspeex -ar 16000"},
    {"song.mp3", "-c:a libmp3lame -id3v2_version 3 -write_id3v1 1"},
    {"song4.mp3", "-c:a libmp3lame -id3v2_version 4"},
    {"song.m4a", "-c:a aac"},
    {"first.m4a", "-c:a alac -movflags +faststart"},
    {"song.wv", "-c:a wavpack"},
    {"song.wma", "-c:a wmav2"},
    {"song.aiff", "-c:a pcm_s24be -write_id3v2 1"},
};

} // namespace

TEST_CASE(
    "tag: ReplayGain in every format is read back by ffprobe, the sound is the same, and undo "
    "gives the same bytes") {
    const TemporaryFolder folder;
    const tag::Levels album{Lufs{-14.5}, Dbtp{0.5}};
    for (const Kind& kind : replay_gain_kinds) {
        CAPTURE(kind.name);
        const fs::path file = encoded(folder, kind.name, kind.codec);
        const std::string before = test::bytes_of(file);
        const auto levels = measured(file).measurement;
        auto log = tag::UndoLog::open(folder.path() / "undo.jsonl");
        REQUIRE(log);
        tag_it(file, album, {}, &*log);
        const std::string tags = probed(file);
        CAPTURE(tags);
        const double gain_db = -18.0 - levels[meter::integrated].db();
        const double peak = levels[meter::true_peak].to_amplitude();
        const auto value = [&](const std::string& key) {
            const auto at = tags.find("TAG:" + key + "=");
            REQUIRE(at != std::string::npos);
            return std::stod(tags.substr(at + key.size() + 5));
        };
        CHECK(value("REPLAYGAIN_TRACK_GAIN") == Approx(gain_db).margin(0.0051)); // two decimals
        CHECK(value("REPLAYGAIN_TRACK_PEAK") == Approx(peak).margin(6e-7));      // six
        CHECK(has(tags, "REPLAYGAIN_ALBUM_GAIN=-3.50 dB"));
        CHECK(has(tags, "REPLAYGAIN_ALBUM_PEAK=1.059254")); // 10^(0.5/20)
        CHECK(has(tags, "REPLAYGAIN_REFERENCE_LOUDNESS=-18.00 LUFS"));
        CHECK_FALSE(has(tags, "9.99"));
        CHECK((has(tags, "title=A Song") || has(tags, "TITLE=A Song")));

        tag_it(file, std::nullopt, {}, &*log); // again, without an album: its tags go
        CHECK_FALSE(has(probed(file), "REPLAYGAIN_ALBUM"));
        tag_it(file, album, {}, &*log);
        REQUIRE(tag::undo(folder.path() / "undo.jsonl", false, {},
                          [](const auto& done) { CHECK(done); }));
        CHECK((test::bytes_of(file) == before));
        fs::remove(folder.path() / "undo.jsonl");
    }
}

TEST_CASE("tag: untag takes out what tag put in, and nothing from a file that has none") {
    const TemporaryFolder folder;
    for (const Kind& kind : replay_gain_kinds) {
        CAPTURE(kind.name);
        const fs::path file = encoded(folder, kind.name, kind.codec);
        auto once = tag::untag_file(file);
        REQUIRE(once);
        REQUIRE(tag::save_edit(once->edit, {}, {}));
        const std::string tags = probed(file);
        CHECK_FALSE(has(tags, "9.99"));
        CHECK((has(tags, "title=A Song") || has(tags, "TITLE=A Song")));
        const auto twice = tag::untag_file(file);
        REQUIRE(twice);
        CHECK_FALSE(twice->edit.is_changed());
    }
}

TEST_CASE("tag: metaflac reads ReplayGain of FLAC, and its test of the sound passes") {
    const TemporaryFolder folder;
    const fs::path file = encoded(folder, "song.flac", "-c:a flac");
    tag_it(file, tag::Levels{Lufs{-18.0}, Dbtp{-6.0}});
    const std::string tags = test::output_of("metaflac --export-tags-to=- " + test::quoted(file));
    CHECK(has(tags, "REPLAYGAIN_ALBUM_GAIN=0.00 dB\n"));
    CHECK(has(tags, "REPLAYGAIN_ALBUM_PEAK=0.501187\n"));
    test::run_tool("flac -t --warnings-as-errors " + test::quoted(file));
}

TEST_CASE("tag: FLAC in Ogg is decoded by flac afterwards, tagged, tagged again and untagged") {
    const TemporaryFolder folder;
    const fs::path file = encoded(folder, "song.oga", "-c:a flac");
    const auto test_it = [&] { test::run_tool("flac -t " + test::quoted(file)); };
    test_it();
    tag_it(file, tag::Levels{Lufs{-18.0}, Dbtp{-6.0}});
    test_it(); // TagLib alone takes away the mark after which the sound begins
    tag_it(file, std::nullopt);
    test_it();
    const auto without = tag::untag_file(file);
    REQUIRE(without);
    REQUIRE(tag::save_edit(without->edit, {}, {}));
    test_it();
    CHECK_FALSE(has(probed(file), "REPLAYGAIN"));
}

TEST_CASE("tag: a chain of Opus streams whose header gains differ is read up to the change") {
    const TemporaryFolder folder;
    const std::string first = test::bytes_of(encoded(folder, "song.opus", "-c:a libopus"));
    const auto half = encoded(folder, "half.opus", "-c:a libopus -t 1");
    folder.write("same.opus", first + test::bytes_of(half));
    auto louder = tag::FileEdit::of(half);
    REQUIRE(louder);
    REQUIRE(tag::set_opus_header_gain(*louder, 512));
    REQUIRE(tag::save_edit(*louder, {.check_sound = false}, {}));
    folder.write("louder.opus", first + test::bytes_of(half));
    const auto read = [&](const char* name) {
        auto result = measure::measure_file(folder.path() / name, {}, {}, {.keep_partial = true});
        REQUIRE(result);
        return std::move(*result);
    };
    CHECK_FALSE(read("same.opus").damage);
    const auto cut = read("louder.opus");
    REQUIRE(cut.damage);
    CHECK(has(cut.damage->what, "changes its output gain from 0.00 to 2.00 dB after 2.0"));
    CHECK(cut.is_partial());
    CHECK(cut.measurement.duration().value() == Approx(2.0).margin(0.05));
}

TEST_CASE("tag: Opus has R128 tags re -23 LUFS in 1/256 dB, and no ReplayGain") {
    const TemporaryFolder folder;
    const fs::path file = encoded(folder, "song.opus", "-c:a libopus");
    const double loudness = measured(file).measurement[meter::integrated].db();
    tag_it(file, tag::Levels{Lufs{-20.762}, Dbtp{-1.0}});
    const std::string tags = test::output_of("opusinfo " + test::quoted(file));
    CAPTURE(tags);
    CHECK(has(tags, "R128_ALBUM_GAIN=-573\n")); // -2.238 dB, RFC 7845's own example
    CHECK(has(tags,
              "R128_TRACK_GAIN=" + std::to_string(std::lround(256.0 * (-23.0 - loudness))) + "\n"));
    CHECK_FALSE(has(tags, "replaygain"));
    CHECK_FALSE(has(tags, "REPLAYGAIN"));
    CHECK(has(tags, "A Song"));
}

TEST_CASE("tag: an Opus header's gain brings track or album to -23 LUFS, and the tags give the "
          "rest") {
    const TemporaryFolder folder;
    for (const tag::OpusHeader mode : {tag::OpusHeader::track, tag::OpusHeader::album}) {
        const fs::path file = encoded(folder, "song.opus", "-c:a libopus");
        const auto before = measured(file).measurement[meter::integrated];
        const tag::Levels album{before + Gain::from_db(2.0), Dbtp{0.0}};
        tag_it(file, album, {.opus_header = mode});
        const bool is_track = mode == tag::OpusHeader::track;
        const double expected = is_track ? -23.0 : -25.0;
        // A step of the header is 1/256 dB.
        CHECK(measured(file).measurement[meter::integrated].db() == Approx(expected).margin(0.005));
        const std::string tags = test::output_of("opusinfo " + test::quoted(file));
        CHECK(has(tags, is_track ? "R128_TRACK_GAIN=0\n" : "R128_TRACK_GAIN=512\n"));
        CHECK(has(tags, is_track ? "R128_ALBUM_GAIN=-512\n" : "R128_ALBUM_GAIN=0\n"));
        CHECK_FALSE(has(tags, "WARNING")); // a wrong page checksum would be one

        tag_it(file, album, {.opus_header = tag::OpusHeader::keep});
        CHECK(has(test::output_of("opusinfo " + test::quoted(file)), "Playback gain"));
    }
}

TEST_CASE("tag: a WAV's loudness goes into bext, and its data chunk stays") {
    const TemporaryFolder folder;
    const fs::path file = folder.path() / "mix.wav";
    test::write_stem(file, music(4.0, 9, 0.3), 48000.0, audio::io::SampleFormat::int24);
    const std::string before = test::bytes_of(file);
    tag_it(file, std::nullopt);
    const std::string after = test::bytes_of(file);
    CHECK(after.size() == before.size() + 610);
    CHECK((after.substr(after.find("fmt ")) == before.substr(before.find("fmt "))));
    // EBU Tech 3285 version 2, section 2.3: LoudnessValue is at byte 412 of the chunk.
    const std::size_t at = after.find("bext") + 8 + 412;
    const auto low = static_cast<unsigned char>(after[at]);
    const auto high = static_cast<unsigned char>(after[at + 1]);
    const auto hundredths = static_cast<std::int16_t>(low | high << 8);
    CHECK(hundredths == std::lround(100.0 * measured(file).measurement[meter::integrated].db()));
}

TEST_CASE("tag: an album's gain is that of its files played in a row, not a mean of theirs") {
    const TemporaryFolder folder;
    const auto loud = music(12.0, 1, 0.8);
    const auto soft = music(24.0, 3, 0.1);
    std::vector<std::vector<float>> joined;
    for (int c = 0; c < 2; ++c) {
        joined.emplace_back(loud.channel(c).begin(), loud.channel(c).end());
        joined.back().insert(joined.back().end(), soft.channel(c).begin(), soft.channel(c).end());
    }
    test::write_stem(folder.path() / "1.wav", loud);
    test::write_stem(folder.path() / "2.wav", soft);
    test::write_stem(folder.path() / "all.wav", test::planar(joined));
    const auto one = measured(folder.path() / "1.wav").measurement;
    const auto two = measured(folder.path() / "2.wav").measurement;
    const auto all = measured(folder.path() / "all.wav").measurement;
    tag::Album album;
    CHECK_FALSE(album.levels().integrated);
    album.add(one);
    album.add(two);
    REQUIRE(album.levels().integrated);
    // Three blocks lie across the seam, of the hundred that pass the gate: at most 3 % of power.
    CHECK(album.levels().integrated->db() == Approx(all[meter::integrated].db()).margin(0.13));
    const double mean = (one[meter::integrated].db() + two[meter::integrated].db()) / 2.0;
    CHECK(std::abs(album.levels().integrated->db() - mean) > 2.0);
    CHECK(album.levels().true_peak == std::max(one[meter::true_peak], two[meter::true_peak]));
}

TEST_CASE("tag: silence, a wrong scheme, a format without a place, a damaged file are errors and "
          "change nothing") {
    const TemporaryFolder folder;
    const auto refused = [&](const fs::path& file, const tag::TagOptions& options = {}) {
        CAPTURE(file);
        meter::Measurement silence;
        CHECK_FALSE(tag::tag_file(file, silence, std::nullopt, options));
    };
    refused(encoded(folder, "silent.flac", "-c:a flac"));
    refused(encoded(folder, "song.flac", "-c:a flac"), {.scheme = tag::Scheme::bext});
    refused(encoded(folder, "song.opus", "-c:a libopus"), {.scheme = tag::Scheme::replay_gain});
    refused(folder.path() / "source.wav", {.scheme = tag::Scheme::r128});
    refused(encoded(folder, "song.aac", "-c:a aac"));
    refused(folder.path() / "nowhere.flac");
    folder.write("text.mp3", "not a song");
    refused(folder.path() / "text.mp3");
    const std::string opus = test::bytes_of(folder.path() / "song.opus");
    for (const std::size_t bytes : {0u, 4u, 30u, 40u, 60u}) {
        folder.write("cut.opus", opus.substr(0, bytes));
        refused(folder.path() / "cut.opus", {.opus_header = tag::OpusHeader::track});
        CHECK_FALSE((bytes < 40 && tag::untag_file(folder.path() / "cut.opus")));
    }
}

TEST_CASE("tag: where no player would find the tags, they aren't written") {
    const TemporaryFolder folder;
    const fs::path file = encoded(folder, "song.spx", "-c:a libspeex -ar 16000");
    const auto levels = measured(file).measurement;
    std::string bytes = test::bytes_of(file);
    const std::size_t second = bytes.find("OggS", 4);
    bytes[second + 26] = 0; // RFC 3533, section 6: no segments, so no packet with comments
    folder.write("empty.spx", bytes.substr(0, second + 27));
    CHECK(tag::tag_file(file, levels, std::nullopt, {}));
    CHECK_FALSE(tag::tag_file(folder.path() / "empty.spx", levels, std::nullopt, {}));
}

TEST_CASE("tag: an MP3 file with two ID3v2 tags is refused: one of them would be lost") {
    const TemporaryFolder folder;
    const fs::path file = encoded(folder, "song.mp3", "-c:a libmp3lame -id3v2_version 3");
    const auto levels = measured(file).measurement;
    const std::string song = test::bytes_of(file);
    const std::string text = "\0replaygain_track_gain\0+1.00 dB"s;
    const std::string frame = "TXXX\0\0\0"s + static_cast<char>(text.size()) + "\0\0"s + text;
    const auto first = [&](char flags, const std::string& footer) {
        return "ID3\x04\0"s + flags + "\0\0\0"s + static_cast<char>(frame.size()) + frame + footer;
    };
    for (const std::string& tag : {first(0, ""), first(0x10, "3DI\x04\0\x10\0\0\0"s + '\x2a')}) {
        std::ofstream(file, std::ios::binary) << tag << song;
        CHECK_FALSE(tag::tag_file(file, levels, std::nullopt, {}));
        CHECK_FALSE(tag::untag_file(file));
    }
}

TEST_CASE("tag: an MP4 whose table says more than it holds or isn't in its place, or nested beyond "
          "reason, is refused") {
    const TemporaryFolder folder;
    const fs::path file = encoded(folder, "first.m4a", "-c:a alac -movflags +faststart");
    std::string bytes = test::bytes_of(file);
    const auto refused = [&](const std::string& damaged) {
        folder.write("damaged.m4a", damaged);
        return !tag::untag_file(folder.path() / "damaged.m4a").ok();
    };
    CHECK_FALSE(refused(bytes));
    std::string misplaced = bytes; // a table without entries, but not in a sample table
    const std::size_t moov_at = misplaced.find("moov");
    misplaced[moov_at - 1] = static_cast<char>(misplaced[moov_at - 1] + 16); // its size
    misplaced.insert(moov_at + 4, "\0\0\0\x10stco\0\0\0\0\0\0\0\0"s);
    CHECK(refused(misplaced));
    const std::size_t count_at = bytes.find("stco") + 8; // ISO/IEC 14496-12, 8.7.5
    bytes[count_at] = '\x7f';
    CHECK(refused(bytes));
    std::string nested = "\0\0\0\x14"
                         "ftypM4A \0\0\0\0M4A "s;
    for (int level = 0; level < 5000; ++level) {
        nested += "\0\0\0\0"
                  "moov"s; // each to the end of the file
    }
    CHECK(refused(nested));
}
