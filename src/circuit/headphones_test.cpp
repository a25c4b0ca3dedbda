// SPDX-License-Identifier: MIT
// What limits headphones: the output's volts into a high impedance, its current and power into a
// low one.
#include <catch2/catch.hpp>

#include "circuit/judge.h"

#include <algorithm>
#include <cmath>

using namespace gainstage;
using namespace gainstage::circuit;

namespace {

/// The loudest there can be through a headphone output of +10 dBu and no source impedance.
double loudest_db_spl(const std::string& limits, double impedance_ohm) {
    const std::string box =
        "[[interface]]\nid = \"box\"\nmaker = \"My\"\nmodel = \"Box\"\nsource = \"s\"\n"
        "source_kind = \"manual\"\nverified = true\n[[interface.outputs]]\nkind = \"headphone\"\n"
        "max_output_dbu = 10\noutput_impedance_ohm = 0\nverified = true\n" +
        limits;
    const auto own = GearLibrary::parse(box, "box.toml");
    REQUIRE(own);
    const std::string chain =
        "[[playback]]\nid = \"p\"\n[[playback.device]]\ngear = \"box\"\noutput = \"headphone\"\n"
        "[[playback.device]]\nload = \"pair\"\nsensitivity_db_spl_per_mw = 100\nimpedance_ohm = " +
        std::to_string(impedance_ohm) + '\n';
    const auto document = ChainDocument::parse(chain, "x.chain.toml", *own);
    REQUIRE(document);
    const auto solution = solve(*document, verdict::Targets::built_in());
    REQUIRE(solution);
    return solution->playbacks[0].loudest_spl->db();
}

double over_a_milliwatt(double power_mw) { return 100.0 + 10.0 * std::log10(power_mw); }

} // namespace

TEST_CASE("headphones: volts, current or power, whichever ends first") {
    // +10 dBu: 2.449 V, which is 187.5 mW into 32 ohm, 10 mW into 600 ohm.
    CHECK(loudest_db_spl("", 32.0) == Approx(over_a_milliwatt(187.5)).margin(0.01));
    CHECK(loudest_db_spl("", 600.0) == Approx(over_a_milliwatt(10.0)).margin(0.01));
    // 20 mA: 12.8 mW into 32 ohm; no limit into 600 ohm.
    CHECK(loudest_db_spl("max_current_ma = 20\n", 32.0) ==
          Approx(over_a_milliwatt(12.8)).margin(0.01));
    CHECK(loudest_db_spl("max_current_ma = 20\n", 600.0) ==
          Approx(over_a_milliwatt(10.0)).margin(0.01));
    CHECK(loudest_db_spl("max_power_mw = 50\n", 32.0) ==
          Approx(over_a_milliwatt(50.0)).margin(0.01));
}
