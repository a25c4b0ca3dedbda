// SPDX-License-Identifier: MIT
#include "audio/io/quantiser.h"

#include "support/signals.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include <cmath>
#include <limits>

using namespace gainstage;
using namespace gainstage::test;
using audio::io::Quantiser;

namespace {

constexpr std::uint64_t seed = 1;

std::vector<std::int32_t> quantised(Quantiser& quantiser, const std::vector<float>& in) {
    std::vector<std::int32_t> out(in.size());
    quantiser.process(in, out.data(), 1);
    return out;
}

/// What 16 bits add to each sample, in LSB.
std::vector<double> error_16(const std::vector<float>& in, bool dither) {
    Quantiser quantiser(16, dither, seed);
    const auto out = quantised(quantiser, in);
    std::vector<double> error_lsb;
    for (std::size_t n = 0; n < in.size(); ++n) {
        error_lsb.push_back(static_cast<double>(out[n]) / 65536.0 -
                            static_cast<double>(in[n]) * 32768.0);
    }
    return error_lsb;
}

double mean(const std::vector<double>& values) {
    double sum = 0.0;
    for (const double x : values) {
        sum += x;
    }
    return sum / static_cast<double>(values.size());
}

double mean_square(const std::vector<double>& values) {
    double sum = 0.0;
    for (const double x : values) {
        sum += x * x;
    }
    return sum / static_cast<double>(values.size());
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0.0;
    for (std::size_t n = 0; n < a.size(); ++n) {
        sum += a[n] * b[n];
    }
    return sum / static_cast<double>(a.size()) / std::sqrt(mean_square(a) * mean_square(b));
}

} // namespace

TEST_CASE("quantiser: dithered error has mean 0 and power LSB^2/4, whatever the signal's level") {
    // Rounding of a TPDF-dithered signal: LSB^2/12 from rounding and LSB^2/6 from the dither.
    // A constant between two codes is the hardest case: without dither its error is a constant too.
    const double level_lsb = GENERATE(0.1, 0.25, 0.5, 0.77, 100.3, 20000.5);
    const std::vector<float> constant(400'000, static_cast<float>(level_lsb / 32768.0));
    const auto error_lsb = error_16(constant, true);
    CAPTURE(level_lsb);
    // The mean of 400000 has a standard deviation of 0.5/sqrt(400000) = 0.0008 LSB: six of them.
    CHECK(mean(error_lsb) == Approx(0.0).margin(0.005));
    // The total error's kurtosis is below 3, so the mean square's deviation is below
    // 0.25 sqrt(2/400000) = 0.0006.
    CHECK(mean_square(error_lsb) == Approx(0.25).margin(0.004));
}

TEST_CASE("quantiser: dithered error is white and uncorrelated with a quiet sine") {
    const auto quiet = sine(997.0, 1.5 / 32768.0, 400'000, 48000.0); // 3 LSB peak to peak
    const auto error_lsb = error_16(quiet, true);
    const std::vector<double> signal(quiet.begin(), quiet.end());
    const std::vector<double> now(error_lsb.begin() + 1, error_lsb.end());
    const std::vector<double> before(error_lsb.begin(), error_lsb.end() - 1);
    // Independent values correlate by 1/sqrt(400000) = 0.0016 at random: six of them.
    CHECK(std::abs(correlation(error_lsb, signal)) < 0.01);
    CHECK(std::abs(correlation(now, before)) < 0.01);
    CHECK(mean_square(error_lsb) == Approx(0.25).margin(0.004));
}

TEST_CASE("quantiser: without dither it rounds to the nearest code") {
    const auto error_lsb = error_16(white_noise(100'000, Seed{3}, 0.9), false);
    CHECK(*std::ranges::max_element(error_lsb) <= 0.5);
    CHECK(*std::ranges::min_element(error_lsb) >= -0.5);
    CHECK(mean_square(error_lsb) == Approx(1.0 / 12.0).epsilon(0.02));
}

TEST_CASE("quantiser: what the format holds exactly is written exactly, dither or not") {
    const int bits = GENERATE(8, 16, 24);
    std::vector<float> codes = white_noise(50'000, Seed{4}, 0.99);
    for (float& x : codes) {
        x = static_cast<float>(std::ldexp(std::nearbyint(std::ldexp(x, bits - 1)), 1 - bits));
    }
    Quantiser quantiser(bits, true, seed);
    const auto out = quantised(quantiser, codes);
    for (std::size_t n = 0; n < codes.size(); ++n) {
        REQUIRE(static_cast<double>(out[n]) == std::ldexp(static_cast<double>(codes[n]), 31));
    }
    CHECK(quantiser.clipped_samples() == 0);
}

TEST_CASE("quantiser: digital silence stays digital silence, before, between and after sound") {
    const std::vector<float> silence(1000, 0.0f);
    const auto signal = joined({silence, white_noise(1000, Seed{5}, 0.1), silence});
    Quantiser quantiser(16, true, seed);
    const auto out = quantised(quantiser, signal);
    CHECK(std::all_of(out.begin(), out.begin() + 1000, [](auto x) { return x == 0; }));
    CHECK(std::all_of(out.end() - 1000, out.end(), [](auto x) { return x == 0; }));
}

TEST_CASE("quantiser: loud samples that happen to be exact are dithered among others that aren't") {
    // Between 0.5 and 1 every second float32 is a 24-bit code. Deciding sample by sample would
    // leave these out, and the noise would drop where the signal is loud.
    const auto loud = white_noise(400'000, Seed{6}, 0.2);
    Quantiser quantiser(24, true, seed);
    std::vector<float> signal = loud;
    for (float& x : signal) {
        x += 0.75f;
    }
    const auto out = quantised(quantiser, signal);
    std::vector<double> error_lsb;
    for (std::size_t n = 0; n < signal.size(); ++n) {
        error_lsb.push_back(static_cast<double>(out[n]) / 256.0 -
                            static_cast<double>(signal[n]) * 8388608.0);
    }
    CHECK(mean_square(error_lsb) == Approx(0.25).margin(0.004));
}

TEST_CASE("quantiser: after a faded stretch, exact samples are exact again") {
    std::vector<float> exact(2000);
    for (std::size_t n = 0; n < exact.size(); ++n) {
        exact[n] = static_cast<float>(n % 100 + 1) / 32768.0f;
    }
    const auto signal = joined({exact, white_noise(500, Seed{8}, 0.1), exact});
    Quantiser quantiser(16, true, seed);
    const auto out = quantised(quantiser, signal);
    for (std::size_t n = 0; n < signal.size(); ++n) {
        const bool in_sound = n >= 2000 && n < 2500 + Quantiser::exact_run;
        if (!in_sound) {
            REQUIRE(out[n] == static_cast<std::int32_t>(signal[n] * 32768.0f) * 65536);
        }
    }
}

TEST_CASE("quantiser: clips at full scale, counts it, and makes silence of what is no number") {
    const float inf = std::numeric_limits<float>::infinity();
    const std::vector<float> signal = {1.0f,
                                       -1.0f,
                                       1.5f,
                                       -1.5f,
                                       3e38f,
                                       -3e38f,
                                       32767.0f / 32768.0f,
                                       inf,
                                       -inf,
                                       std::numeric_limits<float>::quiet_NaN()};
    const int bits = GENERATE(8, 16, 24, 32);
    Quantiser quantiser(bits, false, seed);
    const auto out = quantised(quantiser, signal);
    const auto step = static_cast<std::int32_t>(std::int64_t{1} << (32 - bits));
    const std::int32_t highest = std::numeric_limits<std::int32_t>::max() - (step - 1);
    const std::int32_t lowest = std::numeric_limits<std::int32_t>::min();
    CAPTURE(bits);
    CHECK(out[0] == highest);
    CHECK(out[1] == lowest); // -1.0 is a code
    CHECK(out[2] == highest);
    CHECK(out[3] == lowest);
    CHECK(out[4] == highest);
    CHECK(out[5] == lowest);
    CHECK(out[7] == 0);
    CHECK(out[8] == 0);
    CHECK(out[9] == 0);
    // 32767/32768 is the highest 16-bit code; with 8 bits it rounds up to one too many.
    CHECK(quantiser.clipped_samples() == (bits == 8 ? 6u : 5u));
}

TEST_CASE("quantiser: blocks make no difference, strides neither") {
    const auto signal = white_noise(5000, Seed{9}, 0.5);
    Quantiser whole(16, true, seed);
    const auto expected = quantised(whole, signal);
    rc::prop("however the signal is cut", [&] {
        const auto cut = *rc::gen::inRange<std::size_t>(0, signal.size() + 1);
        Quantiser quantiser(16, true, seed);
        std::vector<std::int32_t> out(3 * signal.size(), 77);
        const std::span<const float> in(signal);
        quantiser.process(in.first(cut), out.data(), 3);
        quantiser.process(in.subspan(cut), out.data() + 3 * cut, 3);
        for (std::size_t n = 0; n < signal.size(); ++n) {
            RC_ASSERT(out[3 * n] == expected[n]);
            RC_ASSERT(out[3 * n + 1] == 77);
        }
    });
}

TEST_CASE("quantiser: channels of other seeds have other dither") {
    const std::vector<float> constant(100'000, 0.3f / 32768.0f);
    Quantiser first(16, true, 1);
    Quantiser second(16, true, 2);
    const auto a = quantised(first, constant);
    const auto b = quantised(second, constant);
    std::vector<double> error_a;
    std::vector<double> error_b;
    for (std::size_t n = 0; n < a.size(); ++n) {
        error_a.push_back(static_cast<double>(a[n]) / 65536.0 - 0.3);
        error_b.push_back(static_cast<double>(b[n]) / 65536.0 - 0.3);
    }
    CHECK(std::abs(correlation(error_a, error_b)) < 0.02); // six times 1/sqrt(100000)
}
