// SPDX-License-Identifier: MIT
#include "app/chain_play.h"

#include "audio/io/sink.h"
#include "measure/measure.h"
#include "report/figures.h"
#include "sounding/sounding.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/core.h>

namespace gainstage::app {
namespace {

Result<const circuit::SourceSolution*> chosen(const std::string& id,
                                              const circuit::ChainSolution& solution) {
    std::string names;
    const circuit::SourceSolution* found = nullptr;
    for (const circuit::SourceSolution& source : solution.sources) {
        names += (names.empty() ? "" : ", ") + source.id;
        if (source.id == id || (id.empty() && solution.sources.size() == 1)) {
            found = &source;
        }
    }
    if (found == nullptr) {
        return Error{ErrorKind::usage, "--play",
                     id.empty() ? "needs to know through which source's chain"
                                : "there is no source " + id,
                     "say --source with one of: " + names};
    }
    if (!found->best.recorded) {
        return Error{ErrorKind::usage, "--play",
                     "the chain of " + found->id + " ends in no converter",
                     "end it in an input of an interface"};
    }
    return found;
}

/// Tubes and transformers bend before they clip.
bool is_soft(const std::string& gear, const circuit::GearLibrary& library) {
    const auto entry = library.find(gear);
    if (gear.empty() || !entry) {
        return false;
    }
    const auto& figures = (*entry)->figures;
    const std::string& kind = (*entry)->kind;
    return figures.has_flag("tube") || figures.has_flag("transformer_output") ||
           kind.find("tube") != std::string::npos || kind.find("transformer") != std::string::npos;
}

sounding::Chain chain_of(const circuit::SourceSolution& source,
                         const circuit::GearLibrary& library) {
    sounding::Chain chain;
    chain.path = source.path;
    chain.clips = sounding::clip_points(source.path);
    for (sounding::ClipPoint& clip : chain.clips) {
        const std::size_t device = source.best.stages[clip.stage].device;
        if (is_soft(source.best.settings[device].gear, library)) {
            clip.shape = sounding::ClipShape::soft;
        }
    }
    chain.full_scale = source.best.recorded->full_scale;
    for (const circuit::Device& device : source.devices) {
        if (device.full_scale) {
            chain.jitter = device.jitter;
            chain.is_float = device.is_float;
        }
    }
    return chain;
}

/// The dry recording's average stands for the source's.
void set_level(sounding::Chain& chain,
               const circuit::SourceSolution& source,
               const meter::Measurement& dry) {
    const auto average = report::as_aes17(dry.value(report::key::active_rms));
    chain.is_silent = !average || !std::isfinite(*average);
    if (!chain.is_silent) {
        chain.source = source.signal.average - Gain::from_db(*average);
        chain.dry_peak = static_cast<float>(
            std::pow(10.0, dry.value(report::key::true_peak).value_or(0.0) / 20.0));
    }
}

std::string told(const sounding::Sounded& sounded,
                 const sounding::Chain& chain,
                 const circuit::SourceSolution& source) {
    std::string text;
    for (const std::size_t index : sounded.clipped) {
        const sounding::ClipPoint& clip = chain.clips[index];
        text += fmt::format("; {} {} at {} dBu", chain.path.stages[clip.stage].name,
                            clip.shape == sounding::ClipShape::soft ? "saturated" : "clipped",
                            report::figure(clip.level.db(), 1));
    }
    if (sounded.clipped_samples > 0) {
        text += fmt::format("; the converter clipped {} samples", sounded.clipped_samples);
    }
    const circuit::Recorded& recorded = *source.best.recorded;
    return text.empty() ? fmt::format("; nothing clipped, {} dB over the noise",
                                      report::figure(recorded.snr().db(), 1))
                        : text;
}

} // namespace

void PlayOptions::add_to(CLI::App& verb) {
    auto* play = verb.add_option("--play", dry,
                                 "Run a dry recording through the chain as it is set: response, "
                                 "noise, clipping, converter; its average stands for the source's")
                     ->type_name("FILE");
    auto* out = verb.add_option("-o,--output", wet, "Where to (with --play): a WAV or FLAC file")
                    ->type_name("FILE");
    play->needs(out);
    out->needs(play);
    verb.add_option("--source", source, "Which source's chain (with --play)")->type_name("ID");
}

Status play_chain(const PlayOptions& options,
                  const circuit::ChainSolution& solution,
                  const circuit::GearLibrary& library,
                  Console& console) {
    const auto source = chosen(options.source, solution);
    if (!source) {
        return source.error();
    }
    const std::filesystem::path inputs[] = {options.dry};
    if (const Status safe = audio::io::refuse_overwriting_inputs(options.wet, inputs); !safe) {
        return safe;
    }
    sounding::Chain chain = chain_of(**source, library);
    {
        const Progress progress(console, "measuring", 0);
        const auto dry = measure::measure_file(options.dry, {}, progress.watch());
        if (!dry) {
            return dry.error();
        }
        set_level(chain, **source, dry->measurement);
    }
    auto dry = audio::io::open(options.dry);
    if (!dry) {
        return dry.error();
    }
    const audio::io::StreamInfo info = (*dry)->info();
    const bool is_flac = std::filesystem::path(options.wet).extension() == ".flac";
    auto wet = audio::io::create(
        options.wet, {.container = is_flac ? audio::io::Container::flac : audio::io::Container::wav,
                      .sample = chain.is_float ? audio::io::SampleFormat::float32
                                               : audio::io::SampleFormat::int24,
                      .sample_rate = info.sample_rate,
                      .layout = info.layout});
    if (!wet) {
        return wet.error();
    }
    Result<sounding::Sounded> sounded = sounding::Sounded{};
    {
        const Progress progress(console, "playing", info.frames.value_or(0));
        sounded = sounding::sound(std::move(*dry), **wet, chain, progress.watch());
    }
    if (!sounded) {
        return sounded.error();
    }
    if (const Status whole = (*wet)->commit(); !whole) {
        return whole;
    }
    console.say(fmt::format("wrote {}: {} through the chain of {}{}", options.wet, options.dry,
                            (*source)->id, told(*sounded, chain, **source)));
    return Done{};
}

} // namespace gainstage::app
