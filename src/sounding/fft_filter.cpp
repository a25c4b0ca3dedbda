// SPDX-License-Identifier: MIT
#include "sounding/fft_filter.h"

#include "dsp/complex_product.h"
#include "sounding/random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fftw3.h>
#include <numbers>
#include <vector>

namespace gainstage::sounding {
namespace {

using Bin = std::complex<float>;

struct PlanFree {
    void operator()(fftwf_plan plan) const noexcept { fftwf_destroy_plan(plan); }
};

using Plan = std::unique_ptr<std::remove_pointer_t<fftwf_plan>, PlanFree>;

struct Free {
    void operator()(void* memory) const noexcept { fftwf_free(memory); }
};

/// Both ways between `size` samples and size / 2 + 1 bins; neither is scaled.
class Transform {
public:
    explicit Transform(std::size_t size)
        : size_(size), time_(fftwf_alloc_real(size)),
          bins_(reinterpret_cast<Bin*>(fftwf_alloc_complex(size / 2 + 1))) {
        auto* const bins = reinterpret_cast<fftwf_complex*>(bins_.get());
        const int n = static_cast<int>(size);
        forward_.reset(fftwf_plan_dft_r2c_1d(n, time_.get(), bins, FFTW_ESTIMATE));
        backward_.reset(fftwf_plan_dft_c2r_1d(n, bins, time_.get(), FFTW_ESTIMATE));
    }

    [[nodiscard]] std::span<float> time() const noexcept { return {time_.get(), size_}; }

    [[nodiscard]] std::span<Bin> bins() const noexcept { return {bins_.get(), size_ / 2 + 1}; }

    void forward() const noexcept { fftwf_execute(forward_.get()); }

    void backward() const noexcept { fftwf_execute(backward_.get()); }

private:
    std::size_t size_;
    std::unique_ptr<float, Free> time_;
    std::unique_ptr<Bin, Free> bins_;
    Plan forward_;
    Plan backward_;
};

/// Directions of unit length, as many as a byte and a half can name.
const std::array<Bin, 4096>& directions() {
    static const auto table = [] {
        std::array<Bin, 4096> out;
        for (std::size_t i = 0; i < out.size(); ++i) {
            const double angle = 2.0 * std::numbers::pi * static_cast<double>(i) / out.size();
            out[i] = Bin(std::polar(1.0, angle));
        }
        return out;
    }();
    return table;
}

} // namespace

class FftWorkspace {
public:
    explicit FftWorkspace(std::size_t block) : transform(2 * block) {}

    Transform transform; ///< of a block and the one before
};

std::shared_ptr<FftWorkspace> fft_workspace(std::size_t block) {
    return std::make_shared<FftWorkspace>(block);
}

struct FftFilter::State {
    State(std::size_t frames, double rate_hz, std::shared_ptr<FftWorkspace> shared)
        : block(frames), sample_rate_hz(rate_hz),
          workspace(shared ? std::move(shared) : fft_workspace(frames)),
          transform(workspace->transform), past(frames, 0.0f) {}

    std::size_t block;
    double sample_rate_hz;
    std::shared_ptr<FftWorkspace> workspace;
    Transform& transform;    ///< in it
    std::vector<float> past; ///< the block before
    std::vector<Bin> response;
    std::vector<float> noise; ///< magnitudes, for the unscaled backward transform; empty: none
    Random random{1};
    double peak_gain = 0.0;
};

FftFilter::FftFilter(std::size_t block,
                     double sample_rate_hz,
                     const Response& response,
                     std::shared_ptr<FftWorkspace> workspace)
    : state_(std::make_unique<State>(block, sample_rate_hz, std::move(workspace))) {
    // The impulse response of one block's length, moved `delay` frames back from the beginning.
    const Transform kernel(block);
    const auto bins = kernel.bins();
    for (std::size_t k = 0; k < bins.size(); ++k) {
        const double part = static_cast<double>(k) / static_cast<double>(block);
        const std::complex<double> late =
            std::polar(1.0, -2.0 * std::numbers::pi * part * static_cast<double>(delay));
        bins[k] = Bin(response(part * sample_rate_hz) * late);
    }
    bins.front() = bins.front().real();
    bins.back() = bins.back().real(); // half the sample rate has no phase
    kernel.backward();
    const auto time = state_->transform.time();
    std::ranges::fill(time, 0.0f);
    for (std::size_t n = 0; n < block; ++n) {
        time[n] = kernel.time()[n] / static_cast<float>(block);
        state_->peak_gain += static_cast<double>(std::abs(time[n]));
    }
    state_->transform.forward();
    const float scale = 1.0f / static_cast<float>(2 * block);
    for (const Bin bin : state_->transform.bins()) {
        state_->response.push_back(bin * scale);
    }
}

FftFilter::~FftFilter() = default;
FftFilter::FftFilter(FftFilter&&) noexcept = default;
FftFilter& FftFilter::operator=(FftFilter&&) noexcept = default;

double FftFilter::peak_gain() const noexcept { return state_->peak_gain; }

void FftFilter::add_noise(const Density& density, std::uint64_t seed) {
    const double width_hz = state_->sample_rate_hz / static_cast<double>(2 * state_->block);
    state_->noise.assign(state_->response.size(), 0.0f);
    for (std::size_t k = 1; k + 1 < state_->noise.size(); ++k) {
        // A partial of power p is a cosine of amplitude sqrt(2 p): two bins of half of that.
        const double power = density(static_cast<double>(k) * width_hz) * width_hz;
        state_->noise[k] = static_cast<float>(std::sqrt(power / 2.0));
    }
    state_->random = Random(seed);
}

void FftFilter::process(std::span<const float> in, std::span<float> out) {
    State& s = *state_;
    const auto time = s.transform.time();
    std::ranges::copy(s.past, time.begin());
    std::ranges::copy(in, time.begin() + static_cast<std::ptrdiff_t>(s.block));
    std::ranges::copy(in, s.past.begin());
    s.transform.forward();
    const auto bins = s.transform.bins();
    dsp::multiply(bins, s.response);
    if (!s.noise.empty()) {
        const auto& direction = directions();
        std::uint64_t bits = 0;
        for (std::size_t k = 0; k < bins.size(); ++k) {
            bits = k % 5 == 0 ? s.random() : bits >> 12; // five directions a draw
            bins[k] += s.noise[k] * direction[bits & 4095u];
        }
    }
    s.transform.backward();
    std::ranges::copy(time.last(s.block), out.begin());
}

} // namespace gainstage::sounding
