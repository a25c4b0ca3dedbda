// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "circuit/explain.h"
#include "circuit/rewrite.h"
#include "circuit/solver.h"
#include "support/solved_chain.h"

#include <cmath>
#include <fmt/format.h>
#include <random>

using namespace gainstage;
using namespace gainstage::circuit;

namespace {

/// An interface and a microphone whose every figure is known.
const std::string own_gear = R"(
[[microphone]]
id = "mic"
maker = "M"
model = "Mic"
kind = "condenser"
sensitivity_mv_per_pa = 20
self_noise_dba = 12
max_spl_db = 150
output_impedance_ohm = 100
pads_db = [-10]
phantom = true
source = "made up for a test"
source_kind = "memory"
verified = true
)" + test::box_with_steps_of(1.0);

test::SolvedChain solved(const std::string& text) { return test::solved_chain(text, own_gear); }

std::string loud(double average_spl, double peak_spl, const std::string& more = "") {
    return "[[source]]\nid = \"s\"\nmicrophone = \"mic\"\naverage_db_spl = " +
           std::to_string(average_spl) + "\npeak_db_spl = " + std::to_string(peak_spl) + '\n' +
           more + "[[source.device]]\ngear = \"box\"\n";
}

} // namespace

TEST_CASE("levels along a microphone and its input are what a pocket calculator says") {
    // 20 mV/Pa at 74 dB SPL: -31.8 - 20 = -51.8 dBu; 100 ohm into 3 kohm loses 0.285 dB.
    const auto chain = solved(loud(74.0, 88.0, "pad_db = 0\n") + "gain_db = 40\npad_db = 0\n");
    const Candidate& best = chain.solution.sources[0].best;
    REQUIRE(best.stages.size() == 3);
    CHECK(best.stages[0].average.db() == Approx(-31.76 - 20.0 - 0.285).margin(0.01));
    CHECK(best.stages[1].average.db() == Approx(-12.05).margin(0.01));
    // Full scale is +10 dBu at the least gain.
    REQUIRE(best.recorded);
    CHECK(best.recorded->average.db() == Approx(-22.05).margin(0.01));
    // A peak of 88 dB is that of a sine of 84.99.
    CHECK(best.recorded->peak.db() == Approx(-22.05 + 14.0 - 3.01).margin(0.01));
    // 150 dB SPL clips it; the load takes its 0.285 dB there too.
    CHECK(best.stages[0].clip->db() == Approx(-31.76 + 56.0 - 0.285).margin(0.01));
}

TEST_CASE("noise adds as power: self-noise, preamp and converter, referred to the input") {
    const auto chain = solved(loud(74.0, 88.0, "pad_db = 0\n") + "gain_db = 40\npad_db = 0\n");
    const Candidate& best = chain.solution.sources[0].best;
    // 12 dBA is 20 mV 10^(-82/20) = 1.589 uV(A), unweighted 2.05 dB more; loaded -0.285 dB.
    const double mic_dbu =
        20.0 * std::log10(0.02 * std::pow(10.0, -82.0 / 20.0) / 0.7745967) + 2.05 - 0.285;
    // EIN less what its 150 ohm make beside 3 kohm; the input's own 3 kohm beside 100 ohm stays.
    const auto power = [](double dbu) { return std::pow(10.0, dbu / 10.0); };
    const double limit = power(thermal_noise(Ohms{150.0 * 3000.0 / 3150.0}).db());
    const double divided = 100.0 * 3000.0 / 3100.0; // the source has no thermal noise of its own
    const double load = power(thermal_noise(Ohms{divided * divided / 3000.0}).db());
    const double input = power(-128.0) - limit + load;
    const double converter = power(10.0 - 110.0 - 40.0) + power(10.0 - 141.5 - 40.0);
    const double total_dbu = 10.0 * std::log10(power(mic_dbu) + input + converter) + 40.0;
    CHECK(best.stages.back().noise.db() == Approx(total_dbu).margin(0.03));
    CHECK(best.bottleneck.stage == 0);
    CHECK(best.bottleneck.share == Approx(power(mic_dbu) / power(total_dbu - 40.0)).margin(0.01));
}

TEST_CASE("the gain that is found is the highest whose odds are allowed, on a step of the knob") {
    const auto chain = solved(loud(74.0, 98.0) + "pad_db = 0\n");
    const SourceSolution& source = chain.solution.sources[0];
    const Candidate& best = source.best;
    CHECK(best.within_odds());
    const Gain gain = *best.settings[1].gain;
    CHECK(gain.db() == Approx(std::round(gain.db())).margin(1e-9));
    CHECK(best.stages.back().clip_odds <= 0.01);
    PeakLaw law = law_behind(source.path, 2, source.signal);
    CHECK(clip_odds(*best.stages.back().headroom() - Gain::from_db(1.0), law) > 0.01);
}

TEST_CASE("a quiet source is brought to its target, one that is too quiet is said to be so") {
    const auto quiet = solved(loud(70.0, 79.0) + "pad_db = 0\n");
    const Candidate& best = quiet.solution.sources[0].best;
    CHECK(best.recorded->average.db() == Approx(-18.0).margin(1.1)); // a step of the knob
    CHECK(best.shortfall.db() == 0.0);
    const auto too_quiet = solved(loud(20.0, 30.0) + "pad_db = 0\n");
    const Candidate& missed = too_quiet.solution.sources[0].best;
    CHECK(*missed.settings[1].gain == Gain::from_db(60.0));
    CHECK(missed.shortfall.db() > 10.0);
}

TEST_CASE("the pad goes in where it must, and costs what it says where it needn't") {
    const auto loud_one = solved(loud(122.0, 140.0, "pad_db = 0\nspread_db = 0\n"));
    const Candidate& with_pad = loud_one.solution.sources[0].best;
    CHECK(*with_pad.settings[1].pad == Gain::from_db(-20.0));
    CHECK(with_pad.within_odds());

    const auto soft = solved(loud(80.0, 94.0, "pad_db = 0\n"));
    const SourceSolution& source = soft.solution.sources[0];
    CHECK(*source.best.settings[1].pad == Gain{});
    REQUIRE(source.alternatives.size() == 1);
    const Alternative& other = source.alternatives[0];
    const double lost_db = (source.best.snr() - other.candidate.snr()).db();
    CHECK(lost_db > 0.5);
    CHECK(other.difference == "with the -20 dB pad of M Box in");
    CHECK(other.outcome.find(fmt::format("{:.1f} dB", lost_db)) != std::string::npos);
}

TEST_CASE("every combination was tried: no other setting of the switches has a better ratio") {
    const auto chain = solved(loud(90.0, 104.0));
    const SourceSolution& source = chain.solution.sources[0];
    CHECK(source.combinations == 4); // two pads of two
    for (const Alternative& other : source.alternatives) {
        const bool works = other.candidate.within_odds() && other.candidate.shortfall.db() <= 0.0;
        CHECK((!works || other.candidate.snr() <= source.best.snr() + Gain::from_db(0.05)));
    }
}

TEST_CASE(
    "a passive bass is sent where its treble survives, a keyboard not into a microphone input") {
    const std::string to_box = "[[source.device]]\ngear = \"focusrite-scarlett-2i2-4\"\n";
    const auto bass = solved("[[source]]\nid = \"b\"\ninstrument = \"bass-passive\"\n" + to_box);
    CHECK(*bass.solution.sources[0].best.settings[1].input == "hiz");
    const auto keys = solved("[[source]]\nid = \"k\"\ninstrument = \"keyboard-line\"\n" + to_box);
    CHECK(*keys.solution.sources[0].best.settings[1].input == "line");
}

TEST_CASE("a line input's switch is set to the level that comes, and the other way is weighed") {
    const std::string quiet = "average_dbu = -20\npeak_dbu = -11\n";
    const std::string hot = "average_dbu = 4\npeak_dbu = 9\nspread_db = 0\n";
    const auto into = [](const std::string& levels, const std::string& more = "") {
        return solved("[[source]]\nid = \"s\"\n" + levels +
                      "[[source.device]]\ngear = \"rme-fireface-400\"\ninput = \"line\"\n" + more);
    };
    const auto deck = into(quiet);
    const SourceSolution& source = deck.solution.sources[0];
    CHECK(*source.best.settings[1].nominal == NominalLevel::minus_10_dbv);
    CHECK(source.best.recorded->full_scale.db() == Approx(4.2).margin(1e-9));
    REQUIRE(source.alternatives.size() == 1);
    CHECK(source.alternatives[0].difference == "with its switch at +4 dBu");
    CHECK(described(source.best.settings[1]).find("switch at -10 dBV") != std::string::npos);

    const auto desk = into(hot);
    CHECK(*desk.solution.sources[0].best.settings[1].nominal == NominalLevel::plus_4_dbu);
    const auto fixed = into(quiet, "nominal = \"+4 dBu\"\n");
    CHECK(*fixed.solution.sources[0].best.settings[1].nominal == NominalLevel::plus_4_dbu);
    CHECK(fixed.solution.sources[0].alternatives.empty());

    const std::string open = "[[source]]\nid = \"s\"\n" + quiet +
                             "[[source.device]]\ngear = \"rme-fireface-400\"\ninput = \"line\"\n"
                             "nominal = \"?\" # its switch\n";
    CHECK(with_settings(open, solved(open).solution).find("nominal = \"-10 dBV\" # its switch") !=
          std::string::npos);
}

TEST_CASE("two gains: the first takes as much as it may") {
    const auto chain = solved(
        "[[source]]\nid = \"v\"\nmicrophone = \"shure-sm57\"\naverage_db_spl = 92\npeak_db_spl = "
        "104\n[[source.device]]\ngear = \"grace-m101\"\n[[source.device]]\ngear = "
        "\"avid-hd-io\"\ninput = \"line\"\n");
    const Candidate& best = chain.solution.sources[0].best;
    CHECK(best.settings[1].gain->db() > 50.0);
    CHECK(best.within_odds());
    CHECK(best.shortfall.db() == 0.0);
}

TEST_CASE("phantom power: on where it is needed, blocked by a booster, never into a ribbon") {
    const std::string ribbon = "[[source]]\nid = \"r\"\nmicrophone = \"royer-r-121\"\n"
                               "average_db_spl = 80\npeak_db_spl = 92\n";
    const std::string box = "[[source.device]]\ngear = \"box\"\n";
    const std::string booster = "[[source.device]]\ngear = \"cloudlifter-cl-1\"\n";
    CHECK(*solved(loud(80, 92)).solution.sources[0].best.settings[1].phantom);
    CHECK(solved(loud(80, 92) + "phantom = false\n").solution.sources[0].best.unpowered);
    CHECK(!*solved(ribbon + box).solution.sources[0].best.settings[1].phantom);
    CHECK(solved(ribbon + box + "phantom = true\n").solution.sources[0].best.harmed);
    const auto boosted = solved(ribbon + booster + box);
    CHECK(*boosted.solution.sources[0].best.settings[2].phantom);
    CHECK(!boosted.solution.sources[0].best.harmed);
    CHECK(!boosted.solution.sources[0].best.unpowered);
}

TEST_CASE("odds at each stage agree with 100,000 takes of a whole chain played one by one") {
    const auto chain = solved(loud(96.0, 118.0, "pad_db = 0\nspread_db = 4\n") +
                              "gain_db = 22\npad_db = 0\ngain_tolerance_db = 3\n");
    const SourceSolution& source = chain.solution.sources[0];
    std::mt19937_64 random(11);
    std::normal_distribution<double> day(0.0, source.signal.spread.db());
    std::normal_distribution<double> knob(0.0, source.path.stages[1].gain_deviation.db());
    std::uniform_real_distribution<double> uniform(0.0, 1.0);
    constexpr int takes = 100000;
    std::vector<int> clipped(source.best.stages.size(), 0);
    for (int take = 0; take < takes; ++take) {
        // The highest of the take's peaks: the inverse of exp(-minutes exp(-x / tail)).
        const double minutes = source.signal.take.value() / 60.0;
        const double highest_db =
            -source.signal.tail.db() * std::log(-std::log(uniform(random)) / minutes);
        const double louder_db = day(random);
        const double more_gain_db = knob(random);
        for (std::size_t i = 0; i < clipped.size(); ++i) {
            const StageLevels& stage = source.best.stages[i];
            const double level_db =
                stage.peak.db() + highest_db + louder_db + (i >= 1 ? more_gain_db : 0.0);
            clipped[i] += stage.clip && level_db > stage.clip->db() ? 1 : 0;
        }
    }
    for (std::size_t i = 0; i < clipped.size(); ++i) {
        CAPTURE(i);
        const double odds = source.best.stages[i].clip_odds;
        const double error = 4.0 * std::sqrt(odds * (1.0 - odds) / takes) + 1e-5;
        CHECK(static_cast<double>(clipped[i]) / takes == Approx(odds).margin(error));
    }
    CHECK(source.best.stages.back().clip_odds > 0.05); // the test would be empty otherwise
}

TEST_CASE("what was assumed is weighed: its effect is what another figure would change") {
    const auto chain =
        solved("[[source]]\nid = \"v\"\nmicrophone = \"mic\"\naverage_db_spl = 60\npeak_db_spl = "
               "72\n[[source.device]]\ngear = \"presonus-studio-24c\"\ninput = \"mic\"\n");
    const SourceSolution& source = chain.solution.sources[0];
    REQUIRE(!source.assumed.empty());
    const auto ein = std::ranges::find_if(source.assumed, [](const AssumedFigure& figure) {
        return figure.assumption.field == "ein_dbu";
    });
    REQUIRE(ein != source.assumed.end());
    CHECK(ein->matters_snr.db() > 0.1);
    CHECK(ein->matters_snr.db() < 10.0);
}

TEST_CASE("a solved document differs from the open one in its settings alone, comments and all") {
    const std::string text = "# \xC3\xA9 first\n" + loud(80.0, 92.0) +
                             "gain_db = \"?\"   # the knob \"?\"\npad_db = '?'\ninput = \"?\"\n";
    const auto chain = solved(text);
    const std::string written = with_settings(text, chain.solution);
    CHECK(written.find("# \xC3\xA9 first\n") == 0);
    CHECK(written.find("   # the knob \"?\"\npad_db = 0.0\ninput = \"mic\"\n") !=
          std::string::npos);
    CHECK(written.find("gain_db = \"?\"") == std::string::npos);
    const auto again = solved(written);
    CHECK(again.solution.sources[0].best.settings[1].gain->db() ==
          Approx(chain.solution.sources[0].best.settings[1].gain->db()).margin(0.051));
}

TEST_CASE("headphones: level, volume and the loudest there is, by hand") {
    // 600 ohm, 96 dB/mW: 1 mW is 0.7746 V = 0 dBu. Full scale +7 dBu through 1 ohm.
    const auto chain =
        solved("[[playback]]\nid = \"p\"\naverage_dbfs = -20\npeak_dbfs = -2\ntarget_db_spl = 80\n"
               "[[playback.device]]\ngear = \"focusrite-scarlett-2i2-3\"\noutput = \"headphone\"\n"
               "[[playback.device]]\nload = \"pair\"\nimpedance_ohm = 600\n"
               "sensitivity_db_spl_per_mw = 96\n");
    const PlaybackSolution& playback = chain.solution.playbacks[0];
    CHECK(playback.average_spl->db() == Approx(80.0).margin(0.01));
    CHECK(playback.volume->db() == Approx(80.0 - (96.0 + 7.0 - 20.0)).margin(0.03));
    CHECK(playback.loudest_spl->db() == Approx(103.0).margin(0.03));
    CHECK(playback.shortfall.db() == Approx(0.0).margin(0.001));
}

TEST_CASE("a loudspeaker's level: 88 dB at 1 W and 1 m, 100 W into 8 ohm, 4 m away") {
    const Figures nothing;
    GearEntry speaker;
    speaker.gear_class = GearClass::speaker;
    speaker.kind = "passive";
    speaker.model = "S";
    speaker.figures.set("sensitivity_db_1w_1m", {88.0, true});
    speaker.figures.set("impedance_ohm", {8.0, true});
    SheetNotes notes;
    const Dbu hundred_watts = to_dbu(Volts{std::sqrt(800.0)});
    CHECK(hundred_watts.db() == Approx(31.25).margin(0.005)); // standards 5.7
    const Transducer near = transducer(speaker, 1.0, 1, notes);
    CHECK((near.at_0_dbu + (hundred_watts - Dbu{0.0})).db() == Approx(108.0).margin(0.01));
    const Transducer far = transducer(speaker, 4.0, 1, notes);
    CHECK((far.at_0_dbu + (hundred_watts - Dbu{0.0})).db() == Approx(96.0).margin(0.05));
    const Transducer pair = transducer(speaker, 1.0, 2, notes);
    CHECK((pair.at_0_dbu - near.at_0_dbu).db() == Approx(3.01).margin(0.005));
}

TEST_CASE("a re-amped guitar arrives at the level of a guitar, a source comes from a playback") {
    const auto chain = solved(
        "[[source]]\nid = \"g\"\ninstrument = \"guitar-humbucker-paf\"\n[[source.device]]\ngear = "
        "\"focusrite-scarlett-2i2-4\"\ninput = \"hiz\"\n[[playback]]\nid = \"out\"\nplays = "
        "\"g\"\nas_instrument = \"guitar-humbucker-paf\"\n[[playback.device]]\ngear = "
        "\"focusrite-scarlett-2i2-4\"\n[[playback.device]]\ngear = \"guitar-amp-tube-100w\"\n"
        "[[source]]\nid = \"back\"\nfrom = \"out\"\n[[source.device]]\ngear = "
        "\"avid-hd-io\"\ninput = \"line\"\n");
    const PlaybackSolution& out = chain.solution.playbacks[0];
    CHECK(out.stages.back().average.db() == Approx(out.wanted->db()).margin(0.01));
    CHECK(out.source.average.db() ==
          Approx(16.0 + chain.solution.sources[0].best.recorded->average.db()).margin(0.01));
    CHECK(chain.solution.sources[1].signal.average == out.stages.back().average);
}

TEST_CASE("textbook loading: what is left of a source into a load") {
    struct Row {
        double source_ohm, load_ohm, loss_db;
    };

    // clang-format off
    const Row rows[] = {{150, 1500, -0.83}, {200, 1200, -1.34}, {150, 3000, -0.42}, {100, 10000, -0.09},
                        {600, 600, -6.02}, {10e3, 1e6, -0.09}, {10e3, 100e3, -0.83}, {10e3, 10e3, -6.02}};
    // clang-format on
    for (const Row& row : rows) {
        Path path;
        path.stages = line_source("s", Dbu{0.0}, Dbu{0.0}, Ohms{row.source_ohm}).device.stages;
        const Device end = load("l", Ohms{row.load_ohm}, std::nullopt);
        path.stages.insert(path.stages.end(), end.stages.begin(), end.stages.end());
        CHECK(gains(path).back().db() == Approx(row.loss_db).margin(0.006));
    }
}

TEST_CASE("textbook corners: resistance and cable, a pickup's resonance") {
    struct Row {
        double ohm, farad, corner_hz;
    };

    for (const Row& row : {Row{10e3, 1e-9, 15.9e3}, Row{62.5e3, 500e-12, 5.1e3}}) {
        Path path;
        path.stages = line_source("s", Dbu{0.0}, Dbu{0.0}, Ohms{row.ohm}).device.stages;
        path.stages.push_back({.name = "c", .elements = cable(0.0, row.farad)});
        const auto corner = corners(respond(path)).high;
        REQUIRE(corner);
        // 3 dB under 1 kHz, which is a little down itself.
        const double at_1k = 1.0 + std::pow(1e3 / row.corner_hz, 2.0);
        const double expected_hz = row.corner_hz * std::sqrt(std::pow(10.0, 0.3) * at_1k - 1.0);
        CHECK(corner->value() == Approx(expected_hz).epsilon(0.005));
    }
    Path pickup;
    pickup.stages.push_back({.name = "p",
                             .elements = {SeriesBranch{.resistance_ohm = 6e3, .inductance_h = 2.5},
                                          ShuntBranch{.capacitance_f = 600e-12}}});
    const auto peak = resonance(respond(pickup));
    REQUIRE(peak);
    CHECK(peak->frequency.value() == Approx(4.1e3).epsilon(0.02)); // the grid's step is 3 %
}
