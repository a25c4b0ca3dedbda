// SPDX-License-Identifier: MIT
// DriveSearch: finds the drive at which a limited programme is as loud as asked for, or as hard
// limited as allowed, whichever comes first. It renders nothing: it says which drive to try, and is
// told what came of it.
#pragma once

#include "units/gain.h"
#include "units/level.h"

#include <optional>
#include <vector>

namespace gainstage::master {

/// What one drive gives. Both grow with the drive.
struct Trial {
    Gain drive;
    Lufs integrated;
    Gain strain; ///< how much more the limiter works than is clean: negative is clean
};

class DriveSearch {
public:
    /// `unlimited`: the largest drive at which the limiter rests; its loudness is known without a
    /// render.
    DriveSearch(const Trial& unlimited, Lufs target);

    /// The drive to try next; nothing when the search is over.
    [[nodiscard]] std::optional<Gain> next() const;

    void add(const Trial& trial);

    /// The best so far: on target if it can be reached cleanly; otherwise the loudest clean one.
    [[nodiscard]] const Trial& best() const;

    /// The loudness was what ended the search, not the strain.
    [[nodiscard]] bool reached() const;

    static constexpr Gain loudness_aim =
        Gain::from_db(0.02); ///< a fifth of what a master may be off
    static constexpr Gain strain_aim = Gain::from_db(0.1);
    static constexpr std::size_t most_trials = 10;
    static constexpr Gain largest_drive = Gain::from_db(60.0); ///< of the limiter's parameter table

private:
    [[nodiscard]] double miss_db(const Trial& trial) const; ///< below 0: more drive; above 0: less
    [[nodiscard]] bool is_hit(const Trial& trial) const;

    Lufs target_;
    std::vector<Trial> trials_; ///< by drive
};

} // namespace gainstage::master
