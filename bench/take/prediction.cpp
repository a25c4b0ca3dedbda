// SPDX-License-Identifier: MIT
// How well the peak of a take is predicted from a practice run: recordings are split, the second
// part's peak is hidden, predicted and compared. bench/take_prediction fetches the recordings.
//   prediction NAME=FOLDER…   each folder a row; files under 45 s in one folder are taken as one
//                             voice's utterances, one after the other
#include "take/prediction.h"
#include "audio/buffer.h"
#include "audio/io/source.h"
#include "take/short_term_peaks.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

using namespace gainstage;
namespace fs = std::filesystem;

namespace {

constexpr double hop_s = 0.05;
constexpr double least_recording_s = 45.0;
constexpr double utterances_s = 300.0; // as many in a row as make a recording
constexpr std::array practice_lengths_s = {10.0, 20.0, 30.0, 45.0, 60.0, 90.0};
constexpr std::array starts = {0.0, 0.3}; // of the recording
constexpr double longest_take_s = 240.0;
constexpr double shortest_take_s = 30.0;
constexpr double crest_db = 18.0; // the best for the rule of 12, 15 and 18 dB

struct Recording {
    std::vector<float> peaks; ///< a hop of 50 ms
    std::vector<double> powers;
};

struct Score {
    double splits = 0, inside = 0, below = 0, above = 0;
    double error = 0, bias = 0, peak_and_6 = 0, average_and_crest = 0, nothing = 0;

    void operator+=(const Score& o) {
        splits += o.splits, inside += o.inside, below += o.below, above += o.above;
        error += o.error, bias += o.bias, peak_and_6 += o.peak_and_6;
        average_and_crest += o.average_and_crest, nothing += o.nothing;
    }

    [[nodiscard]] Score mean() const {
        const double n = std::max(1.0, splits);
        return {1,          inside / n, below / n,      above / n,
                error / n,  bias / n,   peak_and_6 / n, average_and_crest / n,
                nothing / n};
    }
};

Recording read(const fs::path& path) {
    Recording recording;
    auto source = audio::io::open(path);
    if (!source) {
        return recording;
    }
    const auto& info = (*source)->info();
    const auto hop = static_cast<int>(hop_s * info.sample_rate.value());
    take::ShortTermPeaks peaks;
    peaks.prepare({.sample_rate = info.sample_rate, .layout = info.layout, .max_frames = hop});
    audio::AudioBuffer buffer(info.layout.channels(), hop);
    for (auto frames = (*source)->read(buffer.view()); frames && *frames > 0;
         frames = (*source)->read(buffer.view())) {
        const auto block = buffer.view().first(*frames);
        peaks.process(block);
        double power = 0.0;
        for (int c = 0; c < block.channels(); ++c) {
            for (const float x : block.channel(c)) {
                power += static_cast<double>(x) * static_cast<double>(x);
            }
        }
        recording.powers.push_back(power / static_cast<double>(*frames) / block.channels());
    }
    recording.peaks.assign(peaks.peaks().begin(), peaks.peaks().end());
    recording.powers.resize(recording.peaks.size());
    return recording;
}

void append(Recording& to, const Recording& from) {
    to.peaks.insert(to.peaks.end(), from.peaks.begin(), from.peaks.end());
    to.powers.insert(to.powers.end(), from.powers.begin(), from.powers.end());
}

std::vector<Recording> recordings(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const std::string type = entry.path().extension().string();
        if (entry.is_regular_file() &&
            (type == ".ogg" || type == ".wav" || type == ".flac" || type == ".opus")) {
            files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    std::vector<Recording> all;
    std::map<fs::path, Recording> utterances;
    for (const fs::path& file : files) {
        Recording recording = read(file);
        if (static_cast<double>(recording.peaks.size()) * hop_s >= least_recording_s) {
            all.push_back(std::move(recording));
            continue;
        }
        Recording& row = utterances[file.parent_path()];
        append(row, recording);
        if (static_cast<double>(row.peaks.size()) * hop_s >= utterances_s) {
            all.push_back(std::move(row));
            row = {};
        }
    }
    return all;
}

double db(double amplitude) { return 20.0 * std::log10(std::max(amplitude, 1e-9)); }

Score split(const Recording& recording, std::size_t start, double practice_s) {
    const auto practice = static_cast<std::size_t>(practice_s / hop_s);
    const std::size_t second = start + practice;
    const std::size_t end =
        std::min(recording.peaks.size(), second + static_cast<std::size_t>(longest_take_s / hop_s));
    if (second >= end || static_cast<double>(end - second) * hop_s < shortest_take_s) {
        return {};
    }
    const std::span<const float> heard(recording.peaks.data() + start, practice);
    const double take_s = static_cast<double>(end - second) * hop_s;
    const auto prediction = take::predict(heard, Seconds{hop_s}, Seconds{take_s});
    const double heard_db = db(static_cast<double>(*std::ranges::max_element(heard)));
    const auto first = recording.peaks.begin();
    const double hidden_db = db(static_cast<double>(*std::max_element(
        first + static_cast<std::ptrdiff_t>(second), first + static_cast<std::ptrdiff_t>(end))));
    if (!prediction || heard_db < -50.0 || hidden_db < -60.0) {
        return {}; // silence isn't playing
    }
    double power = 0.0;
    for (std::size_t i = start; i < second; ++i) {
        power += recording.powers[i] / static_cast<double>(practice);
    }
    const bool below = hidden_db < prediction->low.db();
    const bool above = hidden_db > prediction->high.db();
    const double off = hidden_db - prediction->expected.db();
    const double average_db = db(std::sqrt(power));
    return {1.0,
            below || above ? 0.0 : 1.0,
            below ? 1.0 : 0.0,
            above ? 1.0 : 0.0,
            std::abs(off),
            off,
            std::abs(hidden_db - heard_db - 6.0),
            std::abs(hidden_db - average_db - crest_db),
            std::abs(hidden_db - heard_db)};
}

Score score(const std::vector<Recording>& all) {
    Score total;
    for (const Recording& recording : all) {
        for (const double practice_s : practice_lengths_s) {
            for (const double start : starts) {
                total += split(
                    recording,
                    static_cast<std::size_t>(start * static_cast<double>(recording.peaks.size())),
                    practice_s);
            }
        }
    }
    return total;
}

void row(const std::string& name, double splits, const Score& mean) {
    fmt::print(
        "{:<32} {:6.0f}  {:5.1f}  {:5.1f} {:5.1f}   {:5.2f} {:+5.2f}   {:5.2f} {:5.2f} {:5.2f}\n",
        name, splits, 100.0 * mean.inside, 100.0 * mean.below, 100.0 * mean.above, mean.error,
        mean.bias, mean.nothing, mean.average_and_crest, mean.peak_and_6);
}

} // namespace

int main(int count, char** arguments) {
    fmt::print("{:<32} {:>6}  {:>5}  {:>5} {:>5}   {:>5} {:>5}   {:>5} {:>5} {:>5}\n", "recordings",
               "splits", "in 90", "under", "over", "error", "bias", "do 0", "rms18", "pk+6");
    Score splits;
    Score packages;
    for (int i = 1; i < count; ++i) {
        const std::string argument = arguments[i];
        const auto sign = argument.find('=');
        if (sign == std::string::npos) {
            fmt::print(stderr, "{}: write NAME=FOLDER\n", argument);
            return 2;
        }
        const Score total = score(recordings(argument.substr(sign + 1)));
        if (total.splits > 0.0) {
            row(argument.substr(0, sign), total.splits, total.mean());
            splits += total;
            packages += total.mean();
        }
    }
    row("every split counts once", splits.splits, splits.mean());
    row("every row counts once", splits.splits, packages.mean());
}
