// SPDX-License-Identifier: MIT
#include "meter/reading.h"

#include <algorithm>

namespace gainstage::meter {

std::optional<double> Measurement::value(std::string_view key, int channel) const noexcept {
    const auto found = std::ranges::find_if(
        entries_, [&](const Entry& entry) { return entry.channel == channel && entry.key == key; });
    return found == entries_.end() ? std::nullopt : found->value;
}

bool Measurement::shows(const ReadingSpec& reading) const noexcept {
    return reading.always || std::ranges::any_of(entries_, [&](const Entry& entry) {
               return entry.key == reading.key;
           });
}

void Measurement::set(const ReadingSpec& reading, std::optional<double> value, int channel) {
    const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) {
        return entry.channel == channel && entry.key == reading.key;
    });
    if (found == entries_.end()) {
        entries_.push_back({reading.key, channel, value});
    } else {
        found->value = value;
    }
}

} // namespace gainstage::meter
