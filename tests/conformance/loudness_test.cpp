// SPDX-License-Identifier: MIT
// EBU Tech 3341 v4 (November 2023) Table 1, cases 1 to 6 and 9 to 14, and EBU Tech 3342 v4 cases 1
// to 4, synthesised; and the cases X1 to X7 that tell apart what those can't (a wrong relative
// gate, a wrong overlap). Cases 7, 8 (3341) and 5, 6 (3342) are recordings.
#include <catch2/catch.hpp>

#include "meter/channel_weight.h"
#include "meter/loudness.h"
#include "support/measured.h"

using namespace gainstage;
using namespace gainstage::meter;

namespace {

struct Piece {
    double seconds;
    double level_dbfs; ///< peak of the sine; silent() for none
};

constexpr double silent = -1000.0;

/// Pieces of one unbroken 1000 Hz sine whose level steps.
std::vector<float>
tone(double rate_hz, const std::vector<Piece>& pieces, double frequency_hz = 1000.0) {
    double seconds = 0.0;
    for (const Piece& piece : pieces) {
        seconds += piece.seconds;
    }
    auto out = test::sine(frequency_hz, 1.0,
                          static_cast<std::size_t>(std::llround(seconds * rate_hz)), rate_hz);
    double until = 0.0;
    std::size_t n = 0;
    for (const Piece& piece : pieces) {
        until += piece.seconds;
        const auto gain = static_cast<float>(test::linear(piece.level_dbfs));
        for (const auto end = static_cast<std::size_t>(std::llround(until * rate_hz)); n < end;
             ++n) {
            out[n] *= gain;
        }
    }
    return out;
}

Measurement stereo(double rate_hz, const std::vector<Piece>& pieces) {
    return test::measured(test::planar(tone(rate_hz, pieces), 2), {.rate_hz = rate_hz});
}

std::vector<Piece> repeated(int times, const std::vector<Piece>& pieces) {
    std::vector<Piece> out;
    for (int i = 0; i < times; ++i) {
        out.insert(out.end(), pieces.begin(), pieces.end());
    }
    return out;
}

constexpr double ebu_lu = 0.1; // Tech 3341: +-0.1 LU for every loudness case

} // namespace

TEST_CASE("EBU Tech 3341 cases 1 and 2: a steady tone reads its level as M, S and I") {
    const double rate_hz = GENERATE(44100.0, 48000.0, 96000.0, 192000.0);
    for (const double level : {-23.0, -33.0}) {
        const Measurement m = stereo(rate_hz, {{20.0, level}});
        CHECK(m[integrated].db() == Approx(level).margin(ebu_lu));
        CHECK(m[max_momentary].db() == Approx(level).margin(ebu_lu));
        CHECK(m[max_short_term].db() == Approx(level).margin(ebu_lu));
    }
}

TEST_CASE("EBU Tech 3341 cases 3, 4 and 5: gates and level steps") {
    const double rate_hz = GENERATE(44100.0, 48000.0, 96000.0);
    CHECK(stereo(rate_hz, {{10, -36}, {60, -23}, {10, -36}})[integrated].db() ==
          Approx(-23.0).margin(ebu_lu));
    CHECK(
        stereo(rate_hz, {{10, -72}, {10, -36}, {60, -23}, {10, -36}, {10, -72}})[integrated].db() ==
        Approx(-23.0).margin(ebu_lu));
    CHECK(stereo(rate_hz, {{20, -26}, {20.1, -20}, {20, -26}})[integrated].db() ==
          Approx(-23.0).margin(ebu_lu));
}

TEST_CASE("EBU Tech 3341 case 6: 5.0 with surrounds at 1.41") {
    const double rate_hz = GENERATE(44100.0, 48000.0, 96000.0);
    std::vector<std::vector<float>> channels;
    for (const double level : {-28.0, -28.0, -24.0, -30.0, -30.0}) { // L R C Ls Rs
        channels.push_back(tone(rate_hz, {{20, level}}));
    }
    CHECK(test::measured(test::planar(channels), {.rate_hz = rate_hz})[integrated].db() ==
          Approx(-23.0).margin(ebu_lu));
    channels.insert(channels.begin() + 3,
                    tone(rate_hz, {{20, -6.0}})); // an LFE, which must not count
    CHECK(test::measured(test::planar(channels), {.rate_hz = rate_hz})[integrated].db() ==
          Approx(-23.0).margin(ebu_lu));
}

TEST_CASE("EBU Tech 3341 case 9: short-term is constant where 3 s hold one period") {
    const Measurement m = stereo(48000.0, repeated(5, {{1.34, -20}, {1.66, -30}}));
    CHECK(m[max_short_term].db() == Approx(-23.0).margin(ebu_lu));
    for (std::size_t i = 30; i < m.history.short_term_lufs.size(); ++i) {
        CHECK(m.history.short_term_lufs[i] == Approx(-23.0).margin(ebu_lu));
    }
}

TEST_CASE("EBU Tech 3341 case 10: 3 s of tone anywhere read their level as max S") {
    const double rate_hz = GENERATE(44100.0, 48000.0);
    for (int i = 0; i < 20; ++i) {
        INFO("file " << i);
        CHECK(stereo(rate_hz, {{0.15 * i, silent}, {3, -23}, {1, silent}})[max_short_term].db() ==
              Approx(-23.0).margin(ebu_lu));
    }
}

TEST_CASE("EBU Tech 3341 cases 11 and 14: successive maxima of one live stream") {
    // Each step of the live file is louder than the last, so the running maximum after step i is
    // that step's.
    Set<Loudness> meter;
    for (const bool short_term : {true, false}) {
        const double window_s = short_term ? 3.0 : 0.4;
        const double step_s = short_term ? 0.15 : 0.02;
        std::vector<Piece> pieces;
        meter.prepare({});
        for (int i = 0; i < 20; ++i) {
            const auto part = test::planar(tone(48000.0, {{step_s * i, silent},
                                                          {window_s, -38.0 + i},
                                                          {window_s - step_s * i, silent}}),
                                           2);
            meter.process(part.view());
            const Loudness now = meter.get<Loudness>();
            const auto maximum =
                short_term ? now.max_short_term_value() : now.max_momentary_value();
            INFO((short_term ? "case 11" : "case 14") << ", step " << i);
            REQUIRE(maximum.has_value());
            CHECK(maximum->db() == Approx(-38.0 + i).margin(ebu_lu));
        }
    }
}

TEST_CASE("EBU Tech 3341 case 12: momentary is constant where 0.4 s hold one period") {
    const Measurement m = stereo(48000.0, repeated(25, {{0.18, -20}, {0.22, -30}}));
    CHECK(m[max_momentary].db() == Approx(-23.0).margin(ebu_lu));
    for (std::size_t i = 10; i < m.history.momentary_lufs.size(); ++i) {
        CHECK(m.history.momentary_lufs[i] == Approx(-23.0).margin(ebu_lu));
    }
}

TEST_CASE("EBU Tech 3341 case 13: 0.4 s of tone anywhere read their level as max M (a 100 ms grid "
          "fails this)") {
    const double rate_hz = GENERATE(44100.0, 48000.0, 96000.0);
    for (int i = 0; i < 20; ++i) {
        INFO("file " << i);
        CHECK(stereo(rate_hz, {{0.02 * i, silent}, {0.4, -23}, {1, silent}})[max_momentary].db() ==
              Approx(-23.0).margin(ebu_lu));
    }
}

TEST_CASE("EBU Tech 3342 cases 1 to 4: loudness range") {
    struct Case {
        std::vector<Piece> pieces;
        double range_lu;
    };

    const Case cases[] = {{{{20, -20}, {20, -30}}, 10.0},
                          {{{20, -20}, {20, -15}}, 5.0},
                          {{{20, -40}, {20, -20}}, 20.0},
                          {{{20, -50}, {20, -35}, {20, -20}, {20, -35}, {20, -50}}, 15.0}};
    for (const double rate_hz : {44100.0, 48000.0}) {
        for (const Case& one : cases) {
            // Tech 3342 allows +-1 LU; the levels are exact, so the reading is too
            const double read = stereo(rate_hz, one.pieces)[loudness_range].db();
            CHECK(read == Approx(one.range_lu).margin(0.05));
            auto longer = one.pieces;
            longer.push_back({1.5, silent}); // "the result must not change" with silence after it
            CHECK(stereo(rate_hz, longer)[loudness_range].db() == Approx(read).margin(0.05));
            CHECK(stereo(rate_hz, repeated(2, one.pieces))[loudness_range].db() ==
                  Approx(read).margin(0.05));
        }
    }
}

TEST_CASE(
    "X1 relative gate: 100 s at -23 and 20 s at -32 read -23.67 (-23.00 with a gate of -8 LU)") {
    CHECK(stereo(48000.0, {{100, -23}, {20, -32}})[integrated].db() == Approx(-23.67).margin(0.01));
}

TEST_CASE("X2 absolute gate: -69.5 is measured, -70.5 is nothing") {
    CHECK(stereo(48000.0, {{20, -69.5}})[integrated].db() == Approx(-69.49).margin(0.01));
    CHECK(stereo(48000.0, {{20, -70.5}})[integrated].is_silent());
}

TEST_CASE("X3 and X4 overlap: a second of tone between silences") {
    CHECK(stereo(48000.0, {{5, silent}, {1, -23}, {5, silent}})[integrated].db() ==
          Approx(-24.13).margin(0.01));
    CHECK(stereo(48000.0, {{5.05, silent}, {1, -23}, {5, silent}})[integrated].db() ==
          Approx(-24.46).margin(0.01));
}

TEST_CASE("X5 and X6: range gate and percentiles") {
    CHECK(stereo(48000.0, {{30, -20}, {30, -35}})[loudness_range].db() ==
          Approx(15.0).margin(0.05));
    std::vector<Piece> staircase;
    for (int i = 0; i < 40; ++i) {
        staircase.push_back({3, -20.0 - 0.5 * i});
    }
    CHECK(stereo(48000.0, staircase)[loudness_range].db() == Approx(16.6).margin(0.05));
}

TEST_CASE(
    "X7 momentary is a rectangle: 0.4 s read their full level (-1.99 dB with BS.1771's filter)") {
    CHECK(stereo(48000.0, {{1, silent}, {0.4, -23}, {1, silent}})[max_momentary].db() ==
          Approx(-23.0).margin(0.01));
}

TEST_CASE("BS.1770-5 Annex 1: a full-scale 997 Hz sine in one channel") {
    struct Row {
        audio::Speaker speaker;
        double lufs;
    };

    using audio::Speaker;
    const Row rows[] = {{Speaker::left, -3.0103},
                        {Speaker::centre, -3.0103},
                        {Speaker::left_surround, -1.5181},
                        {Speaker::right_wide, -1.5181},
                        {Speaker::left_rear, -3.0103},
                        {Speaker::top_left_side, -3.0103},
                        {Speaker::bottom_centre_front, -3.0103},
                        {Speaker::unknown, -3.0103}};
    const auto full_scale = test::planar(test::sine(997.0, 1.0, 5 * 48000, 48000.0), 1);
    for (const Row& row : rows) {
        INFO(audio::short_name(row.speaker));
        const auto m = test::measured(full_scale.view(), audio::ChannelLayout({row.speaker}));
        CHECK(m[integrated].db() == Approx(row.lufs).margin(0.002));
    }
    CHECK(test::measured(full_scale.view(), audio::ChannelLayout({Speaker::lfe}))[integrated]
              .is_silent());
    CHECK(test::measured(full_scale.view(), audio::ChannelLayout({Speaker::lfe2}))[integrated]
              .is_silent());
}

TEST_CASE("dual mono: a mono stream as played on two loudspeakers is 3.01 LU louder, and says so, "
          "stereo is as it was") {
    const auto mono = test::planar(test::programme(5 * 48000, test::Seed{21}), 1);
    const Measurement once = test::measured(mono);
    const Measurement twice = test::measured(mono, {.bridge = {.dual_mono = true}});
    CHECK(twice[integrated].db() - once[integrated].db() == Approx(3.0103).margin(0.001));
    CHECK(twice[max_momentary].db() - once[max_momentary].db() == Approx(3.0103).margin(0.001));
    CHECK(twice.dual_mono);
    CHECK_FALSE(once.dual_mono);
    const auto stereo_noise = test::planar(test::programme(5 * 48000, test::Seed{21}), 2);
    const Measurement wide = test::measured(stereo_noise, {.bridge = {.dual_mono = true}});
    CHECK_FALSE(wide.dual_mono);
    CHECK(wide[integrated].db() == Approx(twice[integrated].db()).margin(1e-9));
}

TEST_CASE("BS.1770-5 Annex 3, Tables 4 and 5: every loudspeaker's weight") {
    using audio::Speaker;
    for (int i = 0; i <= static_cast<int>(Speaker::bottom_centre_front); ++i) {
        const auto speaker = static_cast<Speaker>(i);
        const bool side = speaker == Speaker::left_surround || speaker == Speaker::right_surround ||
                          speaker == Speaker::left_wide || speaker == Speaker::right_wide;
        const bool low = speaker == Speaker::lfe || speaker == Speaker::lfe2;
        INFO(audio::short_name(speaker));
        CHECK(channel_weight(speaker) == (low ? 0.0 : side ? 1.41 : 1.0));
    }
}

TEST_CASE("BS.2217-like tones: the level that reads -24 LUFS at each frequency") {
    // level = -24 - K gain + 0.691 dBFS peak in both channels; gains of the 48 kHz tables
    const double rows[][2] = {{25, -12.92},     {100, -22.18},  {500, -23.35},
                              {1000, -24.0067}, {2000, -26.38}, {10000, -27.35}};
    for (const auto& row : rows) {
        const auto x = tone(48000.0, {{20, row[1]}}, row[0]);
        INFO(row[0] << " Hz");
        CHECK(test::measured(test::planar(x, 2))[integrated].db() == Approx(-24.0).margin(0.05));
    }
}

TEST_CASE("white noise at -20 dBFS RMS, one channel, reads -16.86 LUFS") {
    // uniform noise of amplitude a has RMS a / sqrt(3)
    const auto noise =
        test::white_noise(20 * 48000, test::Seed{5}, test::linear(-20.0) * std::sqrt(3.0));
    CHECK(test::measured(test::planar(noise, 1))[integrated].db() == Approx(-16.86).margin(0.05));
}
