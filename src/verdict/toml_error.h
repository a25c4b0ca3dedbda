// SPDX-License-Identifier: MIT
// toml_error: what is wrong in a TOML file, as an Error with its line and column.
#pragma once

#include "units/result.h"

#include <string>
#include <string_view>
#include <toml++/toml.h>

namespace gainstage::verdict {

inline Error toml_error(std::string_view file,
                        const toml::source_position& where,
                        std::string what,
                        std::string action) {
    return {ErrorKind::unreadable,
            std::string(file) + ":" + std::to_string(where.line) + ":" +
                std::to_string(where.column),
            std::move(what), std::move(action)};
}

inline Error toml_error(std::string_view file, const toml::parse_error& error) {
    std::string what(error.description()); // quotes the file, line breaks and all
    for (char& c : what) {
        c = static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return toml_error(file, error.source().begin, "is not TOML: " + what,
                      "correct that line; strings stand in quotes, tables in [brackets]");
}

} // namespace gainstage::verdict
