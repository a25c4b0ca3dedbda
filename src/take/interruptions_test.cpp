// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "support/clipping_set.h"
#include "support/instruments.h"
#include "take/interruptions.h"

using namespace gainstage;
using namespace gainstage::test;
using take::InterruptionsFound;

namespace {

InterruptionsFound look(const std::vector<float>& signal, std::size_t block = 4096) {
    take::Interruptions interruptions;
    interruptions.prepare({.sample_rate = Hertz{48000.0},
                           .layout = audio::ChannelLayout::default_for(1),
                           .max_frames = static_cast<int>(block)});
    const audio::AudioBuffer buffer = planar({signal});
    for (std::size_t n = 0; n < buffer.frames(); n += block) {
        interruptions.process(buffer.view().slice(n, std::min(block, buffer.frames() - n)));
    }
    return interruptions.found();
}

} // namespace

TEST_CASE("interruptions: none in any instrument, with a converter's noise or none") {
    for (const Instrument instrument : instruments) {
        CAPTURE(name(instrument));
        const std::vector<float> x = phrase(instrument, Seed{5}, 8.0);
        for (const auto& signal : {x, recorded(x, -9.0, -92.0, Seed{1})}) {
            CHECK(look(signal).count == 0);
        }
    }
}

TEST_CASE("interruptions: a lost buffer of 64 frames is a dropout, a soft gate is none") {
    const std::size_t block = GENERATE(1, 63, 4096);
    std::vector<float> x = recorded(sine(220.0, 0.4, 96000, 48000.0), 0.0, -92.0, Seed{1});
    std::size_t at = 40000;
    while (std::abs(x[at]) < 0.3f || std::abs(x[at + 64]) < 0.3f) {
        ++at;
    }
    std::vector<float> lost = x;
    std::fill_n(lost.begin() + static_cast<std::ptrdiff_t>(at), 64, 0.0f);
    const InterruptionsFound found = look(lost, block);
    REQUIRE(found.count == 1);
    CHECK(found.first.front().first_frame == at);
    CHECK(found.first.front().frames == 64);
    for (std::size_t n = 0; n < 2000; ++n) { // 500 frames out, 1000 closed, 500 in
        const double away = std::abs(static_cast<double>(n) - 1000.0);
        x[at + n] *= static_cast<float>(std::clamp((away - 500.0) / 500.0, 0.0, 1.0));
    }
    CHECK(look(x, block).count == 0);
}

TEST_CASE("interruptions: nothing, one frame, silence, and what is no number") {
    for (const std::vector<float>& x :
         {std::vector<float>{}, std::vector<float>{0.5f}, std::vector<float>(48000),
          std::vector<float>(48000, std::numeric_limits<float>::quiet_NaN())}) {
        CHECK(look(x).count == 0);
    }
}
