// SPDX-License-Identifier: MIT
// How often clicks are found, and how often where there are none: passages of recordings, as they
// are, and with one click of a known kind. bench/take_clicks fetches the recordings.
//   clicks NAME=FOLDER…      each folder's recordings in passages of ten seconds
#include "take/clicks.h"
#include "passages.h"
#include "support/clipping_set.h"
#include "support/instruments.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <vector>

using namespace gainstage;
using namespace gainstage::bench;
using namespace gainstage::test;

namespace {

const std::size_t most_passages = number_from("CLICKS_PASSAGES", 1000); // of a folder
constexpr std::size_t most_of_a_file = 4;
constexpr int places = 2; // of a click, in a passage

double peak_around(const std::vector<float>& x, std::size_t at, std::size_t frames) {
    double peak = 0.0;
    for (std::size_t n = at - frames; n < at + frames; ++n) {
        peak = std::max(peak, static_cast<double>(std::abs(x[n])));
    }
    return peak;
}

/// Somewhere where it plays: the peak of 20 ms is no more than 20 dB below that of the passage.
std::size_t place(const Passage& passage, std::mt19937_64& random) {
    const std::size_t edge = static_cast<std::size_t>(0.09 * passage.rate_hz) + 900;
    const std::size_t frames = passage.signal.size();
    if (frames < 2 * edge + 10) {
        return 0;
    }
    const auto around = static_cast<std::size_t>(0.01 * passage.rate_hz);
    double peak = 0.0;
    for (const float x : passage.signal) {
        peak = std::max(peak, static_cast<double>(std::abs(x)));
    }
    for (int trial = 0; trial < 100; ++trial) {
        const std::size_t at =
            std::uniform_int_distribution<std::size_t>(edge, frames - edge)(random);
        if (peak_around(passage.signal, at, around) >= 0.1 * peak) {
            return at;
        }
    }
    return 0;
}

struct Damage {
    std::string name;
    /// Does it at `at`, and says its height over the local peak `level`.
    std::function<double(std::vector<float>&, std::size_t at, double level, std::mt19937_64&)> act;
};

double lost(std::vector<float>& x, std::size_t at, std::size_t frames, double level) {
    const float expected = x[at];
    x.erase(x.begin() + static_cast<std::ptrdiff_t>(at),
            x.begin() + static_cast<std::ptrdiff_t>(at + frames));
    return std::abs(static_cast<double>(x[at] - expected)) / level;
}

double again(std::vector<float>& x, std::size_t at, std::size_t frames, double level) {
    const float expected = x[at];
    const std::vector<float> piece(x.begin() + static_cast<std::ptrdiff_t>(at - frames),
                                   x.begin() + static_cast<std::ptrdiff_t>(at));
    x.insert(x.begin() + static_cast<std::ptrdiff_t>(at), piece.begin(), piece.end());
    return std::abs(static_cast<double>(x[at] - expected)) / level;
}

double wrong(std::vector<float>& x,
             std::size_t at,
             std::size_t frames,
             double level,
             double height_db,
             std::mt19937_64& random) {
    const double height = std::pow(10.0, height_db / 20.0);
    std::uniform_real_distribution<double> uniform(-1.0, 1.0);
    for (std::size_t n = 0; n < frames; ++n) {
        const double error = frames == 1 ? (uniform(random) < 0.0 ? -1.0 : 1.0) : uniform(random);
        x[at + n] += static_cast<float>(height * level * error);
    }
    return height;
}

std::vector<Damage> damages() {
    std::vector<Damage> all;
    for (const std::size_t frames : {1u, 5u, 64u}) {
        all.push_back({fmt::format("{} lost", frames),
                       [frames](auto& x, std::size_t at, double level, auto&) {
                           return lost(x, at, frames, level);
                       }});
    }
    for (const std::size_t frames : {1u, 5u, 64u}) {
        all.push_back({fmt::format("{} again", frames),
                       [frames](auto& x, std::size_t at, double level, auto&) {
                           return again(x, at, frames, level);
                       }});
    }
    for (const double height_db : {-6.0, -12.0, -20.0, -30.0, -40.0}) {
        all.push_back({fmt::format("1 wrong, {:.0f} dB", height_db),
                       [height_db](auto& x, std::size_t at, double level, auto& random) {
                           return wrong(x, at, 1, level, height_db, random);
                       }});
    }
    for (const std::size_t frames : {3u, 8u}) {
        all.push_back({fmt::format("{} wrong, -12 dB", frames),
                       [frames](auto& x, std::size_t at, double level, auto& random) {
                           return wrong(x, at, frames, level, -12.0, random);
                       }});
    }
    return all;
}

void damaged_rows(const std::vector<Passage>& all, const std::vector<std::string>& sets) {
    fmt::print("{:<16}", "");
    for (const std::string& set : sets) {
        fmt::print(" {:>16}", set.substr(0, 16));
    }
    fmt::print(" {:>16} {:>16}\n", "all", "of >= -20 dB");
    for (const Damage& damage : damages()) {
        std::vector<Rate> rates(sets.size());
        Rate every;
        Rate high;
        std::mt19937_64 random(7); // NOLINT: the same every time
        for (const Passage& passage : all) {
            for (int i = 0; i < places; ++i) {
                const std::size_t at = place(passage, random);
                if (at == 0) {
                    continue;
                }
                // Half a second around it is enough.
                const auto half = static_cast<std::size_t>(0.25 * passage.rate_hz);
                const std::size_t begin = at - std::min(at, half);
                const std::size_t end = std::min(passage.signal.size(), at + half);
                std::vector<float> x(passage.signal.begin() + static_cast<std::ptrdiff_t>(begin),
                                     passage.signal.begin() + static_cast<std::ptrdiff_t>(end));
                const double level =
                    peak_around(x, at - begin, static_cast<std::size_t>(0.01 * passage.rate_hz));
                const double height = damage.act(x, at - begin, level, random);
                const auto found = heard_by<take::Clicks>(x, passage.rate_hz).found();
                const bool hit = std::ranges::any_of(found.first, [&](const take::Click& click) {
                    return click.first_frame + 2 >= at - begin &&
                           click.first_frame <= at - begin + 10;
                });
                if (!hit && std::getenv("CLICK_VERBOSE") != nullptr) {
                    fmt::print(stderr, "missed at {}: {}, {}\n", at - begin, damage.name,
                               passage.name);
                }
                rates[passage.set] += hit;
                every += hit;
                if (height >= 0.1) {
                    high += hit;
                }
            }
        }
        fmt::print("{:<16}", damage.name);
        for (const Rate& rate : rates) {
            fmt::print(" {:>16}", rate.str());
        }
        fmt::print(" {:>16} {:>16}\n", every.str(), high.str());
        std::fflush(stdout);
    }
}

void clean_rows(const std::vector<Passage>& all, const std::vector<std::string>& sets) {
    std::vector<Rate> rates(sets.size());
    std::vector<double> minutes(sets.size());
    std::vector<std::uint64_t> clicks(sets.size());
    for (const Passage& passage : all) {
        const auto found = heard_by<take::Clicks>(passage.signal, passage.rate_hz).found();
        rates[passage.set] += found.count > 0;
        minutes[passage.set] += static_cast<double>(passage.signal.size()) / passage.rate_hz / 60.0;
        clicks[passage.set] += found.count;
        if (found.count > 0) {
            fmt::print(stderr, "alarm: {}, {}: {}, the first at {:.4f} s\n", sets[passage.set],
                       passage.name, found.count,
                       static_cast<double>(found.first.front().first_frame) / passage.rate_hz);
        }
    }
    for (std::size_t i = 0; i < sets.size(); ++i) {
        fmt::print("as it is, {}: passages with alarms {}; alarms {} in {:.1f} min\n", sets[i],
                   rates[i].str(), clicks[i], minutes[i]);
    }
    // What isn't a click either: cut tops, few steps, another rate, a limiter.
    const auto judge = [&](const char* what, const auto& treat) {
        Rate rate;
        for (const Passage& passage : all) {
            const bool hit =
                heard_by<take::Clicks>(treat(passage), passage.rate_hz).found().count > 0;
            rate += hit;
            if (hit) {
                fmt::print(stderr, "alarm, {}: {}\n", what, passage.name);
            }
        }
        fmt::print("{}: {}\n", what, rate.str());
    };
    for (const double depth_db : {0.5, 1.0, 3.0, 6.0, 12.0}) {
        judge(fmt::format("clipped by {} dB", depth_db).c_str(),
              [&](const Passage& passage) { return clipped(passage.signal, depth_db); });
    }
    judge("8 bit", [](const Passage& passage) {
        std::vector<float> x = passage.signal;
        for (float& y : x) {
            y = std::round(y * 128.0f) / 128.0f;
        }
        return x;
    });
    judge("limited, 6 dB",
          [](const Passage& passage) { return limited(passage.signal, 6.0, passage.rate_hz); });
    Rate squares;
    for (int variant = 0; variant < 6; ++variant) {
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            squares +=
                heard_by<take::Clicks>(square_synth(variant, Seed{seed}, 4.0), instrument_rate_hz)
                    .found()
                    .count > 0;
        }
    }
    fmt::print("square synths: {}\n", squares.str());
}

} // namespace

int main(int count, char** arguments) {
    std::vector<std::string> sets = {"instruments"};
    std::vector<Passage> all;
    for (const Instrument instrument : instruments) {
        for (std::uint64_t seed = 1; seed <= 8; ++seed) {
            all.push_back(
                {fmt::format("{} {}", name(instrument), seed),
                 recorded(phrase(instrument, Seed{seed}, passage_s), -6.0, -92.0, Seed{seed}),
                 instrument_rate_hz, 0});
        }
    }
    for (int i = 1; i < count; ++i) {
        const std::string argument = arguments[i];
        const auto sign = argument.find('=');
        if (sign == std::string::npos) {
            fmt::print(stderr, "{}: write NAME=FOLDER\n", argument);
            return 2;
        }
        sets.push_back(argument.substr(0, sign));
        for (Passage& passage :
             passages(argument.substr(sign + 1), most_passages, most_of_a_file)) {
            passage.set = sets.size() - 1;
            all.push_back(std::move(passage));
        }
    }
    fmt::print("{} passages of up to {:.0f} s\n", all.size(), passage_s);
    clean_rows(all, sets);
    if (std::getenv("CLICKS_CLEAN_ONLY") == nullptr) {
        damaged_rows(all, sets);
    }
}
