// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "mix/fold.h"
#include "mix/mixdown.h"
#include "support/signals.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"

#include <cmath>
#include <limits>

using namespace gainstage;
using mix::Plan;

namespace {

/// Keeps the whole sum.
class Recorder final : public mix::MixListener {
public:
    Status begin() override {
        left.clear();
        right.clear();
        ++begun;
        return Done{};
    }

    Status hear(audio::ConstAudioView stereo) override {
        left.insert(left.end(), stereo.channel(0).begin(), stereo.channel(0).end());
        right.insert(right.end(), stereo.channel(1).begin(), stereo.channel(1).end());
        return Done{};
    }

    std::vector<float> left;
    std::vector<float> right;
    int begun = 0;
};

Plan plan_of(const test::TemporaryFolder& folder, std::initializer_list<const char*> files) {
    Plan plan;
    plan.folder = folder.path();
    for (const char* file : files) {
        plan.tracks.emplace_back();
        plan.tracks.back().name = file;
        plan.tracks.back().file = file;
    }
    return plan;
}

float at(const std::vector<float>& x, std::size_t n) { return n < x.size() ? x[n] : 0.0f; }

} // namespace

TEST_CASE(
    "mixdown: the sum is each stem times its gain and pan, in double, as long as the longest") {
    const test::TemporaryFolder folder;
    const auto mono = test::white_noise(50'000, test::Seed{1}, 0.5);
    const auto left = test::white_noise(20'001, test::Seed{2}, 0.5);
    const auto right = test::white_noise(20'001, test::Seed{3}, 0.5);
    test::write_stem(folder.path() / "mono.wav", test::planar(mono, 1));
    test::write_stem(folder.path() / "stereo.wav", test::planar({left, right}));
    Plan plan = plan_of(folder, {"mono.wav", "stereo.wav"});
    plan.tracks[0].trim = Gain::from_db(-3.0);
    plan.tracks[0].fader = Gain::from_db(1.5);
    plan.tracks[0].pan = 0.4;
    plan.tracks[1].trim = Gain::from_db(2.0);
    plan.tracks[1].pan = -0.3;
    plan.mix_gain = Gain::from_db(-4.0);

    Recorder recorder;
    const auto left_out = mix::mix_down(plan, recorder);
    REQUIRE(left_out);
    CHECK(left_out->empty());
    REQUIRE(recorder.left.size() == 50'000);
    const auto a = mix::fold(audio::ChannelLayout::default_for(1), 0.4, Gain::from_db(-5.5));
    const auto b = mix::fold(audio::ChannelLayout::default_for(2), -0.3, Gain::from_db(-2.0));
    for (std::size_t n = 0; n < 50'000; ++n) {
        const double l = a[0].left * double{mono[n]} + b[0].left * double{at(left, n)};
        const double r = a[0].right * double{mono[n]} + b[1].right * double{at(right, n)};
        REQUIRE(std::abs(double{recorder.left[n]} - l) <= 6e-8); // half a float's step at 1.0
        REQUIRE(std::abs(double{recorder.right[n]} - r) <= 6e-8);
    }
}

TEST_CASE("mixdown: one stereo stem at 0 dB comes out as it went in, to the bit") {
    const test::TemporaryFolder folder;
    const auto left = test::white_noise(40'000, test::Seed{4}, 1.0);
    const auto right = test::white_noise(40'000, test::Seed{5}, 1.0);
    test::write_stem(folder.path() / "s.wav", test::planar({left, right}));
    Recorder recorder;
    REQUIRE(mix::mix_down(plan_of(folder, {"s.wav"}), recorder));
    CHECK(recorder.left == left);
    CHECK(recorder.right == right);
}

TEST_CASE("mixdown: the same to the bit on 1, 2, 4 and 7 threads") {
    const test::TemporaryFolder folder;
    Plan plan = plan_of(folder, {"0.wav", "1.wav", "2.wav", "3.wav", "4.wav"});
    for (std::size_t i = 0; i < plan.tracks.size(); ++i) {
        const auto sound = test::programme(30'000 + 7'000 * i, test::Seed{i}, 0.7);
        test::write_stem(folder.path() / plan.tracks[i].file,
                         test::planar(sound, 1 + static_cast<int>(i % 3)));
        plan.tracks[i].trim = Gain::from_db(-0.37 * static_cast<double>(i));
        plan.tracks[i].pan = 0.2 * static_cast<double>(i) - 0.5;
    }
    Recorder one;
    REQUIRE(mix::mix_down(plan, one, 1));
    for (int threads : {2, 4, 7}) {
        Recorder many;
        REQUIRE(mix::mix_down(plan, many, threads));
        CHECK(many.left == one.left);
        CHECK(many.right == one.right);
    }
}

TEST_CASE("mixdown: samples that are no number are silence, and everything around them is heard") {
    const test::TemporaryFolder folder;
    std::vector<float> sound(1000, 0.25f);
    sound[10] = std::numeric_limits<float>::quiet_NaN();
    sound[11] = std::numeric_limits<float>::infinity();
    sound[12] = -std::numeric_limits<float>::infinity();
    test::write_stem(folder.path() / "s.wav", test::planar(sound, 2));
    Recorder recorder;
    REQUIRE(mix::mix_down(plan_of(folder, {"s.wav"}), recorder));
    for (std::size_t n = 0; n < 1000; ++n) {
        REQUIRE(recorder.left[n] == (n >= 10 && n <= 12 ? 0.0f : 0.25f));
    }
}

TEST_CASE("mixdown: an absurd gain still gives finite samples") {
    const test::TemporaryFolder folder;
    test::write_stem(folder.path() / "s.wav", test::planar(std::vector<float>(100, -0.5f), 2));
    Plan plan = plan_of(folder, {"s.wav"});
    plan.mix_gain = Gain::from_db(1000.0);
    Recorder recorder;
    REQUIRE(mix::mix_down(plan, recorder));
    CHECK(recorder.left[50] == std::numeric_limits<float>::lowest());
}

TEST_CASE("mixdown: a stem cut off in the middle is left out from the start, and listed") {
    const test::TemporaryFolder folder;
    const auto good = test::white_noise(90'000, test::Seed{6}, 0.5);
    test::write_stem(folder.path() / "good.wav", test::planar(good, 2));
    test::write_stem(folder.path() / "cut.flac",
                     test::planar(test::white_noise(90'000, test::Seed{7}, 0.5), 2), 48000.0,
                     audio::io::SampleFormat::int24, audio::io::Container::flac);
    std::filesystem::resize_file(folder.path() / "cut.flac",
                                 std::filesystem::file_size(folder.path() / "cut.flac") / 2);
    Recorder recorder;
    const auto left_out =
        mix::mix_down(plan_of(folder, {"cut.flac", "good.wav", "gone.wav"}), recorder);
    REQUIRE(left_out);
    REQUIRE(left_out->size() == 2);
    CHECK(recorder.left == good);
    CHECK(recorder.begun >= 2);
    const auto all_bad = mix::mix_down(plan_of(folder, {"cut.flac", "gone.wav"}), recorder);
    REQUIRE_FALSE(all_bad);
    CHECK(all_bad.error().kind == ErrorKind::unreadable);
    CHECK_THAT(all_bad.error().what, Catch::StartsWith("not one of its stems can be read: "));
    CHECK(mix::mix_down(plan_of(folder, {}), recorder).error().what == "the plan has no tracks");
}

TEST_CASE("mixdown: stems of no frames and of one frame") {
    const test::TemporaryFolder folder;
    test::write_stem(folder.path() / "none.wav", test::planar(std::vector<float>{}, 2));
    test::write_stem(folder.path() / "one.wav", test::planar(std::vector<float>{0.5f}, 2));
    Recorder recorder;
    REQUIRE(mix::mix_down(plan_of(folder, {"none.wav"}), recorder));
    CHECK(recorder.left.empty());
    REQUIRE(mix::mix_down(plan_of(folder, {"none.wav", "one.wav"}), recorder));
    CHECK(recorder.left == std::vector<float>{0.5f});
}

TEST_CASE("mixdown: a stop is obeyed within a block, what the listener refuses ends it") {
    const test::TemporaryFolder folder;
    test::write_stem(folder.path() / "s.wav", test::planar(std::vector<float>(100'000, 0.1f), 1));
    std::atomic<bool> stop{false};
    std::size_t heard = 0;
    audio::io::Watch watch;
    watch.stop = &stop;
    watch.progress = [&](std::size_t frames) {
        heard += frames;
        stop = true;
    };
    Recorder recorder;
    const auto stopped = mix::mix_down(plan_of(folder, {"s.wav"}), recorder, 0, watch);
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().kind == ErrorKind::interrupted);
    CHECK(heard == mix::mixdown_block_frames);

    class Full final : public mix::MixListener {
        Status begin() override { return Done{}; }

        Status hear(audio::ConstAudioView) override {
            return Error{ErrorKind::unwritable, "mix.wav", "disk full", ""};
        }
    } full;

    CHECK(mix::mix_down(plan_of(folder, {"s.wav"}), full).error().what == "disk full");
}

TEST_CASE("mixdown: a stem at another rate is resampled: the same tone, the same level, the same "
          "length") {
    const test::TemporaryFolder folder;
    constexpr double rate_hz = 44'100.0;
    test::write_stem(folder.path() / "s.wav",
                     test::planar(test::sine(1000.0, 0.5, 44'100, rate_hz), 2), rate_hz);
    Plan plan = plan_of(folder, {"s.wav"});
    plan.sample_rate = Hertz{48'000.0};
    Recorder recorder;
    REQUIRE(mix::mix_down(plan, recorder));
    CHECK(std::abs(static_cast<double>(recorder.left.size()) - 48'000.0) <= 1.0);
    const auto wanted = test::sine(1000.0, 0.5, 48'000, 48'000.0);
    for (std::size_t n = 2000; n < 46'000;
         ++n) { // away from the ends, where the filter hears the silence around
        REQUIRE(std::abs(double{recorder.left[n]} - double{wanted[n]}) <
                1e-5); // -94 dB under the tone's peak
    }
}
