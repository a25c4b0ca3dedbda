// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "support/clipping_set.h"
#include "support/instruments.h"
#include "take/same_source.h"

using namespace gainstage;
using namespace gainstage::test;
using take::PhaseTransform;
using take::SourceRelation;

namespace {

constexpr double source_rate_hz = 48000.0;
constexpr double starts_s[] = {1.0, 8.0, 15.0};

std::vector<take::Whitened> stretches(PhaseTransform& transform, const std::vector<float>& x) {
    std::vector<take::Whitened> all;
    for (const double start_s : starts_s) {
        const auto first = static_cast<std::size_t>(start_s * source_rate_hz);
        all.push_back(transform.whitened(
            std::span(x).subspan(first, std::min(PhaseTransform::frames, x.size() - first))));
    }
    return all;
}

std::optional<SourceRelation> relation(const std::vector<float>& a, const std::vector<float>& b) {
    PhaseTransform transform(Hertz{source_rate_hz});
    return take::relate(transform, stretches(transform, a), stretches(transform, b), starts_s,
                        Hertz{source_rate_hz});
}

std::vector<float> source(std::uint64_t seed) {
    return programme(static_cast<std::size_t>(18.0 * source_rate_hz), Seed{seed}, 0.5);
}

/// Behind by `frames`, another level, a room's echo and its own noise.
std::vector<float>
another_mic(const std::vector<float>& x, std::size_t frames, double gain, Seed seed) {
    std::vector<float> out(x.size());
    for (std::size_t n = frames; n < x.size(); ++n) {
        const double echo =
            n >= frames + 700 ? 0.4 * static_cast<double>(x[n - frames - 700]) : 0.0;
        out[n] = static_cast<float>(gain * (static_cast<double>(x[n - frames]) + echo));
    }
    return recorded(std::move(out), 0.0, -70.0, seed);
}

} // namespace

TEST_CASE("same source: two mics, by delay and polarity") {
    const std::vector<float> x = source(1);
    const std::size_t delay = GENERATE(0u, 13u, 144u, 4800u);
    const double gain = GENERATE(0.5, -0.5);
    const auto found = relation(x, another_mic(x, delay, gain, Seed{2}));
    REQUIRE(found);
    CHECK(found->delay.value() * source_rate_hz == Approx(static_cast<double>(delay)).margin(0.2));
    CHECK(found->swapped == (gain < 0.0));
    CHECK(!found->drift_ppm);
}

TEST_CASE("same source: two recorders of which one runs 40 ppm fast") {
    const std::vector<float> x = source(3);
    // A rate that differs by 40 ppm, by Lagrange interpolation of third order.
    std::vector<float> fast(x.size() - 64);
    for (std::size_t n = 0; n < fast.size(); ++n) {
        const double at = static_cast<double>(n) * (1.0 + 40e-6);
        const auto k = std::max<std::size_t>(1, static_cast<std::size_t>(at));
        const double t = at - static_cast<double>(k);
        const double y[] = {static_cast<double>(x[k - 1]), static_cast<double>(x[k]),
                            static_cast<double>(x[k + 1]), static_cast<double>(x[k + 2])};
        fast[n] = static_cast<float>(
            -t * (t - 1) * (t - 2) / 6 * y[0] + (t + 1) * (t - 1) * (t - 2) / 2 * y[1] -
            (t + 1) * t * (t - 2) / 2 * y[2] + (t + 1) * t * (t - 1) / 6 * y[3]);
    }
    const auto found = relation(x, fast);
    REQUIRE(found);
    REQUIRE(found->drift_ppm);
    CHECK(*found->drift_ppm == Approx(-40.0).margin(2.0));
}

TEST_CASE("same source: different instruments and different playing are no one source") {
    std::vector<std::vector<float>> all;
    for (const Instrument instrument : instruments) {
        all.push_back(recorded(phrase(instrument, Seed{1}, 18.0), -9.0, -92.0, Seed{1}));
        all.push_back(recorded(phrase(instrument, Seed{2}, 18.0), -9.0, -92.0, Seed{2}));
    }
    for (std::uint64_t seed = 10; seed < 13; ++seed) {
        all.push_back(source(seed));
    }
    PhaseTransform transform(Hertz{source_rate_hz});
    std::vector<std::vector<take::Whitened>> whitened;
    for (const auto& x : all) {
        whitened.push_back(stretches(transform, x));
    }
    int pairs = 0;
    int alike = 0;
    for (std::size_t a = 0; a < all.size(); ++a) {
        for (std::size_t b = a + 1; b < all.size(); ++b) {
            const bool found =
                take::relate(transform, whitened[a], whitened[b], starts_s, Hertz{source_rate_hz})
                    .has_value();
            if (found) {
                UNSCOPED_INFO(a << " and " << b);
            }
            alike += found ? 1 : 0;
            ++pairs;
        }
    }
    CHECK(pairs == 136);
    CHECK(alike == 0);
}

TEST_CASE("same source: silence, nothing, and what is no number are no source") {
    const std::vector<float> silence(static_cast<std::size_t>(18.0 * source_rate_hz));
    CHECK(!relation(silence, silence));
    CHECK(!relation(silence, source(1)));
    PhaseTransform transform(Hertz{8000.0});
    const std::vector<float> nan(1000, std::numeric_limits<float>::quiet_NaN());
    const std::vector<take::Whitened> none{transform.whitened(nan), transform.whitened({})};
    const double starts[] = {0.0, 1.0};
    CHECK(!take::relate(transform, none, none, starts, Hertz{8000.0}));
}
