// SPDX-License-Identifier: MIT
#include "meter/third_octaves.h"

#include <algorithm>
#include <cmath>

namespace gainstage::meter {

void ThirdOctaves::prepare(const audio::Spec& spec, const BridgeOptions& options) {
    channels_.assign(options.spectrum ? static_cast<std::size_t>(spec.channels()) : 0,
                     dsp::ThirdOctaveBank(spec.sample_rate));
}

void ThirdOctaves::reset() noexcept {
    for (dsp::ThirdOctaveBank& channel : channels_) {
        channel.reset();
    }
}

void ThirdOctaves::process(const Cell& cell) noexcept {
    for (std::size_t c = 0; c < channels_.size(); ++c) {
        channels_[c].process(cell.audio.channel(static_cast<int>(c)));
    }
}

void ThirdOctaves::read(Measurement& into) const {
    if (channels_.empty()) {
        return;
    }
    const auto bands = channels_.front().bands();
    std::vector<double> energies(bands.size());
    for (const dsp::ThirdOctaveBank& channel : channels_) {
        const std::vector<double> of_channel = channel.energies();
        for (std::size_t i = 0; i < energies.size(); ++i) {
            energies[i] += of_channel[i];
        }
    }
    const double samples = static_cast<double>(std::max<std::uint64_t>(into.frames, 1)) *
                           static_cast<double>(channels_.size());
    into.spectrum.clear();
    for (std::size_t i = 0; i < bands.size(); ++i) {
        into.spectrum.push_back(
            {bands[i].nominal_hz, DbfsRmsMath::from_amplitude(std::sqrt(energies[i] / samples))});
    }
}

} // namespace gainstage::meter
