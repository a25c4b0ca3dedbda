// SPDX-License-Identifier: MIT
#include "verdict/toml_table.h"

#include "verdict/toml_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace gainstage::verdict {

Result<toml::table> parse_toml(std::string_view text, std::string_view file_name) {
    try {
        return toml::parse(text);
    } catch (const toml::parse_error& fault) {
        return toml_error(file_name, fault);
    }
}

std::string place(std::string_view file_name, const toml::node& node) {
    const toml::source_position at = node.source().begin;
    return fmt::format("{}:{}:{}", file_name, at.line, at.column);
}

TomlTable::TomlTable(const toml::table& table, std::string_view file_name, std::string_view name)
    : table_(table), file_name_(file_name), name_(name) {}

const toml::node* TomlTable::find(std::string_view key) {
    known(key);
    return error_ ? nullptr : table_.get(key);
}

void TomlTable::known(std::string_view key) {
    if (std::find(keys_.begin(), keys_.end(), key) == keys_.end()) {
        keys_.emplace_back(key);
    }
}

void TomlTable::fail(std::string_view key, std::string what, std::string action) {
    if (!error_) {
        const toml::node* node = table_.get(key);
        error_ = Error{
            ErrorKind::unreadable,
            place(file_name_, node != nullptr ? *node : static_cast<const toml::node&>(table_)),
            std::move(what), std::move(action)};
    }
}

std::optional<std::string> TomlTable::text(std::string_view key) {
    const toml::node* node = find(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    const auto value = node->value_exact<std::string>();
    if (!value) {
        fail(key, fmt::format("{} is not a text", key),
             fmt::format("put it in quotes: {} = \"…\"", key));
    } else if (value->find('\0') != std::string::npos) {
        fail(key, fmt::format("{} has a NUL character in it", key), "remove it");
        return std::nullopt;
    }
    return value;
}

namespace {

/// What to write in place of a text: `gain_db = "30 dB"`, `length_m = "3 ft"`.
std::string number_advice(std::string_view key, const toml::node& node, std::string_view unit) {
    const std::string text = node.value_exact<std::string>().value_or("");
    double value = 0.0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{} || !std::isfinite(value)) {
        return fmt::format("write it without quotes: {} = 0", key);
    }
    std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    return rest.empty() || rest == unit
               ? fmt::format("write it without quotes: {} = {:g}", key, value)
               : fmt::format("it is in {}: convert it, and write the number without quotes", unit);
}

} // namespace

std::optional<double>
TomlTable::number(std::string_view key, double lowest, double highest, std::string_view unit) {
    const toml::node* node = find(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    if (!node->is_number()) {
        fail(key, fmt::format("{} is not a number", key), number_advice(key, *node, unit));
        return std::nullopt;
    }
    const double value = *node->value<double>();
    if (!(value >= lowest && value <= highest)) { // NaN too
        const auto shown = [](double x) {
            return std::isinf(x) ? std::string{"-inf"} : fmt::format("{:g}", x);
        };
        const std::string space = unit.empty() ? "" : " ";
        fail(key, fmt::format("{} = {:g} is out of range", key, value),
             fmt::format("give a number from {} to {}{}{}", shown(lowest), shown(highest), space,
                         unit));
        return std::nullopt;
    }
    return value;
}

std::optional<bool> TomlTable::boolean(std::string_view key) {
    const toml::node* node = find(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    const auto value = node->value_exact<bool>();
    if (!value) {
        fail(key, fmt::format("{} is neither true nor false", key), "write one of them");
    }
    return value;
}

std::vector<std::string> TomlTable::texts(std::string_view key) {
    std::vector<std::string> out;
    const toml::node* node = find(key);
    if (node == nullptr) {
        return out;
    }
    const toml::array* list = node->as_array();
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        const auto value = list->get(i)->value_exact<std::string>();
        if (!value) {
            list = nullptr;
            break;
        }
        out.push_back(*value);
    }
    if (list == nullptr) {
        fail(key, fmt::format("{} is not a list of texts", key),
             fmt::format("write {} = [\"…\", \"…\"]", key));
    }
    return out;
}

std::vector<const toml::table*> TomlTable::tables(std::string_view key) {
    std::vector<const toml::table*> out;
    const toml::node* node = find(key);
    if (node == nullptr) {
        return out;
    }
    const toml::array* list = node->as_array();
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        out.push_back(list->get(i)->as_table());
    }
    if (list == nullptr || std::find(out.begin(), out.end(), nullptr) != out.end()) {
        fail(key, fmt::format("{} is not a list of tables", key),
             fmt::format("write [[…{}]] above each", key));
        out.clear();
    }
    return out;
}

bool TomlTable::has(std::string_view key) { return find(key) != nullptr; }

namespace {

/// "did you mean gain_db? " for a "gain"; "" where no key is that and a unit.
std::string forgotten_unit(std::string_view name, const std::vector<std::string>& keys) {
    for (const std::string& key : keys) {
        if (key.size() > name.size() + 1 && key.starts_with(name) && key[name.size()] == '_') {
            return fmt::format("did you mean {}? ", key);
        }
    }
    return "";
}

} // namespace

std::optional<Error> TomlTable::finish() {
    for (const auto& [key, node] : table_) {
        if (error_) {
            break;
        }
        const std::string name{key.str()};
        if (std::find(keys_.begin(), keys_.end(), name) == keys_.end()) {
            error_ = Error{ErrorKind::unreadable,
                           fmt::format("{}:{}:{}", file_name_, key.source().begin.line,
                                       key.source().begin.column),
                           fmt::format("unknown key \"{}\" in {}", name, name_),
                           fmt::format("{}use one of {}", forgotten_unit(name, keys_),
                                       fmt::join(keys_, ", "))};
        }
    }
    return error_;
}

} // namespace gainstage::verdict
