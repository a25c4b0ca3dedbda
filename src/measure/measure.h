// SPDX-License-Identifier: MIT
// measure: files read through the bridge, one or many. The room where `meter` (which knows no
// files) and `audio/io` (which knows no meters) meet; take, mix and master all start from it.
#pragma once

#include "audio/io/source.h"
#include "audio/io/watch.h"
#include "measure/needles.h"
#include "meter/bridge.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

namespace gainstage::measure {

/// One file's readings, and what the file said of itself.
struct MeasuredFile {
    std::filesystem::path path;
    audio::io::StreamInfo info;
    meter::Measurement measurement;
    /// Why the readings are of a part only, or of sound that isn't what it was.
    std::optional<Error> damage = {};
    NeedleSeries needles = {}; ///< without columns if none were asked for

    /// Less was read than there was.
    [[nodiscard]] bool is_partial() const noexcept {
        return damage && measurement.frames != info.frames;
    }
};

struct ReadOptions {
    audio::io::OpenOptions open = {};
    bool keep_partial = false; ///< damage after the first frames: readings with it, not an Error
    ballistics::RackOptions needles = {}; ///< meters with ballistics to read as well
};

/// Reads `source` to its end. Constant memory.
Result<meter::Measurement> measure(audio::io::Source& source,
                                   meter::BridgeOptions options = {},
                                   const audio::io::Watch& watch = {});

Result<MeasuredFile> measure_file(const std::filesystem::path& path,
                                  meter::BridgeOptions options = {},
                                  const audio::io::Watch& watch = {},
                                  const ReadOptions& reading = {});

/// Each file's result as soon as those before it are known: `deliver(index, result)`, one at a
/// time, on any thread. Memory doesn't grow with the number of files. What watch.progress hears of
/// here is bytes of files, so that they add up to the files' sizes.
void measure_each(const std::vector<std::filesystem::path>& paths,
                  int threads,
                  meter::BridgeOptions options,
                  const audio::io::Watch& watch,
                  const std::function<void(std::size_t, Result<MeasuredFile>)>& deliver,
                  const ReadOptions& reading = {});

/// Many files over `threads` threads (0: as many as the machine has); results in the order of
/// `paths`. A file that fails is an Error in its place; the others go on.
std::vector<Result<MeasuredFile>> measure_files(const std::vector<std::filesystem::path>& paths,
                                                int threads = 0,
                                                meter::BridgeOptions options = {},
                                                const audio::io::Watch& watch = {});

} // namespace gainstage::measure
