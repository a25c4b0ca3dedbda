// SPDX-License-Identifier: MIT
// Circuits that a circuit simulator knows: ngspice on the netlist, path.h on the stages. Response
// within 0.02 dB and noise within 0.05 dB from 20 Hz to 20 kHz.
#include <catch2/catch.hpp>

#include "circuit/path.h"
#include "support/run_tool.h"
#include "support/temporary_folder.h"

#include <cmath>
#include <fstream>
#include <sstream>

using namespace gainstage;
using namespace gainstage::circuit;

namespace {

/// frequency, value: what ngspice wrote of one analysis.
using Curve = std::vector<std::pair<double, double>>;

struct Simulated {
    Curve response_db;          ///< v(out) for an emf of 1 V, every tenth of a decade
    Curve noise;                ///< V/sqrt(Hz) at v(out), the same
    double noise_total_v = 0.0; ///< 20 Hz to 20 kHz
};

Curve read_curve(const std::filesystem::path& file) {
    std::ifstream in(file);
    Curve curve;
    double frequency_hz = 0.0;
    double value = 0.0;
    while (in >> frequency_hz >> value) {
        curve.emplace_back(frequency_hz, value);
    }
    return curve;
}

/// `parts` is a netlist from an emf V1 at node `in` to node `out`.
Simulated ngspice(const std::string& parts) {
    const test::TemporaryFolder folder;
    const auto path = [&](const char* file) { return (folder.path() / file).string(); };
    std::ostringstream deck;
    deck << "* written by a test\nV1 in 0 DC 0 AC 1\n"
         << parts << ".options temp=20 tnom=20\n.control\nset numdgt=12\nset wr_singlescale\n"
         << "ac dec 10 20 20k\nwrdata " << path("ac") << " vdb(out)\n"
         << "noise v(out) V1 dec 10 20 20k\nsetplot noise1\nwrdata " << path("noise")
         << " onoise_spectrum\n"
         << "noise v(out) V1 dec 400 20 20k\nsetplot noise4\nwrdata " << path("total")
         << " onoise_total\nquit\n.endc\n.end\n";
    folder.write("deck.cir", deck.str());
    test::run_tool("ngspice -b " + test::quoted(folder.path() / "deck.cir"));
    Simulated result{read_curve(folder.path() / "ac"), read_curve(folder.path() / "noise"), 0.0};
    std::ifstream total(folder.path() / "total");
    double scale = 0.0;
    total >> scale >> result.noise_total_v;
    return result;
}

double worst_response_db(const Path& path, const Simulated& simulated) {
    double worst = 0.0;
    for (const auto& [hz, db] : simulated.response_db) {
        worst =
            std::max(worst, std::abs(20.0 * std::log10(std::abs(transfer(path, Hertz{hz}))) - db));
    }
    return worst;
}

double worst_noise_db(const Path& path, const Simulated& simulated) {
    double worst = 0.0;
    for (const auto& [hz, volts] : simulated.noise) {
        worst = std::max(worst, std::abs(10.0 * std::log10(noise_density(path, Hertz{hz})) -
                                         20.0 * std::log10(volts)));
    }
    return worst;
}

struct Circuit {
    const char* name;
    std::string netlist;
    std::vector<std::vector<Element>> stages;
};

/// A single-coil: 6 kohm and 2.6 H in series, 110 pF and its volume pot across; 5 m of cable of 100
/// pF/m; an input.
Circuit pickup_into(const char* name, const char* load, double load_ohm, double load_f) {
    // One text in pieces: GCC 12 sees an overflow in the sum of a literal and a string.
    std::string netlist = "R1 in a 6k\nL1 a b 2.6\nC1 b 0 110p\nR2 b 0 250k\nC2 b 0 500p\nR3 b 0 ";
    netlist.append(load).append("\nC3 b 0 100p\nE1 o 0 b 0 10\nRo o out 100\nRl out 0 1e12\n");
    return {name,
            std::move(netlist),
            {{SeriesBranch{.resistance_ohm = 6e3, .inductance_h = 2.6},
              ShuntBranch{.resistance_ohm = 250e3, .capacitance_f = 110e-12}},
             cable(0.0, 500e-12),
             {ShuntBranch{.resistance_ohm = load_ohm, .capacitance_f = load_f},
              AmplifierElement{Gain::from_db(20.0)}, SeriesBranch{.resistance_ohm = 100.0}}}};
}

std::vector<Circuit> circuits() {
    const Gain tenfold = Gain::from_db(20.0);
    std::vector<Circuit> all;
    // EIN as a resistor of 50 ohm in series with an input that takes no current.
    all.push_back(
        {"microphone, 20 m of cable, preamp",
         "R1 in a 150\nR2 a m 0.8\nC1 m 0 1600p\nR3 m b 0.8\nR4 b 0 2.4k\nC2 b 0 220p\n"
         "R5 b c 50\nE1 out 0 c 0 1000\nRl out 0 1e12\n",
         {{SeriesBranch{.resistance_ohm = 150.0}},
          cable(1.6, 1600e-12),
          {ShuntBranch{.resistance_ohm = 2400.0, .capacitance_f = 220e-12},
           AmplifierElement{Gain::from_db(60.0), thermal_density(50.0, room_temperature_k)}}}});
    all.push_back(pickup_into("pickup, cable, 1 Mohm", "1Meg", 1e6, 100e-12));
    all.push_back(pickup_into("pickup, cable, 140 kohm", "140k", 140e3, 100e-12));
    all.push_back(pickup_into("pickup, cable, line input of 10 kohm", "10k", 10e3, 100e-12));
    // 12:1 as two coupled coils; leakage and winding resistance beside them.
    all.push_back({"bass, passive DI with transformer, preamp",
                   "R1 in a 8k\nL1 a b 4\nR2 b c 2.4k\nL2 c d 0.4\nLp d 0 300\nC1 d 0 200p\n"
                   "E1 x 0 d 0 0.0833333333333333\nF1 d 0 Vs 0.0833333333333333\nVs x s 0\nR3 s e "
                   "60\nR4 e 0 2k\n"
                   "E2 o 0 e 0 10\nRo o out 150\nRl out 0 1e12\n",
                   {{SeriesBranch{.resistance_ohm = 8e3, .inductance_h = 4.0}},
                    transformer({.turns = 12.0,
                                 .primary_resistance_ohm = 2400.0,
                                 .secondary_resistance_ohm = 60.0,
                                 .primary_inductance_h = 300.0,
                                 .primary_capacitance_f = 200e-12,
                                 .leakage_inductance_h = 0.4}),
                    {ShuntBranch{.resistance_ohm = 2e3}, AmplifierElement{tenfold},
                     SeriesBranch{.resistance_ohm = 150.0}}}});
    // Matched pads of 20 dB, 600 ohm: series 490.909, shunt 121.212 ohm.
    all.push_back({"line, T pad of 20 dB, line input",
                   "R1 in a 600\nR2 a m 490.9090909\nR3 m 0 121.2121212\nR4 m b 490.9090909\n"
                   "R5 b 0 600\nE1 out 0 b 0 1\nRl out 0 1e12\n",
                   {{SeriesBranch{.resistance_ohm = 600.0}},
                    pad(PadShape::t, tenfold, Ohms{600.0}),
                    {ShuntBranch{.resistance_ohm = 600.0}, AmplifierElement{}}}});
    // Balanced: half of each series arm in each leg, taken apart by a differential input.
    all.push_back({"microphone, U pad of 20 dB, preamp",
                   "R1 in ap 75\nR1n 0 an 75\nR2 ap mp 61.36363636\nR2n an mn 61.36363636\n"
                   "R3 mp mn 30.3030303\nR4 mp bp 61.36363636\nR4n mn bn 61.36363636\n"
                   "R5 bp bn 1.5k\nE1 out 0 bp bn 10\nRl out 0 1e12\n",
                   {{SeriesBranch{.resistance_ohm = 150.0}},
                    pad(PadShape::u, tenfold, Ohms{150.0}),
                    {ShuntBranch{.resistance_ohm = 1500.0}, AmplifierElement{tenfold}}}});
    // Line output down through an attenuator and up to a pickup's impedance, into an amplifier.
    all.push_back({"re-amp: line output, box, cable, guitar amplifier",
                   "R1 in a 100\nR2 a b 10k\nR3 b 0 1.5k\nR4 b c 8.7k\nC1 c 0 300p\nR5 c 0 1Meg\n"
                   "C2 c 0 120p\nE1 out 0 c 0 10\nRl out 0 1e12\n",
                   {{SeriesBranch{.resistance_ohm = 100.0}},
                    {SeriesBranch{.resistance_ohm = 10e3}, ShuntBranch{.resistance_ohm = 1500.0},
                     SeriesBranch{.resistance_ohm = 8700.0}},
                    cable(0.0, 300e-12),
                    {ShuntBranch{.resistance_ohm = 1e6, .capacitance_f = 120e-12},
                     AmplifierElement{tenfold}}}});
    all.push_back(
        {"balanced line, 100 m",
         "R1 in ap 75\nR1n 0 an 75\nR2 ap mp 2\nR2n an mn 2\nC1 mp mn 9n\nR3 mp bp 2\n"
         "R3n mn bn 2\nR4 bp bn 10k\nC2 bp bn 500p\nE1 out 0 bp bn 1\nRl out 0 1e12\n",
         {{SeriesBranch{.resistance_ohm = 150.0}},
          cable(8.0, 9e-9),
          {ShuntBranch{.resistance_ohm = 10e3, .capacitance_f = 500e-12}, AmplifierElement{}}}});
    all.push_back({"piezo, 3 m of cable, 1 Mohm",
                   "C1 in a 1n\nC2 a 0 300p\nR1 a 0 1Meg\nE1 out 0 a 0 10\nRl out 0 1e12\n",
                   {{SeriesBranch{.capacitance_f = 1e-9}},
                    cable(0.0, 300e-12),
                    {ShuntBranch{.resistance_ohm = 1e6}, AmplifierElement{tenfold}}}});
    return all;
}

Path path_of(const Circuit& circuit) {
    Path path;
    for (const auto& elements : circuit.stages) {
        path.stages.push_back({.name = "", .elements = elements});
    }
    return path;
}

} // namespace

TEST_CASE("ngspice: response within 0.02 dB and noise within 0.05 dB, 20 Hz to 20 kHz") {
    for (const Circuit& circuit : circuits()) {
        CAPTURE(circuit.name);
        const Simulated simulated = ngspice(circuit.netlist);
        REQUIRE(simulated.response_db.size() >= 31);
        REQUIRE(simulated.noise.size() >= 31);
        const Path path = path_of(circuit);
        CHECK(worst_response_db(path, simulated) < 0.02);
        CHECK(worst_noise_db(path, simulated) < 0.05);
        const double total_db = Dbu::from_amplitude(simulated.noise_total_v).db();
        CHECK(respond(path).end().noise.db() == Approx(total_db).margin(0.05));
        CHECK(respond(path, FrequencyGrid::coarse()).end().noise.db() ==
              Approx(total_db).margin(0.3));
    }
}
