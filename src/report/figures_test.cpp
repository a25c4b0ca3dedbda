// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "report/figures.h"
#include "support/example_production.h"

#include <cmath>
#include <cstdlib>

using namespace gainstage;
using namespace gainstage::report;

TEST_CASE("levels have two decimals, silence is -inf, what can't be measured is a dash") {
    CHECK(figure(-18.004) == "-18.00");
    CHECK(figure(-0.001) == "0.00");
    CHECK(figure(test::silence_db) == "-inf");
    CHECK(figure(std::nullopt) == "\u2014");
    CHECK(figure(std::nullopt, 2, false) == "n/a");
    CHECK(figure(std::nan("")) == "\u2014");
    CHECK(figure(0.000012, 6) == "0.000012");
    CHECK(typeset(-18.0) == "\u221218.00");
    CHECK(typeset(test::silence_db) == "\u2212\u221E");
    CHECK(typeset(3.5, 1) == "3.5");
}

TEST_CASE("gains show their sign") {
    CHECK(gain_text(Gain::from_db(3.2)) == "+3.20 dB");
    CHECK(gain_text(Gain::from_db(-3.2)) == "-3.20 dB");
    CHECK(gain_text(Gain::from_db(-0.001)) == "0.00 dB");
    CHECK(gain_text(Gain::mute()) == "muted");
    CHECK(typeset_gain(Gain::from_db(-3.2)) == "\u22123.20 dB");
}

TEST_CASE("full precision reads back as the same number") {
    rc::prop("any finite double", [](double value) {
        RC_PRE(std::isfinite(value));
        RC_ASSERT(std::strtod(full_precision(value).c_str(), nullptr) == value);
    });
    CHECK(full_precision(-18.0) == "-18");
    CHECK(full_precision(0.1) == "0.1");
    CHECK(full_precision(test::silence_db) == "-inf");
    CHECK(full_precision(std::nan("")).empty());
}

TEST_CASE("times are minutes and seconds, rounded before they are split") {
    CHECK(clock(Seconds{204.0}) == "3:24");
    CHECK(clock(Seconds{59.96}, 1) == "1:00.0");
    CHECK(clock(Seconds{12.31}, 1) == "0:12.3");
    CHECK(clock(Seconds{3723.0}) == "1:02:03");
    CHECK(clock(Seconds{std::nan("")}) == "0:00");
    CHECK(rate(Hertz{44100.0}) == "44.1 kHz");
    CHECK(rate(Hertz{48000.0}) == "48 kHz");
}

TEST_CASE("advice on the preamp is a sentence that a musician can follow") {
    CHECK(preamp_advice(Gain::from_db(6.0)) == "turn the preamp up 6 dB");
    CHECK(preamp_advice(Gain::from_db(-5.5)) == "turn the preamp down 5.5 dB");
    CHECK(preamp_advice(Gain::from_db(0.02)) == "leave the preamp as it is");
    CHECK(preamp_advice(Gain::mute()) == "leave the preamp as it is");
    CHECK(preamp_step(Gain::from_db(20.0)) == "turn up 20 dB");
    CHECK(preamp_step(Gain{}) == "leave it");
    CHECK(pan_text(-0.7) == "70 % left");
    CHECK(pan_text(0.0) == "centre");
    CHECK(sentence("the peak is -2.3 dBFS") == "The peak is -2.3 dBFS.");
    CHECK(sentence("Done.") == "Done.");
    CHECK(sentence("kick_2.wav is loud") == "kick_2.wav is loud.");
    CHECK(sentence("wait") == "Wait.");
    CHECK(sentence("re-amp it") == "Re-amp it.");
    CHECK(sentence("wait. Then play") == "Wait. Then play.");
    CHECK(sentence("").empty());
    CHECK(with_minus_signs("-6 to (-3) dBFS, low-pass at take-2") ==
          "\u22126 to (\u22123) dBFS, low-pass at take-2");
}

TEST_CASE(
    "the AES17 average of a level is 3.01 dB over the mathematical one, silence stays silence") {
    CHECK(*as_aes17(-21.01) == Approx(-18.0).margin(1e-3)); // 3.0103 dB is 10 log10 2
    CHECK(*as_aes17(test::silence_db) == test::silence_db);
    CHECK(!as_aes17(std::nullopt));
}

TEST_CASE("every reading that a report names is in the bridge's table") {
    meter::Measurement measured;
    for (const auto reading : {key::sample_peak, key::true_peak, key::rms, key::active_rms,
                               key::integrated, key::max_short_term, key::loudness_range,
                               key::crest_factor, key::plr, key::noise_floor, key::snr}) {
        CAPTURE(reading);
        CHECK_NOTHROW(test::set_reading(measured, reading, 0.0));
    }
}

TEST_CASE("a master is in spec within its tolerance and under its ceiling, edges included") {
    master::Master master;
    master.medium.loudness = Lufs{-23.0};
    master.medium.tolerance = Gain::from_db(0.2);
    master.medium.ceiling = Dbtp{-1.0};
    master.true_peak_16x = Dbtp{-1.0};
    const auto loudness = [&](double lufs) {
        test::set_reading(master.after, "integrated_lufs", lufs);
        return check(master);
    };
    CHECK(loudness(-23.2).in_spec());
    CHECK(loudness(-22.8).in_spec());
    CHECK(loudness(-23.31).words == "0.31 LU too quiet");
    CHECK(loudness(-22.5).words == "0.50 LU too loud");
    CHECK(loudness(test::silence_db).words == "too quiet to have a loudness");
    master.true_peak_16x = Dbtp{-0.99};
    CHECK(loudness(-23.0).in_spec());
    master.true_peak_16x = Dbtp{-0.9};
    CHECK(loudness(-23.0).words == "0.10 dB over the ceiling");
    CHECK(loudness(-20.0).words == "3.00 LU too loud, 0.10 dB over the ceiling");
    test::set_reading(master.after, "max_short_term_lufs", -17.0);
    master.medium.max_short_term = Lufs{-18.0};
    master.true_peak_16x = Dbtp{-3.0};
    CHECK(loudness(-23.0).words == "short-term loudness 1.00 LU over its limit");
}
