// SPDX-License-Identifier: MIT
// needles: a file's readings of meters with ballistics over time. A reading of its own, beside
// measure_file(): needles have to see every sample in order, so no thread can help.
#pragma once

#include "audio/io/watch.h"
#include "ballistics/rack.h"
#include "units/result.h"

#include <filesystem>
#include <vector>

namespace gainstage::measure {

struct NeedleSeries {
    /// One column: a meter of one channel, or (-1) of the stream.
    struct Column {
        ballistics::Kind kind;
        int channel;
    };

    std::vector<Column> columns;
    int channels = 0;
    /// Row after row of columns.size() values, a row each 0.1 s, the highest within it; the last
    /// covers what is left. NaN: can't be measured; -inf: silence.
    std::vector<float> values;

    [[nodiscard]] std::size_t rows() const noexcept {
        return columns.empty() ? 0 : values.size() / columns.size();
    }

    [[nodiscard]] float at(std::size_t row, std::size_t column) const noexcept {
        return values[row * columns.size() + column];
    }

    /// The largest of rows [first, first + count) as far as there are; NaN without any.
    [[nodiscard]] float highest(std::size_t column, std::size_t first, std::size_t count) const;
};

/// Reads the file to its end.
///   errors  as measure_file
Result<NeedleSeries> read_needles(const std::filesystem::path& path,
                                  const ballistics::RackOptions& options,
                                  const meter::BridgeOptions& measuring = {},
                                  const audio::io::Watch& watch = {});

} // namespace gainstage::measure
