// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "meter/stereo_image.h"
#include "support/measured.h"

using namespace gainstage;
using namespace gainstage::meter;

namespace {

Measurement pair(const std::vector<float>& left, const std::vector<float>& right) {
    return test::measured(test::planar({left, right}));
}

std::vector<float> times(std::vector<float> x, double gain) {
    for (float& sample : x) {
        sample = static_cast<float>(gain * static_cast<double>(sample));
    }
    return x;
}

} // namespace

TEST_CASE("stereo image: alike, unrelated, inverted, one side only") {
    const auto a = test::white_noise(480000, test::Seed{1});
    const auto b = test::white_noise(480000, test::Seed{2});
    const Measurement alike = pair(a, a);
    CHECK(alike.value("balance_db") == Approx(0.0).margin(1e-9));
    CHECK(alike.value("stereo_width") == 0.0);
    CHECK(alike.value("mono_loss_db") == Approx(0.0).margin(1e-9));

    const Measurement unrelated = pair(a, b);
    CHECK(unrelated.value("stereo_width") == Approx(1.0).margin(0.01));
    CHECK(unrelated.value("mono_loss_db") == Approx(-3.0103).margin(0.03));

    const Measurement inverted = pair(a, times(a, -1.0));
    CHECK(std::isinf(*inverted.value("mono_loss_db")));
    CHECK_FALSE(inverted.value("stereo_width").has_value());

    const Measurement left = pair(a, std::vector<float>(a.size()));
    CHECK_FALSE(left.value("balance_db").has_value());
    CHECK(left.value("stereo_width") == Approx(1.0));
    CHECK(left.value("mono_loss_db") == Approx(-3.0103).margin(1e-3));

    CHECK(pair(times(a, 2.0), a).value("balance_db") == Approx(6.0206).margin(1e-4));
}

TEST_CASE("stereo image: nothing for mono and silence") {
    for (const int channels : {1, 2}) {
        const Measurement m = test::measured(audio::AudioBuffer(channels, 48000));
        for (const ReadingSpec* reading : StereoImage::readings) {
            CHECK_FALSE(m.value(reading->key).has_value());
        }
    }
    const Measurement mono =
        test::measured(test::planar(test::white_noise(48000, test::Seed{1}), 1));
    CHECK_FALSE(mono.value("balance_db").has_value());
}

TEST_CASE("stereo image: swapping the sides turns the balance round and leaves the rest") {
    rc::prop("any two signals", [] {
        const auto seed = *rc::gen::inRange<std::uint64_t>(1, 1000);
        const auto shared = *rc::gen::inRange(0, 100) / 100.0;
        const auto a = test::white_noise(4800, test::Seed{seed}, 0.3);
        auto b = test::white_noise(4800, test::Seed{seed + 1}, 0.1);
        for (std::size_t n = 0; n < b.size(); ++n) {
            b[n] += static_cast<float>(shared * static_cast<double>(a[n]));
        }
        const Measurement one = pair(a, b);
        const Measurement other = pair(b, a);
        RC_ASSERT(std::abs(*one.value("balance_db") + *other.value("balance_db")) < 1e-9);
        RC_ASSERT(std::abs(*one.value("stereo_width") - *other.value("stereo_width")) < 1e-9);
        RC_ASSERT(*one.value("mono_loss_db") <= 1e-9);
    });
}
