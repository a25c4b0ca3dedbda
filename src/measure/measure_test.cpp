// SPDX-License-Identifier: MIT
#include "measure/measure.h"

#include "support/same.h"
#include "support/signals.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <iterator>

using namespace gainstage;
using namespace gainstage::audio;
using namespace gainstage::test;

namespace {

constexpr std::size_t frames = 60'000;

/// What the bridge says of the sound itself, without a file between.
meter::Measurement directly(const AudioBuffer& sound, double sample_rate_hz) {
    meter::Bridge bridge;
    bridge.prepare({.sample_rate = Hertz{sample_rate_hz},
                    .layout = ChannelLayout::default_for(sound.channels()),
                    .max_frames = static_cast<int>(frames)});
    bridge.process(sound.view());
    return bridge.measurement();
}

} // namespace

TEST_CASE("measure: a file reads as its sound does") {
    const TemporaryFolder folder;
    const auto sound = planar({programme(frames, Seed{1}), programme(frames, Seed{2})});
    write_stem(folder.path() / "stem.wav", sound, 44100.0);
    const auto measured = measure::measure_file(folder.path() / "stem.wav");
    REQUIRE(measured);
    CHECK(measured->path == folder.path() / "stem.wav");
    CHECK(measured->info.frames == frames);
    CHECK(measured->measurement.frames == frames);
    CHECK(same(measured->measurement, directly(sound, 44100.0)));
}

TEST_CASE("measure: no frames and one frame are measured") {
    const std::size_t length = GENERATE(0u, 1u);
    const TemporaryFolder folder;
    write_stem(folder.path() / "short.wav", AudioBuffer(2, length));
    const auto measured = measure::measure_file(folder.path() / "short.wav");
    REQUIRE(measured);
    CHECK(measured->measurement.frames == length);
}

TEST_CASE("measure: an error in the middle of a file is the file's result, with what was there") {
    const TemporaryFolder folder;
    write_stem(folder.path() / "whole.wav", AudioBuffer(2, 48'000));
    std::ifstream in(folder.path() / "whole.wav", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    folder.write("cut.wav", bytes.substr(0, bytes.size() - 24'000 * 8));
    const auto measured = measure::measure_file(folder.path() / "cut.wav");
    REQUIRE_FALSE(measured);
    CHECK(measured.error().what == "is truncated: 0.50 of 1.00 s are there");
    CHECK(measured.error().where == (folder.path() / "cut.wav").string());
}

TEST_CASE("measure: many files over any number of threads, results in order, bad ones in place") {
    const TemporaryFolder folder;
    std::vector<std::filesystem::path> paths;
    for (std::uint64_t i = 0; i < 12; ++i) {
        paths.push_back(folder.path() / (std::to_string(i) + ".wav"));
        write_stem(paths.back(), planar(programme(frames, Seed{i + 1}), 1));
    }
    folder.write("7.wav", "no sound");
    std::filesystem::remove(paths[9]);
    const int threads = GENERATE(0, 1, 2, 5, 50);
    CAPTURE(threads);
    const auto results = measure::measure_files(paths, threads);
    REQUIRE(results.size() == paths.size());
    for (std::size_t i = 0; i < paths.size(); ++i) {
        CAPTURE(i);
        if (i == 7 || i == 9) {
            REQUIRE_FALSE(results[i]);
            CHECK(results[i].error().where == paths[i].string());
        } else {
            REQUIRE(results[i]);
            CHECK(results[i]->path == paths[i]);
            CHECK(same(results[i]->measurement,
                       directly(planar(programme(frames, Seed{i + 1}), 1), 48000.0)));
        }
    }
    CHECK(measure::measure_files({}, threads).empty());
}

TEST_CASE("measure: progress adds up to the frames of all files") {
    const TemporaryFolder folder;
    std::vector<std::filesystem::path> paths;
    for (int i = 0; i < 3; ++i) {
        paths.push_back(folder.path() / (std::to_string(i) + ".wav"));
        write_stem(paths.back(), AudioBuffer(1, 10'000));
    }
    std::atomic<std::size_t> done{0};
    io::Watch watch;
    watch.progress = [&](std::size_t advanced) { done += advanced; };
    REQUIRE(measure::measure_files(paths, 2, {}, watch).size() == 3);
    CHECK(done == 30'000);
}

TEST_CASE("measure: each file as it is known, in order, the progress in bytes of the files") {
    const TemporaryFolder folder;
    std::vector<std::filesystem::path> paths;
    for (std::uint64_t i = 0; i < 9; ++i) {
        paths.push_back(folder.path() / (std::to_string(i) + ".wav"));
        write_stem(paths.back(), AudioBuffer(1, 1'000 + 30'000 * (i % 3)));
    }
    folder.write("4.wav", "no sound");
    std::uintmax_t bytes = 0;
    for (const auto& path : paths) {
        bytes += std::filesystem::file_size(path);
    }
    std::atomic<std::size_t> done{0};
    io::Watch watch;
    watch.progress = [&](std::size_t advanced) { done += advanced; };
    std::vector<std::size_t> order;
    measure::measure_each(paths, 2, {}, watch, [&](std::size_t index, auto result) {
        order.push_back(index);
        CHECK(static_cast<bool>(result) == (index != 4));
        if (result) {
            CHECK(result->path == paths[index]);
        }
    });
    CHECK(order == std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6, 7, 8});
    CHECK(done == bytes);
}

TEST_CASE("measure: a stop is heard within a block, and everything after it is interrupted too") {
    const TemporaryFolder folder;
    std::vector<std::filesystem::path> paths;
    for (int i = 0; i < 4; ++i) {
        paths.push_back(folder.path() / (std::to_string(i) + ".wav"));
        write_stem(paths.back(), AudioBuffer(1, 100'000));
    }
    std::atomic<bool> stop{false};
    std::size_t blocks = 0;
    io::Watch watch;
    watch.stop = &stop;
    watch.progress = [&](std::size_t) {
        blocks += 1;
        stop = blocks == 3;
    };
    const auto results = measure::measure_files(paths, 1, {}, watch);
    CHECK(blocks == 3);
    for (const auto& result : results) {
        REQUIRE_FALSE(result);
        CHECK(result.error().kind == ErrorKind::interrupted);
    }
}
