// SPDX-License-Identifier: MIT
// FftFilter: a long linear filter, given by its complex response, and stationary noise of a given
// spectrum added behind it. One channel, blocks of one length. What the response means is
// sounding's.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

namespace gainstage::sounding {

/// The memory and the plan of a transform. Filters of one block's length that take turns, in one
/// thread, may share it: it stays in the cache.
class FftWorkspace;
std::shared_ptr<FftWorkspace> fft_workspace(std::size_t block);

class FftFilter {
public:
    /// At a frequency in Hz, 0 to half the sample rate.
    using Response = std::function<std::complex<double>(double frequency_hz)>;
    using Density = std::function<double(double frequency_hz)>; ///< power a Hz

    /// Frames of a block: what process() takes and gives. A power of 2; the response is taken at as
    /// many points, so it resolves sample_rate / block.
    FftFilter(std::size_t block,
              double sample_rate_hz,
              const Response& response,
              std::shared_ptr<FftWorkspace> workspace = nullptr);
    ~FftFilter();
    FftFilter(FftFilter&&) noexcept;
    FftFilter& operator=(FftFilter&&) noexcept;

    /// Gaussian for all that ears and meters can tell: a sum of thousands of partials whose phases
    /// are drawn anew for each block. The same seed gives the same noise.
    void add_noise(const Density& density, std::uint64_t seed);

    /// The output comes `delay` frames late: what a band-limited response rings before itself.
    static constexpr std::size_t delay = 64;

    /// in, out: one block; may be the same memory.
    void process(std::span<const float> in, std::span<float> out);

    /// The most that it can make of samples of magnitude 1: the sum of its impulse response's
    /// magnitudes.
    [[nodiscard]] double peak_gain() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace gainstage::sounding
