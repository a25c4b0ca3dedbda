// SPDX-License-Identifier: MIT
#include "measure/parts.h"

#include "audio/buffer.h"
#include "measure/parallel.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>

namespace gainstage::measure {
namespace {

constexpr double least_seconds = 30.0;  // under it, threads cost more than they save
constexpr double usual_bytes = 2 << 20; // of a part's samples
constexpr double most_bytes = 8 << 20;  // with many channels at a high rate
constexpr std::size_t parts_ahead = 3;  // a quick thread needn't wait for a slow one's part
constexpr std::size_t least_cells = 8 * meter::run_in_cells; // else the run-in is too large a share

/// Cells in a part, a multiple of a hop; 0: a part would be too large or the file is too short.
std::size_t cells_a_part(const audio::io::StreamInfo& info) {
    if (!info.frames ||
        static_cast<double>(*info.frames) < least_seconds * info.sample_rate.value()) {
        return 0;
    }
    const double bytes_a_cell = info.sample_rate.value() / meter::cells_a_second *
                                static_cast<double>(info.layout.channels()) * sizeof(float);
    const auto cells = static_cast<std::size_t>(usual_bytes / bytes_a_cell);
    const std::size_t whole_hops = cells / meter::cells_a_hop * meter::cells_a_hop;
    const std::size_t part = std::max(whole_hops, least_cells);
    return static_cast<double>(part) * bytes_a_cell <= most_bytes ? part : 0;
}

/// The same file, open as often as it is read side by side, and memory for what is read: used again
/// and again, since the system takes its time to hand out megabytes.
class Readers {
public:
    Readers(std::filesystem::path path, int channels, std::size_t most_frames)
        : path_(std::move(path)), channels_(channels), most_frames_(most_frames) {}

    audio::AudioBuffer buffer() {
        const std::lock_guard lock(mutex_);
        if (buffers_.empty()) {
            return {channels_, most_frames_};
        }
        audio::AudioBuffer buffer = std::move(buffers_.back());
        buffers_.pop_back();
        return buffer;
    }

    void give_back(audio::AudioBuffer buffer) {
        const std::lock_guard lock(mutex_);
        buffers_.push_back(std::move(buffer));
    }

    /// A source that goes on at `frame`; nothing if that can't be had, for whatever reason.
    std::unique_ptr<audio::io::Source> at(std::uint64_t frame) {
        auto source = take();
        return source && source->seek(frame) ? std::move(source) : nullptr;
    }

    void give_back(std::unique_ptr<audio::io::Source> source) {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(source));
    }

private:
    std::unique_ptr<audio::io::Source> take() {
        {
            const std::lock_guard lock(mutex_);
            if (!idle_.empty()) {
                auto source = std::move(idle_.back());
                idle_.pop_back();
                return source;
            }
        }
        auto opened = audio::io::open(path_);
        return opened ? std::move(*opened) : nullptr;
    }

    std::filesystem::path path_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<audio::io::Source>> idle_;
    int channels_;
    std::size_t most_frames_;
    std::vector<audio::AudioBuffer> buffers_;
};

/// Fills `out`; false if that can't be done.
bool fill(audio::io::Source& source, audio::AudioView out) {
    std::size_t done = 0;
    while (done < out.frames()) {
        const auto got = source.read(out.slice(done, out.frames() - done));
        if (!got || *got == 0) {
            return false;
        }
        done += *got;
    }
    return true;
}

} // namespace

bool is_worth_cutting(const audio::io::StreamInfo& info, int threads) noexcept {
    return threads > 1 && cells_a_part(info) > 0;
}

std::optional<Result<meter::Measurement>>
measure_in_parts(const std::filesystem::path& path,
                 const audio::io::StreamInfo& info,
                 int threads,
                 meter::BridgeOptions options,
                 const audio::io::Watch& watch,
                 const std::function<void(audio::ConstAudioView)>& hear) {
    if (!is_worth_cutting(info, threads)) {
        return std::nullopt;
    }
    const std::size_t part_cells = cells_a_part(info);
    const auto frame_of = [&](std::uint64_t cell) {
        return meter::cell_start(cell, info.sample_rate);
    };
    std::size_t parts = 0;
    while (frame_of((parts + 1) * part_cells) <= *info.frames) {
        ++parts;
    }
    meter::Bridge bridge;
    bridge.prepare({.sample_rate = info.sample_rate,
                    .layout = info.layout,
                    .max_frames = static_cast<int>(frame_of(part_cells))},
                   options);
    const meter::CellAnalyser prepared = bridge.analyser();
    const std::size_t most_frames =
        frame_of(part_cells + meter::run_in_cells) + 1; // cells differ by one
    Readers readers(path, info.layout.channels(), most_frames);
    std::atomic<bool> failed{false};

    const auto analyse = [&](std::size_t part) {
        const std::size_t run_in = part == 0 ? 0 : meter::run_in_cells;
        const std::uint64_t first = part * part_cells - run_in;
        const std::uint64_t from = frame_of(first);
        const std::size_t frames = frame_of((part + 1) * part_cells) - from;
        auto source = readers.at(from);
        if (failed || watch.stopped() || !source) {
            failed = true;
            return meter::AnalysedStretch{};
        }
        const auto read = [&](audio::AudioView next) {
            failed = failed || !fill(*source, next);
            return !failed;
        };
        auto stretch = meter::analyse_stretch(prepared, info.sample_rate, readers.buffer(), frames,
                                              first, run_in, read);
        readers.give_back(std::move(source));
        return stretch;
    };
    const auto deliver = [&](std::size_t part, meter::AnalysedStretch stretch) {
        if (!failed) {
            bridge.process(stretch);
            const std::size_t frames =
                frame_of((part + 1) * part_cells) - frame_of(part * part_cells);
            if (hear) {
                hear(std::as_const(stretch.audio).view().slice(stretch.audio_offset, frames));
            }
            watch.advance(frames);
            readers.give_back(std::move(stretch.audio));
        }
    };
    parallel_in_order(parts, threads, analyse, deliver,
                      static_cast<std::size_t>(threads) + parts_ahead);
    if (watch.stopped()) {
        return Result<meter::Measurement>(Error{ErrorKind::interrupted, "", "stopped", ""});
    }
    const std::uint64_t rest_from = frame_of(parts * part_cells);
    audio::AudioBuffer rest(info.layout.channels(), *info.frames - rest_from);
    if (failed) {
        return std::nullopt;
    }
    if (rest.frames() > 0) {
        const auto source = readers.at(rest_from);
        if (!source || !fill(*source, rest.view())) {
            return std::nullopt;
        }
    }
    bridge.process(std::as_const(rest).view());
    if (hear) {
        hear(std::as_const(rest).view());
    }
    watch.advance(rest.frames());
    return Result<meter::Measurement>(bridge.measurement());
}

} // namespace gainstage::measure
