// SPDX-License-Identifier: MIT
#include "measure/needles.h"

#include "audio/buffer.h"
#include "audio/io/source.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gainstage::measure {
namespace {

constexpr int block_frames = 4096;

void add_row(ballistics::Rack& rack, NeedleSeries& series) {
    for (const ballistics::Shown& shown : rack.take()) {
        series.values.push_back(shown.value ? static_cast<float>(*shown.value)
                                            : std::numeric_limits<float>::quiet_NaN());
    }
}

/// Feeds the rack and takes a row where each 0.1 s of the meters' grid ends.
class Rows {
public:
    Rows(ballistics::Rack& rack, Hertz sample_rate, NeedleSeries& series)
        : rack_(rack), sample_rate_(sample_rate), series_(series) {}

    void process(audio::ConstAudioView block) {
        std::size_t at = 0;
        while (at < block.frames()) {
            const std::uint64_t end = meter::cell_start(next_cell_, sample_rate_);
            const auto frames = std::min<std::uint64_t>(block.frames() - at, end - frame_);
            rack_.process(block.slice(at, frames));
            at += frames;
            frame_ += frames;
            if (frame_ == end) {
                add_row(rack_, series_);
                next_cell_ += meter::cells_a_hop;
            }
        }
    }

    void finish() {
        const bool has_rest =
            frame_ > meter::cell_start(next_cell_ - meter::cells_a_hop, sample_rate_);
        if (has_rest) {
            rack_.finish();
            add_row(rack_, series_);
        }
    }

private:
    ballistics::Rack& rack_;
    Hertz sample_rate_;
    NeedleSeries& series_;
    std::uint64_t frame_ = 0;
    std::uint64_t next_cell_ = meter::cells_a_hop;
};

} // namespace

float NeedleSeries::highest(std::size_t column, std::size_t first, std::size_t count) const {
    float most = std::numeric_limits<float>::quiet_NaN();
    for (std::size_t row = first; row < std::min(first + count, rows()); ++row) {
        most = std::fmax(most, at(row, column)); // of a NaN and a number the number
    }
    return most;
}

Result<NeedleSeries> read_needles(const std::filesystem::path& path,
                                  const ballistics::RackOptions& options,
                                  const meter::BridgeOptions& measuring,
                                  const audio::io::Watch& watch) {
    auto source = audio::io::open(path);
    if (!source) {
        return source.error();
    }
    const audio::io::StreamInfo& info = (*source)->info();
    ballistics::Rack rack;
    rack.prepare(
        {.sample_rate = info.sample_rate, .layout = info.layout, .max_frames = block_frames},
        options, measuring);
    NeedleSeries series;
    series.channels = info.layout.channels();
    for (const ballistics::Shown& shown : rack.take()) {
        series.columns.push_back({shown.kind, shown.channel});
    }
    Rows rows(rack, info.sample_rate, series);
    audio::AudioBuffer buffer(info.layout.channels(), block_frames);
    while (true) {
        if (watch.stopped()) {
            return Error{ErrorKind::interrupted, "", "stopped", ""};
        }
        const auto read = (*source)->read(buffer.view());
        if (!read) {
            return read.error();
        }
        if (*read == 0) {
            rows.finish();
            return series;
        }
        rows.process(buffer.view().first(*read));
        watch.advance(*read);
    }
}

} // namespace gainstage::measure
