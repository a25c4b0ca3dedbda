// SPDX-License-Identifier: MIT
#include "dsp/third_octave_bank.h"
#include "audio/simd_targets.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "dsp/third_octave_bank.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();

namespace gainstage::dsp {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Stage = ThirdOctaveBank::Stage;

void run(Stage& stage, const float* HWY_RESTRICT samples, std::size_t frames) {
    const hn::CappedTag<double, Stage::lanes> d;
    for (std::size_t lane = 0; lane < stage.bands; lane += hn::Lanes(d)) {
        using Vector = hn::Vec<decltype(d)>;
        Vector s1[Stage::sections];
        Vector s2[Stage::sections];
        for (std::size_t i = 0; i < Stage::sections; ++i) {
            s1[i] = hn::LoadU(d, stage.cascade[i].s1.data() + lane);
            s2[i] = hn::LoadU(d, stage.cascade[i].s2.data() + lane);
        }
        Vector energy = hn::LoadU(d, stage.energy.data() + lane);
        for (std::size_t n = 0; n < frames; ++n) {
            Vector x = hn::Set(d, static_cast<double>(samples[n]));
            for (std::size_t i = 0; i < Stage::sections; ++i) {
                const Stage::Section& section = stage.cascade[i];
                const Vector in = hn::Mul(hn::LoadU(d, section.g.data() + lane), x);
                const Vector y = hn::Add(in, s1[i]);
                s1[i] = hn::NegMulAdd(hn::LoadU(d, section.a1.data() + lane), y, s2[i]);
                s2[i] = hn::NegMulSub(hn::LoadU(d, section.a2.data() + lane), y, in);
                x = y;
            }
            energy = hn::MulAdd(x, x, energy);
        }
        for (std::size_t i = 0; i < Stage::sections; ++i) {
            hn::StoreU(s1[i], d, stage.cascade[i].s1.data() + lane);
            hn::StoreU(s2[i], d, stage.cascade[i].s2.data() + lane);
        }
        hn::StoreU(energy, d, stage.energy.data() + lane);
    }
}

} // namespace HWY_NAMESPACE
} // namespace gainstage::dsp

HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace gainstage::dsp {

HWY_EXPORT(run);

namespace {

using Complex = std::complex<double>;

constexpr int lowest_band = -17; // 20 Hz: 1000 * 10^(x/10)
constexpr int highest_band = 13; // 20 kHz
constexpr double highest_edge = 0.49;
// A band at a halved rate lies below this part of it: there the Halver's stop band begins at its
// mirror image.
constexpr double highest_halved_edge = 0.2334;

// IEC 61260-1:2014, Annex E: the decade that repeats.
constexpr std::array nominal{1.0, 1.25, 1.6, 2.0, 2.5, 3.15, 4.0, 5.0, 6.3, 8.0};

double nominal_hz(int band) {
    const int place = band + 30; // decades from 1 Hz up
    return nominal[static_cast<std::size_t>(place % 10)] * std::pow(10.0, place / 10);
}

struct Coefficients {
    double g, a1, a2;
};

/// A pair of conjugate poles of the analogue prototype (bilinear plane) and a zero each at 0 Hz and
/// half the rate.
Coefficients section(Complex pole) {
    const Complex z = (1.0 + pole) / (1.0 - pole);
    return {1.0, -2.0 * z.real(), std::norm(z)};
}

double gain_at(const Coefficients& c, double cycles) {
    const Complex z = std::polar(1.0, -2.0 * std::numbers::pi * cycles); // one sample's delay
    return std::abs((1.0 - z * z) / (1.0 + c.a1 * z + c.a2 * z * z));
}

/// Butterworth of order 5, made a band-pass between two edges in cycles a sample.
std::array<Coefficients, 5> band_pass(double lower, double upper) {
    const double low = std::tan(std::numbers::pi * lower);
    const double high = std::tan(std::numbers::pi * upper);
    const double centre = std::sqrt(low * high);
    std::array<Coefficients, 5> out{};
    const auto split = [&](Complex prototype, int which) {
        // s of s^2 - p B s + centre^2 = 0: the low-pass pole p moved to the band
        const Complex half = prototype * (high - low) / 2.0;
        const Complex root = std::sqrt(half * half - centre * centre);
        return half + (which == 0 ? root : -root);
    };
    // The real pole gives one conjugate pair, each complex pair two: one of a pair is enough.
    out[0] = section(split({-1.0, 0.0}, 0));
    for (const std::size_t k : {0u, 1u}) {
        // Butterworth's poles of order 5: 108 and 144 degrees, and their conjugates
        const Complex pole =
            std::polar(1.0, std::numbers::pi * (0.6 + 0.2 * static_cast<double>(k)));
        out[1 + 2 * k] = section(split(pole, 0));
        out[2 + 2 * k] = section(split(pole, 1));
    }
    const double centre_cycles = std::atan(centre) / std::numbers::pi;
    for (Coefficients& c : out) {
        c.g = 1.0 / gain_at(c, centre_cycles);
    }
    return out;
}

/// How often the rate may be halved for a band with this upper edge.
std::size_t halvings(double upper_hz, double rate_hz) {
    std::size_t count = 0;
    while (upper_hz <=
           highest_halved_edge * rate_hz / std::pow(2.0, static_cast<double>(count + 1))) {
        ++count;
    }
    return count;
}

/// Modified Bessel function of the first kind, order 0.
double bessel_i0(double x) {
    double term = 1.0;
    double sum = 1.0;
    for (int k = 1; term > 1e-17 * sum; ++k) {
        term *= (x / (2.0 * k)) * (x / (2.0 * k));
        sum += term;
    }
    return sum;
}

} // namespace

ThirdOctaveBank::Halver::Halver() {
    // Kaiser-windowed half-band low-pass: Kaiser's beta for 100 dB.
    constexpr double attenuation_db = 100.0;
    constexpr double beta = 0.1102 * (attenuation_db - 8.7);
    constexpr auto middle = static_cast<double>(taps / 2);
    double sum = 0.0;
    std::array<double, taps> ideal{};
    for (std::size_t i = 0; i < taps; ++i) {
        const double t = static_cast<double>(i) - middle;
        const double sinc =
            t == 0.0 ? 0.5 : std::sin(std::numbers::pi * t / 2.0) / (std::numbers::pi * t);
        const double window =
            bessel_i0(beta * std::sqrt(1.0 - (t / (middle + 1)) * (t / (middle + 1)))) /
            bessel_i0(beta);
        ideal[i] = sinc * window;
        sum += ideal[i];
    }
    for (std::size_t i = 0; i < taps; ++i) {
        filter_[i] = static_cast<float>(ideal[i] / sum);
    }
}

void ThirdOctaveBank::Halver::reset() noexcept {
    held_.fill(0.0f);
    odd_ = false;
}

std::size_t ThirdOctaveBank::Halver::process(std::span<const float> samples, float* out) noexcept {
    constexpr std::size_t past = taps - 1;
    std::ranges::copy(samples, held_.begin() + past);
    std::size_t made = 0;
    std::size_t n = odd_ ? 1 : 0;
    for (; n < samples.size(); n += 2) {
        double sum = 0.0;
        for (std::size_t i = 0; i < taps; ++i) {
            sum += static_cast<double>(filter_[i]) * static_cast<double>(held_[n + i]);
        }
        out[made++] = static_cast<float>(sum);
    }
    odd_ = n > samples.size();
    std::copy_n(held_.begin() + static_cast<std::ptrdiff_t>(samples.size()), past, held_.begin());
    return made;
}

void ThirdOctaveBank::Stage::reset() noexcept {
    for (Section& section : cascade) {
        section.s1.fill(0.0);
        section.s2.fill(0.0);
    }
    energy.fill(0.0);
}

void ThirdOctaveBank::Stage::process(std::span<const float> samples) noexcept {
    HWY_DYNAMIC_DISPATCH(run)(*this, samples.data(), samples.size());
}

void ThirdOctaveBank::Stage::process_scalar(std::span<const float> samples) noexcept {
    for (std::size_t band = 0; band < bands; ++band) {
        for (const float sample : samples) {
            auto x = static_cast<double>(sample);
            for (Section& s : cascade) {
                const double in = s.g[band] * x;
                x = in + s.s1[band];
                s.s1[band] = s.s2[band] - s.a1[band] * x;
                s.s2[band] = -in - s.a2[band] * x;
            }
            energy[band] += x * x;
        }
    }
}

ThirdOctaveBank::ThirdOctaveBank(Hertz sample_rate) {
    const double rate_hz = sample_rate.value();
    for (int x = lowest_band; x <= highest_band; ++x) {
        const double mid_hz = 1000.0 * std::pow(10.0, x / 10.0);
        const double to_edge = std::pow(10.0, 1.0 / 20.0);
        const Band band{nominal_hz(x), mid_hz, mid_hz / to_edge, mid_hz * to_edge};
        if (band.upper_hz >= highest_edge * rate_hz) {
            break;
        }
        bands_.push_back(band);
    }
    for (const Band& band : bands_) {
        const std::size_t halved = halvings(band.upper_hz, rate_hz);
        stages_.resize(std::max(stages_.size(), halved + 1));
        Stage& stage = stages_[halved];
        const double rate = rate_hz / std::pow(2.0, static_cast<double>(halved));
        const auto cascade = band_pass(band.lower_hz / rate, band.upper_hz / rate);
        for (std::size_t s = 0; s < Stage::sections; ++s) {
            stage.cascade[s].g[stage.bands] = cascade[s].g;
            stage.cascade[s].a1[stage.bands] = cascade[s].a1;
            stage.cascade[s].a2[stage.bands] = cascade[s].a2;
        }
        ++stage.bands;
    }
    halvers_.resize(stages_.size() - 1);
}

void ThirdOctaveBank::reset() noexcept {
    for (Stage& stage : stages_) {
        stage.reset();
    }
    for (Halver& halver : halvers_) {
        halver.reset();
    }
}

void ThirdOctaveBank::process(std::span<const float> samples) noexcept {
    while (!samples.empty()) {
        const std::size_t frames = std::min(samples.size(), chunk_frames);
        process_chunk(samples.first(frames));
        samples = samples.subspan(frames);
    }
}

void ThirdOctaveBank::process_chunk(std::span<const float> samples) noexcept {
    std::array<float, chunk_frames> halved;
    for (std::size_t i = 0; i < stages_.size(); ++i) {
        stages_[i].process(samples);
        if (i < halvers_.size()) {
            // In place from the second on: the halver has taken what it is given before it writes.
            const std::size_t made = halvers_[i].process(samples, halved.data());
            samples = std::span<const float>(halved.data(), made);
        }
    }
}

std::vector<double> ThirdOctaveBank::energies() const {
    std::vector<double> out;
    for (std::size_t i = stages_.size(); i-- > 0;) {
        for (std::size_t band = 0; band < stages_[i].bands; ++band) {
            out.push_back(stages_[i].energy[band] * std::pow(2.0, static_cast<double>(i)));
        }
    }
    return out;
}

} // namespace gainstage::dsp

#endif // HWY_ONCE
