// SPDX-License-Identifier: MIT
// The true-peak limiter on stereo programme: at rest, at work, after a jump of its drive, in blocks
// of 1 to 4096 frames. There is no peer in a library with true-peak detection to put beside it: ns
// a frame and times real time.
#include "process/true_peak_limiter.h"
#include "support/signals.h"

#include <benchmark/benchmark.h>

using namespace gainstage;

namespace {

constexpr double rate_hz = 48000.0;
constexpr std::size_t frames = 10 * 48000;

const audio::AudioBuffer& stereo() {
    static const auto made = test::planar(
        {test::programme(frames, test::Seed{1}, 0.8), test::programme(frames, test::Seed{2}, 0.8)});
    return made;
}

/// drive_db 0: nothing reaches the ceiling. jumps: the drive changes with every block.
void limit(benchmark::State& state, double drive_db, bool jumps) {
    const auto block = static_cast<std::size_t>(state.range(0));
    process::TruePeakLimiter limiter;
    limiter.set_drive(Gain::from_db(drive_db));
    limiter.prepare({.sample_rate = Hertz{rate_hz}, .max_frames = static_cast<int>(block)});
    audio::AudioBuffer buffer(2, block);
    for (auto _ : state) {
        limiter.reset();
        bool up = false;
        for (std::size_t first = 0; first < frames; first += block) {
            const auto part = buffer.view().first(std::min(block, frames - first));
            audio::copy(stereo().view().slice(first, part.frames()), part);
            if (jumps) {
                limiter.set_drive(Gain::from_db(drive_db + (up ? 6.0 : 0.0)));
                up = !up;
            }
            limiter.process(part);
        }
        benchmark::DoNotOptimize(buffer.channel(0)[0]);
    }
    const double done = static_cast<double>(state.iterations()) * static_cast<double>(frames);
    state.counters["ns_a_frame"] =
        benchmark::Counter(done * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    state.counters["x_real_time"] = benchmark::Counter(done / rate_hz, benchmark::Counter::kIsRate);
}

BENCHMARK_CAPTURE(limit, at_rest, 0.0, false)->Arg(1)->Arg(64)->Arg(512)->Arg(4096);
BENCHMARK_CAPTURE(limit, at_work_6_db, 6.0, false)->Arg(1)->Arg(64)->Arg(512)->Arg(4096);
BENCHMARK_CAPTURE(limit, at_work_12_db, 12.0, false)->Arg(64)->Arg(512)->Arg(4096);
BENCHMARK_CAPTURE(limit, drive_jumps, 6.0, true)->Arg(512)->Arg(4096);

} // namespace

BENCHMARK_MAIN();
