// SPDX-License-Identifier: MIT
// needles: a file's readings of meters with ballistics over time. They have to see every sample in
// order: measure_file() feeds them in its own pass, also where the file is cut in parts.
#pragma once

#include "ballistics/rack.h"

#include <optional>
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

    /// Of a whole file.
    struct Summary {
        std::optional<double> highest; ///< -inf: silence
        std::optional<double> mean;    ///< of the rows that aren't silent, in the scale's unit
        std::optional<double> last;
    };

    [[nodiscard]] Summary summary(std::size_t column) const;
};

/// Readings as a stream goes by.
class NeedleReader {
public:
    /// throws on an unusable Spec
    NeedleReader(const audio::Spec& spec,
                 const ballistics::RackOptions& options,
                 const meter::BridgeOptions& measuring = {});

    void process(audio::ConstAudioView block);

    /// The end of the stream; the series is the caller's.
    NeedleSeries finish();

private:
    void add_row();

    ballistics::Rack rack_;
    Hertz sample_rate_;
    NeedleSeries series_;
    std::uint64_t frames_ = 0;
    std::uint64_t next_cell_ = meter::cells_a_hop;
};

} // namespace gainstage::measure
