// SPDX-License-Identifier: MIT
#include "mix/roles.h"

#include "verdict/toml_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <tuple>

extern "C" const unsigned char gainstage_roles_toml[];
extern "C" const unsigned char gainstage_roles_toml_end[];

namespace gainstage::mix {

using verdict::parse_toml;
using verdict::place;
using verdict::TomlTable;

namespace {

// ASCII only: the words in the table are, and a letter beyond it belongs to whatever word it stands
// in.
bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }

bool is_lower(char c) noexcept {
    return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool is_letter(char c) noexcept { return is_upper(c) || is_lower(c); }

/// A new word starts at `i`, within a run of letters and digits.
bool starts_word(std::string_view name, std::size_t i) noexcept {
    const char before = name[i - 1];
    const char here = name[i];
    if (is_digit(before) != is_digit(here)) {
        return true;
    }
    if (is_lower(before) && is_upper(here)) {
        return true; // ac|Gtr
    }
    const bool lower_follows = i + 1 < name.size() && is_lower(name[i + 1]);
    if (!is_upper(before) || !is_upper(here) || !lower_follows) {
        return false;
    }
    // OH|Left, E|Piano; but BGVs and OHs are plurals
    const bool plural = name[i + 1] == 's' && (i + 2 == name.size() || !is_letter(name[i + 2]));
    return !plural;
}

bool same_word(const std::string& pattern, const std::string& word) {
    return word == pattern ||
           (word.size() == pattern.size() + 1 && word.back() == 's' && word.starts_with(pattern));
}

} // namespace

std::vector<std::string> words_of(std::string_view name) {
    std::vector<std::string> words;
    bool inside = false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (!is_letter(name[i]) && !is_digit(name[i])) {
            inside = false;
            continue;
        }
        if (!inside || starts_word(name, i)) {
            words.emplace_back();
        }
        inside = true;
        words.back() += is_upper(name[i]) ? static_cast<char>(name[i] - 'A' + 'a') : name[i];
    }
    return words;
}

Status Roles::add(std::size_t role, std::string text, bool weak, const std::string& where) {
    std::vector<std::string> words = words_of(text);
    const auto same = std::find_if(patterns_.begin(), patterns_.end(),
                                   [&](const Pattern& other) { return other.words == words; });
    if (words.empty() || same != patterns_.end()) {
        return Error{ErrorKind::unreadable, where,
                     words.empty() ? fmt::format("the pattern \"{}\" has no word in it", text)
                                   : fmt::format("the pattern \"{}\" is there already", text),
                     "remove it"};
    }
    patterns_.push_back({std::move(words), std::move(text), role, weak});
    return Done{};
}

Result<Roles> Roles::parse(std::string_view toml, std::string_view file_name) {
    const auto parsed = parse_toml(toml, file_name);
    if (!parsed) {
        return parsed.error();
    }
    Roles roles;
    TomlTable top(*parsed, file_name, "the file");
    top.known("role");
    if (auto fault = top.finish()) {
        return *fault;
    }
    const toml::array* list =
        parsed->get("role") != nullptr ? parsed->get("role")->as_array() : nullptr;
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        const toml::table* table = list->get(i)->as_table();
        if (table == nullptr) {
            return Error{ErrorKind::unreadable, place(file_name, *list), "role is not a table",
                         "write [[role]]"};
        }
        TomlTable keys(*table, file_name, "[[role]]");
        Role role;
        role.id = keys.text("id").value_or("");
        role.label = keys.text("label").value_or("");
        role.fader = Gain::from_db(keys.number("fader_db", -144.0, 24.0, "dB").value_or(0.0));
        role.pan = keys.number("pan", -1.0, 1.0, "").value_or(0.0);
        role.percussive = keys.boolean("percussive").value_or(false);
        const auto patterns = keys.texts("patterns");
        const auto weak = keys.texts("weak");
        if (role.id.empty() || role.label.empty() || roles.find(role.id) != nullptr) {
            keys.fail("id", fmt::format("the role \"{}\" has no id or label of its own", role.id),
                      "give it both");
        }
        if (auto fault = keys.finish()) {
            return *fault;
        }
        roles.roles_.push_back(std::move(role));
        for (const auto& [texts, is_weak] : {std::pair{&patterns, false}, std::pair{&weak, true}}) {
            for (const std::string& text : *texts) {
                const Status added =
                    roles.add(roles.roles_.size() - 1, text, is_weak, place(file_name, *table));
                if (!added) {
                    return added.error();
                }
            }
        }
    }
    if (roles.find("other") == nullptr) {
        return Error{ErrorKind::unreadable, std::string{file_name}, "there is no role \"other\"",
                     "add it: it is what everything else is"};
    }
    return roles;
}

const Roles& Roles::built_in() {
    static const Roles roles = [] {
        const auto* begin = reinterpret_cast<const char*>(gainstage_roles_toml);
        const auto* end = reinterpret_cast<const char*>(gainstage_roles_toml_end);
        auto parsed = parse({begin, static_cast<std::size_t>(end - begin)}, "roles.toml");
        if (!parsed) {
            throw std::logic_error(parsed.error().message()); // embedded and tested: can't happen
        }
        return std::move(*parsed);
    }();
    return roles;
}

const Role* Roles::find(std::string_view id) const noexcept {
    const auto found =
        std::find_if(roles_.begin(), roles_.end(), [&](const Role& role) { return role.id == id; });
    return found == roles_.end() ? nullptr : &*found;
}

bool Roles::is_word(std::string_view word) const {
    return std::any_of(patterns_.begin(), patterns_.end(), [&](const Pattern& pattern) {
        return pattern.words.size() == 1 && same_word(pattern.words.front(), std::string{word});
    });
}

Guess Roles::guess(std::string_view name) const {
    std::vector<std::string> words = words_of(name);
    // OHL, GTRR: a known word with its side glued on. A word that is known as it is (VOCAL) is left
    // alone.
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string word = words[i];
        if (word.size() > 2 && (word.back() == 'l' || word.back() == 'r') && !is_word(word) &&
            is_word(word.substr(0, word.size() - 1))) {
            words[i].pop_back();
            words.insert(words.begin() + static_cast<std::ptrdiff_t>(++i),
                         word.substr(word.size() - 1));
        }
    }

    Guess guess{find("other"), {}, std::nullopt};
    const auto last = std::find_if(words.rbegin(), words.rend(),
                                   [](const std::string& w) { return !is_digit(w[0]); });
    if (last != words.rend() && words.size() > 1) {
        // 0.7: nearly hard, so that a pair still shares the middle; chosen by ear
        if (*last == "l" || *last == "left") {
            guess.pan = -0.7;
        } else if (*last == "r" || *last == "right") {
            guess.pan = 0.7;
        }
    }

    using Rank = std::tuple<bool, std::size_t, std::size_t,
                            std::size_t>; // strong, words, how late, characters
    Rank best{};
    for (const Pattern& pattern : patterns_) {
        for (std::size_t at = 0; at + pattern.words.size() <= words.size(); ++at) {
            const auto from = words.begin() + static_cast<std::ptrdiff_t>(at);
            if (!std::equal(pattern.words.begin(), pattern.words.end(), from, same_word)) {
                continue;
            }
            const Rank rank{!pattern.weak, pattern.words.size(), at + pattern.words.size(),
                            pattern.text.size()};
            if (rank > best) {
                best = rank;
                guess.role = &roles_[pattern.role];
                guess.matched = pattern.text;
            }
        }
    }
    return guess;
}

std::string Roles::ids() const {
    std::vector<std::string_view> ids;
    for (const Role& role : roles_) {
        ids.push_back(role.id);
    }
    return fmt::format("{}", fmt::join(ids, ", "));
}

} // namespace gainstage::mix
