// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "units/all.h"

using namespace gainstage;

TEST_CASE("level + gain is a level, level - level is a gain") {
    const Dbu at_fader = Dbu{4.0} + Gain::from_db(-6.0);
    CHECK(at_fader.db() == Approx(-2.0));
    CHECK((Dbu{24.0} - at_fader).db() == Approx(26.0));
}

TEST_CASE("0 dBu is 0.7746 V, 0 dBV is 1 V, and +4 dBu is 11.78 dB above -10 dBV") {
    CHECK(to_volts(Dbu{0.0}).value() == Approx(0.774597).epsilon(1e-6));
    CHECK(to_volts(Dbv{0.0}).value() == Approx(1.0));
    CHECK((Dbu{4.0} - to_dbu(Dbv{-10.0})).db() == Approx(11.7815).margin(1e-4)); // 4 + 10 - 2.2185
    CHECK(to_dbv(Dbu{0.0}).db() == Approx(-2.21849).margin(1e-5));
}

TEST_CASE("a +4 dBu tone reads -14 dBFS on an EBU R 68 converter and -20 on a SMPTE RP 155 one") {
    CHECK(Calibration{.full_scale_sine = Dbu{18.0}}.to_dbfs_rms(Dbu{4.0}).db() == Approx(-14.0));
    CHECK(Calibration{.full_scale_sine = Dbu{24.0}}.to_dbfs_rms(Dbu{4.0}).db() == Approx(-20.0));
}

TEST_CASE("the two RMS conventions are 3.01 dB apart: a full-scale sine reads 0 by AES17, -3.01 by "
          "mathematics") {
    const double sine_rms = std::sqrt(0.5);
    CHECK(DbfsRms::from_amplitude(sine_rms).db() == Approx(0.0).margin(1e-12));
    CHECK(DbfsRmsMath::from_amplitude(sine_rms).db() == Approx(-3.0103).margin(1e-4));
    CHECK(to_aes17(DbfsRmsMath{-21.0103}).db() == Approx(-18.0).margin(1e-4));
}

TEST_CASE("silence is -inf and stays so under any gain") {
    CHECK(Dbfs::from_amplitude(0.0).is_silent());
    CHECK((Dbfs::silence() + Gain::from_db(60.0)).is_silent());
    CHECK(Dbfs::silence() < Dbfs{-300.0});
}

TEST_CASE("a gain survives the way through ratios") {
    rc::prop("amplitude and power ratio", [] {
        const double db = static_cast<double>(*rc::gen::inRange(-120000, 120000)) / 1000.0;
        const Gain gain = Gain::from_db(db);
        RC_ASSERT(std::abs(Gain::from_amplitude_ratio(gain.to_amplitude_ratio()).db() - db) < 1e-9);
        RC_ASSERT(std::abs(Gain::from_power_ratio(gain.to_power_ratio()).db() - db) < 1e-9);
    });
}
