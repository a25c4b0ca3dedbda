// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "meter/itu_true_peak.h"
#include "support/measured.h"

#include <cmath>

using namespace gainstage;

namespace {

constexpr meter::BridgeOptions with_itu{.itu_true_peak = true};

/// BS.1770-5 Annex 2 by the letter: three zeros behind every sample, one filter of 48 taps whose
/// every fourth tap is a phase.
double by_the_letter(const std::vector<float>& x) {
    constexpr double table[12][4] = {
        {0.0017089843750, -0.0291748046875, -0.0189208984375, -0.0083007812500},
        {0.0109863281250, 0.0292968750000, 0.0330810546875, 0.0148925781250},
        {-0.0196533203125, -0.0517578125000, -0.0582275390625, -0.0266113281250},
        {0.0332031250000, 0.0891113281250, 0.1015625000000, 0.0476074218750},
        {-0.0594482421875, -0.1665039062500, -0.2003173828125, -0.1022949218750},
        {0.1373291015625, 0.4650878906250, 0.7797851562500, 0.9721679687500},
        {0.9721679687500, 0.7797851562500, 0.4650878906250, 0.1373291015625},
        {-0.1022949218750, -0.2003173828125, -0.1665039062500, -0.0594482421875},
        {0.0476074218750, 0.1015625000000, 0.0891113281250, 0.0332031250000},
        {-0.0266113281250, -0.0582275390625, -0.0517578125000, -0.0196533203125},
        {0.0148925781250, 0.0330810546875, 0.0292968750000, 0.0109863281250},
        {-0.0083007812500, -0.0189208984375, -0.0291748046875, 0.0017089843750},
    };
    double peak = 0.0;
    std::vector<double> stuffed(4 * (x.size() + 12), 0.0);
    for (std::size_t n = 0; n < x.size(); ++n) {
        stuffed[4 * n] = static_cast<double>(x[n]);
    }
    for (std::size_t m = 0; m < stuffed.size(); ++m) {
        double sum = 0.0;
        for (std::size_t k = 0; k < 48 && k <= m; ++k) {
            sum += table[k / 4][k % 4] * stuffed[m - k];
        }
        peak = std::max(peak, std::abs(sum));
    }
    return 20.0 * std::log10(peak);
}

} // namespace

TEST_CASE("ITU true peak: the annex by the letter, on random noise in random blocks") {
    rc::prop("noise", [] {
        const auto frames = *rc::gen::inRange<std::size_t>(1, 3000);
        const auto seed = *rc::gen::arbitrary<std::uint64_t>();
        const auto x = test::white_noise(frames, test::Seed{seed}, 0.3);
        const auto m = test::measured(
            test::planar(x, 1),
            {.block_frames = *rc::gen::inRange<std::size_t>(1, 700), .bridge = with_itu});
        RC_ASSERT(std::abs(*m.value("itu_true_peak_dbtp") - by_the_letter(x)) < 1e-4);
    });
}

TEST_CASE("ITU true peak: only if asked, -inf for silence and for nothing") {
    const auto sine = test::planar(test::sine(997.0, 0.5, 48000, 48000.0), 2);
    CHECK_FALSE(test::measured(sine).shows(meter::itu_true_peak));
    const auto m = test::measured(sine, {.bridge = with_itu});
    CHECK(*m.value("itu_true_peak_dbtp") == Approx(-6.02).margin(0.05));
    CHECK(*m.value("itu_true_peak_dbtp", 1) == *m.value("itu_true_peak_dbtp"));
    for (const std::size_t frames : {0, 1, 5000}) {
        const auto silent = test::measured(audio::AudioBuffer(1, frames), {.bridge = with_itu});
        CHECK(std::isinf(*silent.value("itu_true_peak_dbtp")));
    }
}

TEST_CASE("ITU true peak: how far its filter is off, as its documentation says") {
    double lowest = 0.0;
    double highest = 0.0;
    for (double hz = 500.0; hz <= 20000.0; hz += 250.0) {
        for (int phase = 0; phase < 8; ++phase) {
            // 4800 frames without the edges of the tone: they fade in and out over 480
            auto tone = test::sine(hz, 0.5, 4800, 48000.0, 0.3 * phase);
            for (std::size_t n = 0; n < 480; ++n) {
                const float fade = static_cast<float>(n) / 480.0f;
                tone[n] *= fade;
                tone[tone.size() - 1 - n] *= fade;
            }
            const auto m = test::measured(test::planar(tone, 1), {.bridge = with_itu});
            const double off = *m.value("itu_true_peak_dbtp") - 20.0 * std::log10(0.5);
            lowest = std::min(lowest, off);
            highest = std::max(highest, off);
        }
    }
    INFO(lowest << " to " << highest);
    CHECK(lowest > -0.3);
    CHECK(highest < 0.25);
}

TEST_CASE("ITU true peak: g dB in moves it by g dB") {
    auto x = test::white_noise(9000, test::Seed{1}, 0.4);
    const auto before = test::measured(test::planar(x, 1), {.bridge = with_itu});
    for (float& sample : x) {
        sample *= 0.125f;
    }
    const auto after = test::measured(test::planar(x, 1), {.bridge = with_itu});
    CHECK(*after.value("itu_true_peak_dbtp") ==
          Approx(*before.value("itu_true_peak_dbtp") - 18.0618).margin(1e-4));
}
