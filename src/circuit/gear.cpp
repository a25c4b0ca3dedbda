// SPDX-License-Identifier: MIT
#include "circuit/gear.h"

#include "verdict/nearest.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace gainstage::circuit {

struct EmbeddedGear {
    const char* file_name;
    const char* begin;
    const char* end;
};

#define GAINSTAGE_GEAR_FILE(name)                                                                  \
    extern "C" {                                                                                   \
    extern const char gainstage_gear_##name##_toml[];                                              \
    extern const char gainstage_gear_##name##_toml_end[];                                          \
    }
GAINSTAGE_GEAR_FILE(microphones)
GAINSTAGE_GEAR_FILE(interfaces)
GAINSTAGE_GEAR_FILE(preamps)
GAINSTAGE_GEAR_FILE(di_boxes)
GAINSTAGE_GEAR_FILE(instruments)
GAINSTAGE_GEAR_FILE(amplifiers)
GAINSTAGE_GEAR_FILE(speakers)
GAINSTAGE_GEAR_FILE(sources)
GAINSTAGE_GEAR_FILE(cables)
#undef GAINSTAGE_GEAR_FILE

namespace {

#define GAINSTAGE_GEAR_FILE(name)                                                                  \
    EmbeddedGear { #name ".toml", gainstage_gear_##name##_toml, gainstage_gear_##name##_toml_end }
const EmbeddedGear embedded_files[] = {
    GAINSTAGE_GEAR_FILE(microphones), GAINSTAGE_GEAR_FILE(interfaces),
    GAINSTAGE_GEAR_FILE(preamps),     GAINSTAGE_GEAR_FILE(di_boxes),
    GAINSTAGE_GEAR_FILE(instruments), GAINSTAGE_GEAR_FILE(amplifiers),
    GAINSTAGE_GEAR_FILE(speakers),    GAINSTAGE_GEAR_FILE(sources),
    GAINSTAGE_GEAR_FILE(cables)};
#undef GAINSTAGE_GEAR_FILE

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

/// Everything that a search looks through.
std::string haystack(const GearEntry& entry) {
    std::string text = lower(entry.id) + ' ' + lower(entry.name()) + ' ' + lower(entry.kind) + ' ' +
                       std::string(table_name(entry.gear_class)) + ' ' +
                       lower(spoken_name(entry.gear_class)) + ' ' + lower(entry.notes);
    for (const GearPort& port : entry.inputs) {
        text += ' ' + port.kind;
    }
    for (const GearPort& port : entry.outputs) {
        text += ' ' + port.kind;
    }
    return text;
}

template <typename Value>
std::optional<Value> value_of(const Figure* figure) {
    const Value* value = figure != nullptr ? std::get_if<Value>(&figure->value) : nullptr;
    return value != nullptr ? std::optional(*value) : std::nullopt;
}

const GearPort* port_of_kind(const std::vector<GearPort>& ports, std::string_view kind) {
    const auto found = std::ranges::find(ports, kind, &GearPort::kind);
    return found != ports.end() ? &*found : nullptr;
}

/// "did you mean "shure-sm57"?"; ids that hold the whole word come first.
std::string suggestion(std::string_view id, const std::vector<std::string>& ids) {
    std::string list;
    int count = 0;
    for (const std::string& candidate : ids) {
        if (!id.empty() && candidate.find(lower(id)) != std::string::npos && count < 4) {
            list += (count++ == 0 ? "" : ", ") + candidate;
        }
    }
    return list.empty() ? verdict::nearest(lower(id), ids) : list;
}

} // namespace

const Figure* Figures::find(std::string_view name) const {
    const auto found = all_.find(name);
    return found != all_.end() ? &found->second : nullptr;
}

std::optional<double> Figures::number(std::string_view name) const {
    return value_of<double>(find(name));
}

std::optional<bool> Figures::flag(std::string_view name) const {
    return value_of<bool>(find(name));
}

std::string Figures::text(std::string_view name) const {
    return value_of<std::string>(find(name)).value_or(std::string{});
}

std::vector<double> Figures::numbers(std::string_view name) const {
    return value_of<std::vector<double>>(find(name)).value_or(std::vector<double>{});
}

const GearPort* GearEntry::input(std::string_view input_kind) const {
    return port_of_kind(inputs, input_kind);
}

const GearPort* GearEntry::output(std::string_view output_kind) const {
    return port_of_kind(outputs, output_kind);
}

const GearLibrary& GearLibrary::built_in() {
    static const GearLibrary library = [] {
        GearLibrary all;
        for (const EmbeddedGear& file : embedded_files) {
            auto parsed = parse({file.begin, file.end}, file.file_name);
            if (!parsed) {
                throw std::logic_error(
                    parsed.error().message()); // tested: can't happen in a build that passed
            }
            std::ranges::move(parsed->entries_, std::back_inserter(all.entries_));
        }
        return all;
    }();
    return library;
}

GearLibrary GearLibrary::overlaid_with(const GearLibrary& other) const {
    GearLibrary result = *this;
    for (const GearEntry& entry : other.entries_) {
        const auto same = std::ranges::find(result.entries_, entry.id, &GearEntry::id);
        if (same != result.entries_.end()) {
            *same = entry;
        } else {
            result.entries_.push_back(entry);
        }
    }
    return result;
}

Result<const GearEntry*> GearLibrary::find(std::string_view id) const {
    const auto found = std::ranges::find(entries_, id, &GearEntry::id);
    if (found != entries_.end()) {
        return &*found;
    }
    std::vector<std::string> ids;
    for (const GearEntry& entry : entries_) {
        ids.push_back(entry.id);
    }
    return Error{ErrorKind::usage, std::string(id), "is no gear that is known",
                 "did you mean " + suggestion(id, ids) +
                     "? gainstage gear WORDS searches, --gear FILE adds your own"};
}

Result<const GearEntry*> GearLibrary::find(std::string_view id, GearClass gear_class) const {
    const auto found = std::ranges::find(entries_, id, &GearEntry::id);
    if (found != entries_.end() && found->gear_class == gear_class) {
        return &*found;
    }
    const std::string what(spoken_name(gear_class));
    std::vector<std::string> ids;
    for (const GearEntry& entry : entries_) {
        if (entry.gear_class == gear_class) {
            ids.push_back(entry.id);
        }
    }
    if (ids.empty()) {
        return Error{ErrorKind::usage, std::string(id), "is no " + what, "none is known"};
    }
    if (found != entries_.end()) {
        return Error{ErrorKind::usage, std::string(id),
                     "is no " + what + " but: " + std::string(spoken_name(found->gear_class)),
                     "use it as that, or name one of: gainstage gear " + what};
    }
    return Error{ErrorKind::usage, std::string(id), "is no " + what + " that is known",
                 "did you mean " + suggestion(id, ids) +
                     "? gainstage gear WORDS searches, --gear FILE adds your own"};
}

std::vector<const GearEntry*> GearLibrary::search(const std::vector<std::string>& words) const {
    std::vector<const GearEntry*> found;
    for (const GearEntry& entry : entries_) {
        const std::string text = haystack(entry);
        if (std::ranges::all_of(words, [&](const std::string& word) {
                return text.find(lower(word)) != std::string::npos;
            })) {
            found.push_back(&entry);
        }
    }
    return found;
}

} // namespace gainstage::circuit
