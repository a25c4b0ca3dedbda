// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "support/instruments.h"
#include "take/pauses.h"

using namespace gainstage;
using namespace gainstage::test;
using take::Pauses;

namespace {

std::optional<DbfsRmsMath> floor_of(const std::vector<std::vector<float>>& channels,
                                    std::size_t block = 4096) {
    const audio::AudioBuffer buffer = planar(channels);
    Pauses pauses;
    pauses.prepare({.sample_rate = Hertz{48000.0},
                    .layout = audio::ChannelLayout::default_for(static_cast<int>(channels.size())),
                    .max_frames = static_cast<int>(block)});
    for (std::size_t n = 0; n < buffer.frames(); n += block) {
        pauses.process(buffer.view().slice(n, std::min(block, buffer.frames() - n)));
    }
    return pauses.floor();
}

/// A tone that falls by `db_a_second`.
std::vector<float> decay(double db_a_second) {
    std::vector<float> x = sine(440.0, 0.5, 240000, 48000.0);
    for (std::size_t n = 0; n < x.size(); ++n) {
        x[n] *= static_cast<float>(linear(-db_a_second * static_cast<double>(n) / 48000.0));
    }
    return x;
}

} // namespace

TEST_CASE("pauses: the noise between notes is read, within the wander of 0.4 s of noise") {
    const double noise_dbfs = GENERATE(-80.0, -66.0);
    const auto floor =
        floor_of({recorded(phrase(Instrument::voice, Seed{1}, 10.0), -12.0, noise_dbfs, Seed{1})});
    REQUIRE(floor);
    CHECK(floor->db() == Approx(noise_dbfs).margin(0.3));
}

TEST_CASE("pauses: a decaying note never stands still, a held one does") {
    CHECK(!floor_of({decay(12.0)}));
    CHECK(floor_of({decay(0.0)})->db() == Approx(-9.03).margin(0.1)); // -6.02 - 3.01
}

TEST_CASE("pauses: digital silence is an edit, and DC is no noise") {
    CHECK(!floor_of({std::vector<float>(96000)}));
    CHECK(!floor_of({{}}));
    CHECK(!floor_of({{0.5f}}));
    const auto floor = floor_of({recorded(std::vector<float>(96000, 0.1f), 0.0, -70.0, Seed{1})});
    REQUIRE(floor);
    CHECK(floor->db() == Approx(-70.0).margin(0.3));
}

TEST_CASE("pauses: the same however the stream is cut, what is no number is silence") {
    const auto x = recorded(phrase(Instrument::guitar, Seed{1}, 5.0), -12.0, -70.0, Seed{1});
    const auto whole = floor_of({x, x}, x.size());
    const auto cut = floor_of({x, x}, 37);
    REQUIRE(whole);
    CHECK(cut->db() == Approx(whole->db()).margin(1e-6));
    CHECK(!floor_of({std::vector<float>(96000, std::numeric_limits<float>::quiet_NaN())}));
}
