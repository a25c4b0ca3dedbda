// SPDX-License-Identifier: MIT
// Target: the zone a level should be in. Data with its source (data/targets.toml), never code.
#pragma once

#include "units/level.h"
#include "units/quantity.h"
#include "units/result.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gainstage::verdict {

/// One number of targets.toml.
struct Figure {
    double value = 0.0;
    std::string unit;   ///< "dBFS", "LUFS", "dB"…
    std::string source; ///< who says so
};

/// Where a finished programme goes, and what it must measure there.
struct Medium {
    std::string id;   ///< "streaming"
    std::string name; ///< "Streaming (music)"
    Lufs loudness;    ///< integrated loudness to deliver
    Gain tolerance;   ///< either side of `loudness`
    Dbtp ceiling;     ///< the most true peak
    std::optional<Lufs> max_short_term;
    std::optional<Hertz> sample_rate; ///< absent: as the mix
    int bits = 24;                    ///< of the delivered file
    std::string source;
    std::string note; ///< what a person should know about it; may be empty
};

/// Every figure and medium. A user's file on top replaces and adds single entries.
class Targets {
public:
    /// The figures that come with the program (data/targets.toml, embedded).
    static const Targets& built_in();

    /// errors  not TOML, unknown keys, wrong types: file, line, column, what to do
    static Result<Targets> parse(std::string_view toml, std::string_view file_name);

    /// This, with everything in `other` on top.
    [[nodiscard]] Targets overlaid_with(const Targets& other) const;

    /// A figure by its dotted name, such as "recording.peak_max_dbfs". Throws std::out_of_range if
    /// there is none: names are written in code and in findings.toml, both tested.
    [[nodiscard]] const Figure& figure(std::string_view name) const;

    [[nodiscard]] double operator[](std::string_view name) const { return figure(name).value; }

    [[nodiscard]] bool has(std::string_view name) const;

    [[nodiscard]] const std::map<std::string, Figure, std::less<>>& figures() const noexcept {
        return figures_;
    }

    /// errors  unknown medium: names the nearest and lists all
    [[nodiscard]] Result<Medium> medium(std::string_view id) const;

    [[nodiscard]] const std::vector<Medium>& media() const noexcept { return media_; }

private:
    std::map<std::string, Figure, std::less<>> figures_;
    std::vector<Medium> media_;
};

} // namespace gainstage::verdict
