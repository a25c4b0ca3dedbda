// SPDX-License-Identifier: MIT
// analogue: the part of a chain before its converter, as a Source around another. Private to
// sounding.
#pragma once

#include "audio/buffer.h"
#include "sounding/fft_filter.h"
#include "sounding/sounding.h"

#include <vector>

namespace gainstage::sounding {

/// Indices of those of chain.clips that the signal could reach.
std::vector<std::size_t> reachable_clips(const Chain& chain, Hertz sample_rate);

class Analogue final : public audio::io::Source {
public:
    /// What it gives is at `dry`'s rate and length, 1.0 is full scale; only the clip points named
    /// are looked at.
    Analogue(std::unique_ptr<audio::io::Source> dry,
             const Chain& chain,
             std::vector<std::size_t> clips);

    [[nodiscard]] const audio::io::StreamInfo& info() const noexcept override {
        return dry_->info();
    }

    Result<std::size_t> read(audio::AudioView out) override;

    /// Those that bent something so far.
    [[nodiscard]] const std::vector<bool>& bent() const noexcept { return bent_; }

private:
    Result<bool> next_block();
    void through_sections(std::size_t channel);

    std::unique_ptr<audio::io::Source> dry_;
    const Chain& chain_;
    std::vector<std::size_t> clips_;
    std::vector<bool> bent_;                      ///< as clips_
    std::vector<std::vector<FftFilter>> filters_; ///< for each channel, clips_.size() + 1
    audio::AudioBuffer block_;
    std::size_t ready_ = 0;  ///< frames of block_ that haven't been read, its last
    std::size_t skip_ = 0;   ///< of the filters' delay, still to be dropped
    std::uint64_t owed_ = 0; ///< frames that came in and haven't gone out
    bool dry_ended_ = false;
};

} // namespace gainstage::sounding
