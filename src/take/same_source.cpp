// SPDX-License-Identifier: MIT
#include "take/same_source.h"

#include "take/fft_planner.h"

#include <fftw3.h>

#include <algorithm>
#include <cmath>
#include <mutex>

namespace gainstage::take {
namespace {

constexpr double lowest_hz = 80.0;
constexpr double highest_hz = 8000.0;
constexpr double most_delay_s = 0.5;
// Noise of unrelated recordings reaches 5 times its RMS among 48000 delays; music with common notes
// and rhythm came to 8 (same_source_test.cpp). Two stretches must agree besides.
constexpr double least_height = 9.0;
constexpr double most_drift = 300e-6;  // quartz is within 100 ppm
constexpr double least_silence = 1e-9; // -90 dBFS: nothing to compare
constexpr double least_drift_ppm = 2.0;
constexpr double least_drift_frames = 0.5; // moved between first and last stretch

} // namespace

struct PhaseTransform::State {
    float* time = fftwf_alloc_real(frames);
    fftwf_complex* spectrum = fftwf_alloc_complex(frames / 2 + 1);
    fftwf_plan forth = nullptr;
    fftwf_plan back = nullptr;
};

PhaseTransform::PhaseTransform(Hertz sample_rate) : state_(new State) {
    const double bin_hz = sample_rate.value() / static_cast<double>(frames);
    first_bin_ = static_cast<std::size_t>(lowest_hz / bin_hz) + 1;
    last_bin_ = std::min(
        frames / 2 - 1,
        static_cast<std::size_t>(std::min(highest_hz, 0.4 * sample_rate.value()) / bin_hz));
    most_delay_ =
        std::min(frames / 2 - 2, static_cast<std::size_t>(most_delay_s * sample_rate.value()));
    const std::lock_guard lock(fft_planner());
    state_->forth = fftwf_plan_dft_r2c_1d(static_cast<int>(frames), state_->time, state_->spectrum,
                                          FFTW_ESTIMATE);
    state_->back = fftwf_plan_dft_c2r_1d(static_cast<int>(frames), state_->spectrum, state_->time,
                                         FFTW_ESTIMATE);
}

PhaseTransform::~PhaseTransform() {
    {
        const std::lock_guard lock(fft_planner());
        fftwf_destroy_plan(state_->forth);
        fftwf_destroy_plan(state_->back);
    }
    fftwf_free(state_->time);
    fftwf_free(state_->spectrum);
    delete state_;
}

Whitened PhaseTransform::whitened(std::span<const float> signal) {
    Whitened out;
    const std::size_t count = std::min(signal.size(), frames);
    const double step = 3.14159265358979 / static_cast<double>(std::max<std::size_t>(1, count));
    for (std::size_t n = 0; n < frames; ++n) {
        const double x =
            n < count && std::isfinite(signal[n]) ? static_cast<double>(signal[n]) : 0.0;
        out.power += x * x / static_cast<double>(frames);
        const double window = std::sin(step * static_cast<double>(n)); // no edges
        state_->time[n] = static_cast<float>(n < count ? x * window : 0.0);
    }
    fftwf_execute(state_->forth);
    out.bins.resize(last_bin_ - first_bin_ + 1);
    for (std::size_t k = 0; k < out.bins.size(); ++k) {
        const auto& bin = state_->spectrum[first_bin_ + k];
        const float magnitude = std::hypot(bin[0], bin[1]);
        out.bins[k] = magnitude > 0.0f ? std::complex<float>(bin[0], bin[1]) / magnitude
                                       : std::complex<float>();
    }
    return out;
}

PhaseTransform::Peak PhaseTransform::correlate(const Whitened& a, const Whitened& b) {
    std::fill_n(&state_->spectrum[0][0], frames + 2, 0.0f);
    for (std::size_t k = 0; k < a.bins.size(); ++k) {
        const std::complex<float> cross = std::conj(a.bins[k]) * b.bins[k];
        state_->spectrum[first_bin_ + k][0] = cross.real();
        state_->spectrum[first_bin_ + k][1] = cross.imag();
    }
    fftwf_execute(state_->back);
    const float* r = state_->time;
    const auto at = [&](long delay) {
        return static_cast<double>(
            r[static_cast<std::size_t>(delay + static_cast<long>(frames)) % frames]);
    };
    const auto most = static_cast<long>(most_delay_);
    double sum = 0.0;
    long peak = 0;
    for (long delay = -most; delay <= most; ++delay) {
        sum += at(delay) * at(delay);
        peak = std::abs(at(delay)) > std::abs(at(peak)) ? delay : peak;
    }
    const double rms = std::sqrt(sum / static_cast<double>(2 * most + 1));
    if (rms <= 0.0) {
        return {};
    }
    const double left = std::abs(at(peak - 1));
    const double right = std::abs(at(peak + 1));
    const double bend = left - 2.0 * std::abs(at(peak)) + right;
    const double offset = bend < 0.0 ? 0.5 * (left - right) / bend : 0.0;
    return {static_cast<double>(peak) + offset, at(peak) / rms};
}

std::optional<SourceRelation> relate(PhaseTransform& transform,
                                     std::span<const Whitened> first,
                                     std::span<const Whitened> second,
                                     std::span<const double> starts_s,
                                     Hertz sample_rate) {
    struct Seen {
        double start_s;
        PhaseTransform::Peak peak;
    };

    std::vector<Seen> seen;
    for (std::size_t i = 0; i < std::min(first.size(), second.size()); ++i) {
        if (first[i].power < least_silence || second[i].power < least_silence) {
            continue;
        }
        const auto peak = transform.correlate(first[i], second[i]);
        if (std::abs(peak.height) >= least_height) {
            seen.push_back({starts_s[i], peak});
        }
    }
    const auto agree = [&](const Seen& a, const Seen& b) {
        const double moved = std::abs(a.peak.delay_frames - b.peak.delay_frames);
        const double allowed =
            2.0 + most_drift * std::abs(a.start_s - b.start_s) * sample_rate.value();
        return moved <= allowed && (a.peak.height > 0.0) == (b.peak.height > 0.0);
    };
    std::erase_if(seen, [&](const Seen& one) {
        return std::ranges::count_if(seen, [&](const Seen& other) { return agree(one, other); }) <
               2;
    });
    if (seen.size() < 2) {
        return std::nullopt;
    }
    SourceRelation relation{Seconds{seen.front().peak.delay_frames / sample_rate.value()},
                            seen.front().peak.height < 0.0, std::nullopt};
    // A straight line through the delays; three stretches must lie on it, or somebody moved.
    const Seen& begin = seen.front();
    const Seen& end = seen.back();
    const double apart_frames = (end.start_s - begin.start_s) * sample_rate.value();
    const double moved = end.peak.delay_frames - begin.peak.delay_frames;
    const double ppm = apart_frames > 0.0 ? 1e6 * moved / apart_frames : 0.0;
    const bool straight =
        seen.size() >= 3 && std::ranges::all_of(seen, [&](const Seen& one) {
            const double share = (one.start_s - begin.start_s) / (end.start_s - begin.start_s);
            return std::abs(one.peak.delay_frames - begin.peak.delay_frames - share * moved) <
                   std::max(0.25, 0.1 * std::abs(moved));
        });
    if (straight && std::abs(ppm) >= least_drift_ppm && std::abs(moved) >= least_drift_frames) {
        relation.drift_ppm = ppm;
    }
    return relation;
}

} // namespace gainstage::take
