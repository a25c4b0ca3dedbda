// SPDX-License-Identifier: MIT
#include "meter/noise_floor.h"

namespace gainstage::meter {

namespace {

constexpr double none = std::numeric_limits<double>::infinity();

std::optional<DbfsRmsMath> level(double power) noexcept {
    return power < none ? std::optional(DbfsRmsMath::from_amplitude(std::sqrt(power)))
                        : std::nullopt;
}

} // namespace

void NoiseFloor::prepare(const audio::Spec& spec, const BridgeOptions&) {
    channel_least_.assign(static_cast<std::size_t>(spec.channels()), none);
}

void NoiseFloor::reset() noexcept {
    least_ = none;
    std::ranges::fill(channel_least_, none);
    cells_since_silence_ = 0;
}

void NoiseFloor::process(const Cell& cell) noexcept {
    if (!cell.whole) {
        return;
    }
    double power = 0.0;
    bool silent = true;
    for (std::size_t c = 0; c < channel_least_.size(); ++c) {
        const ChannelCell& channel = cell.channels[c];
        power += channel.block_power;
        silent = silent && !(channel.sample_peak > 0.0f);
        if (cell.block_full() && !channel.block_has_silence) {
            channel_least_[c] = std::min(channel_least_[c], channel.block_power);
        }
    }
    cells_since_silence_ = silent ? 0 : std::min(cells_since_silence_ + 1, cells_a_block);
    if (cells_since_silence_ == cells_a_block) {
        least_ = std::min(least_, power / static_cast<double>(channel_least_.size()));
    }
}

std::optional<DbfsRmsMath> NoiseFloor::value() const noexcept { return level(least_); }

std::optional<DbfsRmsMath> NoiseFloor::channel(int index) const noexcept {
    return level(channel_least_[static_cast<std::size_t>(index)]);
}

void NoiseFloor::read(Measurement& into) const {
    const auto put = [&](const std::optional<DbfsRmsMath>& floor, int channel) {
        into.set(noise_floor, floor ? std::optional(floor->db()) : std::nullopt, channel);
    };
    put(value(), -1);
    for (int c = 0; c < into.layout.channels(); ++c) {
        put(channel(c), c);
    }
}

} // namespace gainstage::meter
