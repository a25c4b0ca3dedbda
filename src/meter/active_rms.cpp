// SPDX-License-Identifier: MIT
#include "meter/active_rms.h"

namespace gainstage::meter {

void ActiveRms::prepare(const audio::Spec& spec, const BridgeOptions&) {
    totals_.assign(static_cast<std::size_t>(spec.channels()), {});
}

void ActiveRms::reset() noexcept {
    blocks_.reset();
    block_seen_ = false;
    frames_ = 0;
    std::ranges::fill(totals_, Total{});
}

void ActiveRms::process(const Cell& cell) noexcept {
    if (cell.block_full() && cell.ends_hop()) {
        double power = 0.0;
        for (const ChannelCell& channel : cell.channels) {
            power += channel.block_power;
        }
        blocks_.add(power / static_cast<double>(cell.channels.size()));
        block_seen_ = true;
    }
    if (!block_seen_) {
        frames_ += cell.frames();
        for (std::size_t c = 0; c < totals_.size(); ++c) {
            totals_[c].sum += cell.channels[c].sum;
            totals_[c].sum_of_squares += cell.channels[c].sum_of_squares;
        }
    }
}

double ActiveRms::whole_power() const noexcept {
    if (frames_ == 0) {
        return 0.0;
    }
    const auto frames = static_cast<double>(frames_);
    double power = 0.0;
    for (const Total& total : totals_) {
        const double mean = total.sum / frames;
        power += std::max(0.0, total.sum_of_squares / frames - mean * mean);
    }
    return power / static_cast<double>(totals_.size());
}

DbfsRmsMath ActiveRms::value() const noexcept {
    const double power = block_seen_ ? blocks_.gated_power(Gain::from_db(10.0)) : whole_power();
    return DbfsRmsMath::from_amplitude(std::sqrt(power));
}

void ActiveRms::read(Measurement& into) const { into.set(active_rms, value().db()); }

} // namespace gainstage::meter
