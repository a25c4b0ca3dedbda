// SPDX-License-Identifier: MIT
#include "live/listener.h"

#include "meter/active_rms.h"
#include "meter/sample_peak.h"
#include "take/advice.h"
#include "take/take.h"

#include <algorithm>

namespace gainstage::live {
namespace {

using ballistics::Kind;

/// 21 channels at 48 kHz: from there on a second thread takes less than it gives.
constexpr double many_samples_a_second = 1e6;

constexpr Kind loudness_kinds[] = {Kind::momentary, Kind::short_term, Kind::integrated};

bool is_loudness(Kind kind) {
    return std::ranges::find(loudness_kinds, kind) != std::end(loudness_kinds);
}

/// What the preamp can do of the plan, and what comes of that.
void set_preamp(const take::Preamp& preamp, ChannelAdvice& advice) {
    advice.setting = take::setting_for(preamp, advice.plan->change);
    advice.setting_words = take::setting_words(preamp, *advice.setting);
    advice.plan->set_change(advice.setting->change);
}

/// What came since `before`.
template <typename One>
GlitchLamp lamp_of(const take::MomentsFound<One>& now,
                   const take::MomentsFound<One>& before,
                   Hertz sample_rate) {
    if (now.count <= before.count || !now.last) {
        return {};
    }
    return {now.count - before.count,
            Seconds{static_cast<double>(now.last->first_frame) / sample_rate.value()}};
}

} // namespace

Seconds ChannelAdvice::missing() const noexcept {
    return Seconds{std::max(0.0, take::shortest_practice.value() - playing.value())};
}

Listener::Listener(const audio::Spec& spec,
                   const ListenerOptions& options,
                   const verdict::Targets& targets)
    : spec_(spec), options_(options), targets_(targets),
      short_term_peaks_(static_cast<std::size_t>(spec.channels())),
      advice_(static_cast<std::size_t>(spec.channels())) {
    prepare_rack();
    loudness_.prepare(spec, {.kinds = {std::begin(loudness_kinds), std::end(loudness_kinds)}});
    peaks_.prepare(spec, {.kinds = {ballistics::Kind::digital}});
    bridge_.prepare(spec);
    lamps_.prepare(spec);
    cut_off_.prepare(spec);
    if (spec.channels() * spec.sample_rate.value() >= many_samples_a_second) {
        helper_.emplace();
    }
    glitches_.prepare(spec);
    audio::Spec mono = spec;
    mono.layout = audio::ChannelLayout::default_for(1);
    for (take::ShortTermPeaks& peaks : short_term_peaks_) {
        peaks.prepare(mono);
    }
}

void Listener::prepare_rack() {
    ballistics::RackOptions needles = options_.meters;
    std::erase_if(needles.kinds, is_loudness);
    rack_.prepare(spec_, needles);
}

void Listener::choose(const std::vector<ballistics::Kind>& kinds) {
    options_.meters.kinds = kinds;
    prepare_rack();
}

void Listener::start_again() {
    rack_.reset();
    loudness_.reset();
    peaks_.reset();
    reset_lamps();
    for (take::ShortTermPeaks& peaks : short_term_peaks_) {
        peaks.reset();
    }
    std::ranges::fill(advice_, ChannelAdvice{});
}

void Listener::reset_lamps() {
    lamps_.reset();
    cut_off_.reset();
    put_out_ = glitches();
}

take::GlitchesFound Listener::glitches() const {
    take::GlitchesFound found = glitches_.found(over_is_safe_);
    take::leave_out_clipped(found.clicks, clipping_starts_, spec_.sample_rate);
    return found;
}

/// At full scale or below it, since the lamps were put out.
bool Listener::has_clipped(std::size_t channel) const {
    const auto c = static_cast<int>(channel);
    const auto is_here = [&](const take::ClippedSpot& spot) {
        return spot.channel == c && spot.kind == take::ClippingKind::digital;
    };
    return cut_off_.lamp(c).is_on() ||
           (lamps_.lamp(c).clips > 0 && std::ranges::any_of(clipping_.spots, is_here));
}

/// More than the least where a plan says so.
Gain Listener::change_if_clipped() const {
    Gain change = least_change_if_clipped_;
    for (std::size_t c = 0; c < advice_.size(); ++c) {
        if (has_clipped(c) && advice_[c].plan) {
            change = std::min(change, advice_[c].plan->change);
        }
    }
    return change;
}

/// From what the lamps were told so far.
void Listener::judge_clipping() {
    const meter::Measurement measured = bridge_.measurement();
    clipping_ = take::list_clipping(measured, over_is_safe_, cut_off_.found());
    clipping_starts_ = take::starts_of(clipping_);
    least_change_if_clipped_ = take::advise({.peak = measured[meter::sample_peak],
                                             .average = to_aes17(measured[meter::active_rms]),
                                             .clipped_digital = clipping_.digital > 0,
                                             .clipped_analogue = clipping_.below > 0,
                                             .missing = clipping_.depth(),
                                             .over_is_safe = over_is_safe_},
                                            targets_)
                                   .gain_change;
    if (clipping_.below > 0) {
        for (const verdict::Finding& finding : findings("", verdict::Rules::built_in())) {
            if (finding.code.starts_with("take.clipped-") &&
                finding.code != "take.clipped-digital") {
                cut_off_action_ = finding.action;
            }
        }
    }
}

void Listener::end(const CutOffLamps::CloseLook& look) {
    cut_off_.end(look);
    judge_clipping();
}

std::vector<verdict::Finding> Listener::findings(std::string_view stage,
                                                 const verdict::Rules& rules) const {
    const take::GlitchesFound found = glitches();
    verdict::Facts facts;
    verdict::Words words;
    take::add_facts(found, facts);
    take::add_words(found, spec_.sample_rate, words);
    take::add_facts(clipping_, facts);
    take::add_words(clipping_, words);
    facts["gain_down_db"] = -change_if_clipped().db();
    return rules.judge("take", stage, facts, words, targets_);
}

void Listener::log_to(LogFile log) {
    log_ = std::move(log);
    log_rack_.prepare(spec_, options_.meters);
    if (const Status begun = log_->header(log_rack_.take()); !begun) {
        log_failure_ = begun.error();
        log_.reset();
    }
}

void Listener::log_row() {
    LogCounts counts;
    for (int c = 0; c < spec_.channels(); ++c) {
        counts.clips += lamps_.lamp(c).clips;
    }
    const take::GlitchesFound found = glitches();
    counts.dropouts = found.dropouts.count;
    counts.repeated_buffers = found.repeated_buffers.count;
    counts.clicks = found.clicks.count;
    counts.cut_off_peaks = clipping_.below;
    const Seconds time{static_cast<double>(next_log_cell_) / meter::cells_a_second};
    if (const Status written = log_->row(time, log_rack_.take(), counts); !written) {
        log_failure_ = written.error();
        log_.reset();
    }
}

void Listener::process(audio::ConstAudioView block) {
    if (recorder_) { // first: whatever else goes wrong, this is on its way to the disk
        if (const Status written = recorder_->write(block); !written) {
            recording_failure_ = written.error();
            recorder_.reset();
        }
    }
    if (helper_) {
        helper_->begin([this, &block] { cut_off_.process(block); });
    } else {
        cut_off_.process(block);
    }
    rack_.process(block);
    loudness_.process(block);
    peaks_.process(block);
    bridge_.process(block);
    lamps_.process(block);
    glitches_.process(block);
    for (int c = 0; c < block.channels(); ++c) {
        const float* const channel = block.channel(c).data();
        short_term_peaks_[static_cast<std::size_t>(c)].process({&channel, 1, block.frames()});
    }
    if (helper_) {
        helper_->wait();
    }
    for (std::size_t at = 0; log_ && at < block.frames();) {
        const std::uint64_t end = meter::cell_start(next_log_cell_, spec_.sample_rate);
        const auto frames = std::min<std::uint64_t>(block.frames() - at, end - frames_ - at);
        log_rack_.process(block.slice(at, frames));
        at += frames;
        if (frames_ + at == end) {
            log_row();
            next_log_cell_ += meter::cells_a_hop;
        }
    }
    frames_ += block.frames();
}

Picture Listener::picture() {
    Picture picture;
    picture.time = Seconds{static_cast<double>(frames_) / spec_.sample_rate.value()};
    const auto needles = rack_.take();
    const auto loudness = loudness_.take();
    for (const Kind kind : options_.meters.kinds) {
        for (const ballistics::Shown& one : is_loudness(kind) ? loudness : needles) {
            if (one.kind == kind) {
                picture.shown.push_back(one);
            }
        }
    }
    for (const ballistics::Shown& peak : peaks_.take()) {
        picture.peak_dbfs.push_back(*peak.value);
    }
    for (int c = 0; c < spec_.channels(); ++c) {
        picture.lamps.push_back(lamps_.lamp(c));
        picture.cut_off.push_back(cut_off_.lamp(c));
    }
    picture.cut_off_action = cut_off_action_;
    const take::GlitchesFound found = glitches();
    picture.glitches = {
        lamp_of(found.dropouts, put_out_.dropouts, spec_.sample_rate),
        lamp_of(found.repeated_buffers, put_out_.repeated_buffers, spec_.sample_rate),
        lamp_of(found.clicks, put_out_.clicks, spec_.sample_rate)};
    picture.advice = advice_;
    picture.recording_failure = recording_failure_;
    return picture;
}

void Listener::advise() {
    over_is_safe_ = take::is_over_full_scale(audio::io::SampleFormat::float32,
                                             bridge_.measurement()[meter::sample_peak]);
    cut_off_.look();
    judge_clipping();
    for (std::size_t c = 0; c < advice_.size(); ++c) {
        const take::ShortTermPeaks& peaks = short_term_peaks_[c];
        advice_[c].playing = take::playing(peaks.peaks(), peaks.hop());
        advice_[c].is_cut_off = cut_off_.lamp(static_cast<int>(c)).is_on();
        advice_[c].plan.reset();
        advice_[c].setting.reset();
        advice_[c].setting_words.clear();
        const auto prediction =
            take::predict(peaks.peaks(), peaks.hop(), options_.next_take.length);
        if (prediction) {
            advice_[c].plan = take::plan(*prediction, options_.next_take, targets_);
            if (has_clipped(c)) { // what is expected from the rest is the least
                advice_[c].plan->set_change(
                    std::min(advice_[c].plan->change, least_change_if_clipped_));
            }
            if (options_.preamp) {
                set_preamp(*options_.preamp, advice_[c]);
            }
        }
    }
}

std::vector<Error> Listener::finish() {
    std::vector<Error> failures;
    if (recorder_) {
        if (const Status finished = recorder_->finish(); !finished) {
            recording_failure_ = finished.error();
        }
        recorder_.reset();
    }
    cut_off_.look_closely();
    advise();
    for (const auto& failure : {recording_failure_, log_failure_}) {
        if (failure) {
            failures.push_back(*failure);
        }
    }
    log_.reset();
    return failures;
}

} // namespace gainstage::live
