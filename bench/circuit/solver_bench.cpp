// SPDX-License-Identifier: MIT
// A 16-input interface with everything left open: input kind, pad, gain, a booster or none, of a
// mixed band. Parsing the document and solving it; the library is read once.
#include "circuit/judge.h"
#include "circuit/solver.h"

#include <benchmark/benchmark.h>

#include <string>

namespace {

using namespace gainstage;
using namespace gainstage::circuit;

/// Sixteen channels like a small studio's session.
std::string session() {
    const char* microphones[] = {"shure-sm57", "neumann-u87-ai", "royer-r-121", "akg-c414-xls"};
    const char* instruments[] = {"bass-passive", "guitar-humbucker-paf", "keyboard-line",
                                 "acoustic-piezo-undersaddle"};
    std::string text;
    for (int channel = 0; channel < 16; ++channel) {
        const auto index = static_cast<std::size_t>(channel % 4);
        text += "[[source]]\nid = \"" + std::to_string(channel) + "\"\n";
        if (channel < 8) {
            text += std::string("microphone = \"") + microphones[index] +
                    "\"\naverage_db_spl = 95\npeak_db_spl = 115\n[[source.device]]\ngear = "
                    "\"mogami-2534\"\nlength_m = 10\n[[source.device]]\ngear = [\"none\", "
                    "\"cloudlifter-cl-1\"]\n";
        } else {
            text +=
                std::string("instrument = \"") + instruments[index] +
                "\"\n[[source.device]]\ngear = \"guitar-cable-typical\"\nlength_m = "
                "5\n[[source.device]]\ngear = [\"none\", \"radial-jdi\", \"behringer-di100\"]\n";
        }
        text +=
            "[[source.device]]\ngear = \"ua-apollo-x8\"\ninput = \"?\"\ngain_db = \"?\"\npad_db "
            "= \"?\"\n";
    }
    return text;
}

void solve_sixteen_inputs(benchmark::State& state) {
    const std::string text = session();
    std::size_t combinations = 0;
    for (auto _ : state) {
        const auto document = ChainDocument::parse(text, "bench", GearLibrary::built_in());
        const auto solution = solve(*document, verdict::Targets::built_in());
        combinations = 0;
        for (const SourceSolution& source : solution->sources) {
            combinations += source.combinations;
        }
        benchmark::DoNotOptimize(solution->sources.data());
    }
    state.counters["combinations"] = static_cast<double>(combinations);
}

void judge_sixteen_inputs(benchmark::State& state) {
    const auto document = ChainDocument::parse(session(), "bench", GearLibrary::built_in());
    const auto solution = solve(*document, verdict::Targets::built_in());
    for (auto _ : state) {
        auto findings =
            judge(*document, *solution, verdict::Targets::built_in(), verdict::Rules::built_in());
        benchmark::DoNotOptimize(findings.data());
    }
}

void read_library(benchmark::State& state) {
    for (auto _ : state) {
        const auto parsed =
            GearLibrary::parse("[[cable]]\nid = \"a\"\nmaker = \"M\"\nmodel = "
                               "\"C\"\nkind = \"microphone\"\nsource = "
                               "\"s\"\nsource_kind = \"memory\"\nverified = false\n",
                               "bench");
        const GearLibrary all = GearLibrary::built_in().overlaid_with(*parsed);
        benchmark::DoNotOptimize(all.entries().data());
    }
}

BENCHMARK(solve_sixteen_inputs)->Unit(benchmark::kMillisecond);
BENCHMARK(judge_sixteen_inputs)->Unit(benchmark::kMillisecond);
BENCHMARK(read_library)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
