// SPDX-License-Identifier: MIT
// Rates were also measured on recordings that are not part of the repository:
// docs/reference/take.md has the figures.
#include <catch2/catch.hpp>

#include "support/clipping_set.h"
#include "support/instruments.h"
#include "take/flat_tops.h"

#include <numbers>

using namespace gainstage;
using namespace gainstage::test;
using take::FlatTop;
using take::FlatTops;
using take::FlatTopsFound;

namespace {

FlatTopsFound tops(const std::vector<std::vector<float>>& channels,
                   double rate_hz = 48000.0,
                   std::size_t block = 4096) {
    const audio::AudioBuffer buffer = planar(channels);
    FlatTops flat_tops;
    flat_tops.prepare(
        {.sample_rate = Hertz{rate_hz},
         .layout = audio::ChannelLayout::default_for(static_cast<int>(channels.size())),
         .max_frames = static_cast<int>(block)});
    for (std::size_t n = 0; n < buffer.frames(); n += block) {
        flat_tops.process(buffer.view().slice(n, std::min(block, buffer.frames() - n)));
    }
    return flat_tops.found();
}

constexpr std::uint64_t takes = 8;
constexpr double take_s = 12.0;

/// In how many of all instruments' takes flat tops are found.
template <typename Treatment>
std::pair<int, int> rate(Treatment&& treatment) {
    int found = 0;
    int all = 0;
    for (const Instrument instrument : instruments) {
        for (std::uint64_t seed = 1; seed <= takes; ++seed) {
            const bool hit =
                tops({treatment(phrase(instrument, Seed{seed}, take_s), Seed{seed})}).count > 0;
            UNSCOPED_INFO(name(instrument) << " " << seed << (hit ? ": found" : ": nothing"));
            found += hit ? 1 : 0;
            ++all;
        }
    }
    return {found, all};
}

std::vector<float> square(double frequency_hz, std::size_t frames) {
    std::vector<float> out = sine(frequency_hz, 1.0, frames, 48000.0, 0.1);
    for (float& x : out) {
        x = x > 0.0f ? 0.4f : -0.4f;
    }
    return out;
}

} // namespace

TEST_CASE("flat tops: a tone cut by 2 to 12 dB is clipped however steady it is, one bent by a tanh "
          "isn't") {
    constexpr std::size_t length = 48000;
    for (const double depth_db : {2.0, 3.0, 6.0, 9.0, 12.0}) {
        for (const double frequency_hz : {82.4, 220.0, 440.0}) {
            CAPTURE(depth_db, frequency_hz);
            const auto tone = sine(frequency_hz, 1.0, length, 48000.0, 0.1);
            const auto x =
                after(clip(tone, ClipCurve::hard, depth_db), {-7.0, -96.0, 0.0}, 48000.0, Seed{1});
            CHECK(tops({x}).count > 0);
        }
    }
    std::vector<float> bent = sine(220.0, 1.0, length, 48000.0, 0.1);
    for (float& x : bent) {
        x = std::tanh(4.0f * x);
    }
    CHECK(tops({after(bent, {-7.0, -96.0, 0.0}, 48000.0, Seed{1})}).count == 0);
}

TEST_CASE("flat tops: what wasn't clipped is left alone, loud or soft, with a converter's noise or "
          "none",
          "[repeats]") {
    const auto [loud, all] =
        rate([](auto x, Seed seed) { return recorded(std::move(x), -1.0, -90.0, seed); });
    CHECK(loud == 0);
    const auto [soft, again] =
        rate([](auto x, Seed seed) { return recorded(std::move(x), -40.0, -140.0, seed); });
    CHECK(soft == 0);
    CHECK(all == 56);
}

TEST_CASE("flat tops: takes clipped in front of the converter and turned down are found",
          "[repeats]") {
    const auto found_at = [](double depth_db) {
        return rate([=](auto x, Seed seed) {
                   return recorded(clipped(std::move(x), depth_db), -8.0, -90.0, seed);
               })
            .first;
    };
    // Of 56 takes. What is missed are snares of which one to six samples were cut: in noise that
    // can't be told from chance.
    CHECK(found_at(1.0) >= 52);
    CHECK(found_at(1.5) >= 55);
    CHECK(found_at(3.0) == 56);
}

TEST_CASE("flat tops: place, level and number are those of the clipped peaks") {
    std::vector<float> x = sine(220.0, 0.4, 96000, 48000.0);
    for (std::size_t n = 24000; n < 48000; ++n) { // half a second 2 dB over the clip point
        x[n] = std::clamp(x[n] * 1.5736f, -0.5f, 0.5f);
    }
    const FlatTopsFound found = tops({x});
    CHECK(found.count == Approx(220).margin(2)); // both sides of 110 periods
    REQUIRE(!found.first.empty());
    CHECK(static_cast<double>(found.first.front().first_frame) / 48000.0 ==
          Approx(0.5).margin(0.01));
    CHECK(std::abs(found.first.front().level) == Approx(0.5f).epsilon(0.005));
}

TEST_CASE("flat tops: one side only, in one channel only") {
    std::vector<float> x = phrase(Instrument::organ, Seed{3}, 6.0);
    const std::vector<float> clean = recorded(x, -6.0, -90.0, Seed{1});
    for (float& sample : x) {
        sample = std::max(sample, -0.6f);
    }
    const FlatTopsFound found = tops({clean, recorded(x, -6.0, -90.0, Seed{2})});
    REQUIRE(found.count > 0);
    for (const FlatTop& top : found.first) {
        CHECK(top.channel == 1);
        CHECK(top.level < 0.0f);
    }
}

TEST_CASE("flat tops: a low sine looks flat to the eye, and isn't", "[repeats]") {
    const double frequency_hz =
        GENERATE(20.0, 31.5, 50.0, 97.3, 100.0, 440.0, 480.0, 1000.0, 6000.0);
    const double phase = GENERATE(0.0, 0.7, std::numbers::pi / 2);
    CAPTURE(frequency_hz, phase);
    CHECK(tops({sine(frequency_hz, 0.5, 48000, 48000.0, phase)}).count == 0);
    CHECK(tops({recorded(sine(frequency_hz, 0.5, 48000, 48000.0, phase), 0.0, -80.0, Seed{1})})
              .count == 0);
}

TEST_CASE("flat tops: what a limiter does to peaks is not clipping") {
    // Gain that follows the envelope: every peak above 0.5 ends at 0.5, and is round.
    std::vector<float> x = phrase(Instrument::guitar, Seed{5}, 10.0);
    const std::vector<float> dry = x;
    for (std::size_t n = 0; n < x.size(); ++n) {
        float most = 0.5f;
        for (std::size_t k = n > 240 ? n - 240 : 0; k < std::min(n + 240, x.size()); ++k) {
            most = std::max(most, std::abs(dry[k]));
        }
        x[n] = dry[n] * 0.5f / most;
    }
    CHECK(tops({recorded(x, -1.0, -96.0, Seed{1})}).count == 0);
}

TEST_CASE("flat tops: the labelled set of bench/take_clipping, its synthesised part in small",
          "[repeats]") {
    struct Count {
        int found = 0;
        int all = 0;
    };

    const auto count = [](auto&& treatment) {
        Count total;
        for (const Instrument instrument : instruments) {
            for (std::uint64_t seed = 21; seed <= 23; ++seed) {
                const bool hit =
                    tops({treatment(phrase(instrument, Seed{seed}, 8.0), seed)}).count > 0;
                total.found += hit ? 1 : 0;
                ++total.all;
            }
        }
        return total;
    };
    const auto clip_by = [&](ClipCurve curve, double depth_db) {
        return count([=](const std::vector<float>& x, std::uint64_t seed) {
            const double gain_db = -0.9 * static_cast<double>(seed - 20) * 7.0; // -6.3 to -18.9 dB
            return after(clip(x, curve, depth_db), {gain_db, -90.0, 0.0}, 48000.0, Seed{seed});
        });
    };
    // Of 21. At 1 dB and over the snares have only single samples cut.
    CHECK(clip_by(ClipCurve::hard, 1.0).found >= 18);
    CHECK(clip_by(ClipCurve::hard, 3.0).found == 21);
    CHECK(clip_by(ClipCurve::hard, 12.0).found == 21);
    CHECK(clip_by(ClipCurve::one_sided, 6.0).found >= 20);
    CHECK(clip_by(ClipCurve::knee, 6.0).found >= 20);
    const Count clean = count([](const std::vector<float>& x, std::uint64_t seed) {
        return after(x, {-6.0, -85.0, 44100.0}, 48000.0, Seed{seed});
    });
    CHECK(clean.found == 0);
    CHECK(clean.all == 21);
    for (const double drive_db : {2.0, 6.0}) {
        CHECK(count([=](const std::vector<float>& x, std::uint64_t seed) {
                  return after(limited(x, drive_db, 48000.0), {-1.0, -90.0, 0.0}, 48000.0,
                               Seed{seed});
              }).found == 0);
    }
    int squares = 0;
    for (int variant = 0; variant < 6; ++variant) {
        squares +=
            tops({after(square_synth(variant, Seed{1}, 4.0), {-6.0, -90.0, 0.0}, 48000.0, Seed{1})})
                        .count > 0
                ? 1
                : 0;
        squares +=
            tops({after(square_synth(variant, Seed{2}, 4.0), {-6.0, -90.0, 0.0}, 48000.0, Seed{2})})
                        .count > 0
                ? 1
                : 0;
    }
    CHECK(squares <= 1); // a filtered square that never changes its level
}

TEST_CASE("flat tops: once a level is known, every place that was cut off there is listed") {
    const Instrument instrument =
        GENERATE(Instrument::guitar, Instrument::snare, Instrument::strings);
    CAPTURE(name(instrument));
    const std::vector<float> x = phrase(instrument, Seed{4}, 4.0);
    const double depth_db = 3.0;
    const float level = *std::ranges::max_element(x, {}, [](float y) { return std::abs(y); });
    const float cut_at = std::abs(level) * static_cast<float>(linear(-depth_db));
    const auto found =
        tops({after(clip(x, ClipCurve::hard, depth_db), {-6.0, -90.0, 0.0}, 48000.0, Seed{4})});
    REQUIRE(found.count > 0);
    REQUIRE(found.count <= FlatTopsFound::max_listed);
    CHECK(found.first.size() == found.count);
    int missed = 0;
    for (std::uint64_t n = 0; n < x.size(); ++n) {
        if (std::abs(x[n]) > cut_at * static_cast<float>(linear(1.0))) {
            missed += std::ranges::none_of(found.first, [&](const FlatTop& top) {
                return n + 1 >= top.first_frame && n <= top.first_frame + top.frames;
            });
        }
    }
    CHECK(missed == 0);
    const auto whole = std::ranges::count_if(found.first, [&](const FlatTop& top) {
        const auto from = x.begin() + static_cast<std::ptrdiff_t>(top.first_frame);
        return std::all_of(from, from + static_cast<std::ptrdiff_t>(top.frames),
                           [&](float y) { return std::abs(y) < 0.99f * cut_at; });
    });
    CHECK(whole == 0);
}

TEST_CASE("flat tops: how much is missing is told by the flanks, and whether a file was cut") {
    const double depth_db = GENERATE(1.0, 2.0, 4.0);
    std::vector<float> x = sine(220.0, 0.4, 96000, 48000.0);
    const auto drive = static_cast<float>(linear(depth_db) * 0.5 / 0.4);
    for (std::size_t n = 24000; n < 48000; ++n) {
        x[n] = std::clamp(x[n] * drive, -0.5f, 0.5f);
    }
    const FlatTopsFound found = tops({x});
    REQUIRE(!found.first.empty());
    const auto& top = found.first[found.first.size() / 2];
    CHECK(top.depth.db() == Approx(depth_db).margin(0.3));
    CHECK(top.exact);
    CHECK(found.exact > found.count / 2);
    const FlatTopsFound noisy = tops({recorded(x, 0.0, -80.0, Seed{1})});
    REQUIRE(noisy.count > 0);
    CHECK(noisy.exact == 0);
}

TEST_CASE("flat tops: a square wave is flat by design, full-scale runs are the bridge's") {
    CHECK(tops({square(110.0, 96000)}).count == 0);
    std::vector<float> over = phrase(Instrument::organ, Seed{2}, 6.0);
    for (float& x : over) {
        x = std::clamp(2.0f * x, -1.0f, 32767.0f / 32768.0f);
    }
    CHECK(tops({over}).count == 0);
}

TEST_CASE("flat tops: a soft 16-bit recording is stepped, not clipped") {
    std::vector<float> x = phrase(Instrument::bass, Seed{4}, 6.0);
    for (float& sample : x) {
        sample = std::round(sample * 60.0f) / 32768.0f; // -55 dBFS
    }
    CHECK(tops({x}).count == 0);
}

TEST_CASE("flat tops: the same however the stream is cut, and at any gain") {
    const std::vector<float> x =
        recorded(clipped(phrase(Instrument::organ, Seed{1}, 6.0), 3.0), -6.0, -90.0, Seed{1});
    const FlatTopsFound whole = tops({x}, 48000.0, x.size());
    REQUIRE(whole.count > 0);
    const std::size_t block = GENERATE(1, 7, 63, 1000);
    const FlatTopsFound cut = tops({x}, 48000.0, block);
    CHECK(cut.count == whole.count);
    REQUIRE(cut.first.size() == whole.first.size());
    CHECK(cut.first.front().first_frame == whole.first.front().first_frame);
    std::vector<float> soft = x;
    for (float& sample : soft) {
        sample *= 0.1f;
    }
    CHECK(tops({soft}).count == Approx(static_cast<double>(whole.count)).epsilon(0.1));
}

TEST_CASE("flat tops: nothing, one frame, silence, and what is no number") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    CHECK(tops({{}}).count == 0);
    CHECK(tops({{0.5f}}).count == 0);
    CHECK(tops({std::vector<float>(48000)}).count == 0);
    CHECK(tops({std::vector<float>(48000, 0.5f)}).count == 0); // pure DC
    CHECK(tops({std::vector<float>(4800, nan)}).count == 0);
    for (const double rate_hz : {8000.0, 768000.0}) {
        CHECK(tops({sine(97.3, 0.5, 48000, rate_hz)}, rate_hz).count == 0);
        CHECK(tops({clipped(sine(97.3, 1.0, 96000, rate_hz), 2.0)}, rate_hz).count > 0);
    }
}
