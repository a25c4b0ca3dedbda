// SPDX-License-Identifier: MIT
#include "meter/gate_histogram.h"

#include <algorithm>
#include <cmath>

namespace gainstage::meter {

namespace {

constexpr double absolute_gate_db = -70.0; // ITU-R BS.1770-5 Annex 1: the absolute gate
constexpr double highest_db = 60.0;
constexpr double gate_bins_a_db = 100.0;

} // namespace

GateHistogram::GateHistogram(double offset_db)
    : offset_db_(offset_db),
      absolute_gate_power_(std::pow(10.0, (absolute_gate_db - offset_db) / 10.0)),
      bins_(static_cast<std::size_t>((highest_db - absolute_gate_db) * gate_bins_a_db)) {}

void GateHistogram::reset() noexcept {
    blocks_ = 0;
    std::ranges::fill(bins_, Bin{});
}

void GateHistogram::add(double power) noexcept {
    if (!(power > absolute_gate_power_)) {
        return;
    }
    const double level_db = offset_db_ + 10.0 * std::log10(power);
    const double place = std::clamp((level_db - absolute_gate_db) * gate_bins_a_db, 0.0,
                                    static_cast<double>(bins_.size() - 1));
    Bin& bin = bins_[static_cast<std::size_t>(place)];
    ++bin.blocks;
    bin.power += power;
    ++blocks_;
}

void GateHistogram::add(const GateHistogram& other) noexcept {
    for (std::size_t i = 0; i < bins_.size(); ++i) {
        bins_[i].blocks += other.bins_[i].blocks;
        bins_[i].power += other.bins_[i].power;
    }
    blocks_ += other.blocks_;
}

std::size_t GateHistogram::first_bin_above(Gain below_mean) const noexcept {
    double sum = 0.0;
    for (const Bin& bin : bins_) {
        sum += bin.power;
    }
    const double gate = sum / static_cast<double>(blocks_) / below_mean.to_power_ratio();
    std::size_t first = 0;
    while (first < bins_.size() &&
           !(bins_[first].blocks > 0 &&
             bins_[first].power > gate * static_cast<double>(bins_[first].blocks))) {
        ++first;
    }
    return first;
}

double GateHistogram::gated_power(Gain below_mean) const noexcept {
    if (blocks_ == 0) {
        return 0.0;
    }
    double power = 0.0;
    std::uint64_t blocks = 0;
    for (std::size_t i = first_bin_above(below_mean); i < bins_.size(); ++i) {
        power += bins_[i].power;
        blocks += bins_[i].blocks;
    }
    return power / static_cast<double>(blocks);
}

std::vector<std::uint64_t> GateHistogram::counts_a_db() const {
    std::vector<std::uint64_t> counts(static_cast<std::size_t>(highest_db - absolute_gate_db));
    for (std::size_t i = 0; i < bins_.size(); ++i) {
        counts[i / static_cast<std::size_t>(gate_bins_a_db)] += bins_[i].blocks;
    }
    return counts;
}

Gain GateHistogram::range(Gain below_mean, double low, double high) const noexcept {
    if (blocks_ == 0) {
        return {};
    }
    const std::size_t first = first_bin_above(below_mean);
    std::uint64_t blocks = 0;
    for (std::size_t i = first; i < bins_.size(); ++i) {
        blocks += bins_[i].blocks;
    }
    const auto power_at = [&](double share) {
        const auto rank =
            static_cast<std::uint64_t>(std::floor(static_cast<double>(blocks - 1) * share + 0.5));
        std::uint64_t below = 0;
        std::size_t i = first;
        while (below + bins_[i].blocks <= rank) {
            below += bins_[i].blocks;
            ++i;
        }
        return bins_[i].power / static_cast<double>(bins_[i].blocks);
    };
    return Gain::from_power_ratio(power_at(high) / power_at(low));
}

} // namespace gainstage::meter
