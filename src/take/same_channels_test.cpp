// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "support/signals.h"
#include "take/same_channels.h"

using namespace gainstage;
using namespace gainstage::test;

namespace {

bool same(const std::vector<std::vector<float>>& channels) {
    const audio::AudioBuffer buffer = planar(channels);
    take::SameChannels same_channels;
    for (std::size_t n = 0; n < buffer.frames(); n += 1000) {
        same_channels.process(
            buffer.view().slice(n, std::min<std::size_t>(1000, buffer.frames() - n)));
    }
    return same_channels.found();
}

std::vector<float> plus(std::vector<float> x, const std::vector<float>& y) {
    for (std::size_t n = 0; n < x.size(); ++n) {
        x[n] += y[n];
    }
    return x;
}

} // namespace

TEST_CASE("same channels: one signal twice, to the bit or 80 dB apart") {
    const std::vector<float> x = programme(48000, Seed{1}, 0.5);
    const double rms_dbfs = [&] {
        double sum = 0.0;
        for (const float y : x) {
            sum += static_cast<double>(y) * static_cast<double>(y);
        }
        return 10.0 * std::log10(sum / static_cast<double>(x.size()));
    }();
    // White noise of amplitude a has an RMS of a / sqrt(3): 4.77 dB under it.
    const auto noise = [&](double below_db) {
        return white_noise(x.size(), Seed{2}, linear(rms_dbfs - below_db + 4.77));
    };
    CHECK(same({x, x}));
    CHECK(same({x, plus(x, noise(81.0))}));
    CHECK(!same({x, plus(x, noise(79.0))}));
}

TEST_CASE("same channels: two signals, one inverted, one louder, one empty: no") {
    const std::vector<float> x = programme(48000, Seed{1}, 0.5);
    std::vector<float> inverted = x;
    std::vector<float> softer = x;
    for (std::size_t n = 0; n < x.size(); ++n) {
        inverted[n] = -x[n];
        softer[n] = 0.99f * x[n];
    }
    CHECK(!same({x, programme(48000, Seed{2}, 0.5)}));
    CHECK(!same({x, inverted}));
    CHECK(!same({x, softer}));
    CHECK(!same({x, std::vector<float>(48000)}));
}

TEST_CASE("same channels: mono, three channels, silence, nothing: no") {
    const std::vector<float> x = programme(4800, Seed{1}, 0.5);
    CHECK(!same({x}));
    CHECK(!same({x, x, x}));
    CHECK(!same({std::vector<float>(100), std::vector<float>(100)}));
    CHECK(!same({{}, {}}));
}
