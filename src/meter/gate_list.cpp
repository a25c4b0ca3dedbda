// SPDX-License-Identifier: MIT
#include "meter/gate_list.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gainstage::meter {

namespace {

constexpr double absolute_gate_db = -70.0; // ITU-R BS.1770-5 Annex 1

double mean(const std::vector<double>& powers) {
    return std::accumulate(powers.begin(), powers.end(), 0.0) / static_cast<double>(powers.size());
}

} // namespace

GateList::GateList(double offset_db)
    : absolute_gate_power_(std::pow(10.0, (absolute_gate_db - offset_db) / 10.0)) {}

void GateList::prepare(std::size_t blocks) {
    room_ = blocks;
    powers_.clear();
    powers_.reserve(blocks);
    overflowed_ = false;
}

void GateList::reset() noexcept {
    powers_.clear();
    overflowed_ = false;
}

void GateList::add(double power) noexcept {
    if (!(power > absolute_gate_power_)) {
        return;
    }
    if (powers_.size() < room_) {
        powers_.push_back(power);
    } else {
        overflowed_ = true;
    }
}

std::vector<double> GateList::above_gate(Gain below_mean) const {
    std::vector<double> above;
    if (!powers_.empty()) {
        const double gate = mean(powers_) / below_mean.to_power_ratio();
        std::ranges::copy_if(powers_, std::back_inserter(above),
                             [&](double power) { return power > gate; });
    }
    return above;
}

double GateList::gated_power(Gain below_mean) const {
    const std::vector<double> above = above_gate(below_mean);
    return above.empty() ? 0.0 : mean(above);
}

Gain GateList::range(Gain below_mean, double low, double high) const {
    std::vector<double> above = above_gate(below_mean);
    if (above.empty()) {
        return {};
    }
    std::ranges::sort(above);
    const auto power_at = [&](double share) {
        const double rank = std::floor(static_cast<double>(above.size() - 1) * share + 0.5);
        return above[static_cast<std::size_t>(rank)];
    };
    return Gain::from_power_ratio(power_at(high) / power_at(low));
}

} // namespace gainstage::meter
