// SPDX-License-Identifier: MIT
// Sheet: a data sheet as a circuit reads it. A figure that is missing is assumed, and the
// assumption noted with what it might be instead; one that nobody has verified is noted as well.
#pragma once

#include "circuit/gear.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gainstage::circuit {

/// What gear of that kind usually has.
struct Typical {
    double value = 0.0;
    double low = 0.0; ///< and what it may well be
    double high = 0.0;
};

/// A figure that the sheet doesn't have.
struct Assumption {
    std::string gear;  ///< "Focusrite Scarlett 2i2 (4th Gen), mic input"
    std::string field; ///< "ein_dbu"
    std::string unit;
    Typical typical;

    /// By what a solver may put another value in its place.
    [[nodiscard]] std::string key() const { return gear + '/' + field; }
};

/// What was noted while reading, and what shall be read instead.
struct SheetNotes {
    std::map<std::string, double, std::less<>> instead; ///< by Assumption::key()
    std::vector<Assumption> assumptions;
    std::set<std::string> unverified; ///< "Shure SM57: output_impedance_ohm"
};

class Sheet {
public:
    /// `figures` and `notes` have to outlive it.
    Sheet(const Figures& figures,
          std::span<const FieldSpec> fields,
          std::string gear,
          SheetNotes& notes)
        : figures_(figures), fields_(fields), gear_(std::move(gear)), notes_(notes) {}

    /// The figure, if the sheet has it.
    [[nodiscard]] std::optional<double> known(std::string_view field);

    /// The figure, or what is typical.
    [[nodiscard]] double number(std::string_view field, Typical typical);

    [[nodiscard]] bool has_flag(std::string_view field) const { return figures_.has_flag(field); }

    [[nodiscard]] std::string text(std::string_view field) const { return figures_.text(field); }

    [[nodiscard]] std::vector<double> numbers(std::string_view field) {
        note_use(field);
        return figures_.numbers(field);
    }

private:
    void note_use(std::string_view field);

    const Figures& figures_;
    std::span<const FieldSpec> fields_;
    std::string gear_;
    SheetNotes& notes_;
};

/// The notes of both; what is noted twice once.
void add(SheetNotes& to, const SheetNotes& more);

} // namespace gainstage::circuit
