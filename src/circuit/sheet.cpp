// SPDX-License-Identifier: MIT
#include "circuit/sheet.h"

#include <algorithm>

namespace gainstage::circuit {

void Sheet::note_use(std::string_view field) {
    const Figure* figure = figures_.find(field);
    if (figure != nullptr && !figure->verified) {
        notes_.unverified.insert(gear_ + ": " + std::string(field));
    }
}

std::optional<double> Sheet::known(std::string_view field) {
    note_use(field);
    return figures_.number(field);
}

double Sheet::number(std::string_view field, Typical typical) {
    if (const auto figure = known(field)) {
        return *figure;
    }
    const FieldSpec* spec = field_named(fields_, field);
    Assumption assumption{gear_, std::string(field),
                          spec != nullptr ? std::string(spec->unit) : std::string{}, typical};
    const std::string key = assumption.key();
    const auto same = [&](const Assumption& other) { return other.key() == key; };
    if (std::ranges::none_of(notes_.assumptions, same)) {
        notes_.assumptions.push_back(std::move(assumption));
    }
    const auto instead = notes_.instead.find(key);
    return instead != notes_.instead.end() ? instead->second : typical.value;
}

void add(SheetNotes& to, const SheetNotes& more) {
    for (const Assumption& assumption : more.assumptions) {
        const auto same = [&](const Assumption& other) { return other.key() == assumption.key(); };
        if (std::ranges::none_of(to.assumptions, same)) {
            to.assumptions.push_back(assumption);
        }
    }
    to.unverified.insert(more.unverified.begin(), more.unverified.end());
}

} // namespace gainstage::circuit
