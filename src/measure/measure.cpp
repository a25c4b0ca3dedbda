// SPDX-License-Identifier: MIT
#include "measure/measure.h"

#include "audio/buffer.h"
#include "measure/parallel.h"

#include <exception>
#include <optional>

namespace gainstage::measure {
namespace {

constexpr int block_frames =
    4096; // enough to make a read's cost small, few enough for a core's cache

Error stopped() { return {ErrorKind::interrupted, "", "stopped", ""}; }

/// What is thrown (out of memory, a stream that no meter can take) becomes this file's error.
Result<MeasuredFile> measure_file_caught(const std::filesystem::path& path,
                                         meter::BridgeOptions options,
                                         const audio::io::Watch& watch) {
    try {
        return measure_file(path, options, watch);
    } catch (const std::exception& failure) {
        return Error{ErrorKind::internal, path.string(),
                     std::string("can't be measured: ") + failure.what(), "report this"};
    }
}

} // namespace

Result<meter::Measurement>
measure(audio::io::Source& source, meter::BridgeOptions options, const audio::io::Watch& watch) {
    const audio::io::StreamInfo& info = source.info();
    meter::Bridge bridge;
    bridge.prepare(
        {.sample_rate = info.sample_rate, .layout = info.layout, .max_frames = block_frames},
        options);
    audio::AudioBuffer buffer(info.layout.channels(), block_frames);
    while (true) {
        if (watch.stopped()) {
            return stopped();
        }
        const auto read = source.read(buffer.view());
        if (!read) {
            return read.error();
        }
        if (*read == 0) {
            return bridge.measurement();
        }
        bridge.process(buffer.view().first(*read));
        watch.advance(*read);
    }
}

Result<MeasuredFile> measure_file(const std::filesystem::path& path,
                                  meter::BridgeOptions options,
                                  const audio::io::Watch& watch) {
    if (watch.stopped()) { // before a codec is set up for nothing
        return stopped();
    }
    auto source = audio::io::open(path);
    if (!source) {
        return source.error();
    }
    auto measurement = measure(**source, options, watch);
    if (!measurement) {
        return measurement.error();
    }
    return MeasuredFile{path, (*source)->info(), std::move(*measurement)};
}

std::vector<Result<MeasuredFile>> measure_files(const std::vector<std::filesystem::path>& paths,
                                                int threads,
                                                meter::BridgeOptions options,
                                                const audio::io::Watch& watch) {
    std::vector<std::optional<Result<MeasuredFile>>> slots(paths.size());
    parallel_for(paths.size(), threads, [&](std::size_t index) {
        slots[index] = measure_file_caught(paths[index], options, watch);
    });
    std::vector<Result<MeasuredFile>> results;
    results.reserve(slots.size());
    for (auto& slot : slots) {
        results.push_back(std::move(*slot));
    }
    return results;
}

} // namespace gainstage::measure
