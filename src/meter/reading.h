// SPDX-License-Identifier: MIT
// Reading: the name, unit and standard of one number that a meter gives; and Measurement: all of
// them for one stream. Reports are made from these names alone, so a new meter appears in every
// table without further work.
#pragma once

#include "audio/spec.h"
#include "units/level.h"
#include "units/quantity.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace gainstage::meter {

class GateHistogram;

/// A reading's place in tables and documents.
struct ReadingSpec {
    std::string_view key;      ///< JSON and CSV key, unit last: "integrated_lufs"
    std::string_view label;    ///< for people: "Integrated"
    std::string_view unit;     ///< "LUFS"; "" for a count or a ratio
    std::string_view standard; ///< "ITU-R BS.1770-5 Annex 1"
    int decimals = 2;          ///< in text; JSON and CSV have full precision
    bool per_channel = false;  ///< also read for each channel
    bool in_table = true;      ///< in the text table of `meter`, which must fit a terminal
    bool always = true;        ///< false: only where it was asked for, or has something to say
};

/// A reading whose value has a type: measurement[integrated] is a Lufs.
template <typename Value>
struct Reading : ReadingSpec {};

/// A run of samples at full scale.
struct ClippedRun {
    int channel = 0;
    std::uint64_t first_frame = 0;
    std::uint64_t frames = 0;
};

/// Levels over time: at most BridgeOptions::history_points, evenly spaced over the whole stream.
struct History {
    double hop_s = 0.1; ///< between points: 0.1 s, doubled as often as the stream's length needs
    // All of the same length; each point is the maximum within its hop. Silence is -inf.
    std::vector<float> momentary_lufs;
    std::vector<float> short_term_lufs;
    std::vector<float> true_peak_dbtp; ///< the largest of all channels
};

/// Level in a third octave.
struct BandLevel {
    double nominal_hz = 0.0; ///< IEC 61260-1 Annex E: 20, 25, 31.5…
    DbfsRmsMath level;       ///< of the whole stream, power mean over channels
};

/// How often the first two channels stood where: a square of cells, sides across (left half: more
/// left), middle up. It spans -range to range on both axes; (l - r) / 2 and (l + r) / 2.
struct Vectorscope {
    static constexpr int size = 192;   ///< cells a side
    float range = 0.0f;                ///< linear, full scale = 1.0: a power of 2
    std::vector<std::uint32_t> counts; ///< size * size, row by row, the top first
};

/// What the bridge read from one stream.
class Measurement {
public:
    Hertz sample_rate{0.0};
    audio::ChannelLayout layout;
    std::uint64_t frames = 0;
    std::uint64_t non_finite_samples = 0; ///< NaN or Inf, taken as silence
    bool dual_mono = false; ///< a mono stream measured as if played on two loudspeakers (+3.01 LU)
    bool exact_gating = false; ///< gates judged every block, not bins of 0.01 dB
    /// Now: of the windows of 0.4 and 3 s that end with the last whole 10 ms; nothing before they
    /// are full.
    std::optional<Lufs> momentary;
    std::optional<Lufs> short_term;
    std::vector<ClippedRun> clipped_runs; ///< the first 256
    History history;
    /// The blocks that integrated loudness was made of; null unless asked for.
    std::shared_ptr<const GateHistogram> gate_blocks;

    /// Gating blocks (0.4 s, ten a second) by loudness: [i] counts those from -70 + i to below -69
    /// + i LUFS; what is louder than the last bin counts there.
    std::vector<std::uint64_t> momentary_blocks;

    std::vector<BandLevel> spectrum; ///< third octaves, low to high; only if it was asked for
    Vectorscope vectorscope;         ///< empty if it wasn't asked for

    [[nodiscard]] Seconds duration() const noexcept {
        return Seconds{static_cast<double>(frames) / sample_rate.value()};
    }

    /// The value, or nothing where it can't be measured (no blocks, mono for a correlation). Levels
    /// of silence are -inf, not nothing.
    template <typename Value>
    [[nodiscard]] std::optional<Value> get(const Reading<Value>& reading) const {
        const auto number = value(reading.key);
        return number ? std::optional<Value>{make<Value>(*number)} : std::nullopt;
    }

    /// A level that can't be measured reads as silence.
    template <typename Value>
    [[nodiscard]] Value operator[](const Reading<Value>& reading) const {
        return get(reading).value_or(Value{});
    }

    /// The number behind a key; channel -1 is the whole stream.
    [[nodiscard]] std::optional<double> value(std::string_view key,
                                              int channel = -1) const noexcept;

    /// Reports have a place for it here: it always has one, or it was set.
    [[nodiscard]] bool shows(const ReadingSpec& reading) const noexcept;

    void set(const ReadingSpec& reading, std::optional<double> value, int channel = -1);

private:
    template <typename Value>
    static Value make(double number) {
        if constexpr (requires { Value::from_db(number); }) {
            return Value::from_db(number);
        } else {
            return Value(number);
        }
    }

    struct Entry {
        std::string_view key;
        int channel;
        std::optional<double> value;
    };

    std::vector<Entry> entries_;
};

} // namespace gainstage::meter
