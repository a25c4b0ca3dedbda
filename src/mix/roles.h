// SPDX-License-Identifier: MIT
// Roles: what a stem is (kick, lead vocal…), guessed from its file's name, and where it sits in a
// first balance. The table is data (data/roles.toml). It listens to nothing: a file that is named
// wrongly is guessed wrongly, which is why every guess is shown in the plan and can be overruled.
#pragma once

#include "units/gain.h"
#include "units/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gainstage::mix {

struct Role {
    std::string id;    ///< "lead-vocal"
    std::string label; ///< "Lead vocal"
    Gain fader;        ///< default balance of a mono stem trimmed to its target
    double pan = 0.0;  ///< default place of a mono stem, -1 left … +1 right
    bool percussive = false;
};

/// What a name says.
struct Guess {
    const Role* role = nullptr; ///< never null: "other" where nothing matches
    std::string matched;        ///< the pattern that decided; empty where nothing did
    std::optional<double> pan;  ///< -0.7 or +0.7 where the name ends in L, R, left or right
};

class Roles {
public:
    /// The table that comes with the program (data/roles.toml, embedded).
    static const Roles& built_in();

    /// errors  not TOML, unknown keys, wrong types, a role or pattern stated twice, no role "other"
    static Result<Roles> parse(std::string_view toml, std::string_view file_name);

    /// The role with this id, or null.
    [[nodiscard]] const Role* find(std::string_view id) const noexcept;

    /// `name`: a file's name without its extension, such as "01 Kick In", "AcGtr-DI", "OH_L".
    [[nodiscard]] Guess guess(std::string_view name) const;

    [[nodiscard]] const std::vector<Role>& all() const noexcept { return roles_; }

    /// All ids, for error messages: "kick, snare, …".
    [[nodiscard]] std::string ids() const;

private:
    struct Pattern {
        std::vector<std::string> words;
        std::string text;
        std::size_t role = 0;
        bool weak = false;
    };

    std::vector<Role> roles_;
    std::vector<Pattern> patterns_;

    Status add(std::size_t role, std::string text, bool weak, const std::string& where);
    [[nodiscard]] bool is_word(std::string_view word) const;
};

/// The words of a name, in lower case: cut at everything that is no letter or digit, between
/// letters and digits, and where capitals say so ("AcGtr" is "ac", "gtr"; "BGVs" stays one).
std::vector<std::string> words_of(std::string_view name);

} // namespace gainstage::mix
