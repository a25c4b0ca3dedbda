// SPDX-License-Identifier: MIT
// GearSchema: every field that a gear file may hold, as one table: reading, `gear check`, `gear
// show` and docs/reference/gear.md all go by it. What the figures mean for a circuit is device.h's.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace gainstage::circuit {

enum class GearClass {
    microphone,
    interface,
    preamp,
    di_box,
    instrument,
    amplifier,
    speaker,
    sound_source,
    cable
};

/// The name of its table in a file: "di_box".
std::string_view table_name(GearClass gear_class) noexcept;

/// What a person calls it: "DI box".
std::string_view spoken_name(GearClass gear_class) noexcept;

std::span<const GearClass> gear_classes() noexcept;

enum class FieldType { number, flag, text, numbers, texts, numbers_by_name };

struct FieldSpec {
    std::string_view name; ///< ends in its unit: "ein_dbu"
    FieldType type = FieldType::number;
    std::string_view unit; ///< as printed: "dBu"; may be empty
    double low = 0.0;      ///< what a number may be
    double high = 0.0;
    std::string_view meaning;
};

/// The fields of an entry, beside those that every entry has.
std::span<const FieldSpec> fields_of(GearClass gear_class) noexcept;

/// The fields of one input or output of an interface.
std::span<const FieldSpec> input_fields() noexcept;
std::span<const FieldSpec> output_fields() noexcept;

/// What `kind` may be; empty where there is none.
std::span<const std::string_view> kinds_of(GearClass gear_class) noexcept;
std::span<const std::string_view> input_kinds() noexcept;
std::span<const std::string_view> output_kinds() noexcept;

/// The field of that name; null if there is none.
const FieldSpec* field_named(std::span<const FieldSpec> fields, std::string_view name) noexcept;

} // namespace gainstage::circuit
