// SPDX-License-Identifier: MIT
#include "meter/front_end.h"

#include <algorithm>
#include <stdexcept>

namespace gainstage::meter {

namespace {

constexpr std::uint64_t block_mask = (std::uint64_t{1} << cells_a_block) - 1;

} // namespace

void FrontEnd::prepare(const audio::Spec& spec, const BridgeOptions& options, Needs needs) {
    spec_ = spec;
    if (options.layout.channels() > 0) {
        if (options.layout.channels() != spec.channels()) {
            throw std::invalid_argument("the layout has another number of channels");
        }
        spec_.layout = options.layout;
    }
    options_ = options;
    options_.dual_mono = options.dual_mono && spec.channels() == 1;
    needs_ = needs;
    analyser_.prepare(spec_, options_, needs);
    const auto channels = static_cast<std::size_t>(spec.channels());
    channels_.assign(channels, Channel());
    channel_cells_.assign(channels, {});
    most_frames_ = static_cast<std::size_t>(spec.sample_rate.value() / cells_a_second) + 2;
    held_memory_.assign(most_frames_ * channels, 0.0f);
    reset();
}

void FrontEnd::reset() noexcept {
    analyser_.reset();
    for (Channel& channel : channels_) {
        channel.sums.reset();
        channel.squares.reset();
        channel.silent_cells = 0;
    }
    k_power_.reset();
    cell_ = {};
    held_ = 0;
    next_number_ = 0;
    first_frame_ = 0;
    cell_frames_ = static_cast<std::size_t>(cell_start(1, spec_.sample_rate));
    non_finite_samples_ = 0;
}

void FrontEnd::hold(audio::ConstAudioView part) noexcept {
    for (int c = 0; c < part.channels(); ++c) {
        const auto from = part.channel(c);
        std::copy(from.begin(), from.end(),
                  held_memory_.data() + static_cast<std::size_t>(c) * most_frames_ + held_);
    }
    held_ += part.frames();
}

audio::ConstAudioView FrontEnd::held_view() noexcept {
    for (std::size_t c = 0; c < channels_.size(); ++c) {
        pointers_[c] = held_memory_.data() + c * most_frames_;
    }
    return {pointers_.data(), spec_.channels(), held_};
}

const Cell& FrontEnd::analyse(audio::ConstAudioView audio, bool whole) noexcept {
    const bool ends_hop = whole && (next_number_ + 1) % cells_a_hop == 0;
    const CellFigures figures = analyser_.analyse(audio, whole, ends_hop, channel_cells_);
    non_finite_samples_ += analyser_.take_non_finite_samples();
    return place(audio, figures, whole);
}

const Cell& FrontEnd::analyse_last() noexcept {
    analyse(held_view(), false);
    if (needs_.loudness && cell_.number < cells_a_block) {
        cell_.k_power += analyser_.k_power_of_ringing();
    }
    return cell_;
}

const Cell&
FrontEnd::place(audio::ConstAudioView audio, const CellFigures& figures, bool whole) noexcept {
    cell_.audio = audio;
    cell_.channels = channel_cells_;
    cell_.pair_product = figures.pair_product;
    cell_.k_power = figures.k_power;
    cell_.number = next_number_;
    cell_.first_frame = first_frame_;
    cell_.whole = whole;
    if (needs_.loudness) {
        measure_loudness(figures.k_power);
    }
    if (needs_.windows && whole) {
        measure_windows();
    }
    step();
    return cell_;
}

void FrontEnd::measure_loudness(double k_power) noexcept {
    cell_.momentary_power.reset();
    cell_.short_term_power.reset();
    if (!cell_.whole) {
        return;
    }
    k_power_.push(k_power);
    const std::uint64_t end = cell_.number + 1;
    const auto mean = [&](int cells) -> std::optional<double> {
        const auto count = static_cast<std::uint64_t>(cells);
        if (end < count) {
            return std::nullopt;
        }
        const std::uint64_t frames =
            cell_start(end, spec_.sample_rate) - cell_start(end - count, spec_.sample_rate);
        return k_power_.sum(count) / static_cast<double>(frames);
    };
    cell_.momentary_power = mean(cells_a_block);
    cell_.short_term_power = mean(cells_a_short_term);
}

void FrontEnd::measure_windows() noexcept {
    const std::uint64_t end = cell_.number + 1;
    const double frames =
        end < cells_a_block
            ? 1.0 // not read before the window is full
            : static_cast<double>(cell_start(end, spec_.sample_rate) -
                                  cell_start(end - cells_a_block, spec_.sample_rate));
    for (std::size_t c = 0; c < channels_.size(); ++c) {
        Channel& channel = channels_[c];
        ChannelCell& cell = channel_cells_[c];
        channel.sums.push(cell.sum);
        channel.squares.push(cell.sum_of_squares);
        const bool silent = !(cell.sample_peak > 0.0f);
        channel.silent_cells = ((channel.silent_cells << 1) | (silent ? 1u : 0u)) & block_mask;
        const double mean = channel.sums.sum(cells_a_block) / frames;
        cell.block_power = std::max(0.0, channel.squares.sum(cells_a_block) / frames - mean * mean);
        cell.block_has_silence = channel.silent_cells != 0;
    }
}

void FrontEnd::step() noexcept {
    if (!cell_.whole) {
        return;
    }
    held_ = 0;
    ++next_number_;
    first_frame_ = cell_start(next_number_, spec_.sample_rate);
    cell_frames_ =
        static_cast<std::size_t>(cell_start(next_number_ + 1, spec_.sample_rate) - first_frame_);
}

} // namespace gainstage::meter
