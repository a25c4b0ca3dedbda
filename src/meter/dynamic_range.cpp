// SPDX-License-Identifier: MIT
#include "meter/dynamic_range.h"

namespace gainstage::meter {

namespace {

constexpr int cells_a_dr_block = 3 * cells_a_second;
constexpr double lowest_db = -100.0;
constexpr double bins_a_db = 10.0;
constexpr double loudest_part = 0.2; // the paper's 20 %

} // namespace

void DynamicRange::prepare(const audio::Spec& spec, const BridgeOptions&) {
    channels_.assign(static_cast<std::size_t>(spec.channels()), {});
}

void DynamicRange::reset() noexcept {
    std::ranges::fill(channels_, Channel{});
    frames_ = 0;
    cells_ = 0;
    blocks_ = 0;
}

void DynamicRange::process(const Cell& cell) noexcept {
    if (!cell.whole) {
        return;
    }
    for (std::size_t c = 0; c < channels_.size(); ++c) {
        channels_[c].sum_of_squares += cell.channels[c].sum_of_squares;
        channels_[c].peak = std::max(channels_[c].peak, cell.channels[c].sample_peak);
    }
    frames_ += cell.frames();
    if (++cells_ == cells_a_dr_block) {
        close_block();
    }
}

void DynamicRange::close_block() noexcept {
    for (Channel& channel : channels_) {
        // AES17: twice the mathematical power, so that a sine's RMS is its peak
        const double power = 2.0 * channel.sum_of_squares / static_cast<double>(frames_);
        const double at = (10.0 * std::log10(power) - lowest_db) * bins_a_db;
        Bin& bin = channel.bins[static_cast<std::size_t>(
            std::clamp(at, 0.0, static_cast<double>(channel.bins.size() - 1)))];
        ++bin.blocks;
        bin.power += power;
        channel.second = std::max(channel.second, std::min(channel.highest, channel.peak));
        channel.highest = std::max(channel.highest, channel.peak);
        channel.sum_of_squares = 0.0;
        channel.peak = 0.0f;
    }
    frames_ = 0;
    cells_ = 0;
    ++blocks_;
}

std::optional<Gain> DynamicRange::channel(int index) const noexcept {
    const Channel& channel = channels_[static_cast<std::size_t>(index)];
    if (blocks_ == 0 || !(channel.highest > 0.0f)) {
        return std::nullopt;
    }
    const auto wanted = std::max<std::uint64_t>(
        1, static_cast<std::uint64_t>(loudest_part * static_cast<double>(blocks_)));
    std::uint64_t left = wanted;
    double power = 0.0;
    for (auto bin = channel.bins.rbegin(); bin != channel.bins.rend() && left > 0; ++bin) {
        if (bin->blocks > 0) {
            const std::uint64_t taken = std::min(left, bin->blocks);
            power += bin->power * (static_cast<double>(taken) / static_cast<double>(bin->blocks));
            left -= taken;
        }
    }
    const auto peak = static_cast<double>(blocks_ == 1 ? channel.highest : channel.second);
    if (!(peak > 0.0) || !(power > 0.0)) { // sound in a single block of many
        return std::nullopt;
    }
    return Gain::from_db(20.0 * std::log10(peak) -
                         10.0 * std::log10(power / static_cast<double>(wanted)));
}

void DynamicRange::read(Measurement& into) const {
    double sum = 0.0;
    int counted = 0;
    for (int c = 0; c < into.layout.channels(); ++c) {
        const auto found = channel(c);
        into.set(dynamic_range, found ? std::optional(found->db()) : std::nullopt, c);
        if (found) {
            sum += found->db();
            ++counted;
        }
    }
    into.set(dynamic_range, counted > 0 ? std::optional(sum / counted) : std::nullopt);
}

} // namespace gainstage::meter
