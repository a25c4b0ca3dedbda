// SPDX-License-Identifier: MIT
#include "master/master.h"

#include "audio/io/each_block.h"
#include "audio/io/sink.h"
#include "master/drive_search.h"
#include "master/programme.h"
#include "master/render.h"
#include "meter/loudness.h"
#include "meter/reference_true_peak.h"

#include <algorithm>
#include <cmath>

namespace gainstage::master {
namespace {

namespace io = audio::io;

/// A file of ours until it takes its final name.
class Unproved {
public:
    explicit Unproved(const std::filesystem::path& target)
        : target_(target),
          path_(target.parent_path() / ("." + target.filename().string() + ".unproved.wav")) {}

    Unproved(const Unproved&) = delete;
    Unproved& operator=(const Unproved&) = delete;

    ~Unproved() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored); // not there any more once it was accepted
    }

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

    Status accept() const {
        std::error_code failure;
        std::filesystem::rename(path_, target_, failure);
        if (failure) {
            return Error{ErrorKind::unwritable, target_.string(),
                         "can't be replaced: " + failure.message(), "check the folder"};
        }
        return Done{};
    }

private:
    std::filesystem::path target_;
    std::filesystem::path path_;
};

/// The mix as it is: all meters, and the true peak that decides whether a limiter is needed.
struct Mix {
    meter::Measurement measurement;
    Lufs integrated;
    Dbtp true_peak_16x;
};

/// An error about the unproved file, told of the file that was asked for.
Error about(const std::filesystem::path& target, Error error) {
    if (error.where.ends_with(".unproved.wav")) {
        error.where = target.string();
    }
    return error;
}

/// Every frame of a source or programme through the bridge and the reference.
template <typename Readable>
Result<Mix> measure_all(Readable& from, const io::StreamInfo& info, const io::Watch& watch) {
    const audio::Spec spec{info.sample_rate, info.layout, io::block_frames};
    meter::Bridge bridge;
    meter::ReferenceTruePeak reference;
    bridge.prepare(spec);
    reference.prepare(spec);
    const Status heard =
        io::each_block(from, spec.channels(), watch, [&](audio::ConstAudioView block) {
            bridge.process(block);
            reference.process(block);
        });
    if (!heard) {
        return heard.error();
    }
    Mix mix{bridge.measurement(), Lufs{}, reference.value()};
    mix.integrated = mix.measurement[meter::integrated];
    return mix;
}

io::SampleFormat sample_format(int bits) {
    switch (bits) {
    case 16:
        return io::SampleFormat::int16;
    case 24:
        return io::SampleFormat::int24;
    default:
        return io::SampleFormat::float32;
    }
}

/// How far below the ceiling the float signal stays, so that the written file does too.
///   dither of +-1 LSB and rounding of half an LSB add at most 1.5 LSB a sample, and what lies
///   between samples at most twice as much more often than not: 3 LSB; the proof on the written
///   file catches the rest
Gain room_for_dither(int bits, Dbtp ceiling) {
    if (bits != 16 && bits != 24) {
        return Gain{};
    }
    const double lsb = std::ldexp(1.0, 1 - bits);
    return Gain::from_amplitude_ratio(1.0 + 3.0 * lsb / ceiling.to_amplitude());
}

/// Readers differ: scipy's resample_poly, with its default window, was seen to read a limited file
/// 0.012 dB higher than meter::ReferenceTruePeak, by the ripple of its shorter kernel. The ceiling
/// is kept for them too.
constexpr Gain room_for_readers = Gain::from_db(0.02);

class Mastering {
public:
    Mastering(Programme& programme,
              const verdict::Medium& medium,
              const verdict::Targets& targets,
              const io::Watch& watch)
        : programme_(programme), medium_(medium), targets_(targets), watch_(watch),
          aim_(medium.ceiling - room_for_readers - room_for_dither(medium.bits, medium.ceiling)),
          threshold_(aim_) {}

    /// Decides drive and threshold.
    Status solve(const Mix& mix) {
        if (mix.integrated.is_silent()) {
            return solve_unmeasurable(mix);
        }
        settings_.drive = medium_.loudness - mix.integrated;
        const Gain room = aim_ - mix.true_peak_16x;
        if (settings_.drive <= room) {
            settings_.threshold.reset(); // gain alone: nothing to limit
            return Done{};
        }
        return search({room, mix.integrated + room, -largest_strain()});
    }

    /// Renders into `target` and reads it back, until what is read keeps the ceiling.
    Status write(const std::filesystem::path& target, Master& master) {
        for (int attempt = 0; attempt < most_attempts; ++attempt) {
            if (const Status written = write_once(target, master); !written) {
                return written;
            }
            const Gain over = master.true_peak_16x - (medium_.ceiling - 0.5 * room_for_readers);
            if (master.true_peak_16x.is_silent() || over <= Gain{}) {
                return Done{};
            }
            if (settings_.threshold) {
                lower_threshold(over);
            } else {
                settings_.drive -= over;
            }
        }
        return Done{}; // said by the finding master.over-ceiling
    }

    [[nodiscard]] bool is_measurable() const noexcept { return measurable_; }

private:
    static constexpr int most_attempts = 6;

    [[nodiscard]] Gain largest_strain() const {
        return Gain::from_db(std::min(targets_["master.max_gain_reduction_db"],
                                      targets_["master.max_mean_gain_reduction_db"]));
    }

    [[nodiscard]] Gain strain(const RenderReading& reading) const {
        const double peaks_db =
            reading.usual_max_reduction().db() - targets_["master.max_gain_reduction_db"];
        const double mean_db =
            reading.mean_reduction.db() - targets_["master.max_mean_gain_reduction_db"];
        return Gain::from_db(std::max(peaks_db, mean_db));
    }

    /// A little further than the excess, since a lower threshold makes peaks of its own.
    void lower_threshold(Gain over) {
        threshold_ = threshold_ - over - Gain::from_db(0.002);
        if (settings_.threshold) {
            settings_.threshold = threshold_;
        }
    }

    /// Silence, or shorter than the 0.4 s that loudness is measured over: as it is, but under the
    /// ceiling.
    Status solve_unmeasurable(const Mix& mix) {
        measurable_ = false;
        settings_.drive = Gain{};
        if (!mix.true_peak_16x.is_silent()) {
            settings_.drive = std::min(Gain{}, aim_ - mix.true_peak_16x);
        }
        return Done{};
    }

    Result<RenderReading> rehearse(Gain drive) {
        const auto nobody = [](audio::ConstAudioView) -> Status { return Done{}; };
        auto reading = render(programme_, {drive, threshold_}, nobody, watch_);
        if (reading && reading->true_peak_16x > aim_) {
            lower_threshold(reading->true_peak_16x - aim_);
        }
        return reading;
    }

    Status search(const Trial& unlimited) {
        DriveSearch search(unlimited, medium_.loudness);
        while (const auto drive = search.next()) {
            const auto reading = rehearse(*drive);
            if (!reading) {
                return reading.error();
            }
            search.add({*drive, reading->integrated, strain(*reading)});
        }
        settings_.drive = search.best().drive;
        settings_.threshold = threshold_;
        return Done{};
    }

    Status write_once(const std::filesystem::path& target, Master& master) {
        const io::StreamInfo& info = programme_.info();
        io::SinkFormat format;
        format.sample = sample_format(medium_.bits);
        format.sample_rate = info.sample_rate;
        format.layout = info.layout;
        auto sink = io::create(target, format);
        if (!sink) {
            return sink.error();
        }
        const auto reading = render(
            programme_, settings_,
            [&](audio::ConstAudioView block) { return (*sink)->write(block); }, watch_);
        if (!reading) {
            return reading.error();
        }
        if (const Status committed = (*sink)->commit(); !committed) {
            return committed;
        }
        master.drive = settings_.drive;
        master.max_gain_reduction = reading->max_reduction;
        master.usual_gain_reduction = reading->usual_max_reduction();
        master.mean_gain_reduction = reading->mean_reduction;
        master.limited_share = reading->limited_share;
        master.gain_reduction_db = reading->reduction_db;
        return read_back(target, master);
    }

    Status read_back(const std::filesystem::path& target, Master& master) {
        auto source = io::open(target);
        if (!source) {
            return source.error();
        }
        auto written = measure_all(**source, (*source)->info(), watch_);
        if (!written) {
            return written.error();
        }
        master.after = std::move(written->measurement);
        master.true_peak_16x = written->true_peak_16x;
        return Done{};
    }

    Programme& programme_;
    const verdict::Medium& medium_;
    const verdict::Targets& targets_;
    const io::Watch& watch_;
    Dbtp aim_;       ///< what the float signal's true peak has to keep
    Dbtp threshold_; ///< the limiter's: below the aim by what it doesn't see
    RenderSettings settings_;
    bool measurable_ = true; ///< there is a loudness to solve for
};

/// The most in each hop of the history that it will be drawn beside.
std::vector<float> at_hop(const std::vector<float>& reduction_db, const meter::History& history) {
    const auto times =
        static_cast<std::size_t>(std::max(1L, std::lround(history.hop_s / render_hop_s)));
    std::vector<float> out(history.momentary_lufs.size(), 0.0f);
    for (std::size_t n = 0; n < reduction_db.size() && !out.empty(); ++n) {
        float& point = out[std::min(n / times, out.size() - 1)];
        point = std::max(point, reduction_db[n]);
    }
    return out;
}

std::vector<verdict::Finding> judge(const Master& master,
                                    bool measurable,
                                    const verdict::Targets& targets,
                                    const verdict::Rules& rules) {
    verdict::Facts facts;
    for (const meter::ReadingSpec* reading : meter::Bridge::readings()) {
        if (const auto value = master.after.value(reading->key)) {
            facts[std::string(reading->key)] = *value;
        }
    }
    facts["measurable"] = measurable ? 1.0 : 0.0;
    facts["target_lufs"] = master.medium.loudness.db();
    facts["ceiling_dbtp"] = master.medium.ceiling.db();
    facts["true_peak_16x_dbtp"] = master.true_peak_16x.db();
    facts["loudness_reached"] = master.loudness_reached ? 1.0 : 0.0;
    facts["drive_db"] = master.drive.db();
    facts["max_reduction_db"] = master.max_gain_reduction.db();
    facts["usual_reduction_db"] = master.usual_gain_reduction.db();
    facts["mean_reduction_db"] = master.mean_gain_reduction.db();
    facts["limited_percent"] = 100.0 * master.limited_share;
    facts["duration_s"] = master.after.duration().value();
    if (measurable) {
        facts["loudness_missing_lu"] = facts["target_lufs"] - facts["integrated_lufs"];
    }
    if (master.medium.max_short_term) {
        facts["max_short_term_allowed_lufs"] = master.medium.max_short_term->db();
    }
    const verdict::Words words{{"medium", master.medium.name},
                               {"file", master.file.filename().string()}};
    return rules.judge("master", "master " + master.medium.id, facts, words, targets);
}

} // namespace

Result<Master> master(const std::filesystem::path& mix,
                      const verdict::Medium& medium,
                      const std::filesystem::path& target,
                      const verdict::Targets& targets,
                      const verdict::Rules& rules,
                      const audio::io::Watch& watch) {
    if (const Status usable = audio::io::refuse_overwriting_inputs(target, {&mix, 1}); !usable) {
        return usable.error();
    }
    auto programme = Programme::open(mix, medium.sample_rate);
    if (!programme) {
        return programme.error();
    }
    auto measured = measure_all(*programme, programme->info(), watch);
    if (!measured) {
        return measured.error();
    }
    Mastering mastering(*programme, medium, targets, watch);
    if (const Status solved = mastering.solve(*measured); !solved) {
        return solved.error();
    }
    Master out;
    out.medium = medium;
    out.source = mix;
    out.file = target;
    const Unproved unproved(target);
    if (const Status written = mastering.write(unproved.path(), out); !written) {
        return about(target, written.error());
    }
    if (const Status accepted = unproved.accept(); !accepted) {
        return accepted.error();
    }
    const Gain off =
        mastering.is_measurable() ? out.after[meter::integrated] - medium.loudness : Gain{};
    out.loudness_reached = mastering.is_measurable() &&
                           std::abs(off.db()) <= targets["master.loudness_solve_tolerance_lu"];
    out.before = std::move(measured->measurement);
    out.gain_reduction_db = at_hop(out.gain_reduction_db, out.after.history);
    out.findings = judge(out, mastering.is_measurable(), targets, rules);
    return out;
}

} // namespace gainstage::master
