// SPDX-License-Identifier: MIT
// Gear: published figures of microphones, interfaces, preamps…: what is printed on the data sheet,
// each figure with whether it was read there. No circuit: device.h makes those out of it. What a
// sheet doesn't say is absent; nobody makes it up here.
#pragma once

#include "circuit/gear_schema.h"
#include "units/result.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gainstage::circuit {

struct Figure {
    std::variant<double,
                 bool,
                 std::string,
                 std::vector<double>,
                 std::vector<std::string>,
                 std::map<std::string, double>>
        value;
    bool verified = false; ///< it was read in the entry's source
};

/// Figures by field name (gear_schema.h). What isn't there isn't known.
class Figures {
public:
    void set(std::string name, Figure figure) { all_[std::move(name)] = std::move(figure); }

    [[nodiscard]] const Figure* find(std::string_view name) const;
    [[nodiscard]] std::optional<double> number(std::string_view name) const;
    [[nodiscard]] std::optional<bool> flag(std::string_view name) const;
    [[nodiscard]] std::string text(std::string_view name) const; ///< empty if absent
    [[nodiscard]] std::vector<double> numbers(std::string_view name) const;

    [[nodiscard]] bool has_flag(std::string_view name) const { return flag(name).value_or(false); }

    [[nodiscard]] const std::map<std::string, Figure, std::less<>>& all() const noexcept {
        return all_;
    }

private:
    std::map<std::string, Figure, std::less<>> all_;
};

/// One input or output of an interface, or several alike.
struct GearPort {
    std::string kind; ///< "mic", "line", "hiz"; "line", "monitor", "headphone"
    bool verified = false;
    Figures figures;
};

struct GearEntry {
    GearClass gear_class = GearClass::microphone;
    std::string id;    ///< "shure-sm57"
    std::string maker; ///< empty for a sound source
    std::string model; ///< of a sound source: its name
    std::string kind;  ///< as in kinds_of(); may be empty
    Figures figures;
    std::vector<GearPort> inputs;  ///< interfaces only
    std::vector<GearPort> outputs; ///< interfaces only
    std::string source;            ///< who says so
    std::string source_kind;       ///< "maker", "manual", "retail", "review", "secondary", "memory"
    bool verified = false;
    std::string notes;
    std::string file; ///< where it stands: "microphones.toml"

    /// "Shure SM57".
    [[nodiscard]] std::string name() const { return maker.empty() ? model : maker + " " + model; }

    /// The first input of that kind; null if there is none.
    [[nodiscard]] const GearPort* input(std::string_view input_kind) const;
    [[nodiscard]] const GearPort* output(std::string_view output_kind) const;
};

class GearLibrary {
public:
    /// What comes with the program (data/gear, embedded).
    static const GearLibrary& built_in();

    /// One file. Any of the tables may stand in it.
    ///   errors  not TOML, unknown tables or keys, wrong types, figures out of range: file, line,
    ///           column, what to do
    static Result<GearLibrary> parse(std::string_view toml, std::string_view file_name);

    /// This, with the entries of `other` added, and in place of those of the same id.
    [[nodiscard]] GearLibrary overlaid_with(const GearLibrary& other) const;

    /// errors  unknown: the nearest names
    [[nodiscard]] Result<const GearEntry*> find(std::string_view id) const;

    /// The same among one class only.
    [[nodiscard]] Result<const GearEntry*> find(std::string_view id, GearClass gear_class) const;

    /// Entries in whose id, maker, model, kind, class or notes every word is found, whatever its
    /// case; all for none.
    [[nodiscard]] std::vector<const GearEntry*> search(const std::vector<std::string>& words) const;

    [[nodiscard]] const std::vector<GearEntry>& entries() const noexcept { return entries_; }

private:
    std::vector<GearEntry> entries_;
};

/// What of an entry a reader should look at twice: an equivalent input noise below what its source
/// resistor makes, a gain range that is upside down, a peak under its average. No errors: sheets
/// are like that.
std::vector<std::string> doubts(const GearEntry& entry);

} // namespace gainstage::circuit
