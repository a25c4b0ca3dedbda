// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "support/measured.h"

#include <numeric>

using namespace gainstage;
using meter::Vectorscope;

namespace {

constexpr meter::BridgeOptions with_scope{.vectorscope = true};
constexpr int size = Vectorscope::size;

Vectorscope scope_of(const std::vector<float>& left, const std::vector<float>& right) {
    return test::measured(test::planar({left, right}), {.bridge = with_scope}).vectorscope;
}

std::uint64_t counted(const Vectorscope& scope) {
    return std::accumulate(scope.counts.begin(), scope.counts.end(), std::uint64_t{0});
}

std::uint64_t in_columns(const Vectorscope& scope, int first, int last) {
    std::uint64_t sum = 0;
    for (int row = 0; row < size; ++row) {
        for (int column = first; column <= last; ++column) {
            sum += scope.counts[static_cast<std::size_t>(row * size + column)];
        }
    }
    return sum;
}

} // namespace

TEST_CASE("vectorscope: mono is a line up the middle, opposite polarity one across") {
    const auto x = test::programme(70000, test::Seed{2});
    const Vectorscope mono = scope_of(x, x);
    CHECK(counted(mono) == 10000);
    CHECK(in_columns(mono, size / 2 - 1, size / 2) == 10000);
    auto inverted = x;
    for (float& sample : inverted) {
        sample = -sample;
    }
    CHECK(in_columns(scope_of(x, inverted), size / 2 - 1, size / 2) < 6000);
}

TEST_CASE("vectorscope: a sound on the left leans left where it is positive") {
    const std::vector<float> left(7000, 0.4f);
    const Vectorscope scope = scope_of(left, std::vector<float>(7000, 0.0f));
    CHECK(scope.range == 0.5f);
    // (0.2, 0.2) of 0.5, to the left and up: column and row 0.3 of the side
    CHECK(scope.counts[static_cast<std::size_t>(57 * size + 57)] == 1000);
}

TEST_CASE("vectorscope: a louder end doubles the range and loses nobody") {
    auto x = test::programme(7000, test::Seed{3});
    for (float& sample : x) {
        sample *= 0.001f;
    }
    auto loud = x;
    loud.back() = 0.9f;
    CHECK(scope_of(x, x).range < 0.001f);
    const Vectorscope scope = scope_of(loud, loud);
    CHECK(scope.range == 1.0f);
    CHECK(counted(scope) == 1000);
}

TEST_CASE("vectorscope: nothing for mono, silence in the middle, only if asked") {
    const auto x = test::programme(700, test::Seed{3});
    CHECK(test::measured(test::planar(x, 1), {.bridge = with_scope}).vectorscope.counts.empty());
    CHECK(test::measured(test::planar(x, 2)).vectorscope.counts.empty());
    const Vectorscope silent = scope_of(std::vector<float>(700), std::vector<float>(700));
    CHECK(silent.counts[static_cast<std::size_t>(size / 2 * size + size / 2)] == 100);
}
