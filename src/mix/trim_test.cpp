// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "meter/active_rms.h"
#include "meter/sample_peak.h"
#include "mix/trim.h"

#include <limits>

using namespace gainstage;
using mix::TrimBound;

namespace {

constexpr double silence = -std::numeric_limits<double>::infinity();

/// A stem of this active level (AES17) and sample peak.
mix::StemTrim trim_of(double active_dbfs, double peak_dbfs) {
    meter::Measurement stem;
    stem.set(meter::active_rms, to_mathematical(DbfsRms{active_dbfs}).db());
    stem.set(meter::sample_peak, peak_dbfs);
    return mix::trim_for(stem, verdict::Targets::built_in());
}

} // namespace

TEST_CASE("trim: the active level is brought to -18 dBFS, sine-equivalent") {
    const auto trim = trim_of(-31.2, -19.5);
    CHECK(trim.gain.db() == Approx(13.2));
    CHECK(trim.active_after.db() == Approx(-18.0));
    CHECK(trim.bound == TrimBound::average);
    CHECK(trim.reason == "active -31.20 to -18.00 dBFS (AES17); peak lands at -6.30 dBFS");
    CHECK(trim_of(-6.0, 0.0).reason ==
          "active -6.00 to -18.00 dBFS (AES17); peak lands at -12.00 dBFS");
}

TEST_CASE(
    "trim: a peak that would pass its bound decides instead, and the reason says what it cost") {
    const auto trim = trim_of(-30.0, -10.0);
    CHECK(trim.gain.db() == Approx(4.0));
    CHECK(trim.bound == TrimBound::peak);
    CHECK(trim.peak_after.db() == Approx(-6.0));
    CHECK(trim.reason ==
          "peak-bound: peak to -6.00 dBFS; active -30.00 to -26.00 dBFS (AES17), target -18.00");
}

TEST_CASE(
    "trim: never more than 40 dB either way, and then it says how far it would have had to go") {
    const auto up = trim_of(-69.0, -60.0);
    CHECK(up.gain.db() == 40.0);
    CHECK(up.bound == TrimBound::limit);
    CHECK(up.reason == "trim limit: +40.00 dB of the +51.00 dB it would take; active -69.00 to "
                       "-29.00 dBFS (AES17); peak "
                       "lands at -20.00 dBFS");
    CHECK(trim_of(60.0, 70.0).gain.db() == -40.0);
}

TEST_CASE("trim: silence stays as it is, a stem under the gate goes by its peak") {
    const auto silent = trim_of(silence, silence);
    CHECK(silent.gain.db() == 0.0);
    CHECK(silent.bound == TrimBound::nothing);
    CHECK(silent.reason == "silent: nothing to trim");
    CHECK(silent.active_after.is_silent());
    const auto quiet = trim_of(silence, -30.0);
    CHECK(quiet.gain.db() == Approx(24.0));
    CHECK(quiet.reason ==
          "peak-bound: peak to -6.00 dBFS; no average above the gate, target -18.00");
    const meter::Measurement unmeasured;
    CHECK(mix::trim_for(unmeasured, verdict::Targets::built_in()).gain.db() == 0.0);
}

TEST_CASE("trim: whatever the stem, neither target nor bound is passed, and one of the three is "
          "reached") {
    rc::prop("trim bounds", [] {
        const double active = *rc::gen::inRange(-70'000, 20'000) / 1000.0;
        const double crest = *rc::gen::inRange(0, 30'000) / 1000.0; // re a sine's
        const auto trim = trim_of(active, active + crest);
        constexpr double rounding = 1e-9;
        RC_ASSERT(std::abs(trim.gain.db()) <= 40.0);
        const bool pulled_down = trim.gain.db() == -40.0;
        RC_ASSERT(pulled_down || trim.active_after.db() <= -18.0 + rounding);
        RC_ASSERT(pulled_down || trim.peak_after.db() <= -6.0 + rounding);
        RC_ASSERT(std::abs(trim.gain.db()) == 40.0 || trim.active_after.db() >= -18.0 - rounding ||
                  trim.peak_after.db() >= -6.0 - rounding);
    });
}
