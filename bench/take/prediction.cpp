// SPDX-License-Identifier: MIT
// How well the peak of a take is predicted from a practice run: recordings are split, the second
// part's peak is hidden, predicted and compared. bench/take_prediction fetches the recordings.
//   prediction NAME=FOLDER…         each folder a row, each file of 45 s and more a recording
//   prediction speech:NAME=FOLDER…  shorter files in one folder are one voice's utterances: put in
//                                   a row they make recordings of a minute to five
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
#include <string_view>
#include <vector>

using namespace gainstage;
namespace fs = std::filesystem;

namespace {

constexpr double hop_s = 0.05;
constexpr double least_recording_s = 45.0;
constexpr double utterances_s = 300.0; // as many in a row as make a recording
constexpr double least_utterances_s = 60.0;
constexpr std::array practice_lengths_s = {10.0, 20.0, 30.0, 45.0, 60.0, 90.0};
constexpr std::array starts = {0.0, 0.3}; // of the recording
constexpr double longest_take_s = 240.0;
constexpr double shortest_take_s = 30.0;
constexpr std::array<std::string_view, 7> file_types = {".ogg", ".wav", ".flac", ".opus",
                                                        ".mp3", ".gsm", ".it"};
constexpr double crest_db = 18.0; // the best for the rule of 12, 15 and 18 dB

struct Recording {
    std::vector<float> peaks; ///< a hop of 50 ms
    std::vector<double> powers;
};

/// Of one rule.
struct Miss {
    double error = 0; ///< magnitude
    double bias = 0;

    void operator+=(const Miss& o) { error += o.error, bias += o.bias; }

    [[nodiscard]] Miss over(double n) const { return {error / n, bias / n}; }
};

struct Score {
    double splits = 0, inside = 0, below = 0, above = 0;
    Miss expected, nothing, average_and_crest, peak_and_6;

    void operator+=(const Score& o) {
        splits += o.splits, inside += o.inside, below += o.below, above += o.above;
        expected += o.expected, nothing += o.nothing;
        average_and_crest += o.average_and_crest, peak_and_6 += o.peak_and_6;
    }

    [[nodiscard]] Score mean() const {
        const double n = std::max(1.0, splits);
        return {1,
                inside / n,
                below / n,
                above / n,
                expected.over(n),
                nothing.over(n),
                average_and_crest.over(n),
                peak_and_6.over(n)};
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

std::vector<Recording> recordings(const fs::path& folder, bool speech) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const std::string type = entry.path().extension().string();
        if (entry.is_regular_file() && std::ranges::count(file_types, type) > 0) {
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
        if (!speech) {
            continue;
        }
        Recording& row = utterances[file.parent_path()];
        append(row, recording);
        if (static_cast<double>(row.peaks.size()) * hop_s >= utterances_s) {
            all.push_back(std::move(row));
            row = {};
        }
    }
    for (auto& [parent, row] : utterances) {
        if (static_cast<double>(row.peaks.size()) * hop_s >= least_utterances_s) {
            all.push_back(std::move(row));
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
    const auto miss = [&](double rule_db) {
        return Miss{std::abs(hidden_db - rule_db), hidden_db - rule_db};
    };
    return {1.0,
            below || above ? 0.0 : 1.0,
            below ? 1.0 : 0.0,
            above ? 1.0 : 0.0,
            miss(prediction->expected.db()),
            miss(heard_db),
            miss(db(std::sqrt(power)) + crest_db),
            miss(heard_db + 6.0)};
}

Score score(const std::vector<Recording>& all) {
    Score total;
    for (const Recording& recording : all) {
        const auto length = static_cast<double>(recording.peaks.size());
        for (const double practice_s : practice_lengths_s) {
            for (const double start : starts) {
                total += split(recording, static_cast<std::size_t>(start * length), practice_s);
            }
        }
        total += split(recording, 0, length * hop_s / 2.0); // halves
    }
    return total;
}

void row(const std::string& name, double splits, const Score& mean) {
    fmt::print("{:<32} {:6.0f}  {:5.1f}  {:5.1f} {:5.1f}  ", name, splits, 100.0 * mean.inside,
               100.0 * mean.below, 100.0 * mean.above);
    for (const Miss& miss :
         {mean.expected, mean.nothing, mean.average_and_crest, mean.peak_and_6}) {
        fmt::print(" {:6.2f} {:+6.2f}", miss.error, miss.bias);
    }
    fmt::print("\n");
}

} // namespace

int main(int count, char** arguments) {
    constexpr std::string_view speech_mark = "speech:";
    fmt::print(
        "{:<32} {:>6}  {:>5}  {:>5} {:>5}   {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6}\n",
        "recordings", "splits", "in 90", "under", "over", "error", "bias", "do 0", "bias", "rms18",
        "bias", "pk+6", "bias");
    Score splits;
    Score packages;
    for (int i = 1; i < count; ++i) {
        std::string argument = arguments[i];
        const bool speech = argument.starts_with(speech_mark);
        argument.erase(0, speech ? speech_mark.size() : 0);
        const auto sign = argument.find('=');
        if (sign == std::string::npos) {
            fmt::print(stderr, "{}: write NAME=FOLDER\n", argument);
            return 2;
        }
        const Score total = score(recordings(argument.substr(sign + 1), speech));
        if (total.splits > 0.0) {
            row(argument.substr(0, sign), total.splits, total.mean());
            splits += total;
            packages += total.mean();
        }
    }
    row("every split counts once", splits.splits, splits.mean());
    row("every row counts once", splits.splits, packages.mean());
}
