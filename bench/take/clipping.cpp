// SPDX-License-Identifier: MIT
// How often clipping is found, and how often where there is none: passages of recordings, clipped
// by known depths, and what may become of a file afterwards. bench/take_clipping fetches the
// recordings.
//   clipping NAME=FOLDER…      each folder's recordings in passages of ten seconds
#include "take/clipping.h"
#include "passages.h"
#include "support/clipping_set.h"
#include "support/instruments.h"
#include "support/memory_source.h"
#include "support/test_signals.h"
#include "take/earlier_clipping.h"

#include <fmt/core.h>
#include <sndfile.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

using namespace gainstage;
using namespace gainstage::bench;
using namespace gainstage::test;
namespace fs = std::filesystem;

namespace {

const std::size_t most_passages = number_from("CLIPPING_PASSAGES", 40); // of a folder
constexpr std::size_t most_of_a_file = 2;
constexpr std::array depths_db = {0.5, 1.0, 1.5, 2.0, 3.0, 6.0, 12.0};
constexpr double synth_s = 4.0;
constexpr double test_signal_s = 2.0;
const std::size_t coded_every = std::getenv("CLIPPING_NO_CODECS") != nullptr
                                    ? 1000000
                                    : 4;    // the codecs are slow: every fourth passage
constexpr std::uint64_t enough_frames = 10; // cut in one or more tops

std::vector<Passage> synthesised() {
    std::vector<Passage> all;
    for (const Instrument instrument : instruments) {
        for (std::uint64_t seed = 1; seed <= 8; ++seed) {
            all.push_back(
                {name(instrument), phrase(instrument, Seed{seed}, passage_s), instrument_rate_hz});
        }
    }
    return all;
}

struct Found {
    bool clipped = false;
    bool held = false; ///< nothing clipped for sure, but peaks end at one level
    take::FlatTopsFound tops;
};

/// As `take` looks for it.
Found looked_for(const std::vector<float>& signal, double rate_hz) {
    const auto heard = heard_by<take::FlatTops>(signal, rate_hz);
    const auto open = [&]() -> Result<std::unique_ptr<audio::io::Source>> {
        return std::unique_ptr<audio::io::Source>(
            std::make_unique<MemorySource>(planar({signal}), rate_hz));
    };
    take::FlatTopsFound tops = heard.found();
    const bool clipped = tops.count > 0 || take::find_earlier_clipping(heard, open)->has_value();
    const bool held = !clipped && !tops.held.empty();
    return {clipped, held, std::move(tops)};
}

bool found(const std::vector<float>& signal, double rate_hz) {
    return looked_for(signal, rate_hz).clipped;
}

/// Samples side by side that clipping changes.
struct Place {
    std::uint64_t first_frame = 0;
    std::uint64_t frames = 0;
    double depth_db = 0.0;
};

std::vector<Place> places_cut(const std::vector<float>& signal, double depth_db) {
    float peak = 0.0f;
    for (const float x : signal) {
        peak = std::max(peak, std::abs(x));
    }
    const float level = peak * static_cast<float>(linear(-depth_db));
    std::vector<Place> places;
    for (std::size_t n = 0; n < signal.size(); ++n) {
        float highest = 0.0f;
        const std::size_t first = n;
        for (; n < signal.size() && std::abs(signal[n]) > level; ++n) {
            highest = std::max(highest, std::abs(signal[n]));
        }
        if (n > first) {
            places.push_back(
                {first, n - first, 20.0 * std::log10(static_cast<double>(highest / level))});
        }
    }
    return places;
}

std::uint64_t frames_of(const std::vector<Place>& places) {
    std::uint64_t frames = 0;
    for (const Place& place : places) {
        frames += place.frames;
    }
    return frames;
}

/// How many places of 1 dB and more are listed, up to where the list ends.
Rate listed(const std::vector<Place>& places, const take::FlatTopsFound& tops) {
    constexpr double least_db = 1.0;
    constexpr std::uint64_t beside = 1;
    const bool whole = tops.count <= tops.first.size();
    Rate rate;
    for (const Place& place : places) {
        if (place.depth_db < least_db ||
            (!whole && place.first_frame > tops.first.back().first_frame)) {
            continue;
        }
        rate += std::ranges::any_of(tops.first, [&](const take::FlatTop& top) {
            return top.first_frame <= place.first_frame + place.frames + beside &&
                   place.first_frame <= top.first_frame + top.frames + beside;
        });
    }
    return rate;
}

/// What is said to be missing on top, as advice.h takes it.
std::optional<double> told_db(const take::FlatTopsFound& tops) {
    const bool is_known = !std::ranges::all_of(tops.first, &take::FlatTop::by_level_only);
    return is_known ? std::optional(take::told_depth_of(tops.first).db()) : std::nullopt;
}

/// Their median, and what nine in ten lie between.
std::string spread(std::vector<double> errors_db) {
    if (errors_db.empty()) {
        return "-";
    }
    std::ranges::sort(errors_db);
    const auto at = [&](double part) {
        return errors_db[static_cast<std::size_t>(part *
                                                  static_cast<double>(errors_db.size() - 1))];
    };
    return fmt::format("{:+.1f} ({:+.1f}..{:+.1f})", at(0.5), at(0.05), at(0.95));
}

/// There and back through a lossy codec, by ffmpeg.
std::vector<float>
coded(const std::vector<float>& signal, double rate_hz, const std::string& codec) {
    static const fs::path folder = [] {
        std::string name = (fs::temp_directory_path() / "clipping-XXXXXX").string();
        return fs::path(mkdtemp(name.data()));
    }();
    const fs::path in = folder / "in.wav";
    const fs::path lossy = folder / (codec == "aac" ? "coded.m4a" : "coded.mp3");
    const fs::path out = folder / "out.wav";
    SF_INFO info{};
    info.samplerate = static_cast<int>(rate_hz);
    info.channels = 1;
    info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_24;
    SNDFILE* file = sf_open(in.c_str(), SFM_WRITE, &info);
    sf_writef_float(file, signal.data(), static_cast<sf_count_t>(signal.size()));
    sf_close(file);
    const std::string encoder = codec == "aac" ? "aac" : "libmp3lame";
    const std::string run = fmt::format("ffmpeg -v error -y -i {0} -c:a {1} -b:a 128k {2} && "
                                        "ffmpeg -v error -y -i {2} -c:a pcm_f32le {3}",
                                        in.string(), encoder, lossy.string(), out.string());
    if (std::system(run.c_str()) != 0) { // NOLINT(cert-env33-c): names of our own making
        return {};
    }
    std::vector<float> decoded(signal.size() + 8192);
    file = sf_open(out.c_str(), SFM_READ, &info);
    decoded.resize(static_cast<std::size_t>(
        sf_readf_float(file, decoded.data(), static_cast<sf_count_t>(decoded.size()))));
    sf_close(file);
    fs::remove_all(folder / "coded.mp3");
    return decoded;
}

/// A treatment drawn for passage `i`.
AfterClipping drawn(std::size_t i, double rate_hz, bool resample) {
    std::mt19937_64 random(i);
    const double gain_db = std::uniform_real_distribution<double>(-20.0, -0.1)(random);
    const double noise_dbfs = std::uniform_real_distribution<double>(-96.0, -75.0)(random);
    const double other_hz = rate_hz == 44100.0 ? 48000.0 : 44100.0;
    return {gain_db, noise_dbfs, resample ? other_hz : 0.0};
}

/// Many sounds were cut off when they were made: near full scale the highest sample comes again and
/// again. Turning phases doesn't hide that in what lies above a few kilohertz.
bool is_whole(std::span<const float> signal) {
    constexpr float near_full_scale = 0.94f;
    constexpr std::ptrdiff_t several = 5;
    const auto [lowest, highest] = std::ranges::minmax(signal);
    return std::ranges::none_of(std::array{lowest, highest}, [&](float most) {
        return std::abs(most) > near_full_scale && std::ranges::count(signal, most) >= several;
    });
}

void clipped_rows(const std::vector<Passage>& all, bool verbose) {
    fmt::print(
        "{:>6} {:>5} | {:>18} {:>18} {:>20} {:>20} {:>18} {:>18} {:>18} {:>18} | {:>16} {:>16}\n",
        "depth", "cut", "hard", "or held", "places >= 1 dB", "depth told, dB", "hard, >=10 cut",
        "one side", "knee", "resampled", "mp3 128", "aac 128");
    for (const double depth_db : depths_db) {
        Rate hard;
        Rate or_held;
        Rate many;
        Rate one_sided;
        Rate bent;
        Rate resampled;
        Rate mp3;
        Rate aac;
        Rate deep_places;
        std::vector<double> depth_errors_db; // the one told, over the deepest
        std::vector<std::uint64_t> cut;
        for (std::size_t i = 0; i < all.size(); ++i) {
            const Passage& passage = all[i];
            const AfterClipping gain = drawn(i, passage.rate_hz, false);
            const AfterClipping other_rate = drawn(i, passage.rate_hz, true);
            const auto treated = [&](ClipCurve curve, const AfterClipping& treatment) {
                return after(clip(passage.signal, curve, depth_db), treatment, passage.rate_hz,
                             Seed{i});
            };
            const std::vector<Place> places = places_cut(passage.signal, depth_db);
            cut.push_back(frames_of(places));
            const std::vector<float> plain = treated(ClipCurve::hard, gain);
            const Found in_plain = looked_for(plain, passage.rate_hz);
            const bool hit = in_plain.clipped;
            hard += hit;
            or_held += hit || in_plain.held;
            deep_places += listed(places, in_plain.tops);
            if (const auto told = told_db(in_plain.tops)) {
                depth_errors_db.push_back(*told - depth_db);
            }
            if (cut.back() >= enough_frames) {
                many += hit;
            }
            if (verbose && !hit) {
                fmt::print(stderr, "{} dB missed: {} ({} cut)\n", depth_db, passage.name,
                           cut.back());
            }
            one_sided += found(treated(ClipCurve::one_sided, gain), passage.rate_hz);
            bent += found(treated(ClipCurve::knee, gain), passage.rate_hz);
            const bool after_all =
                found(treated(ClipCurve::hard, other_rate), other_rate.resampled_hz);
            resampled += after_all;
            if (verbose && !after_all) {
                fmt::print(stderr, "{} dB missed, resampled: {} ({} cut, {:.0f} Hz)\n", depth_db,
                           passage.name, cut.back(), passage.rate_hz);
            }
            if (i % coded_every == 0 && passage.rate_hz >= 44100.0) {
                mp3 += found(coded(plain, passage.rate_hz, "mp3"), passage.rate_hz);
                aac += found(coded(plain, passage.rate_hz, "aac"), passage.rate_hz);
            }
        }
        std::ranges::sort(cut);
        fmt::print("{:>6.1f} {:>5} | {:>18} {:>18} {:>20} {:>20} {:>18} {:>18} {:>18} {:>18} | "
                   "{:>16} {:>16}\n",
                   depth_db, cut[cut.size() / 2], hard.str(), or_held.str(), deep_places.str(),
                   spread(depth_errors_db), many.str(), one_sided.str(), bent.str(),
                   resampled.str(), mp3.str(), aac.str());
    }
}

void clean_rows(const std::vector<Passage>& all) {
    Rate clean;
    Rate resampled;
    Rate limited_resampled;
    Rate limited_rate;
    Rate mp3;
    Rate limited_mp3;
    Rate held_clean;
    Rate held_limited;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Passage& passage = all[i];
        const AfterClipping gain = drawn(i, passage.rate_hz, false);
        const AfterClipping other = drawn(i, passage.rate_hz, true);
        const auto judge = [&](Rate& rate, const char* what, const std::vector<float>& x,
                               double rate_hz) {
            const Found in_it = looked_for(x, rate_hz);
            const bool hit = in_it.clipped;
            rate += hit;
            if (&rate == &clean || &rate == &limited_rate) {
                (&rate == &clean ? held_clean : held_limited) += in_it.held;
            }
            if (hit) {
                fmt::print(stderr, "false alarm, {}: {}\n", what, passage.name);
            }
        };
        judge(clean, "clean",
              after(clip(passage.signal, ClipCurve::hard, 0.0), gain, passage.rate_hz, Seed{i}),
              passage.rate_hz);
        judge(resampled, "resampled",
              after(clip(passage.signal, ClipCurve::hard, 0.0), other, passage.rate_hz, Seed{i}),
              other.resampled_hz);
        for (const double drive_db : {2.0, 5.0, 9.0}) {
            const auto master = after(limited(passage.signal, drive_db, passage.rate_hz), gain,
                                      passage.rate_hz, Seed{i});
            judge(limited_rate, "limited", master, passage.rate_hz);
            judge(limited_resampled, "limited, resampled",
                  after(limited(passage.signal, drive_db, passage.rate_hz), other, passage.rate_hz,
                        Seed{i}),
                  other.resampled_hz);
            if (i % coded_every == 0 && drive_db == 5.0 && passage.rate_hz >= 44100.0) {
                judge(limited_mp3, "limited, mp3", coded(master, passage.rate_hz, "mp3"),
                      passage.rate_hz);
            }
        }
        if (i % coded_every == 0 && passage.rate_hz >= 44100.0) {
            judge(mp3, "mp3",
                  coded(after(clip(passage.signal, ClipCurve::hard, 0.0), gain, passage.rate_hz,
                              Seed{i}),
                        passage.rate_hz, "mp3"),
                  passage.rate_hz);
        }
    }
    Rate squares;
    for (int variant = 0; variant < 6; ++variant) {
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            const AfterClipping gain = drawn(seed, instrument_rate_hz, seed % 3 == 0);
            const bool hit =
                found(after(square_synth(variant, Seed{seed}, synth_s), gain, instrument_rate_hz,
                            Seed{seed}),
                      gain.resampled_hz > 0.0 ? gain.resampled_hz : instrument_rate_hz);
            squares += hit;
            if (hit) {
                fmt::print(stderr, "false alarm: square {} {}\n", variant, seed);
            }
        }
    }
    Rate generated;
    for (const double rate_hz : {44100.0, 48000.0}) {
        for (const TestSignal& signal : test_signals(rate_hz, test_signal_s)) {
            for (const double noise_dbfs : {-200.0, -96.0, -75.0}) {
                const AfterClipping gain{-3.0, noise_dbfs, 0.0};
                const bool hit = found(after(signal.samples, gain, rate_hz, Seed{1}), rate_hz);
                generated += hit;
                if (hit) {
                    fmt::print(stderr, "false alarm: {}, {} Hz, {} dBFS noise\n", signal.name,
                               rate_hz, noise_dbfs);
                }
            }
        }
    }
    fmt::print("\nfalse alarms: clean {}; resampled {}; mp3 {}; limited {}; limited, "
               "resampled {}; limited, mp3 {}; square synths {}; test signals {}\n",
               clean.str(), resampled.str(), mp3.str(), limited_rate.str(), limited_resampled.str(),
               limited_mp3.str(), squares.str(), generated.str());
    fmt::print("peaks held at one level: clean {}; limited {}\n", held_clean.str(),
               held_limited.str());
}

} // namespace

int main(int count, char** arguments) {
    const bool verbose = std::getenv("CLIPPING_VERBOSE") != nullptr;
    std::vector<Passage> all = synthesised();
    for (int i = 1; i < count; ++i) {
        const std::string argument = arguments[i];
        const auto sign = argument.find('=');
        if (sign == std::string::npos) {
            fmt::print(stderr, "{}: write NAME=FOLDER\n", argument);
            return 2;
        }
        for (Passage& passage :
             passages(argument.substr(sign + 1), most_passages, most_of_a_file, is_whole)) {
            // The shape of its waves is turned, so that what its own mastering cut off doesn't show
            // and the passage is known to be clean.
            passage.signal = phase_turned(std::move(passage.signal), passage.rate_hz);
            all.push_back(std::move(passage));
        }
    }
    fmt::print("{} passages of up to {:.0f} s\n", all.size(), passage_s);
    clipped_rows(all, verbose);
    clean_rows(all);
}
