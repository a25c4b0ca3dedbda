// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "audio/io/source.h"
#include "meter/sample_peak.h"
#include "mix/stage.h"
#include "support/signals.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"

#include <algorithm>
#include <iterator>
#include <set>

using namespace gainstage;
using test::TemporaryFolder;
using test::write_stem;
namespace fs = std::filesystem;

namespace {

Result<mix::RenderedMix> render(const mix::Plan& plan,
                                const fs::path& file,
                                int threads = 0,
                                const audio::io::Watch& watch = {}) {
    return mix::render(plan, file, verdict::Targets::built_in(), verdict::Rules::built_in(),
                       threads, watch);
}

/// A folder with five stems, and their plan.
struct Example {
    TemporaryFolder folder;
    mix::Plan plan;

    Example() {
        const char* names[] = {"Kick", "Snare", "Bass", "Gtr_L", "Gtr_R"};
        for (std::size_t i = 0; i < 5; ++i) {
            const auto sound = test::programme(40'000 + 1'000 * i, test::Seed{i + 1}, 0.3);
            write_stem(folder.path() / (std::string(names[i]) + ".wav"),
                       test::planar(sound, 1 + static_cast<int>(i % 2)));
        }
        const auto session = mix::load_session(folder.path());
        REQUIRE(session);
        auto staging =
            mix::stage(*session, verdict::Targets::built_in(), verdict::Rules::built_in());
        REQUIRE(staging);
        plan = std::move(staging->plan);
        fs::create_directories(folder.path() / "out");
    }

    [[nodiscard]] fs::path out(const std::string& name) const {
        return folder.path() / "out" / name;
    }
};

std::string bytes_of(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::size_t files_in(const fs::path& folder) {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

std::set<std::string> codes_of(const std::vector<verdict::Finding>& findings) {
    std::set<std::string> codes;
    for (const auto& finding : findings) {
        codes.insert(finding.code);
    }
    return codes;
}

using Codes = std::set<std::string>;

} // namespace

TEST_CASE(
    "render: a plan written, read back and applied gives the same file, on any number of threads") {
    const Example example;
    REQUIRE(render(example.plan, example.out("direct.wav"), 1));
    const auto applied = mix::plan_from_json(mix::to_json(example.plan), "plan.json");
    REQUIRE(applied);
    const std::string direct = bytes_of(example.out("direct.wav"));
    CHECK(direct.size() > 44'000 * 2 * 4);
    for (int threads : {1, 2, 4}) {
        REQUIRE(render(*applied, example.out("applied.wav"), threads));
        CHECK(bytes_of(example.out("applied.wav")) == direct);
    }
}

TEST_CASE("render: a 32-bit float stereo WAV at the plan's rate, as long as the longest stem") {
    const Example example;
    REQUIRE(render(example.plan, example.out("mix.wav")));
    const auto source = audio::io::open(example.out("mix.wav"));
    REQUIRE(source);
    const audio::io::StreamInfo& info = (*source)->info();
    CHECK(info.format == audio::io::SampleFormat::float32);
    CHECK(info.layout == audio::ChannelLayout::default_for(2));
    CHECK(info.sample_rate == Hertz{48'000.0});
    CHECK(info.frames == 44'000u);
}

TEST_CASE("render: an edited fader is heard as it is, and a mix that left its zone is told so") {
    Example example;
    const auto before = render(example.plan, example.out("before.wav"));
    REQUIRE(before);
    CHECK(codes_of(before->findings).count("mix.peak-out-of-zone") == 0);
    for (auto& track : example.plan.tracks) {
        track.fader += Gain::from_db(10.0);
    }
    const auto louder = render(example.plan, example.out("louder.wav"));
    REQUIRE(louder);
    const Gain change =
        louder->measurement[meter::sample_peak] - before->measurement[meter::sample_peak];
    CHECK(change.db() == Approx(10.0).margin(1e-4));
    CHECK(codes_of(louder->findings).count("mix.peak-out-of-zone") == 1);
    CHECK(codes_of(louder->findings).count("mix.true-peak-high") == 1);
    example.plan.mix_gain -= Gain::from_db(30.0);
    CHECK(codes_of(render(example.plan, example.out("quieter.wav"))->findings)
              .count("mix.peak-out-of-zone") == 1);
}

TEST_CASE("render: muted tracks are silent and still count for the length") {
    Example example;
    for (auto& track : example.plan.tracks) {
        track.fader = Gain::mute();
    }
    const auto muted = render(example.plan, example.out("mix.wav"));
    REQUIRE(muted);
    CHECK(muted->measurement.frames == 44'000);
    CHECK(codes_of(muted->findings) == Codes{"mix.silent"});
}

TEST_CASE("render: one side inverted is told, the same the right way round isn't") {
    const TemporaryFolder folder;
    const auto left = test::white_noise(48'000, test::Seed{1}, 0.5);
    auto right = left;
    std::transform(right.begin(), right.end(), right.begin(), std::negate<>());
    mix::Plan plan;
    plan.folder = folder.path();
    plan.tracks.emplace_back();
    plan.tracks[0].file = "s.wav";
    write_stem(folder.path() / "s.wav", test::planar({left, right}));
    CHECK(codes_of(render(plan, folder.path() / "mix.wav")->findings).count("mix.out-of-phase") ==
          1);
    write_stem(folder.path() / "s.wav", test::planar({left, left}));
    CHECK(codes_of(render(plan, folder.path() / "mix.wav")->findings).count("mix.out-of-phase") ==
          0);
}

TEST_CASE("render: a stem that went missing since is left out and listed") {
    const Example example;
    fs::remove(example.folder.path() / "Snare.wav");
    const auto mix = render(example.plan, example.out("mix.wav"));
    REQUIRE(mix);
    REQUIRE(mix->skipped.size() == 1);
    CHECK(mix->skipped[0].track.name == "Snare");
    CHECK(codes_of(mix->findings).count("mix.stem-left-out") == 1);
    CHECK(files_in(example.out("")) == 1); // and no trace of the first attempt
}

TEST_CASE("render: a stem is never written over, by whatever name it is reached") {
    const Example example;
    const std::string before = bytes_of(example.folder.path() / "Kick.wav");
    fs::create_symlink(example.folder.path() / "Kick.wav", example.out("link.wav"));
    for (const fs::path& target : {example.folder.path() / "Kick.wav", example.out("../Kick.wav"),
                                   example.out("link.wav")}) {
        const auto mix = render(example.plan, target);
        REQUIRE_FALSE(mix);
        CHECK(mix.error().kind == ErrorKind::usage);
        CHECK_THAT(mix.error().message(), Catch::Contains("would be overwritten"));
    }
    CHECK(bytes_of(example.folder.path() / "Kick.wav") == before);
}

TEST_CASE("render: stopped or unwritable, it leaves no file behind") {
    const Example example;
    std::atomic<bool> stop{false};
    audio::io::Watch watch;
    watch.stop = &stop;
    watch.progress = [&](std::size_t) { stop = true; };
    const auto stopped = render(example.plan, example.out("mix.wav"), 0, watch);
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().kind == ErrorKind::interrupted);
    CHECK(files_in(example.out("")) == 0);
    const auto nowhere = render(example.plan, example.out("no/such/folder/mix.wav"));
    REQUIRE_FALSE(nowhere);
    CHECK(nowhere.error().kind == ErrorKind::unwritable);
}
