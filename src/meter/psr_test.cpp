// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "meter/history.h"
#include "meter/plr.h"
#include "meter/psr.h"
#include "meter/sample_peak.h"
#include "support/measured.h"

using namespace gainstage;
using namespace gainstage::meter;

namespace {

/// 997 Hz with a click each 100 ms that stands `crest_db` above it.
std::vector<float> clicking(double level_dbfs, double crest_db, std::size_t frames) {
    auto x = test::sine(997.0, test::linear(level_dbfs), frames, 48000.0);
    for (std::size_t n = 2400; n < frames; n += 4800) {
        x[n] = static_cast<float>(test::linear(level_dbfs + crest_db));
    }
    return x;
}

} // namespace

TEST_CASE("PSR: the least is that of the squeezed part, and PLR doesn't know of it") {
    const auto open = clicking(-20.0, 12.0, 10 * 48000);
    const auto squeezed = clicking(-20.0, 3.0, 10 * 48000);
    const Measurement m = test::measured(test::planar(test::joined({open, squeezed}), 2));
    CHECK(m[psr_min].db() ==
          Approx(3.0).margin(0.6)); // the curve between a click and its neighbours goes higher
    CHECK(m[plr].db() == Approx(12.0).margin(0.5));
}

TEST_CASE("PSR: a quiet passage more than 10 LU below the programme doesn't count") {
    const auto loud = clicking(-20.0, 12.0, 20 * 48000);
    const auto quiet = clicking(-45.0, 1.0, 20 * 48000);
    CHECK(test::measured(test::planar(test::joined({loud, quiet}), 2))[psr_min].db() > 9.0);
    CHECK_FALSE(
        test::measured(test::planar(clicking(-20.0, 6.0, 2 * 48000), 2)).get(psr_min).has_value());
}

TEST_CASE("history: a point each 100 ms, its maxima the stream's, however long the stream") {
    const auto audio = test::planar(test::programme(10 * 48000 + 100, test::Seed{3}), 2);
    const Measurement m = test::measured(audio);
    const History& h = m.history;
    CHECK(h.hop_s == 0.1);
    REQUIRE(h.momentary_lufs.size() == 101); // 100 ticks and what is left
    REQUIRE(h.short_term_lufs.size() == 101);
    REQUIRE(h.true_peak_dbtp.size() == 101);
    CHECK(*std::ranges::max_element(h.momentary_lufs) ==
          Approx(m[max_momentary].db()).margin(1e-4));
    CHECK(*std::ranges::max_element(h.short_term_lufs) ==
          Approx(m[max_short_term].db()).margin(1e-4));
    CHECK(*std::ranges::max_element(h.true_peak_dbtp) == Approx(m[true_peak].db()).margin(1e-4));
    CHECK(h.momentary_lufs[2] == -std::numeric_limits<float>::infinity()); // no 400 ms yet
    CHECK(std::isfinite(h.momentary_lufs[3]));
}

TEST_CASE("history: full, it halves its resolution and loses no maximum") {
    Set<SamplePeak, TruePeak, HistoryRecorder> meters;
    meters.prepare({.sample_rate = Hertz{8000.0}, .layout = audio::ChannelLayout::default_for(1)});
    audio::AudioBuffer tick(1, 800); // 100 ms
    for (int hop = 0; hop < 10000; ++hop) {
        tick.channel(0)[400] = hop == 7777 ? 0.5f : 0.1f;
        meters.process(tick.view());
    }
    const History h = meters.measurement().history;
    CHECK(h.hop_s == Approx(0.4));
    CHECK(h.true_peak_dbtp.size() == 2500);
    CHECK(h.true_peak_dbtp[7777 / 4] == Approx(-6.0206).margin(0.001));
    CHECK(*std::ranges::max_element(h.true_peak_dbtp) == h.true_peak_dbtp[7777 / 4]);
}
