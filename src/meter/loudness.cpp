// SPDX-License-Identifier: MIT
#include "meter/loudness.h"

namespace gainstage::meter {

namespace {

constexpr double offset_db = -0.691;                  // ITU-R BS.1770-5 Annex 1, equation (2)
constexpr Gain integrated_gate = Gain::from_db(10.0); // BS.1770-5 Annex 1, equation (6)
constexpr Gain range_gate = Gain::from_db(20.0);      // EBU Tech 3342
constexpr double range_low = 0.10;                    // EBU Tech 3342
constexpr double range_high = 0.95;

std::optional<Lufs> level(const std::optional<double>& power) noexcept {
    return power ? std::optional(loudness_of(*power)) : std::nullopt;
}

} // namespace

Lufs loudness_of(double weighted_power) noexcept {
    return Lufs{offset_db + 10.0 * std::log10(weighted_power)};
}

GateHistogram loudness_histogram() { return GateHistogram(offset_db); }

Lufs integrated_of(const GateHistogram& blocks) noexcept {
    return loudness_of(blocks.gated_power(integrated_gate));
}

Loudness::Loudness()
    : blocks_(offset_db), short_terms_(offset_db), exact_blocks_(offset_db),
      exact_short_terms_(offset_db) {}

void Loudness::Maximum::offer(const std::optional<double>& candidate, std::uint64_t end) noexcept {
    if (candidate && (!power || *candidate > *power)) {
        power = candidate;
        end_frame = end;
    }
}

void Loudness::prepare(const audio::Spec& spec, const BridgeOptions& options) {
    sample_rate_ = spec.sample_rate;
    exact_blocks_.prepare(options.exact_gating_blocks);
    exact_short_terms_.prepare(options.exact_gating_blocks);
    keep_gate_blocks_ = options.keep_gate_blocks;
}

void Loudness::reset() noexcept {
    blocks_.reset();
    short_terms_.reset();
    exact_blocks_.reset();
    exact_short_terms_.reset();
    short_power_ = 0.0;
    ended_short_ = false;
    momentary_power_.reset();
    short_term_power_.reset();
    max_momentary_ = {};
    max_short_term_ = {};
}

void Loudness::process(const Cell& cell) noexcept {
    if (!cell.block_full()) {
        short_power_ += cell.k_power;
        ended_short_ =
            !cell.whole && cell.number < cells_a_block && cell.first_frame + cell.frames() > 0;
    }
    if (!cell.whole) {
        return;
    }
    momentary_power_ = cell.momentary_power;
    short_term_power_ = cell.short_term_power;
    const std::uint64_t end = cell.first_frame + cell.frames();
    max_momentary_.offer(momentary_power_, end);
    max_short_term_.offer(short_term_power_, end);
    if (cell.ends_hop()) {
        if (momentary_power_) {
            blocks_.add(*momentary_power_);
            exact_blocks_.add(*momentary_power_);
        }
        if (short_term_power_) {
            short_terms_.add(*short_term_power_);
            exact_short_terms_.add(*short_term_power_);
        }
    }
}

bool Loudness::gates_exactly() const noexcept {
    return exact_blocks_.is_complete() && exact_short_terms_.is_complete();
}

Lufs Loudness::integrated_value() const {
    return loudness_of(gates_exactly() ? exact_blocks_.gated_power(integrated_gate)
                                       : blocks_.gated_power(integrated_gate));
}

std::optional<Lufs> Loudness::short_sound_value() const noexcept {
    return ended_short_ ? std::optional(loudness_of(short_power_ * cells_a_second /
                                                    (cells_a_block * sample_rate_.value())))
                        : std::nullopt;
}

std::optional<Lufs> Loudness::momentary() const noexcept { return level(momentary_power_); }

std::optional<Lufs> Loudness::short_term() const noexcept { return level(short_term_power_); }

std::optional<Lufs> Loudness::max_momentary_value() const noexcept {
    return level(max_momentary_.power);
}

std::optional<Lufs> Loudness::max_short_term_value() const noexcept {
    return level(max_short_term_.power);
}

std::optional<Gain> Loudness::range() const {
    if (short_terms_.blocks() == 0) {
        return std::nullopt;
    }
    return gates_exactly() ? exact_short_terms_.range(range_gate, range_low, range_high)
                           : short_terms_.range(range_gate, range_low, range_high);
}

void Loudness::read(Measurement& into) const {
    const auto put = [&](const ReadingSpec& value, const ReadingSpec& at, const Maximum& maximum) {
        const auto loudness = level(maximum.power);
        into.set(value, loudness ? std::optional(loudness->db()) : std::nullopt);
        const bool has_place = loudness && !loudness->is_silent();
        into.set(at, has_place ? std::optional(static_cast<double>(maximum.end_frame) /
                                               sample_rate_.value())
                               : std::nullopt);
    };
    if (keep_gate_blocks_) {
        into.gate_blocks = std::make_shared<const GateHistogram>(blocks_);
    }
    into.set(integrated, integrated_value().db());
    put(max_momentary, max_momentary_at, max_momentary_);
    put(max_short_term, max_short_term_at, max_short_term_);
    const auto lra = range();
    into.set(loudness_range, lra ? std::optional(lra->db()) : std::nullopt);
    if (const auto loudness = short_sound_value()) {
        into.set(short_sound, loudness->db());
    }
    into.exact_gating = gates_exactly();
    into.momentary = momentary();
    into.short_term = short_term();
    into.momentary_blocks = blocks_.counts_a_db();
}

} // namespace gainstage::meter
