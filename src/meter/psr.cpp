// SPDX-License-Identifier: MIT
#include "meter/psr.h"

namespace gainstage::meter {

namespace {

constexpr double lowest_lufs = -70.0; // ITU-R BS.1770-5: the absolute gate
constexpr double highest_lufs = 60.0;
constexpr double steps_a_lu = 10.0;
constexpr std::size_t steps = static_cast<std::size_t>((highest_lufs - lowest_lufs) * steps_a_lu);
constexpr double none = std::numeric_limits<double>::infinity();
constexpr Gain relative_gate = Gain::from_db(10.0);

std::size_t step_of(double lufs) noexcept {
    return static_cast<std::size_t>(
        std::clamp((lufs - lowest_lufs) * steps_a_lu, 0.0, static_cast<double>(steps - 1)));
}

} // namespace

Psr::Psr() : least_db_(steps, none) {}

void Psr::prepare(const audio::Spec&, const BridgeOptions&) {}

void Psr::reset() noexcept {
    hop_peaks_.fill(0.0f);
    next_hop_ = 0;
    open_peak_ = 0.0f;
    current_db_.reset();
    std::ranges::fill(least_db_, none);
}

void Psr::process(const Cell& cell) noexcept {
    for (const ChannelCell& channel : cell.channels) {
        open_peak_ = std::max(open_peak_, channel.true_peak);
    }
    if (!cell.ends_hop()) {
        return;
    }
    hop_peaks_[next_hop_] = open_peak_;
    next_hop_ = (next_hop_ + 1) % hops_a_window;
    open_peak_ = 0.0f;
    current_db_.reset();
    if (!cell.short_term_power) {
        return;
    }
    const Lufs loudness = loudness_of(*cell.short_term_power);
    if (loudness.db() > lowest_lufs) {
        const float peak = *std::ranges::max_element(hop_peaks_);
        current_db_ = Dbtp::from_amplitude(static_cast<double>(peak)).db() - loudness.db();
        double& least_here = least_db_[step_of(loudness.db())];
        least_here = std::min(least_here, *current_db_);
    }
}

std::optional<Gain> Psr::current() const noexcept {
    return current_db_ ? std::optional(Gain::from_db(*current_db_)) : std::nullopt;
}

std::optional<Gain> Psr::least(Lufs gate) const noexcept {
    const auto first = least_db_.begin() + static_cast<std::ptrdiff_t>(step_of(gate.db()));
    const double least_db = *std::min_element(first, least_db_.end());
    return std::isfinite(least_db) ? std::optional(Gain::from_db(least_db)) : std::nullopt;
}

void Psr::read(Measurement& into) const {
    const auto found = least(into[integrated] - relative_gate);
    into.set(psr_min, found ? std::optional(found->db()) : std::nullopt);
}

} // namespace gainstage::meter
