// SPDX-License-Identifier: MIT
// chain --play's engine: a minute of stereo at 48 kHz through a microphone, a cable, a preamp and
// an input: clean, with a stage that clips, one that bends softly, two clip points with a filter
// between them, a clock that jitters. Prints how many times real time it is.
#include "circuit/solver.h"
#include "sounding/sounding.h"
#include "support/signals.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"

#include <benchmark/benchmark.h>

#include <cstdlib>

namespace {

using namespace gainstage;

constexpr double seconds = 60.0;

/// What play_chain() makes of a solved chain; `louder` than the source is by so much.
sounding::Chain chain(Gain louder) {
    static const auto document = circuit::ChainDocument::parse(
        "[[source]]\nid = \"s\"\nmicrophone = \"shure-sm57\"\naverage_db_spl = 90\n"
        "peak_db_spl = 104\n[[source.device]]\ngear = \"mogami-2534\"\nlength_m = 10\n"
        "[[source.device]]\ngear = \"neve-1073\"\n[[source.device]]\ngear = \"avid-hd-io\"\n",
        "bench", circuit::GearLibrary::built_in());
    static const auto solution = circuit::solve(*document, verdict::Targets::built_in());
    const circuit::SourceSolution& source = solution->sources[0];
    sounding::Chain made;
    made.path = source.path;
    made.clips = sounding::clip_points(source.path);
    made.full_scale = source.best.recorded->full_scale;
    made.source = source.signal.average + Gain::from_db(18.0) + louder;
    return made;
}

sounding::Chain clean() { return chain(Gain{}); }

sounding::Chain clipping() { return chain(Gain::from_db(40.0)); }

/// The same clip points bend softly: where nothing clips they are at work all the same.
sounding::Chain soft() {
    sounding::Chain made = chain(Gain::from_db(20.0));
    for (sounding::ClipPoint& clip : made.clips) {
        clip.shape = sounding::ClipShape::soft;
    }
    return made;
}

/// The microphone's cable before the first clip point, a treble cut between it and the second.
sounding::Chain two_clips() {
    sounding::Chain made = chain(Gain::from_db(40.0));
    circuit::Stage cut{"cut", circuit::StageKind::cable};
    cut.elements = {circuit::SeriesBranch{.resistance_ohm = 1000.0},
                    circuit::ShuntBranch{.resistance_ohm = 1e6, .capacitance_f = 20e-9}};
    circuit::Stage line{"line", circuit::StageKind::preamp};
    line.elements = {circuit::ShuntBranch{.resistance_ohm = 1e6}, circuit::AmplifierElement{}};
    line.output_clip = made.clips.back().level - Gain::from_db(6.0);
    made.path.stages.push_back(cut);
    made.path.stages.push_back(line);
    made.clips = sounding::clip_points(made.path);
    return made;
}

sounding::Chain jittering() {
    sounding::Chain made = chain(Gain{});
    made.jitter = Seconds{1e-9};
    return made;
}

void play(benchmark::State& state, const sounding::Chain& made) {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "dry.wav";
    test::write_stem(file, test::planar(test::programme(static_cast<std::size_t>(seconds * 48000.0),
                                                        test::Seed{1}, 0.5),
                                        2));
    for (auto _ : state) {
        auto dry = audio::io::open(file);
        auto wet = audio::io::create(folder.path() / "wet.wav",
                                     {.sample = audio::io::SampleFormat::int24,
                                      .layout = audio::ChannelLayout::default_for(2)});
        const auto sounded = sounding::sound(std::move(*dry), **wet, made);
        if (!sounded || !(*wet)->commit()) {
            std::abort();
        }
        state.counters["clipping_stages"] = static_cast<double>(sounded->clipped.size());
    }
    state.counters["times_real_time"] = benchmark::Counter(
        seconds * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

} // namespace

BENCHMARK_CAPTURE(play, clean, clean())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(play, clipping, clipping())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(play, soft, soft())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(play, two_clips, two_clips())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(play, jittering, jittering())->Unit(benchmark::kMillisecond);

BENCHMARK_MAIN();
