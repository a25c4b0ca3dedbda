// SPDX-License-Identifier: MIT
#include "master/render.h"

#include "audio/denormal_guard.h"
#include "meter/loudness.h"
#include "meter/reference_true_peak.h"
#include "meter/set.h"
#include "process/trim.h"
#include "process/true_peak_limiter.h"

#include <algorithm>
#include <cmath>

namespace gainstage::master {
namespace {

/// The programme with silence after it, for as long as the limiter's delay needs, and where it
/// isn't a number.
class PaddedProgramme {
public:
    explicit PaddedProgramme(Programme& programme) : programme_(programme) {}

    Status fill(audio::AudioView out) {
        std::size_t filled = 0;
        while (filled < out.frames()) {
            const auto frames = programme_.read(out.slice(filled, out.frames() - filled));
            if (!frames) {
                return frames.error();
            }
            if (*frames == 0) {
                out.slice(filled, out.frames() - filled).clear();
                break;
            }
            filled += *frames;
        }
        for (int c = 0; c < out.channels(); ++c) {
            for (float& sample : out.channel(c)) {
                sample = std::isfinite(sample) ? sample : 0.0f;
            }
        }
        return Done{};
    }

private:
    Programme& programme_;
};

class Meters {
public:
    explicit Meters(const audio::Spec& spec) {
        loudness_.prepare(spec);
        true_peak_.prepare(spec);
    }

    void process(audio::ConstAudioView block) noexcept {
        loudness_.process(block);
        true_peak_.process(block);
    }

    void read(RenderReading& into) const {
        into.integrated = loudness_.get<meter::Loudness>().integrated_value();
        into.true_peak_16x = true_peak_.value();
    }

private:
    meter::Set<meter::Loudness> loudness_;
    meter::ReferenceTruePeak true_peak_;
};

class Activity {
public:
    void add(const process::LimiterActivity& activity) {
        const auto frames = static_cast<double>(activity.frames);
        frames_ += frames;
        limited_frames_ += static_cast<double>(activity.limited_frames);
        gain_sum_ += frames * (-activity.mean_reduction).to_amplitude_ratio();
        hops_.push_back(static_cast<float>(activity.max_reduction.db()));
    }

    void read(RenderReading& into) {
        if (frames_ > 0.0) {
            into.limited_share = limited_frames_ / frames_;
            into.mean_reduction = -Gain::from_amplitude_ratio(gain_sum_ / frames_);
            into.max_reduction =
                Gain::from_db(static_cast<double>(*std::ranges::max_element(hops_)));
        }
        into.reduction_db = std::move(hops_);
    }

private:
    double frames_ = 0.0;
    double limited_frames_ = 0.0;
    double gain_sum_ = 0.0;
    std::vector<float> hops_;
};

/// Limiter, or gain alone.
class Chain {
public:
    Chain(const audio::Spec& spec, const RenderSettings& settings)
        : limits_(settings.threshold.has_value()) {
        limiter_.set_drive(settings.drive);
        limiter_.set_ceiling(settings.threshold.value_or(Dbtp{0.0}));
        limiter_.prepare(spec);
        trim_.set_gain(settings.drive);
        trim_.prepare(spec);
    }

    /// Takes the limiter's delay out: what comes first is its own silence.
    Status prime(PaddedProgramme& programme, audio::AudioView buffer) {
        std::size_t early = limits_ ? static_cast<std::size_t>(limiter_.latency_frames()) : 0;
        while (early > 0) {
            const auto block = buffer.first(std::min(early, buffer.frames()));
            if (const Status filled = programme.fill(block); !filled) {
                return filled;
            }
            limiter_.process(block);
            early -= block.frames();
        }
        static_cast<void>(limiter_.take_activity());
        return Done{};
    }

    void process(audio::AudioView block, Activity& activity) {
        if (limits_) {
            limiter_.process(block);
            activity.add(limiter_.take_activity());
        } else {
            trim_.process(block);
        }
    }

private:
    bool limits_;
    process::TruePeakLimiter limiter_;
    process::Trim trim_;
};

} // namespace

Gain RenderReading::usual_max_reduction() const {
    if (reduction_db.empty()) {
        return Gain{};
    }
    auto sorted = reduction_db;
    const auto place =
        static_cast<std::ptrdiff_t>(std::ceil(0.99 * static_cast<double>(sorted.size()))) - 1;
    std::ranges::nth_element(sorted, sorted.begin() + place);
    return Gain::from_db(static_cast<double>(sorted[static_cast<std::size_t>(place)]));
}

Result<RenderReading> render(Programme& programme,
                             const RenderSettings& settings,
                             const std::function<Status(audio::ConstAudioView)>& each,
                             const audio::io::Watch& watch) {
    if (const Status rewound = programme.rewind(); !rewound) {
        return rewound.error();
    }
    const audio::io::StreamInfo& info = programme.info();
    const auto hop_frames = static_cast<int>(std::lround(render_hop_s * info.sample_rate.value()));
    const audio::Spec spec{info.sample_rate, info.layout, hop_frames};
    Chain chain(spec, settings);
    Meters meters(spec);
    Activity activity;
    PaddedProgramme padded(programme);
    audio::AudioBuffer buffer(spec.channels(), static_cast<std::size_t>(hop_frames));
    if (const Status primed = chain.prime(padded, buffer.view()); !primed) {
        return primed.error();
    }
    const std::uint64_t frames = programme.frames().value_or(0);
    for (std::uint64_t first = 0; first < frames; first += buffer.frames()) {
        if (watch.stopped()) {
            return Error{ErrorKind::interrupted, "", "stopped", ""};
        }
        const auto block = buffer.view().first(
            static_cast<std::size_t>(std::min<std::uint64_t>(frames - first, buffer.frames())));
        if (const Status filled = padded.fill(block); !filled) {
            return filled.error();
        }
        const audio::DenormalGuard guard;
        chain.process(block, activity);
        meters.process(block);
        if (const Status taken = each(block); !taken) {
            return taken.error();
        }
        watch.advance(block.frames());
    }
    RenderReading reading;
    meters.read(reading);
    activity.read(reading);
    return reading;
}

} // namespace gainstage::master
