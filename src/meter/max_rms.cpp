// SPDX-License-Identifier: MIT
#include "meter/max_rms.h"

namespace gainstage::meter {

void MaxRms::prepare(const audio::Spec& spec, const BridgeOptions&) {
    channels_.assign(static_cast<std::size_t>(spec.channels()), 0.0);
}

void MaxRms::reset() noexcept {
    any_ = false;
    highest_ = 0.0;
    std::ranges::fill(channels_, 0.0);
}

void MaxRms::process(const Cell& cell) noexcept {
    if (!cell.block_full()) {
        return;
    }
    any_ = true;
    double sum = 0.0;
    for (std::size_t c = 0; c < channels_.size(); ++c) {
        const double power = cell.channels[c].block_power;
        channels_[c] = std::max(channels_[c], power);
        sum += power;
    }
    highest_ = std::max(highest_, sum / static_cast<double>(channels_.size()));
}

void MaxRms::read(Measurement& into) const {
    const auto level = [this](double power) {
        return any_ ? std::optional(DbfsRmsMath::from_amplitude(std::sqrt(power)).db())
                    : std::nullopt;
    };
    into.set(max_rms, level(highest_));
    for (int c = 0; c < into.layout.channels(); ++c) {
        into.set(max_rms, level(channels_[static_cast<std::size_t>(c)]), c);
    }
}

} // namespace gainstage::meter
