// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "support/measured.h"

#include <cmath>

using namespace gainstage;

namespace {

std::vector<float> words(int bits, std::size_t frames) {
    auto x = test::programme(frames, test::Seed{9});
    const float full = std::ldexp(1.0f, bits - 1);
    for (float& sample : x) {
        sample = std::nearbyint(sample * full) / full;
    }
    return x;
}

} // namespace

TEST_CASE("bits used: the word length that was really recorded") {
    for (const int bits : {8, 12, 16, 20, 24}) {
        const auto m = test::measured(test::planar(words(bits, 20000), 2));
        INFO(bits << " bits");
        CHECK(m.value("bits_used") == bits);
        CHECK(m.value("bits_used", 1) == bits);
    }
}

TEST_CASE("bits used: the most of the channels, none for silence, nothing for floating point") {
    const auto mixed = test::measured(test::planar({words(16, 5000), words(20, 5000)}));
    CHECK(mixed.value("bits_used") == 20);
    CHECK(mixed.value("bits_used", 0) == 16);
    CHECK(test::measured(audio::AudioBuffer(1, 5000)).value("bits_used") == 0);
    const auto real = test::measured(test::planar(test::programme(5000, test::Seed{9}), 1));
    CHECK_FALSE(real.value("bits_used").has_value());
    // a gain that isn't a power of 2 leaves no 16-bit words
    auto turned_down = words(16, 5000);
    for (float& x : turned_down) {
        x *= 0.7f;
    }
    CHECK_FALSE(test::measured(test::planar(turned_down, 1)).value("bits_used").has_value());
}
