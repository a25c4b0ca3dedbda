// SPDX-License-Identifier: MIT
// TomlTable: one TOML table read key by key, so that a missing, mistyped or misspelt key becomes
// one clear line with its place in the file. Not a TOML parser: that is toml++.
#pragma once

#include "units/result.h"

#include <toml++/toml.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gainstage::verdict {

/// The whole file, or where it stops being TOML: "session.toml:3:9: …".
Result<toml::table> parse_toml(std::string_view text, std::string_view file_name);

/// "session.toml:12:3": a file, and line and column of `node` in it.
std::string place(std::string_view file_name, const toml::node& node);

/// Reads keys; the first fault is kept, and everything after it does nothing.
class TomlTable {
public:
    TomlTable(const toml::table& table, std::string_view file_name, std::string_view name);

    /// The text behind `key`; nothing where it is absent.
    std::optional<std::string> text(std::string_view key);

    /// A number, whole or not; NaN is a fault. `lowest`…`highest` are allowed, and -inf if `lowest`
    /// is -inf.
    std::optional<double>
    number(std::string_view key, double lowest, double highest, std::string_view unit);

    std::optional<bool> boolean(std::string_view key);

    std::vector<std::string> texts(std::string_view key);

    /// Tables in a list, in the file's order: [[source.device]].
    std::vector<const toml::table*> tables(std::string_view key);

    /// Is there such a key? Counts as asked for.
    bool has(std::string_view key);

    /// A key that is handled elsewhere, or accepted and not used.
    void known(std::string_view key);

    /// A fault at `key` (or at the table, where there is no such key) that the caller found.
    void fail(std::string_view key, std::string what, std::string action = {});

    /// After all reading: any key that nobody asked for is a fault. The first fault, if there is
    /// one.
    [[nodiscard]] std::optional<Error> finish();

private:
    const toml::table& table_;
    std::string_view file_name_;
    std::string_view name_;
    std::vector<std::string> keys_;
    std::optional<Error> error_;

    const toml::node* find(std::string_view key);
};

} // namespace gainstage::verdict
