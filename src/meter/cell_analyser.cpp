// SPDX-License-Identifier: MIT
#include "meter/cell_analyser.h"

#include "dsp/block_sums.h"
#include "meter/channel_weight.h"

#include <algorithm>
#include <stdexcept>

namespace gainstage::meter {

namespace {

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

void CellAnalyser::prepare(const audio::Spec& spec, const BridgeOptions& options, Needs needs) {
    check(spec);
    needs_ = needs;
    k_weighted_ = dsp::KWeightedPower(spec.sample_rate);
    const auto channels = static_cast<std::size_t>(spec.channels());
    const auto hop_frames = static_cast<std::size_t>(cell_start(cells_a_hop, spec.sample_rate)) + 1;
    channels_.assign(channels, Channel{.detector = dsp::TruePeakDetector(
                                           dsp::TruePeakDetector::everyday_taps, hop_frames)});
    for (std::size_t c = 0; c < channels; ++c) {
        channels_[c].weight =
            channel_weight(spec.layout[static_cast<int>(c)]) * (options.dual_mono ? 2.0 : 1.0);
    }
    most_frames_ = static_cast<std::size_t>(spec.sample_rate.value() / cells_a_second) + 2;
    clean_memory_.assign(most_frames_ * channels, 0.0f);
    reset();
}

void CellAnalyser::reset() noexcept {
    for (Channel& channel : channels_) {
        channel.k_state.fill(0.0);
        channel.detector.reset();
        channel.true_peak_floor = 0.0f;
    }
    non_finite_samples_ = 0;
    unsearched_frames_ = 0;
}

CellFigures CellAnalyser::analyse(audio::ConstAudioView& audio,
                                  bool whole,
                                  bool ends_hop,
                                  std::span<ChannelCell> channels) noexcept {
    CellFigures figures;
    figures.pair_product = finite_sums(audio, channels);
    if (needs_.true_peak || needs_.true_peak_hops) {
        true_peaks(audio, whole, ends_hop, channels);
    }
    if (needs_.loudness) {
        figures.k_power = k_power(audio);
    }
    return figures;
}

void CellAnalyser::run_in(audio::ConstAudioView audio, std::span<ChannelCell> scratch) noexcept {
    if (needs_.loudness) {
        finite_sums(audio, scratch);
        k_power(audio);
    }
}

double CellAnalyser::finite_sums(audio::ConstAudioView& audio,
                                 std::span<ChannelCell> channels) noexcept {
    const double product = sums(audio, channels);
    if (std::ranges::all_of(
            channels, [](const ChannelCell& cell) { return cell.sample_peak <= largest_sample; })) {
        return product;
    }
    audio = without_non_finite(audio);
    return sums(audio, channels);
}

double CellAnalyser::sums(audio::ConstAudioView audio,
                          std::span<ChannelCell> cells) const noexcept {
    const auto put = [](ChannelCell& cell, const dsp::BlockSums& sums) {
        cell.sample_peak = sums.peak;
        cell.sum = sums.sum;
        cell.sum_of_squares = sums.sum_of_squares;
    };
    const int channels = audio.channels();
    double product = 0.0;
    int c = 0;
    if (channels >= 2) {
        const dsp::PairSums pair =
            dsp::block_sums(audio.channel(0).data(), audio.channel(1).data(), audio.frames());
        put(cells[0], pair.first);
        put(cells[1], pair.second);
        product = pair.product;
        c = 2;
    }
    for (; c < channels; ++c) {
        put(cells[static_cast<std::size_t>(c)],
            dsp::block_sums(audio.channel(c).data(), audio.frames()));
    }
    return product;
}

audio::ConstAudioView CellAnalyser::without_non_finite(audio::ConstAudioView audio) noexcept {
    for (int c = 0; c < audio.channels(); ++c) {
        float* to = clean_memory_.data() + static_cast<std::size_t>(c) * most_frames_;
        pointers_[static_cast<std::size_t>(c)] = to;
        for (const float x : audio.channel(c)) {
            const bool usable = std::abs(x) <= largest_sample; // false for NaN too
            *to++ = usable ? x : 0.0f;
            non_finite_samples_ += usable ? 0 : 1;
        }
    }
    return {pointers_.data(), audio.channels(), audio.frames()};
}

void CellAnalyser::true_peaks(audio::ConstAudioView audio,
                              bool whole,
                              bool ends_hop,
                              std::span<ChannelCell> cells) noexcept {
    // One search over 100 ms finds their highest point for a fraction of what ten would cost.
    const bool search = !whole || ends_hop;
    const auto before = static_cast<std::int64_t>(unsearched_frames_);
    for (std::size_t c = 0; c < channels_.size(); ++c) {
        Channel& channel = channels_[c];
        channel.detector.push(audio.channel(static_cast<int>(c)));
        dsp::TruePeakDetector::Found found;
        if (search) {
            found = whole ? channel.detector.search(channel.true_peak_floor)
                          : channel.detector.flush(channel.true_peak_floor);
        }
        if (!needs_.true_peak_hops) {
            channel.true_peak_floor = std::max(channel.true_peak_floor, found.magnitude);
        }
        cells[c].true_peak = found.magnitude;
        cells[c].true_peak_frame = found.frame - before;
    }
    unsearched_frames_ = search ? 0 : unsearched_frames_ + audio.frames();
}

double CellAnalyser::k_power(audio::ConstAudioView audio) noexcept {
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
    return power;
}

double CellAnalyser::k_power_of_ringing() noexcept {
    std::ranges::fill(clean_memory_, 0.0f);
    for (std::size_t c = 0; c < channels_.size(); ++c) {
        pointers_[c] = clean_memory_.data() + c * most_frames_;
    }
    double power = 0.0;
    for (int cell = 0; cell < cells_a_hop; ++cell) {
        power += k_power({pointers_.data(), static_cast<int>(channels_.size()), most_frames_});
    }
    return power;
}

AnalysedStretch analyse_stretch(CellAnalyser analyser,
                                Hertz sample_rate,
                                audio::AudioBuffer audio,
                                std::size_t frames,
                                std::uint64_t first_cell,
                                std::size_t run_in,
                                const std::function<bool(audio::AudioView)>& read) {
    AnalysedStretch out;
    out.first_cell = first_cell + run_in;
    const std::uint64_t origin = cell_start(first_cell, sample_rate);
    const auto most_cells = static_cast<std::size_t>(static_cast<double>(frames) /
                                                     sample_rate.value() * cells_a_second) +
                            1;
    out.cells.reserve(most_cells);
    out.channel_cells.reserve(most_cells * analyser.channels());
    std::vector<ChannelCell> scratch(analyser.channels());
    for (std::uint64_t number = first_cell;; ++number) {
        const auto from = static_cast<std::size_t>(cell_start(number, sample_rate) - origin);
        const auto to = static_cast<std::size_t>(cell_start(number + 1, sample_rate) - origin);
        if (to > frames) {
            break;
        }
        if (number % cells_a_hop == 0) {
            const auto end =
                static_cast<std::size_t>(cell_start(number + cells_a_hop, sample_rate) - origin);
            if (!read(audio.view().slice(from, std::min(end, frames) - from))) {
                break;
            }
        }
        audio::ConstAudioView cell = std::as_const(audio).view().slice(from, to - from);
        if (number + 1 < out.first_cell) {
            analyser.run_in(cell, scratch);
            continue;
        }
        const bool counts = number >= out.first_cell;
        std::span<ChannelCell> channels = scratch;
        if (counts) {
            out.channel_cells.resize(out.channel_cells.size() + analyser.channels());
            channels = std::span(out.channel_cells).last(analyser.channels());
        }
        const float* const held = cell.channel(0).data();
        const CellFigures figures =
            analyser.analyse(cell, true, (number + 1) % cells_a_hop == 0, channels);
        if (cell.channel(0).data() != held) { // cleaned of what is no number
            audio::copy(cell, audio.view().slice(from, to - from));
        }
        const std::uint64_t non_finite = analyser.take_non_finite_samples();
        if (counts) {
            out.cells.push_back(figures);
            out.non_finite_samples += non_finite;
        }
    }
    out.audio_offset = static_cast<std::size_t>(cell_start(out.first_cell, sample_rate) - origin);
    out.audio = std::move(audio);
    out.behind = std::move(analyser);
    return out;
}

} // namespace gainstage::meter
