// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "dsp/k_weighting.h"
#include "support/signals.h"
#include "support/simd.h"

#include <cmath>
#include <complex>
#include <numbers>

using namespace gainstage;

namespace {

double gain_db(const dsp::KCoefficients& k, double frequency_hz, double rate_hz) {
    const std::complex<double> z =
        std::exp(std::complex<double>(0.0, -2.0 * std::numbers::pi * frequency_hz / rate_hz));
    const auto of = [&](const dsp::Biquad& c) {
        return (c.b0 + c.b1 * z + c.b2 * z * z) / (1.0 + c.a1 * z + c.a2 * z * z);
    };
    return 20.0 * std::log10(std::abs(of(k.shelf) * of(k.high_pass)));
}

} // namespace

TEST_CASE("K-weighting: coefficients are those of BS.1770-5 Annex 1 at 48 kHz, and the re-derived "
          "ones elsewhere") {
    struct Row {
        double rate_hz;
        double shelf[5]; // b0 b1 b2 a1 a2
        double high_pass_a1, high_pass_a2;
        double high_pass_gain;
    };

    // 48 kHz: ITU-R BS.1770-5 Annex 1, Tables 1 and 2. Others: bilinear transform of the prototypes
    // recovered from those tables.
    // clang-format off
    const Row rows[] = {
        { 44100, {1.53084123005035, -2.65097999515473, 1.16907907992159, -1.66365511325602, 0.71259542807323}, -1.98916967362980, 0.98919903578704, 0.9995600645},
        { 48000, {1.53512485958697, -2.69169619938638, 1.19839281085285, -1.69065929318241, 0.73248077421585}, -1.99004745483398, 0.99007225036621, 1.0},
        { 88200, {1.55751537557965, -2.90562707992635, 1.36133397747221, -1.83091998796233, 0.84414226108785}, -1.99457751545034, 0.99458487587805, 1.0022719634},
        { 96000, {1.55971422897580, -2.92674157825108, 1.37826120231582, -1.84460946989011, 0.85584332293064}, -1.99501754472472, 0.99502375904092, 1.0024927890},
        {192000, {1.57222721509128, -3.04728305156155, 1.47797134097961, -1.92220223060749, 0.92511773511683}, -1.99750722284070, 0.99750877835551, 1.0037426754},
    };
    // clang-format on
    for (const Row& row : rows) {
        INFO(row.rate_hz << " Hz");
        const dsp::KCoefficients k = dsp::k_weighting(Hertz{row.rate_hz});
        const double shelf[] = {k.shelf.b0, k.shelf.b1, k.shelf.b2, k.shelf.a1, k.shelf.a2};
        for (int i = 0; i < 5; ++i) {
            CHECK(shelf[i] == Approx(row.shelf[i]).margin(1e-12));
        }
        CHECK(k.high_pass.a1 == Approx(row.high_pass_a1).margin(1e-12));
        CHECK(k.high_pass.a2 == Approx(row.high_pass_a2).margin(1e-12));
        CHECK(k.high_pass.b0 ==
              Approx(row.high_pass_gain).margin(1e-9)); // the table has ten digits
        CHECK(k.high_pass.b1 == -2.0 * k.high_pass.b0);
        CHECK(k.high_pass.b2 == k.high_pass.b0);
    }
}

TEST_CASE("K-weighting: the same response at every rate") {
    const auto reference = dsp::k_weighting(Hertz{48000.0});
    CHECK(gain_db(reference, 997.0, 48000.0) == Approx(0.6910).margin(0.0001));
    CHECK(gain_db(reference, 100.0, 48000.0) == Approx(-1.13).margin(0.01));
    CHECK(gain_db(reference, 10000.0, 48000.0) == Approx(4.04).margin(0.01));
    const double allowed_db[] = {0.002, 0.007, 0.007, 0.009,
                                 0.009}; // computed deviation, rounded up
    const double rates_hz[] = {44100.0, 88200.0, 96000.0, 176400.0, 192000.0};
    for (int i = 0; i < 5; ++i) {
        const auto k = dsp::k_weighting(Hertz{rates_hz[i]});
        for (double f = 20.0; f <= 20000.0; f *= 1.05) {
            INFO(rates_hz[i] << " Hz, at " << f);
            CHECK(std::abs(gain_db(k, f, rates_hz[i]) - gain_db(reference, f, 48000.0)) <
                  allowed_db[i]);
        }
    }
}

TEST_CASE("K-weighted power: segments side by side equal sample by sample, at every length") {
    const auto a = test::programme(5010, test::Seed{11});
    const auto b = test::white_noise(5010, test::Seed{12});
    test::for_each_simd_target([&] {
        for (const double rate_hz : {8000.0, 44100.0, 48000.0, 192000.0, 768000.0}) {
            const dsp::KWeightedPower k{Hertz{rate_hz}};
            const double allowed = rate_hz <= 192000.0 ? 1e-5 : 1e-4; // of a few samples' power
            for (std::size_t frames : {0, 1, 2, 3, 4, 15, 16, 17, 31, 32, 47, 63, 64, 441, 480,
                                       1023, 1024, 1040, 4999}) {
                dsp::KState exact_a{};
                dsp::KState exact_b{};
                dsp::KState alone{};
                dsp::KState pair_a{};
                dsp::KState pair_b{};
                for (int block = 0; block < 3; ++block) { // from rest and from a running state
                    INFO(rate_hz << " Hz, frames " << frames << ", block " << block);
                    const double power_a = k.process_scalar(a.data() + block, frames, exact_a);
                    const double power_b = k.process_scalar(b.data() + block, frames, exact_b);
                    const auto pair =
                        k.process(a.data() + block, b.data() + block, frames, pair_a, pair_b);
                    REQUIRE(pair.first == Approx(power_a).epsilon(allowed).margin(1e-14));
                    REQUIRE(pair.second == Approx(power_b).epsilon(allowed).margin(1e-14));
                    REQUIRE(k.process(a.data() + block, frames, alone) ==
                            Approx(power_a).epsilon(allowed).margin(1e-14));
                    for (std::size_t i = 0; i < 4; ++i) {
                        REQUIRE(pair_a[i] == Approx(exact_a[i]).margin(1e-5));
                        REQUIRE(pair_b[i] == Approx(exact_b[i]).margin(1e-5));
                    }
                }
            }
        }
    });
}

TEST_CASE("K-weighted power: what lies far under a full-scale low tone or DC is still read") {
    test::for_each_simd_target([&] {
        for (const double rate_hz : {44100.0, 48000.0, 96000.0, 192000.0}) {
            for (const double low_hz : {0.0, 2.0, 5.0}) {
                // A tone of -40 dBFS, and what the high pass should keep away from it.
                const auto frames = static_cast<std::size_t>(2.0 * rate_hz);
                auto x = test::sine(low_hz, 0.98, frames, rate_hz, std::numbers::pi / 2.0);
                const auto tone = test::sine(997.0, 0.01, frames, rate_hz);
                for (std::size_t n = 0; n < frames; ++n) {
                    x[n] += tone[n];
                }
                const dsp::KWeightedPower k{Hertz{rate_hz}};
                dsp::KState exact{};
                dsp::KState fast{};
                const std::size_t cell = static_cast<std::size_t>(rate_hz / 100.0);
                double exact_power = 0.0;
                double fast_power = 0.0;
                for (std::size_t at = 0; at + cell <= frames; at += cell) {
                    const double one = k.process_scalar(x.data() + at, cell, exact);
                    const double other = k.process(x.data() + at, cell, fast);
                    exact_power += at >= frames / 2 ? one : 0.0; // the start of DC has died away
                    fast_power += at >= frames / 2 ? other : 0.0;
                }
                INFO(rate_hz << " Hz, low tone " << low_hz << " Hz");
                CHECK(std::abs(10.0 * std::log10(fast_power / exact_power)) < 0.0001);
            }
        }
    });
}

TEST_CASE("K-weighted power: samples of 1e30 are numbers, and what follows them is read again") {
    const dsp::KWeightedPower k{Hertz{48000.0}};
    auto x = test::programme(48000, test::Seed{3});
    x[1000] = 1e30f;
    dsp::KState exact{};
    dsp::KState fast{};
    dsp::KState pair[2] = {};
    for (std::size_t at = 0; at < x.size(); at += 480) {
        const double expected = k.process_scalar(x.data() + at, 480, exact);
        CHECK(k.process(x.data() + at, 480, fast) == Approx(expected).epsilon(1e-4));
        const auto both = k.process(x.data() + at, x.data() + at, 480, pair[0], pair[1]);
        CHECK(both.second == Approx(expected).epsilon(1e-4));
    }
}
