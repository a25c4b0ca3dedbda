// SPDX-License-Identifier: MIT
#include "ballistics/rack.h"

#include "audio/denormal_guard.h"

#include <algorithm>

namespace gainstage::ballistics {

void Rack::TruePeakFall::reset() noexcept {
    detector.reset();
    bar.reset();
}

void Rack::TruePeakFall::process(std::span<const float> signal) noexcept {
    // Nothing under where the bar will be can raise it: the detector needn't look there.
    const auto floor = static_cast<float>(bar.after(signal.size()));
    const float peak = detector.peak(signal, floor);
    bar.process(static_cast<double>(peak > floor ? peak : 0.0f), signal.size());
}

void Rack::TruePeakFall::finish() noexcept {
    bar.process(static_cast<double>(detector.flush().magnitude), 0);
}

void Rack::HighestPower::process(const std::optional<double>& power) noexcept {
    latest = power;
    if (power && (!highest || *power > *highest)) {
        highest = power;
    }
}

std::optional<double> Rack::HighestPower::take() noexcept {
    const auto taken = highest ? highest : latest; // the latter: no window ended since
    highest.reset();
    return taken;
}

void Rack::MidSideNeedles::process(const meter::Cell& cell, float gain) noexcept {
    const auto left = cell.audio.channel(0);
    const auto right = cell.audio.channel(1);
    const auto out = std::span(mixed).first(left.size());
    for (std::size_t n = 0; n < left.size(); ++n) {
        out[n] = gain * (left[n] + right[n]);
    }
    mid.process(out);
    for (std::size_t n = 0; n < left.size(); ++n) {
        out[n] = gain * (left[n] - right[n]);
    }
    side.process(out);
}

Rack::Needle Rack::needle(Kind kind) {
    switch (kind) {
    case Kind::peak:
        return PeakFall(peak_with_hold);
    case Kind::k_peak:
        return PeakFall(k_system_peak);
    case Kind::true_peak:
        return TruePeakFall{};
    case Kind::rms:
        return MovingRms(rms_300_ms);
    case Kind::vu:
        return Vu(iec_60268_17);
    case Kind::ppm_din:
    case Kind::ppm_nordic:
        return QuasiPeak(type_1);
    case Kind::ppm_bbc:
    case Kind::ppm_ebu:
        return QuasiPeak(type_2);
    case Kind::k20:
    case Kind::k14:
    case Kind::k12:
        return MovingRms(k_system);
    default:
        return PeakFall(iec_60268_18);
    }
}

void Rack::prepare(const audio::Spec& spec,
                   const RackOptions& options,
                   const meter::BridgeOptions& measuring) {
    options_ = options;
    sample_rate_ = spec.sample_rate;
    needles_.clear();
    shown_.clear();
    loudness_.reset();
    has_correlation_ = false;
    mid_side_.reset();
    for (const Kind kind : options.kinds) {
        if (meter_of(kind).per_channel) {
            for (int c = 0; c < spec.channels(); ++c) {
                needles_.push_back(needle(kind));
                std::visit([&](auto& one) { one.prepare(spec.sample_rate); }, needles_.back());
                shown_.push_back({kind, c, {}, {}});
            }
            continue;
        }
        shown_.push_back({kind, -1, {}, {}});
        if (kind == Kind::correlation) {
            has_correlation_ = spec.channels() > 1;
        } else if (kind == Kind::ppm_mid || kind == Kind::ppm_side) {
            if (spec.channels() > 1) {
                mid_side_ = MidSideNeedles{};
            }
        } else {
            loudness_.emplace();
        }
    }
    markers_.assign(shown_.size(), {});
    front_end_.prepare(spec, measuring, {.loudness = loudness_.has_value()});
    if (loudness_) {
        loudness_->prepare(spec, front_end_.options());
    }
    correlation_.prepare(spec.sample_rate);
    if (mid_side_) {
        mid_side_->mid.prepare(spec.sample_rate);
        mid_side_->side.prepare(spec.sample_rate);
        mid_side_->mixed.resize(meter::cell_start(1, spec.sample_rate) + 1); // cells differ by one
    }
    reset();
}

void Rack::reset() noexcept {
    front_end_.reset();
    for (Needle& one : needles_) {
        std::visit([](auto& needle) { needle.reset(); }, one);
    }
    if (loudness_) {
        loudness_->reset();
    }
    momentary_ = {};
    short_term_ = {};
    correlation_.reset();
    if (mid_side_) {
        mid_side_->mid.reset();
        mid_side_->side.reset();
    }
    std::ranges::fill(markers_, Marker{});
}

void Rack::hear(const meter::Cell& cell) noexcept {
    auto* needle = needles_.data();
    for (const Shown& shown : shown_) {
        if (shown.channel >= 0) {
            const auto signal = cell.audio.channel(shown.channel);
            std::visit([&](auto& one) { one.process(signal); }, *needle);
            ++needle;
        }
    }
    if (loudness_ && cell.whole) {
        loudness_->process(cell);
        momentary_.process(cell.momentary_power);
        short_term_.process(cell.short_term_power);
    }
    if (has_correlation_) {
        correlation_.process(cell.audio.channel(0), cell.audio.channel(1));
    }
    if (mid_side_) {
        constexpr float minus_3_db = 0.70710678f; // half the power
        mid_side_->process(cell, options_.mid_side == MidSide::m6 ? 0.5f : minus_3_db);
    }
}

void Rack::process(audio::ConstAudioView block) noexcept {
    const audio::DenormalGuard guard;
    front_end_.process(block, [this](const meter::Cell& cell) { hear(cell); });
}

void Rack::finish() noexcept {
    const audio::DenormalGuard guard;
    front_end_.finish([this](const meter::Cell& cell) { hear(cell); });
    for (Needle& one : needles_) {
        if (auto* true_peak = std::get_if<TruePeakFall>(&one)) {
            true_peak->finish();
        }
    }
}

std::optional<double> Rack::stream_reading(Kind kind) noexcept {
    const auto loudness = [](const std::optional<double>& power) {
        return power ? std::optional(meter::loudness_of(*power).db()) : std::nullopt;
    };
    const auto mark = [&](QuasiPeak& needle) {
        const Dbfs sine = Dbfs::from_amplitude(needle.take());
        return std::optional(meter_of(kind).reading(sine, options_.alignment));
    };
    switch (kind) {
    case Kind::ppm_mid:
        return mid_side_ ? mark(mid_side_->mid) : std::nullopt;
    case Kind::ppm_side:
        return mid_side_ ? mark(mid_side_->side) : std::nullopt;
    case Kind::momentary:
        return loudness(momentary_.take());
    case Kind::short_term:
        return loudness(short_term_.take());
    case Kind::integrated:
        return loudness_->integrated_value().db();
    default:
        return has_correlation_ ? correlation_.value() : std::nullopt;
    }
}

void Rack::mark(Shown& shown, Marker& marker) noexcept {
    const double hold_s = meter_of(shown.kind).marker_hold.value();
    if (hold_s <= 0.0 || !shown.value) {
        shown.marker.reset();
        return;
    }
    const std::uint64_t now = front_end_.frames();
    const double age_s = static_cast<double>(now - marker.frame) / sample_rate_.value();
    if (!marker.set || *shown.value >= marker.value || age_s > hold_s) {
        marker = {*shown.value, now, true};
    }
    shown.marker = marker.value;
}

std::span<const Shown> Rack::take() noexcept {
    auto* needle = needles_.data();
    for (std::size_t i = 0; i < shown_.size(); ++i) {
        Shown& shown = shown_[i];
        if (shown.channel >= 0) {
            const double amplitude = std::visit([](auto& one) { return one.take(); }, *needle);
            ++needle;
            shown.value =
                meter_of(shown.kind).reading(Dbfs::from_amplitude(amplitude), options_.alignment);
        } else {
            shown.value = stream_reading(shown.kind);
        }
        mark(shown, markers_[i]);
    }
    return shown_;
}

} // namespace gainstage::ballistics
