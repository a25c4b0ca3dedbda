// SPDX-License-Identifier: MIT
// The bridge with every meter on, beside libebur128 doing integrated loudness, range and true peak
// on the same samples. One thread, samples in memory. After the table: the ratio of the two.
#include "meter/bridge.h"
#include "meter/correlation.h"
#include "meter/loudness.h"
#include "meter/reference_true_peak.h"
#include "meter/rms.h"
#include "meter/sample_peak.h"
#include "meter/true_peak.h"
#include "support/signals.h"

#include <benchmark/benchmark.h>
#include <ebur128.h>

#include <cstdio>
#include <map>
#include <string>

using namespace gainstage;

namespace {

constexpr double rate_hz = 48000.0;
constexpr std::size_t frames = 10 * 48000;

enum class Material { programme, limited, white_noise, silence_after_signal };

const char* name_of(Material material) {
    switch (material) {
    case Material::programme:
        return "programme";
    case Material::limited:
        return "limited";
    case Material::white_noise:
        return "white_noise";
    case Material::silence_after_signal:
        return "silence_after_signal";
    }
    return "";
}

std::vector<float> channel_of(Material material, std::uint64_t seed) {
    std::vector<float> out = material == Material::white_noise
                                 ? test::white_noise(frames, test::Seed{seed}, 0.5)
                                 : test::programme(frames, test::Seed{seed}, 0.9);
    if (material == Material::limited) {
        for (float& x : out) {
            x = std::clamp(4.0f * x, -0.9f, 0.9f); // 12 dB into a clipper
        }
    }
    if (material == Material::silence_after_signal) {
        std::fill(out.begin() + 4800, out.end(), 0.0f);
    }
    return out;
}

const audio::AudioBuffer& stereo(Material material) {
    static std::map<Material, audio::AudioBuffer> made;
    auto found = made.find(material);
    if (found == made.end()) {
        found =
            made.emplace(material, test::planar({channel_of(material, 1), channel_of(material, 2)}))
                .first;
    }
    return found->second;
}

void report(benchmark::State& state) {
    const double done = static_cast<double>(state.iterations()) * static_cast<double>(frames);
    state.counters["x_real_time"] = benchmark::Counter(done / rate_hz, benchmark::Counter::kIsRate);
}

/// Any meter with the bridge's interface; a fresh run of the whole signal an iteration.
template <typename Meter>
void run(benchmark::State& state, Material material, std::size_t block) {
    const audio::AudioBuffer& audio = stereo(material);
    Meter meter;
    meter.prepare({.sample_rate = Hertz{rate_hz}, .max_frames = static_cast<int>(block)});
    for (auto _ : state) {
        meter.reset();
        for (std::size_t at = 0; at < frames; at += block) {
            meter.process(audio.view().slice(at, std::min(block, frames - at)));
        }
        benchmark::ClobberMemory();
    }
    report(state);
}

void libebur128(benchmark::State& state, Material material) {
    const audio::AudioBuffer& audio = stereo(material);
    std::vector<float> interleaved(2 * frames);
    for (std::size_t n = 0; n < frames; ++n) {
        interleaved[2 * n] = audio.channel(0)[n];
        interleaved[2 * n + 1] = audio.channel(1)[n];
    }
    for (auto _ : state) {
        ebur128_state* peer =
            ebur128_init(2, 48000, EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_TRUE_PEAK);
        for (std::size_t at = 0; at < frames; at += 4096) {
            ebur128_add_frames_float(peer, interleaved.data() + 2 * at,
                                     std::min<std::size_t>(4096, frames - at));
        }
        ebur128_destroy(&peer);
    }
    report(state);
}

/// Keeps each run's time, for the ratios.
class Ratios : public benchmark::ConsoleReporter {
public:
    void ReportRuns(const std::vector<Run>& runs) override {
        for (const Run& one : runs) {
            times_[one.benchmark_name()] = one.GetAdjustedCPUTime();
        }
        ConsoleReporter::ReportRuns(runs);
    }

    void print_times() const {
        for (const auto& [name, time_ns] : times_) {
            std::printf("%-34s %8.2f ns a frame\n", name.c_str(),
                        time_ns / static_cast<double>(frames));
        }
    }

    void print(const std::string& ours, const std::string& peer) const {
        const auto a = times_.find(ours);
        const auto b = times_.find(peer);
        if (a != times_.end() && b != times_.end()) {
            std::printf("%s: %.1f times faster than %s\n", ours.c_str(), b->second / a->second,
                        peer.c_str());
        }
    }

private:
    std::map<std::string, double> times_;
};

} // namespace

int main(int argc, char** argv) {
    using meter::Bridge;
    // The peer's measures, and what any meter shows beside them.
    using Core = meter::Set<meter::Loudness, meter::TruePeak, meter::SamplePeak, meter::Rms,
                            meter::Correlation>;
    for (const Material material : {Material::programme, Material::limited, Material::white_noise,
                                    Material::silence_after_signal}) {
        const std::string name = name_of(material);
        benchmark::RegisterBenchmark(("libebur128/" + name).c_str(), libebur128, material);
        benchmark::RegisterBenchmark(("bridge/" + name).c_str(), run<Bridge>, material,
                                     std::size_t{4096});
        benchmark::RegisterBenchmark(("core/" + name).c_str(), run<Core>, material,
                                     std::size_t{4096});
    }
    for (const std::size_t block : {1, 16, 64, 480, 1024}) {
        benchmark::RegisterBenchmark(("bridge/programme/" + std::to_string(block)).c_str(),
                                     run<Bridge>, Material::programme, block);
    }
    benchmark::RegisterBenchmark("loudness/programme", run<meter::Set<meter::Loudness>>,
                                 Material::programme, std::size_t{4096});
    benchmark::RegisterBenchmark("true_peak/programme", run<meter::Set<meter::TruePeak>>,
                                 Material::programme, std::size_t{4096});
    for (const Material material : {Material::programme, Material::limited}) {
        benchmark::RegisterBenchmark(
            (std::string("reference_true_peak/") + name_of(material)).c_str(),
            run<meter::ReferenceTruePeak>, material, std::size_t{4096});
    }

    benchmark::Initialize(&argc, argv);
    Ratios reporter;
    benchmark::RunSpecifiedBenchmarks(&reporter);
    reporter.print_times();
    for (const char* name : {"programme", "limited", "white_noise", "silence_after_signal"}) {
        reporter.print(std::string("bridge/") + name, std::string("libebur128/") + name);
        reporter.print(std::string("core/") + name, std::string("libebur128/") + name);
    }
}
