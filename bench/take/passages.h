// SPDX-License-Identifier: MIT
// passages: what the detectors of room take are measured on: the first channel of recordings, in
// passages of ten seconds; and a count of how many are found.
#pragma once

#include "audio/buffer.h"
#include "audio/io/source.h"
#include "support/heard_by.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace gainstage::bench {

using test::heard_by;

inline constexpr double passage_s = 10.0;

struct Passage {
    std::string name;
    std::vector<float> signal;
    double rate_hz = 48000.0;
    std::size_t set = 0; ///< which folder it is from
};

/// What the environment says, or `usual`.
inline std::size_t number_from(const char* variable, std::size_t usual) {
    const char* value = std::getenv(variable);
    return value != nullptr ? std::strtoul(value, nullptr, 10) : usual;
}

/// The first channel of passages of each file in a folder and those below it, the files shuffled,
/// the same every time. Passages that peak under -30 dBFS or last under 0.2 s are no music; nor are
/// those wanted that `accepts` doesn't.
inline std::vector<Passage> passages(
    const std::filesystem::path& folder,
    std::size_t most,
    std::size_t most_of_a_file,
    const std::function<bool(std::span<const float>)>& accepts = [](auto) { return true; }) {
    constexpr float softest = 0.03f;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        const std::string type = entry.path().extension().string();
        if (entry.is_regular_file() && (type == ".ogg" || type == ".wav" || type == ".flac")) {
            files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    std::shuffle(files.begin(), files.end(), std::mt19937_64(1)); // NOLINT: the same every time
    std::vector<Passage> all;
    for (const std::filesystem::path& file : files) {
        auto source = audio::io::open(file);
        if (!source || all.size() >= most) {
            continue;
        }
        const audio::io::StreamInfo& info = (*source)->info();
        const double rate_hz = info.sample_rate.value();
        audio::AudioBuffer buffer(info.layout.channels(), static_cast<int>(passage_s * rate_hz));
        for (std::size_t i = 0; i < most_of_a_file; ++i) {
            const auto frames = (*source)->read(buffer.view());
            if (!frames || static_cast<double>(*frames) < 0.2 * rate_hz) {
                break;
            }
            const auto x = buffer.view().first(*frames).channel(0);
            if (std::ranges::any_of(x, [](float y) { return std::abs(y) > softest; }) &&
                accepts(x)) {
                all.push_back({fmt::format("{} {:.0f} s", file.filename().string(),
                                           static_cast<double>(i) * passage_s),
                               std::vector<float>(x.begin(), x.end()), rate_hz});
            }
        }
    }
    return all;
}

/// How many of how many.
struct Rate {
    int found = 0;
    int all = 0;

    void operator+=(bool hit) { found += hit ? 1 : 0, ++all; }

    void operator+=(const Rate& other) { found += other.found, all += other.all; }

    [[nodiscard]] std::string str() const {
        return all == 0 ? "-" : fmt::format("{}/{} {:.1f}%", found, all, 100.0 * found / all);
    }
};

} // namespace gainstage::bench
