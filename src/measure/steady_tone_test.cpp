// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "measure/steady_tone.h"
#include "support/signals.h"

#include <algorithm>
#include <cmath>

using namespace gainstage;

namespace {

constexpr double rate_hz = 48000.0;

std::vector<float> tone(double seconds, double amplitude = 0.1, double hz = 997.0) {
    return test::sine(hz, amplitude, static_cast<std::size_t>(seconds * rate_hz), rate_hz);
}

std::vector<float> added(std::vector<float> x, const std::vector<float>& more) {
    std::ranges::transform(x, more, x.begin(), std::plus{});
    return x;
}

Result<measure::Tone> judged(std::vector<float> samples, double nominal_hz = 997.0) {
    return measure::steady_tone({std::move(samples), Hertz{rate_hz}}, Hertz{nominal_hz}, "a.wav");
}

std::string refusal(std::vector<float> samples) {
    const auto found = judged(std::move(samples));
    return found ? "" : found.error().message();
}

bool says(const std::string& text, const std::string& part) {
    return text.starts_with("a.wav: ") && text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("steady tone: its level, whatever silence stands before and after it") {
    const std::vector<float> pause(30001);
    for (const auto& x : {tone(2.0), test::joined({pause, tone(2.0), pause}),
                          added(tone(1.0), test::white_noise(48000, test::Seed{1}, 0.01))}) {
        const auto found = judged(x);
        REQUIRE(found);
        CHECK(found->level.db() == Approx(-20.0).margin(0.01));
        CHECK(found->frequency.value() == Approx(997.0).margin(0.05));
    }
    CHECK(judged(tone(1.0, 0.1, 1000.0))); // a generator's 1 kHz is near enough
}

TEST_CASE("steady tone: refused, and said why") {
    CHECK(says(refusal(std::vector<float>(96000)), "silent"));
    CHECK(says(refusal({}), "silent"));
    CHECK(says(refusal(tone(0.3)), "less than half a second"));
    CHECK(says(refusal(tone(2.0, 0.1, 440.0)), "holds a tone of 440.0 Hz"));
    CHECK(says(refusal(tone(2.0, 0.1, 1025.0)), "--tone 1025"));
    CHECK(says(refusal(test::white_noise(96000, test::Seed{1}, 0.1)), "no tone of 997 Hz"));
    CHECK(says(refusal(added(tone(2.0), test::white_noise(96000, test::Seed{1}, 0.05))),
               "too noisy"));
    auto clipped = tone(2.0, 1.4);
    for (float& x : clipped) {
        x = std::clamp(x, -1.0f, 1.0f);
    }
    CHECK(says(refusal(clipped), "is clipped: the tone touches full scale"));
    for (float& x : clipped) { // before the converter: flat tops under full scale
        x = 0.1f * std::clamp(4.0f * x, -1.0f, 1.0f);
    }
    CHECK(says(refusal(clipped), "clipped or distorted"));
    CHECK(says(refusal(test::joined({tone(1.0), tone(1.0, 0.11)})), "fluctuates by 0.8 dB"));
    CHECK(says(refusal(test::joined({tone(1.0), std::vector<float>(9600), tone(1.0)})),
               "fluctuates"));
    const auto too_high = judged(tone(2.0), 30000.0);
    REQUIRE_FALSE(too_high);
    CHECK(says(too_high.error().message(), "can't hold 30000 Hz"));
}
