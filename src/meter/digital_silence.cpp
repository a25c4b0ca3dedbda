// SPDX-License-Identifier: MIT
#include "meter/digital_silence.h"

namespace gainstage::meter {

namespace {

bool is_silent(audio::ConstAudioView audio, std::size_t frame) noexcept {
    for (int c = 0; c < audio.channels(); ++c) {
        if (audio.channel(c)[frame] != 0.0f) {
            return false;
        }
    }
    return true;
}

} // namespace

void DigitalSilence::prepare(const audio::Spec&, const BridgeOptions&) {}

void DigitalSilence::reset() noexcept { *this = {}; }

void DigitalSilence::process(const Cell& cell) noexcept {
    const bool silent = std::ranges::all_of(
        cell.channels, [](const ChannelCell& channel) { return !(channel.sample_peak > 0.0f); });
    if (silent) {
        run_ += cell.frames();
        longest_ = std::max(longest_, run_);
        return;
    }
    // Both loops end at the first frame that sounds: at once, as a rule.
    std::size_t head = 0;
    while (is_silent(cell.audio, head)) {
        ++head;
    }
    std::size_t tail = 0;
    while (is_silent(cell.audio, cell.audio.frames() - 1 - tail)) {
        ++tail;
    }
    run_ += head;
    leading_ = heard_ ? leading_ : run_;
    heard_ = true;
    longest_ = std::max({longest_, run_, std::uint64_t{tail}});
    run_ = tail;
}

void DigitalSilence::read(Measurement& into) const {
    const auto put = [&](const ReadingSpec& reading, std::uint64_t frames) {
        into.set(reading, static_cast<double>(frames) / into.sample_rate.value());
    };
    put(leading_silence, heard_ ? leading_ : run_);
    put(trailing_silence, run_);
    put(longest_silence, longest_);
}

} // namespace gainstage::meter
