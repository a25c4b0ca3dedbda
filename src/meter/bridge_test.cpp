// SPDX-License-Identifier: MIT
// What every meter must keep to, whatever it measures; through the bridge, which has them all.
#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include "meter/bridge.h"
#include "meter/correlation.h"
#include "meter/crest_factor.h"
#include "meter/loudness.h"
#include "meter/plr.h"
#include "meter/psr.h"
#include "support/measured.h"
#include "support/same.h"

#include <limits>
#include <set>

using namespace gainstage;
using namespace gainstage::meter;
using test::measured;
using test::same;

namespace {

audio::AudioBuffer programme(int channels, std::size_t frames, std::uint64_t seed = 1) {
    std::vector<std::vector<float>> out;
    for (int c = 0; c < channels; ++c) {
        out.push_back(test::programme(frames, test::Seed{seed + static_cast<std::uint64_t>(c)}));
    }
    return test::planar(out);
}

/// No NaN anywhere, no +Inf.
bool all_numbers(const Measurement& m) {
    for (const ReadingSpec* reading : Bridge::readings()) {
        for (int c = -1; c < m.layout.channels(); ++c) {
            const auto value = m.value(reading->key, c);
            if (value && !(*value < std::numeric_limits<double>::infinity())) {
                UNSCOPED_INFO(reading->key << " is " << *value);
                return false;
            }
        }
    }
    return true;
}

} // namespace

TEST_CASE("X8: a stereo 997 Hz sine at -18 dBFS reads -18 LUFS, and PLR and PSR are 0") {
    const auto tone = test::planar(test::sine(997.0, test::linear(-18.0), 20 * 48000, 48000.0), 2);
    const Measurement m = measured(tone);
    CHECK(m[integrated].db() == Approx(-18.0).margin(0.005));
    CHECK(m[max_momentary].db() == Approx(-18.0).margin(0.01));
    CHECK(m[max_short_term].db() == Approx(-18.0).margin(0.01));
    CHECK(m[sample_peak].db() == Approx(-18.0).margin(0.001));
    CHECK(m[true_peak].db() ==
          Approx(-18.0).margin(0.05)); // the filter's ripple; and the tone ends abruptly
    CHECK(m[rms].db() == Approx(-21.0103).margin(0.001));
    CHECK(m[rms_aes17].db() == Approx(-18.0).margin(0.001));
    CHECK(m[crest_factor].db() == Approx(3.0103).margin(0.001));
    CHECK(m[plr].db() == Approx(0.0).margin(0.05));
    CHECK(m.get(psr_min).value().db() == Approx(0.0).margin(0.05));
    CHECK(m.get(correlation).value() == Approx(1.0));
}

TEST_CASE("bridge: every reading has a key of its own and is in the measurement") {
    auto audio = programme(2, 4 * 48000);
    for (int c = 0; c < 2; ++c) {
        for (float& x : audio.channel(c)) { // words of 24 bits, whose number is a reading
            x = std::nearbyint(x * 0x1p23f) * 0x1p-23f;
        }
    }
    const Measurement m = measured(audio, {.bridge = {.itu_true_peak = true}});
    std::set<std::string_view> keys;
    for (const ReadingSpec* reading : Bridge::readings()) {
        INFO(reading->key);
        CHECK(keys.insert(reading->key).second);
        if (reading->key == short_sound.key) {
            continue; // of sounds under 0.4 s: loudness_test
        }
        CHECK(m.value(reading->key).has_value());
        CHECK(m.value(reading->key, 1).has_value() == reading->per_channel);
    }
}

TEST_CASE("bridge: any block size, the same result to the bit") {
    rc::prop("blocks of any sizes", [] {
        const double rate_hz = *rc::gen::element(8000.0, 11025.0, 44100.0, 48000.0);
        const int channels = *rc::gen::inRange(1, 5);
        const auto frames = *rc::gen::inRange<std::size_t>(0, 40000);
        const auto audio = programme(channels, frames);
        const Measurement whole = measured(audio, {.rate_hz = rate_hz, .block_frames = 40000});
        Bridge bridge;
        bridge.prepare(
            {.sample_rate = Hertz{rate_hz}, .layout = audio::ChannelLayout::default_for(channels)});
        for (std::size_t at = 0; at < frames;) {
            const auto block = std::min(frames - at, *rc::gen::inRange<std::size_t>(0, 3000));
            bridge.process(audio.view().slice(at, block));
            at += block;
        }
        RC_ASSERT(same(whole, bridge.measurement()));
    });
    for (const std::size_t block : {1u, 7u, 479u, 480u, 481u}) {
        const auto audio = programme(2, 30001);
        CHECK(same(measured(audio), measured(audio, {.block_frames = block})));
    }
}

TEST_CASE("bridge: reset equals new, and reading in between changes nothing") {
    const auto other = programme(2, 33333, 9);
    const auto audio = programme(2, 4 * 48000);
    Bridge bridge;
    bridge.prepare({});
    bridge.process(other.view());
    (void)bridge.measurement();
    bridge.reset();
    bridge.process(audio.view().slice(0, 10000));
    (void)bridge.measurement();
    bridge.process(audio.view().slice(10000, audio.frames() - 10000));
    CHECK(same(bridge.measurement(), measured(audio)));
}

TEST_CASE("bridge: g dB in moves every level by g dB and no ratio") {
    const auto audio = programme(2, 5 * 48000);
    const Measurement before = measured(audio);
    for (const double gain_db : {-12.0, -3.3, 5.7}) {
        auto louder = programme(2, 5 * 48000);
        for (int c = 0; c < 2; ++c) {
            for (float& x : louder.channel(c)) {
                x = static_cast<float>(static_cast<double>(x) * test::linear(gain_db));
            }
        }
        const Measurement after = measured(louder);
        for (const ReadingSpec* reading : Bridge::readings()) {
            const bool level =
                reading->unit == "dBFS" || reading->unit == "dBTP" || reading->unit == "LUFS";
            const bool ratio = reading->unit == "dB" || reading->unit == "LU";
            if ((!level && !ratio) || !reading->always) {
                continue; // those have tests of their own
            }
            INFO(reading->key << " by " << gain_db << " dB");
            // Samples are rounded to float: 6e-8 of each. The range moves by a bin at most.
            const double margin = reading->key == loudness_range.key ? 0.01 : 1e-4;
            CHECK(*after.value(reading->key) - *before.value(reading->key) ==
                  Approx(level ? gain_db : 0.0).margin(margin));
        }
    }
}

TEST_CASE("bridge: silence is -inf, not NaN and not nothing, what needs signal is absent") {
    const Measurement m = measured(audio::AudioBuffer(2, 5 * 48000));
    CHECK(all_numbers(m));
    for (const ReadingSpec* level :
         {static_cast<const ReadingSpec*>(&sample_peak),
          static_cast<const ReadingSpec*>(&true_peak), static_cast<const ReadingSpec*>(&rms),
          static_cast<const ReadingSpec*>(&rms_aes17), static_cast<const ReadingSpec*>(&integrated),
          static_cast<const ReadingSpec*>(&max_momentary)}) {
        INFO(level->key);
        REQUIRE(m.value(level->key).has_value());
        CHECK(*m.value(level->key) == -std::numeric_limits<double>::infinity());
    }
    CHECK_FALSE(m.get(correlation).has_value());
    CHECK_FALSE(m.get(plr).has_value());
    CHECK_FALSE(m.get(psr_min).has_value());
    CHECK_FALSE(m.get(crest_factor).has_value());
    CHECK_FALSE(m.get(loudness_range).has_value());
}

TEST_CASE("bridge: no frames, one frame, and streams just short of a window") {
    for (const std::size_t frames : {0u, 1u, 2u, 479u, 480u, 19199u, 19200u, 143999u, 144000u}) {
        INFO(frames << " frames");
        const Measurement m = measured(programme(2, frames));
        CHECK(m.frames == frames);
        CHECK(all_numbers(m));
        CHECK(m.get(max_momentary).has_value() == (frames >= 19200));
        CHECK(m.get(max_short_term).has_value() == (frames >= 144000));
        CHECK(m[integrated].is_silent() == (frames < 19200));
    }
    audio::AudioBuffer one(1, 1);
    one.channel(0)[0] = 0.5f;
    const Measurement m = measured(one);
    CHECK(m[sample_peak].db() == Approx(-6.0206).margin(1e-4));
    CHECK(m[true_peak].db() == Approx(-6.0206).margin(1e-4));
    CHECK(m[rms].db() == Approx(-6.0206).margin(1e-4));
}

TEST_CASE("bridge: 8 kHz to 768 kHz read the same tone the same") {
    for (const double rate_hz :
         {8000.0, 11025.0, 22050.0, 32000.0, 88200.0, 176400.0, 384000.0, 768000.0}) {
        INFO(rate_hz << " Hz");
        const auto frames = static_cast<std::size_t>(4.0 * rate_hz);
        const auto tone = test::planar(test::sine(997.0, test::linear(-18.0), frames, rate_hz), 2);
        const Measurement m = measured(tone, {.rate_hz = rate_hz});
        // the bilinear transform bends the shelf where 997 Hz is not far below half the rate:
        // k_weighting.h
        const double margin = rate_hz < 11000.0 ? 0.21 : rate_hz < 20000.0 ? 0.11 : 0.05;
        CHECK(m[integrated].db() == Approx(-18.0).margin(margin));
        CHECK(m[max_short_term].db() == Approx(-18.0).margin(margin));
        CHECK(m[true_peak].db() == Approx(-18.0).margin(0.25));
        CHECK(m[rms_aes17].db() == Approx(-18.0).margin(0.01));
    }
}

TEST_CASE("bridge: 64 channels, an unusable Spec is refused") {
    const Measurement m = measured(programme(64, 24000));
    CHECK(m.value(sample_peak.key, 63).has_value());
    CHECK(all_numbers(m));
    Bridge bridge;
    CHECK_THROWS_AS(bridge.prepare({.layout = audio::ChannelLayout::default_for(65)}),
                    std::invalid_argument);
    CHECK_THROWS_AS(bridge.prepare({.layout = audio::ChannelLayout{}}), std::invalid_argument);
    CHECK_THROWS_AS(bridge.prepare({.sample_rate = Hertz{0.0}}), std::invalid_argument);
    CHECK_THROWS_AS(bridge.prepare({.sample_rate = Hertz{std::nan("")}}), std::invalid_argument);
}

TEST_CASE("bridge: a sample that is no number is counted and is silence to every meter") {
    auto clean = programme(2, 48000);
    auto dirty = programme(2, 48000);
    const float odd[] = {std::numeric_limits<float>::quiet_NaN(),
                         std::numeric_limits<float>::infinity(),
                         -std::numeric_limits<float>::infinity(), 3e38f};
    for (std::size_t i = 0; i < 4; ++i) {
        clean.channel(1)[1000 + 5000 * i] = 0.0f;
        dirty.channel(1)[1000 + 5000 * i] = odd[i];
    }
    Measurement m = measured(dirty);
    CHECK(m.non_finite_samples == 4);
    m.non_finite_samples = 0;
    CHECK(same(m, measured(clean)));
}

TEST_CASE("bridge: 1e30 and denormal samples give numbers") {
    for (const double amplitude : {1e30, 1e-30, 1e-40}) {
        INFO("amplitude " << amplitude);
        const Measurement m =
            measured(test::planar(test::white_noise(48000 * 4, test::Seed{2}, amplitude), 2));
        CHECK(all_numbers(m));
        CHECK(m.non_finite_samples == 0);
    }
    const Measurement huge =
        measured(test::planar(test::white_noise(48000, test::Seed{2}, 1e30), 1));
    CHECK(huge[sample_peak].db() == Approx(600.0).margin(0.01));
    CHECK(huge[integrated].db() > 590.0);
}
