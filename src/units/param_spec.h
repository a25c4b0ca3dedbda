// SPDX-License-Identifier: MIT
// ParamSpec: one row of a processor's parameter table. Help texts, plans and (later) plug-ins read
// the same row, so a range is never typed twice.
#pragma once

#include <string_view>

namespace gainstage {
inline namespace units {

enum class Unit { none, db, dbfs, dbtp, lufs, lu, ms, s, hz, percent, ratio, count };

constexpr std::string_view unit_name(Unit unit) noexcept {
    switch (unit) {
    case Unit::none:
        return "";
    case Unit::db:
        return "dB";
    case Unit::dbfs:
        return "dBFS";
    case Unit::dbtp:
        return "dBTP";
    case Unit::lufs:
        return "LUFS";
    case Unit::lu:
        return "LU";
    case Unit::ms:
        return "ms";
    case Unit::s:
        return "s";
    case Unit::hz:
        return "Hz";
    case Unit::percent:
        return "%";
    case Unit::ratio:
        return "";
    case Unit::count:
        return "";
    }
    return "";
}

struct ParamSpec {
    std::string_view id;
    std::string_view label;
    Unit unit;
    double min;
    double default_value;
    double max;
};

} // namespace units
} // namespace gainstage
