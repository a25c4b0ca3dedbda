// SPDX-License-Identifier: MIT
// Rates were also measured on recordings that are not part of the repository:
// docs/reference/take.md has the figures.
#include "take/earlier_clipping.h"

#include "audio/io/each_block.h"
#include "support/clipping_set.h"
#include "support/instruments.h"
#include "support/memory_source.h"
#include "support/test_signals.h"

#include <catch2/catch.hpp>

#include <cmath>

using namespace gainstage;
using namespace gainstage::test;
using take::EarlierClipping;
using take::FlatTops;

namespace {

take::OpenAgain from_memory(const audio::AudioBuffer& sound, double rate_hz) {
    return [&sound, rate_hz]() -> Result<std::unique_ptr<audio::io::Source>> {
        audio::AudioBuffer copied(sound.channels(), sound.frames());
        audio::copy(sound.view(), copied.view());
        return std::unique_ptr<audio::io::Source>(
            std::make_unique<MemorySource>(std::move(copied), rate_hz));
    };
}

FlatTops heard(const take::OpenAgain& open) {
    auto source = *open();
    FlatTops flat_tops;
    flat_tops.prepare({.sample_rate = source->info().sample_rate,
                       .layout = source->info().layout,
                       .max_frames = audio::io::block_frames});
    REQUIRE(audio::io::each_block(*source, source->info().layout.channels(), {},
                                  [&](audio::ConstAudioView block) { flat_tops.process(block); }));
    return flat_tops;
}

std::optional<EarlierClipping> found_in(const audio::AudioBuffer& sound, double rate_hz) {
    const auto open = from_memory(sound, rate_hz);
    auto found = take::find_earlier_clipping(heard(open), open);
    REQUIRE(found);
    return *found;
}

/// A phrase, clipped at 48 kHz and converted to 44.1 kHz.
std::vector<float> converted(Instrument instrument, std::uint64_t seed, double depth_db) {
    return after(clip(phrase(instrument, Seed{seed}, 10.0), ClipCurve::hard, depth_db),
                 {-6.0, -96.0, 44100.0}, instrument_rate_hz, Seed{seed});
}

/// A voice as a telephone has it: 8 kHz.
std::vector<float> telephone(std::uint64_t seed) {
    return after(phrase(Instrument::voice, Seed{seed}, 5.0), {0.0, -120.0, 8000.0},
                 instrument_rate_hz, Seed{seed});
}

} // namespace

TEST_CASE("earlier clipping: found at the rate the sound had when it clipped, at its place") {
    int found = 0;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        const auto clipped = clip(telephone(seed), ClipCurve::hard, 6.0); // at 1.0
        const auto x = after(clipped, {-3.0, -100.0, 44100.0}, 8000.0, Seed{seed});
        const auto earlier = found_in(planar({x}), 44100.0);
        if (!earlier) {
            continue;
        }
        ++found;
        CHECK(earlier->rate.value() == 8000.0);
        REQUIRE(!earlier->found.first.empty());
        std::size_t right = 0;
        for (const take::FlatTop& top : earlier->found.first) {
            const auto then = static_cast<std::size_t>(
                std::llround(static_cast<double>(top.first_frame) * 8000.0 / 44100.0));
            bool cut = false;
            for (std::size_t n = then - std::min<std::size_t>(then, 2);
                 n < std::min(clipped.size(), then + top.frames + 2); ++n) {
                cut = cut || std::abs(clipped[n]) > 0.999f;
            }
            right += cut ? 1 : 0;
        }
        CHECK(10 * right >= 9 * earlier->found.first.size());
    }
    CHECK(found >= 3);
}

TEST_CASE(
    "earlier clipping: at full scale too, where the stream's own samples don't lie any more") {
    const auto clipped = clip(phrase(Instrument::guitar, Seed{2}, 5.0), ClipCurve::hard, 3.0);
    const auto x = after(clipped, {0.0, -120.0, 44100.0}, instrument_rate_hz, Seed{2});
    const auto earlier = found_in(planar({x}), 44100.0);
    REQUIRE(earlier);
    REQUIRE(!earlier->found.first.empty());
    CHECK(std::abs(earlier->found.first.front().level) == Approx(1.0f).margin(0.02f));
}

TEST_CASE("earlier clipping: the family's other rate, where nothing is found as it is") {
    int more = 0;
    for (const std::uint64_t seed : {1, 5, 7}) {
        const audio::AudioBuffer sound = planar({converted(Instrument::kick, seed, 2.0)});
        const bool as_it_is = heard(from_memory(sound, 44100.0)).found().count > 0;
        const auto earlier = found_in(sound, 44100.0);
        more += earlier && !as_it_is ? 1 : 0;
        CHECK((!earlier || earlier->rate.value() == 48000.0));
    }
    CHECK(more >= 1);
}

TEST_CASE("earlier clipping: none in what never clipped, not even where a voice ends at 8 kHz") {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const auto voice = after(phrase(Instrument::voice, Seed{seed}, 5.0), {-6.0, -90.0, 44100.0},
                                 instrument_rate_hz, Seed{seed});
        CHECK(!found_in(planar({voice}), 44100.0));
        const auto speech = after(telephone(seed), {-6.0, -90.0, 44100.0}, 8000.0, Seed{seed});
        CHECK(!found_in(planar({speech}), 44100.0));
    }
    CHECK(!found_in(planar({std::vector<float>(48000)}), 48000.0));
    CHECK(!found_in(planar({std::vector<float>{0.5f}}), 48000.0));
    CHECK(!found_in(audio::AudioBuffer(2, 0), 48000.0));
}

TEST_CASE("earlier clipping: a stop and a file that is gone since are errors") {
    const audio::AudioBuffer sound = planar({white_noise(48000, Seed{1}, 0.1)});
    const auto open = from_memory(sound, 48000.0);
    const FlatTops as_it_is = heard(open);
    const std::atomic<bool> stop = true;
    const auto stopped = take::find_earlier_clipping(as_it_is, open, {&stop, {}});
    REQUIRE(!stopped);
    CHECK(stopped.error().kind == ErrorKind::interrupted);
    const auto gone =
        take::find_earlier_clipping(as_it_is, []() -> Result<std::unique_ptr<audio::io::Source>> {
            return Error{ErrorKind::unreadable, "take.wav", "is gone", "look for it"};
        });
    REQUIRE(!gone);
    CHECK(gone.error().what == "is gone");
}

TEST_CASE("earlier clipping: none in test signals and synthesisers, as they are or brought back",
          "[repeats]") {
    for (const double rate_hz : {44100.0, 48000.0}) {
        for (const TestSignal& signal : test_signals(rate_hz, 1.0)) {
            CAPTURE(rate_hz, signal.name);
            const audio::AudioBuffer sound =
                planar({after(signal.samples, {-3.0, -96.0, 0.0}, rate_hz, Seed{1})});
            CHECK(heard(from_memory(sound, rate_hz)).found().count == 0);
            CHECK(!found_in(sound, rate_hz));
        }
    }
}

TEST_CASE("earlier clipping: a tone in one channel doesn't hide what clipped in another") {
    const std::vector<float> music = converted(Instrument::guitar, 3, 6.0);
    const std::vector<float> tone = sine(1000.0, 0.3, music.size(), 44100.0);
    const auto alone = found_in(planar({music}), 44100.0);
    const auto beside = found_in(planar({tone, music}), 44100.0);
    REQUIRE(alone);
    REQUIRE(beside);
    CHECK(beside->found.count == alone->found.count);
    for (const take::FlatTop& top : beside->found.first) {
        CHECK(top.channel == 1);
    }
}
