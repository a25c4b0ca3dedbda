// SPDX-License-Identifier: MIT
// Every processor's process() and setters, under the allocation trap, at 0, 1 and max_frames
// frames.
#include <catch2/catch.hpp>

#include "dsp/oversampled_clip.h"
#include "process/pan.h"
#include "process/trim.h"
#include "process/true_peak_limiter.h"

#include "support/realtime.h"
#include "support/signals.h"

using namespace gainstage;

namespace {

constexpr int processor_frames = 512;

audio::Spec spec_of(int channels) {
    return {Hertz{48000.0}, audio::ChannelLayout::default_for(channels), processor_frames};
}

/// Runs `call` on blocks of 0, 1 and max_frames frames; the number of allocations seen.
template <typename Call>
int violations(audio::AudioBuffer& block, const Call& call) {
    int seen = 0;
    for (std::size_t frames :
         {std::size_t{0}, std::size_t{1}, static_cast<std::size_t>(processor_frames)}) {
        test::RealtimeScope scope;
        call(block.view().first(frames));
        seen += scope.violations();
    }
    return seen;
}

} // namespace

TEST_CASE("realtime: trim, also while its ramp moves") {
    auto block = test::planar(test::white_noise(processor_frames, test::Seed{1}), 64);
    process::Trim trim;
    trim.prepare(spec_of(64));
    CHECK(violations(block, [&](audio::AudioView view) {
              trim.set_gain(Gain::from_db(-6.0));
              trim.process(view);
              trim.reset();
          }) == 0);
}

TEST_CASE("realtime: pan, mono to stereo and balance") {
    for (int channels : {1, 2}) {
        auto block = test::planar(test::white_noise(processor_frames, test::Seed{1}), 2);
        process::Pan pan;
        pan.prepare(spec_of(channels));
        CHECK(violations(block, [&](audio::AudioView view) {
                  pan.set_position(0.5);
                  pan.process(view, view);
                  pan.reset();
              }) == 0);
    }
}

TEST_CASE("realtime: true-peak limiter, limiting and at rest") {
    for (double amplitude : {0.1, 4.0}) {
        for (int channels : {1, 2, 64}) {
            auto block = test::planar(test::white_noise(processor_frames, test::Seed{1}, amplitude),
                                      channels);
            process::TruePeakLimiter limiter;
            limiter.prepare(spec_of(channels));
            CHECK(violations(block, [&](audio::AudioView view) {
                      limiter.set_drive(Gain::from_db(3.0));
                      limiter.set_ceiling(Dbtp{-2.0});
                      limiter.set_release(Seconds{0.1});
                      limiter.process(view);
                      static_cast<void>(limiter.take_activity());
                  }) == 0);
            test::RealtimeScope scope;
            limiter.reset();
            CHECK(scope.violations() == 0);
        }
    }
}

TEST_CASE("realtime: oversampled clip, hard and soft") {
    auto samples = test::white_noise(processor_frames, test::Seed{1});
    for (const auto shape : {dsp::ClipShape::hard, dsp::ClipShape::soft}) {
        dsp::OversampledClip clip({0.2f, shape});
        test::RealtimeScope scope;
        clip.process({});
        clip.process(std::span(samples).first(dsp::OversampledClip::cell));
        clip.process(samples);
        CHECK(scope.violations() == 0);
    }
}
