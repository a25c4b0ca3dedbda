// SPDX-License-Identifier: MIT
#include "meter/front_end.h"

#include "dsp/block_sums.h"
#include "meter/channel_weight.h"

#include <stdexcept>

namespace gainstage::meter {

namespace {

constexpr std::uint64_t block_mask = (std::uint64_t{1} << cells_a_block) - 1;

void check(const audio::Spec& spec) {
    if (spec.channels() < 1 || spec.channels() > audio::max_channels) {
        throw std::invalid_argument("a meter needs 1 to 64 channels");
    }
    if (!(spec.sample_rate >= audio::lowest_sample_rate &&
          spec.sample_rate <= audio::highest_sample_rate)) {
        throw std::invalid_argument("a meter needs a sample rate of 8 kHz to 768 kHz");
    }
}

} // namespace

void FrontEnd::prepare(const audio::Spec& spec, const BridgeOptions& options, Needs needs) {
    check(spec);
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
    k_weighted_ = dsp::KWeightedPower(spec.sample_rate);

    const auto channels = static_cast<std::size_t>(spec.channels());
    channels_.assign(channels, Channel());
    for (std::size_t c = 0; c < channels; ++c) {
        channels_[c].weight =
            channel_weight(spec_.layout[static_cast<int>(c)]) * (options_.dual_mono ? 2.0 : 1.0);
    }
    channel_cells_.assign(channels, {});
    most_frames_ = static_cast<std::size_t>(spec.sample_rate.value() / cells_a_second) + 2;
    held_memory_.assign(most_frames_ * channels, 0.0f);
    clean_memory_.assign(most_frames_ * channels, 0.0f);
    reset();
}

void FrontEnd::reset() noexcept {
    for (Channel& channel : channels_) {
        channel.k_state.fill(0.0);
        channel.detector.reset();
        channel.true_peak_floor = 0.0f;
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

audio::ConstAudioView FrontEnd::view_of(const std::vector<float>& memory,
                                        std::size_t frames) noexcept {
    for (std::size_t c = 0; c < channels_.size(); ++c) {
        pointers_[c] = memory.data() + c * most_frames_;
    }
    return {pointers_.data(), spec_.channels(), frames};
}

const Cell& FrontEnd::analyse(audio::ConstAudioView audio, bool whole) noexcept {
    measure_sums(audio);
    if (!all_finite()) {
        audio = without_non_finite(audio);
        measure_sums(audio);
    }
    cell_.audio = audio;
    cell_.channels = channel_cells_;
    cell_.number = next_number_;
    cell_.first_frame = first_frame_;
    cell_.whole = whole;
    if (needs_.true_peak || needs_.true_peak_hops) {
        measure_true_peak(audio, whole);
    }
    if (needs_.loudness) {
        measure_loudness(audio);
    }
    if (needs_.windows && whole) {
        measure_windows();
    }
    step();
    return cell_;
}

void FrontEnd::measure_sums(audio::ConstAudioView audio) noexcept {
    const auto put = [](ChannelCell& cell, const dsp::BlockSums& sums) {
        cell.sample_peak = sums.peak;
        cell.sum = sums.sum;
        cell.sum_of_squares = sums.sum_of_squares;
    };
    const int channels = audio.channels();
    int c = 0;
    if (channels >= 2) {
        const dsp::PairSums pair =
            dsp::block_sums(audio.channel(0).data(), audio.channel(1).data(), audio.frames());
        put(channel_cells_[0], pair.first);
        put(channel_cells_[1], pair.second);
        cell_.pair_product = pair.product;
        c = 2;
    }
    for (; c < channels; ++c) {
        put(channel_cells_[static_cast<std::size_t>(c)],
            dsp::block_sums(audio.channel(c).data(), audio.frames()));
    }
}

bool FrontEnd::all_finite() const noexcept {
    return std::ranges::all_of(
        channel_cells_, [](const ChannelCell& cell) { return cell.sample_peak <= largest_sample; });
}

audio::ConstAudioView FrontEnd::without_non_finite(audio::ConstAudioView audio) noexcept {
    for (int c = 0; c < audio.channels(); ++c) {
        float* to = clean_memory_.data() + static_cast<std::size_t>(c) * most_frames_;
        for (const float x : audio.channel(c)) {
            const bool usable = std::abs(x) <= largest_sample; // false for NaN too
            *to++ = usable ? x : 0.0f;
            non_finite_samples_ += usable ? 0 : 1;
        }
    }
    return view_of(clean_memory_, audio.frames());
}

void FrontEnd::measure_true_peak(audio::ConstAudioView audio, bool whole) noexcept {
    for (std::size_t c = 0; c < channels_.size(); ++c) {
        dsp::TruePeakDetector& detector = channels_[c].detector;
        float& floor = channels_[c].true_peak_floor;
        float peak = detector.peak(audio.channel(static_cast<int>(c)), floor);
        if (!whole) {
            peak = std::max(peak, detector.flush(std::max(floor, peak)));
        }
        channel_cells_[c].true_peak = peak;
        floor = needs_.true_peak_hops && cell_.ends_hop() ? 0.0f : std::max(floor, peak);
    }
}

void FrontEnd::measure_loudness(audio::ConstAudioView audio) noexcept {
    double power = 0.0;
    std::size_t c = 0;
    for (; c + 1 < channels_.size(); c += 2) {
        const dsp::KWeightedPower::Pair pair =
            k_weighted_.process(audio.channel(static_cast<int>(c)).data(),
                                audio.channel(static_cast<int>(c) + 1).data(), audio.frames(),
                                channels_[c].k_state, channels_[c + 1].k_state);
        power += channels_[c].weight * pair.first + channels_[c + 1].weight * pair.second;
    }
    if (c < channels_.size()) {
        power +=
            channels_[c].weight * k_weighted_.process(audio.channel(static_cast<int>(c)).data(),
                                                      audio.frames(), channels_[c].k_state);
    }
    cell_.momentary_power.reset();
    cell_.short_term_power.reset();
    if (!cell_.whole) {
        return;
    }
    k_power_.push(power);
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
