// SPDX-License-Identifier: MIT
#include "measure/measure.h"

#include "audio/buffer.h"
#include "measure/parallel.h"
#include "measure/parts.h"
#include "measure/read_ahead.h"

#include <algorithm>
#include <exception>
#include <optional>

namespace gainstage::measure {
namespace {

constexpr int block_frames =
    4096; // enough to make a read's cost small, few enough for a core's cache

Error stopped() { return {ErrorKind::interrupted, "", "stopped", ""}; }

/// What is thrown (out of memory, a stream that no meter can take) becomes this file's error.
template <typename Function>
Result<MeasuredFile> caught(const std::filesystem::path& path, Function&& function) {
    try {
        return function();
    } catch (const std::exception& failure) {
        return Error{ErrorKind::internal, path.string(),
                     std::string("can't be measured: ") + failure.what(), "report this"};
    }
}

/// One file's frames as bytes of it. A file whose length isn't known counts when it is done.
class ByteProgress {
public:
    ByteProgress(const std::filesystem::path& path, const audio::io::Watch& outer) : outer_(outer) {
        watch_.stop = outer.stop;
        if (outer.progress) {
            std::error_code failure;
            const auto size = std::filesystem::file_size(path, failure);
            left_ = failure ? 0 : size;
        }
    }

    ~ByteProgress() { outer_.advance(left_); }

    ByteProgress(const ByteProgress&) = delete;
    ByteProgress& operator=(const ByteProgress&) = delete;

    /// Frames as the file says.
    const audio::io::Watch& of(std::optional<std::uint64_t> frames) {
        if (outer_.progress && frames.value_or(0) > 0) {
            const double bytes_a_frame = static_cast<double>(left_) / static_cast<double>(*frames);
            watch_.progress = [this, bytes_a_frame](std::size_t done) {
                const auto bytes = std::min(
                    left_, static_cast<std::size_t>(bytes_a_frame * static_cast<double>(done)));
                left_ -= bytes;
                outer_.advance(bytes);
            };
        }
        return watch_;
    }

private:
    const audio::io::Watch& outer_;
    audio::io::Watch watch_;
    std::size_t left_ = 0;
};

/// What is read beside the meters, if it is wanted.
struct Beside {
    std::optional<Error>* damage = nullptr; ///< hears of an error after the first frames, which
                                            ///< ends the reading then; null: it is the result
    NeedleReader* needles = nullptr;
};

Result<meter::Measurement> read_all(audio::io::Source& source,
                                    meter::BridgeOptions options,
                                    const audio::io::Watch& watch,
                                    const Beside& beside) {
    const audio::io::StreamInfo& info = source.info();
    meter::Bridge bridge;
    bridge.prepare(
        {.sample_rate = info.sample_rate, .layout = info.layout, .max_frames = block_frames},
        options);
    audio::AudioBuffer buffer(info.layout.channels(), block_frames);
    std::uint64_t frames = 0;
    while (true) {
        if (watch.stopped()) {
            return stopped();
        }
        const auto read = source.read(buffer.view());
        if (!read) {
            if (beside.damage == nullptr || read.error().kind != ErrorKind::unreadable ||
                frames == 0) {
                return read.error();
            }
            *beside.damage = read.error();
            return bridge.measurement();
        }
        if (*read == 0) {
            return bridge.measurement();
        }
        frames += *read;
        const auto block = buffer.view().first(*read);
        bridge.process(block);
        if (beside.needles != nullptr) {
            beside.needles->process(block);
        }
        watch.advance(*read);
    }
}

/// A reader of the needles that are wanted; none if none are.
std::optional<NeedleReader> needle_reader(const audio::io::StreamInfo& info,
                                          const meter::BridgeOptions& options,
                                          const ReadOptions& reading) {
    std::optional<NeedleReader> needles;
    if (!reading.needles.kinds.empty()) {
        needles.emplace(audio::Spec{.sample_rate = info.sample_rate,
                                    .layout = info.layout,
                                    .max_frames = block_frames},
                        reading.needles, options);
    }
    return needles;
}

/// Whether a thread that decodes ahead of the meters is worth its start: a second and more.
bool is_worth_reading_ahead(const audio::io::StreamInfo& info, int threads) {
    constexpr double least_seconds = 1.0;
    return threads > 1 && (!info.frames || static_cast<double>(*info.frames) >=
                                               least_seconds * info.sample_rate.value());
}

/// From start to end, with the needles.
Result<MeasuredFile> measure_whole(const std::filesystem::path& path,
                                   audio::io::Source& source,
                                   meter::BridgeOptions options,
                                   int threads,
                                   const audio::io::Watch& watch,
                                   const ReadOptions& reading) {
    auto needles = needle_reader(source.info(), options, reading);
    std::optional<ReadAhead> ahead;
    if (is_worth_reading_ahead(source.info(), threads)) {
        ahead.emplace(source);
    }
    std::optional<Error> damage;
    auto measurement = read_all(ahead ? *ahead : source, options, watch,
                                {.damage = reading.keep_partial ? &damage : nullptr,
                                 .needles = needles ? &*needles : nullptr});
    if (!measurement) {
        return measurement.error();
    }
    return MeasuredFile{path, source.info(), std::move(*measurement), std::move(damage),
                        needles ? needles->finish() : NeedleSeries{}};
}

/// In parts over threads; the needles hear them in their order. Nothing: this file can't be cut.
std::optional<Result<MeasuredFile>> measure_cut(const std::filesystem::path& path,
                                                const audio::io::StreamInfo& info,
                                                meter::BridgeOptions options,
                                                int threads,
                                                const audio::io::Watch& watch,
                                                const ReadOptions& reading) {
    if (!is_worth_cutting(info, threads)) {
        return std::nullopt;
    }
    auto needles = needle_reader(info, options, reading);
    std::function<void(audio::ConstAudioView)> hear;
    if (needles) {
        hear = [&](audio::ConstAudioView audio) { needles->process(audio); };
    }
    auto parts = measure_in_parts(path, info, threads, options, watch, hear);
    if (!parts) {
        return std::nullopt;
    }
    if (!*parts) {
        return parts->error();
    }
    return MeasuredFile{
        path, info, std::move(**parts), {}, needles ? needles->finish() : NeedleSeries{}};
}

Result<MeasuredFile>
measure_open(const std::filesystem::path& path,
             const std::function<const audio::io::Watch&(const audio::io::StreamInfo&)>& watch_for,
             meter::BridgeOptions options,
             int threads,
             const ReadOptions& reading) {
    auto source = audio::io::open(path, reading.open);
    if (!source) {
        return source.error();
    }
    const audio::ChannelLayout& layout = (*source)->info().layout;
    if (options.layout.channels() > 0 && options.layout.channels() != layout.channels()) {
        return Error{ErrorKind::usage, path.string(),
                     "has " + std::to_string(layout.channels()) + " channels, " +
                         options.layout.name() + " has " +
                         std::to_string(options.layout.channels()),
                     "name a layout of as many channels, or none"};
    }
    const audio::io::Watch& watch = watch_for((*source)->info());
    // A checksum is of the whole, in order.
    const int parts_threads = reading.open.verify ? 1 : threads;
    if (auto cut = measure_cut(path, (*source)->info(), options, parts_threads, watch, reading)) {
        return std::move(*cut);
    }
    return measure_whole(path, **source, options, threads, watch, reading);
}

} // namespace

Result<meter::Measurement>
measure(audio::io::Source& source, meter::BridgeOptions options, const audio::io::Watch& watch) {
    return read_all(source, options, watch, {});
}

Result<MeasuredFile> measure_file(const std::filesystem::path& path,
                                  meter::BridgeOptions options,
                                  const audio::io::Watch& watch,
                                  const ReadOptions& reading) {
    if (watch.stopped()) { // before a codec is set up for nothing
        return stopped();
    }
    return measure_open(
        path, [&](const auto&) -> const audio::io::Watch& { return watch; }, options, 1, reading);
}

void measure_each(const std::vector<std::filesystem::path>& paths,
                  int threads,
                  meter::BridgeOptions options,
                  const audio::io::Watch& watch,
                  const std::function<void(std::size_t, Result<MeasuredFile>)>& deliver,
                  const ReadOptions& reading) {
    const int all_threads =
        threads > 0 ? threads : static_cast<int>(std::thread::hardware_concurrency());
    const int threads_a_file =
        all_threads / static_cast<int>(std::clamp<std::size_t>(paths.size(), 1, 256));
    const auto measure_one = [&](std::size_t index) {
        return caught(paths[index], [&]() -> Result<MeasuredFile> {
            if (watch.stopped()) {
                return stopped();
            }
            ByteProgress bytes(paths[index], watch);
            return measure_open(
                paths[index],
                [&](const auto& info) -> const audio::io::Watch& { return bytes.of(info.frames); },
                options, threads_a_file, reading);
        });
    };
    parallel_in_order(
        paths.size(), threads, measure_one,
        [&](std::size_t index, Result<MeasuredFile> result) { deliver(index, std::move(result)); });
}

std::vector<Result<MeasuredFile>> measure_files(const std::vector<std::filesystem::path>& paths,
                                                int threads,
                                                meter::BridgeOptions options,
                                                const audio::io::Watch& watch) {
    return parallel_map(paths.size(), threads, [&](std::size_t index) {
        return caught(paths[index], [&] { return measure_file(paths[index], options, watch); });
    });
}

} // namespace gainstage::measure
