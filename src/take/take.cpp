// SPDX-License-Identifier: MIT
#include "take/take.h"

#include "audio/io/each_block.h"
#include "meter/active_rms.h"
#include "meter/bridge.h"
#include "meter/dc_offset.h"
#include "meter/noise_floor.h"
#include "meter/sample_peak.h"
#include "meter/snr.h"
#include "take/advice.h"
#include "take/earlier_clipping.h"
#include "take/flat_tops.h"
#include "take/pauses.h"
#include "take/same_channels.h"
#include "take/short_term_peaks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gainstage::take {
namespace {

/// Everything that listens while the file goes by.
struct Listeners {
    meter::Bridge bridge;
    FlatTops flat_tops;
    MainsHum hum;
    Pauses pauses;
    NoiseBands noise_bands;
    Glitches glitches;
    SameChannels same_channels;
    ShortTermPeaks short_term_peaks;

    explicit Listeners(const audio::Spec& spec) {
        bridge.prepare(spec);
        flat_tops.prepare(spec);
        hum.prepare(spec);
        pauses.prepare(spec);
        noise_bands.prepare(spec);
        glitches.prepare(spec);
        short_term_peaks.prepare(spec);
    }

    void process(audio::ConstAudioView block) noexcept {
        bridge.process(block);
        flat_tops.process(block);
        hum.process(block);
        pauses.process(block);
        noise_bands.process(block);
        glitches.process(block);
        same_channels.process(block);
        short_term_peaks.process(block);
    }
};

/// The noise floor, and what of it is left without the hum. Where most of it is hum, the rest can't
/// be known: the level of the hum is within 1 dB, no better.
template <typename Add>
void add_noise(const Take& take, Add&& add) {
    const auto floor = take.file.measurement.get(meter::noise_floor);
    if (!floor || floor->is_silent()) {
        return;
    }
    add("noise_floor_aes17_dbfs", to_aes17(*floor).db());
    const auto power = [](DbfsRmsMath level) { return std::pow(10.0, level.db() / 10.0); };
    const double hum = take.hum ? power(take.hum->level) : 0.0;
    if (hum < 0.5 * power(*floor)) {
        const auto hiss = DbfsRmsMath::from_amplitude(std::sqrt(power(*floor) - hum));
        add("hiss_dbfs", hiss.db());
        add("hiss_aes17_dbfs", to_aes17(hiss).db());
        add("hiss_snr_db", (take.file.measurement[meter::active_rms] - hiss).db());
    }
}

/// "31 %", "0.6 %": two digits, as many as odds deserve.
std::string percent(double odds) {
    const double hundredths = 100.0 * odds;
    if (hundredths < 0.01) {
        return "under 0.01 %";
    }
    return hundredths > 99.0 ? "over 99 %" : fmt::format("{:.2g} %", hundredths);
}

/// ", and you stay 52 dB above the hiss", where there was a pause to hear it in.
std::string above_hiss(const Take& take) {
    const auto snr = take.file.measurement.get(meter::snr);
    return take.pauses && snr ? fmt::format(", and you stay {:.0f} dB above the {}", snr->db(),
                                            take.hum ? "noise" : "hiss")
                              : "";
}

/// What the noise is compared with, and whether it was recorded at a gain that the chain names.
template <typename Add>
void add_chain(const Take& take, Add&& add) {
    if (!take.preamp) {
        return;
    }
    add("chain_noise_aes17_dbfs", take.preamp->noise.db());
    add("preamp_gain_db", take.preamp->gain.db());
    if (take.noise_over_chain) {
        add("noise_over_chain_db", take.noise_over_chain->db());
    }
}

/// The next take's, or what is missing for it.
template <typename Add>
void add_prediction(const Take& take, Add&& add) {
    add("next_take_asked", take.next_take.has_value());
    add("predicted", take.plan.has_value());
    if (take.next_take && !take.plan) {
        add("practice_missing_s",
            std::ceil(std::max(0.0, (shortest_practice - take.playing).value())));
    }
    if (!take.plan) {
        return;
    }
    const Prediction louder = take.plan->prediction + take.plan->next.allowance;
    add("take_minutes", take.plan->next.length.value() / 60.0);
    add("allowance_db", take.plan->next.allowance.db());
    add("expected_peak_dbfs", louder.expected.db());
    add("expected_peak_low_dbfs", louder.low.db());
    add("expected_peak_high_dbfs", louder.high.db());
    add("clip_odds_before", take.plan->clip_odds_before);
    add("clip_odds_after", take.plan->clip_odds_after);
}

/// Channels that hold sound, but 50 dB less than the loudest one's: a cable or a microphone that
/// isn't there, with what its preamp makes.
int dead_channels(const meter::Measurement& measured) {
    constexpr double far_below_db = 50.0;
    constexpr double soft_dbfs = -60.0; // working value: nothing that is recorded peaks lower
    double loudest = -1e300;
    for (int c = 0; c < measured.layout.channels(); ++c) {
        loudest = std::max(loudest, measured.value(meter::sample_peak.key, c).value_or(-1e300));
    }
    int dead = 0;
    for (int c = 0; c < measured.layout.channels(); ++c) {
        const auto peak = measured.value(meter::sample_peak.key, c);
        const bool soft = peak && std::isfinite(*peak) && *peak < soft_dbfs;
        dead += soft && *peak < loudest - far_below_db ? 1 : 0;
    }
    return dead;
}

/// What the rules are told: the bridge's readings and more. Silence is -inf.
verdict::Facts facts_of(const Take& take, std::optional<Hertz> session_rate) {
    const meter::Measurement& measured = take.file.measurement;
    verdict::Facts facts;
    const auto add = [&](std::string_view name, double value) {
        if (!std::isnan(value)) {
            facts.insert_or_assign(std::string(name), value);
        }
    };
    for (const meter::ReadingSpec* reading : meter::Bridge::readings()) {
        if (const auto value = measured.value(reading->key)) {
            add(reading->key, *value);
        }
    }
    int silent_channels = 0;
    for (int c = 0; c < measured.layout.channels(); ++c) {
        const auto peak = measured.value(meter::sample_peak.key, c);
        silent_channels += peak && std::isinf(*peak) ? 1 : 0;
    }
    const bool silent = measured[meter::sample_peak].is_silent();
    add("silent", silent);
    add("silent_channels", silent ? 0 : silent_channels);
    add("channels", measured.layout.channels());
    add("duration_s", measured.duration().value());
    add("sample_rate_hz", measured.sample_rate.value());
    add("non_finite_samples", static_cast<double>(measured.non_finite_samples));
    add("average_dbfs", to_aes17(measured[meter::active_rms]).db());
    add("dc_offset_magnitude", std::abs(measured.value(meter::dc_offset.key).value_or(0.0)));
    add("dc_offset_dbfs",
        20.0 * std::log10(std::abs(measured.value(meter::dc_offset.key).value_or(0.0))));
    add("zone_blue", take.zone == verdict::Zone::noise && !silent);
    add("zone_green", take.zone == verdict::Zone::target);
    add("zone_yellow", take.zone == verdict::Zone::hot);
    add("gain_change_db", take.gain_change.db());
    add("gain_down_db", -take.gain_change.db());
    add_prediction(take, add);
    add_facts(take.clipping, facts);
    add("over_full_scale", take.over_full_scale);
    add("same_channels", take.identical_channels);
    add_facts(take.glitches, facts);
    if (take.steadiness > Gain{}) {
        add("steadiness_db", take.steadiness.db());
    }
    if (take.noise_bands && !take.noise_bands->rumble.is_silent()) {
        add("rumble_dbfs", take.noise_bands->rumble.db());
        add("rumble_aes17_dbfs", to_aes17(take.noise_bands->rumble).db());
    }
    add("dead_channels", dead_channels(measured));
    add("pauses", take.pauses);
    if (session_rate) {
        add("session_rate_hz", session_rate->value());
    }
    if (take.hum) {
        add("hum_hz", take.hum->fundamental.value());
        add("hum_dbfs", take.hum->level.db());
        add("hum_aes17_dbfs", to_aes17(take.hum->level).db());
    }
    add_noise(take, add);
    add_chain(take, add);
    add("clipped_percent", 100.0 * take.exposure.zone_share.back());
    return facts;
}

/// What the sentences are told besides.
verdict::Words words_of(const Take& take) {
    verdict::Words words = {
        {"file", take.file.path.filename().string()},
        {"clip_odds_before", take.plan ? percent(take.plan->clip_odds_before) : ""},
        {"clip_odds_after", take.plan ? percent(take.plan->clip_odds_after) : ""},
        {"above_hiss", above_hiss(take)},
        {"setting",
         take.setting ? fmt::format(" ({})", setting_words(*take.preamp, *take.setting)) : ""}};
    add_words(take.clipping, words);
    add_words(take.glitches, take.file.info.sample_rate, words);
    return words;
}

std::vector<verdict::Finding> judge(const Take& take,
                                    verdict::Facts facts,
                                    const verdict::Words& words,
                                    const verdict::Targets& targets,
                                    const verdict::Rules& rules) {
    const std::string stage = take.file.path.stem().string();
    auto findings = rules.judge("take", stage, facts, words, targets);
    const bool faultless = std::ranges::none_of(findings, [](const verdict::Finding& finding) {
        return finding.severity != verdict::Severity::info;
    });
    if (!faultless) {
        return findings;
    }
    facts["faults"] = 0.0; // take.healthy waits for it
    return rules.judge("take", stage, facts, words, targets);
}

void plan_next(const ShortTermPeaks& peaks,
               const Question& question,
               const verdict::Targets& targets,
               Take& take) {
    take.playing = playing(peaks.peaks(), peaks.hop());
    take.next_take = question.next_take;
    if (!question.next_take) {
        return;
    }
    const auto prediction = predict(peaks.peaks(), peaks.hop(), question.next_take->length);
    if (!prediction) {
        return;
    }
    take.plan = plan(*prediction, *question.next_take, targets);
    // What was cut off isn't known: what is expected from the rest is the least.
    take.gain_change = take.zone == verdict::Zone::clip
                           ? std::min(take.gain_change, take.plan->change)
                           : take.plan->change;
}

/// What the preamp can do of it, and what comes of that.
void set_preamp(const std::optional<Preamp>& preamp, Take& take) {
    if (preamp) {
        take.preamp = preamp;
        take.setting = setting_for(*preamp, take.gain_change);
        take.gain_change = take.setting->change;
        const auto floor = take.file.measurement.get(meter::noise_floor);
        if (take.pauses && floor && !floor->is_silent()) {
            take.noise_over_chain = to_aes17(*floor) - preamp->noise;
        }
    }
    if (take.plan) {
        take.plan->set_change(take.gain_change);
    }
}

/// Between the 5th and the 95th percentile of the peaks.
Gain range_of(std::span<const float> peaks) {
    std::vector<float> sorted;
    std::ranges::copy_if(peaks, std::back_inserter(sorted), [](float peak) { return peak > 0.0f; });
    constexpr std::size_t least = 40; // 2 s
    if (sorted.size() < least) {
        return Gain{};
    }
    std::ranges::sort(sorted);
    const auto at = [&](std::size_t percent) {
        return Dbfs::from_amplitude(
            static_cast<double>(sorted[(sorted.size() - 1) * percent / 100]));
    };
    return at(95) - at(5);
}

/// Full scale, or where an earlier stage cut off: the highest of its flat tops.
Dbfs clip_point(const Take& take) {
    Dbfs highest;
    for (const ClippedSpot& spot : take.clipping.spots) {
        if (spot.kind != ClippingKind::digital) {
            highest = std::max(highest, spot.level);
        }
    }
    return highest.is_silent() ? Dbfs{0.0} : highest;
}

/// The noise floor was read where the level stands still, not in a passage that happens to be soft.
bool has_pauses(const meter::Measurement& measured,
                const Pauses& pauses,
                const verdict::Targets& targets) {
    constexpr Gain agreement = Gain::from_db(3.0); // the two windows needn't be the same
    const auto still = pauses.floor();
    const auto floor = measured.get(meter::noise_floor);
    const auto snr = measured.get(meter::snr);
    return still && floor && snr && *still <= *floor + agreement &&
           snr->db() >= targets["recording.pause_min_snr_db"];
}

/// Flat tops, and at which rate if not the file's own but the one it had before.
struct CutTops {
    FlatTopsFound found;
    std::optional<Hertz> earlier_rate;
};

Result<CutTops>
find_flat_tops(const FlatTops& as_it_is, const OpenAgain& open, const audio::io::Watch& watch) {
    FlatTopsFound flat = as_it_is.found();
    if (flat.count > 0 || !flat.full_scale.empty()) {
        return CutTops{std::move(flat), {}};
    }
    auto earlier = find_earlier_clipping(as_it_is, open, watch);
    if (!earlier) {
        return earlier.error();
    }
    if (!*earlier) {
        return CutTops{std::move(flat), {}};
    }
    return CutTops{std::move((*earlier)->found), (*earlier)->rate};
}

} // namespace

bool is_over_full_scale(audio::io::SampleFormat format, Dbfs sample_peak) noexcept {
    using audio::io::SampleFormat;
    constexpr Gain rounding = Gain::from_db(0.001);
    const bool holds = format == SampleFormat::float32 || format == SampleFormat::float64 ||
                       format == SampleFormat::lossy;
    return holds && sample_peak > Dbfs{0.0} + rounding;
}

Result<Take> inspect(const std::filesystem::path& path,
                     const verdict::Targets& targets,
                     const verdict::Rules& rules,
                     const Question& question,
                     const audio::io::Watch& watch) {
    const auto open = [&] { return audio::io::open(path); };
    auto source = open();
    if (!source) {
        return source.error();
    }
    const audio::io::StreamInfo& info = (*source)->info();
    Listeners listeners({.sample_rate = info.sample_rate,
                         .layout = info.layout,
                         .max_frames = audio::io::block_frames});
    std::uint64_t told = 0; // of the frames, to the watch
    const audio::io::Watch tell{watch.stop, [&](std::size_t frames) {
                                    told += frames;
                                    watch.advance(frames);
                                }};
    const audio::io::Watch most_of_it{
        watch.stop, [&](std::size_t frames) { tell.advance(frames - frames / 4); }};
    const Status heard =
        audio::io::each_block(**source, info.layout.channels(), most_of_it,
                              [&](audio::ConstAudioView block) { listeners.process(block); });
    if (!heard) {
        return heard.error();
    }

    Take take;
    take.file = {path, (*source)->info(), listeners.bridge.measurement()};
    const meter::Measurement& measured = take.file.measurement;
    const auto cut_tops = find_flat_tops(listeners.flat_tops, open, tell);
    if (!cut_tops) {
        return cut_tops.error();
    }
    watch.advance(measured.frames - std::min(measured.frames, told));
    take.over_full_scale = is_over_full_scale(take.file.info.format, measured[meter::sample_peak]);
    take.clipping =
        list_clipping(measured, take.over_full_scale, cut_tops->found, cut_tops->earlier_rate);
    take.hum = listeners.hum.found();
    take.noise_bands = listeners.noise_bands.levels();
    take.glitches = listeners.glitches.found(take.over_full_scale);
    leave_out_clipped(take.glitches.clicks, starts_of(take.clipping), info.sample_rate);
    take.steadiness = range_of(listeners.short_term_peaks.peaks());
    take.identical_channels = listeners.same_channels.found();
    take.pauses = has_pauses(measured, listeners.pauses, targets);
    const Advice advice = advise({.peak = measured[meter::sample_peak],
                                  .average = to_aes17(measured[meter::active_rms]),
                                  .clipped_digital = take.clipping.digital > 0,
                                  .clipped_analogue = take.clipping.below > 0,
                                  .missing = take.clipping.depth(),
                                  .over_is_safe = take.over_full_scale},
                                 targets);
    take.zone = advice.zone;
    take.gain_change = advice.gain_change;
    plan_next(listeners.short_term_peaks, question, targets, take);
    set_preamp(question.preamp, take);
    take.exposure = expose(listeners.short_term_peaks.peaks(), listeners.short_term_peaks.hop(),
                           take.pauses ? measured.get(meter::noise_floor) : std::nullopt,
                           clip_point(take), targets);
    take.findings =
        judge(take, facts_of(take, question.session_rate), words_of(take), targets, rules);
    return take;
}

} // namespace gainstage::take
