// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "meter/bridge.h"
#include "meter/correlation.h"
#include "meter/crest_factor.h"
#include "meter/loudness.h"
#include "meter/plr.h"
#include "meter/psr.h"
#include "support/signals.h"

#include <set>

using namespace gainstage;
using namespace gainstage::meter;

namespace {

Measurement measure(const audio::AudioBuffer& audio,
                    double rate_hz,
                    std::size_t block = 512,
                    BridgeOptions options = {}) {
    Bridge bridge;
    bridge.prepare({.sample_rate = Hertz{rate_hz},
                    .layout = audio::ChannelLayout::default_for(audio.channels()),
                    .max_frames = static_cast<int>(block)},
                   options);
    for (std::size_t at = 0; at < audio.frames(); at += block) {
        bridge.process(audio.view().slice(at, std::min(block, audio.frames() - at)));
    }
    return bridge.measurement();
}

} // namespace

TEST_CASE("bridge: a stereo 997 Hz sine at -18 dBFS reads -18 LUFS, and PLR and PSR are 0 (X8)") {
    const auto tone = test::planar(test::sine(997.0, test::linear(-18.0), 20 * 48000, 48000.0), 2);
    const Measurement m = measure(tone, 48000.0);
    CHECK(m[integrated].db() == Approx(-18.0).margin(0.005));
    CHECK(m[max_momentary].db() == Approx(-18.0).margin(0.01));
    CHECK(m[max_short_term].db() == Approx(-18.0).margin(0.01));
    CHECK(m[sample_peak].db() == Approx(-18.0).margin(0.001));
    CHECK(m[true_peak].db() ==
          Approx(-18.0).margin(0.05)); // the filter ripples, and the tone ends abruptly
    CHECK(m[rms].db() == Approx(-21.0103).margin(0.001));
    CHECK(m[rms_aes17].db() == Approx(-18.0).margin(0.001));
    CHECK(m[crest_factor].db() == Approx(3.0103).margin(0.001));
    CHECK(m[plr].db() == Approx(0.0).margin(0.05));
    CHECK(m.get(psr_min).value().db() == Approx(0.0).margin(0.05));
    CHECK(m.get(correlation).value() == Approx(1.0));
}

TEST_CASE("bridge: every reading has a key of its own and is in the measurement") {
    const Measurement m =
        measure(test::planar(test::white_noise(48000 * 4, test::Seed{1}), 2), 48000.0);
    std::set<std::string_view> keys;
    for (const ReadingSpec* reading : Bridge::readings()) {
        INFO(reading->key);
        CHECK(keys.insert(reading->key).second);
        CHECK(m.value(reading->key).has_value());
    }
    CHECK(keys.size() >= 17);
}
