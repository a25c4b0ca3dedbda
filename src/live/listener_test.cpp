// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "live/worker.h"
#include "meter/loudness.h"
#include "support/bytes_of.h"
#include "support/clipping_set.h"
#include "support/instruments.h"
#include "support/signals.h"
#include "support/temporary_folder.h"
#include "take/take.h"

#include <algorithm>
#include <malloc.h>
#include <numbers>
#include <sstream>

using namespace gainstage;
using ballistics::Kind;

namespace {

const audio::Spec stereo{.sample_rate = Hertz{48000.0},
                         .layout = audio::ChannelLayout::default_for(2),
                         .max_frames = 4096};

live::ListenerOptions options() {
    live::ListenerOptions out;
    out.meters.kinds = {Kind::digital, Kind::momentary};
    return out;
}

/// Strokes: bursts that die away, four a second, their heights spread over 6 dB.
audio::AudioBuffer playing(double seconds) {
    auto signal = test::white_noise(static_cast<std::size_t>(48000.0 * seconds), test::Seed{7});
    for (std::size_t n = 0; n < signal.size(); ++n) {
        const std::size_t stroke = n / 12000;
        const double height = test::linear(-20.0 + static_cast<double>(stroke * 7919 % 61) / 10.0);
        const double decay = std::exp(-static_cast<double>(n % 12000) / 3000.0);
        signal[n] = static_cast<float>(static_cast<double>(signal[n]) * height * decay);
    }
    return test::planar(signal, 2);
}

/// Two held notes with what a bad interface does to them, in both channels: a buffer lost at 1 s,
/// one twice at 2 s, a wrong sample at 3 s; and at 4 s they clip at full scale.
audio::AudioBuffer through_a_bad_interface() {
    auto signal = test::sine(220.3, 0.3, 5 * 48000, 48000.0);
    const auto other = test::sine(331.7, 0.1, signal.size(), 48000.0);
    for (std::size_t n = 0; n < signal.size(); ++n) {
        signal[n] += other[n];
    }
    signal = test::recorded(signal, 0.0, -92.0, test::Seed{1});
    const auto high_from = [&](std::size_t n, std::size_t frames) {
        while (std::abs(signal[n - 1]) < 0.25f || std::abs(signal[n + frames]) < 0.25f) {
            ++n;
        }
        return signal.begin() + static_cast<std::ptrdiff_t>(n);
    };
    std::fill_n(high_from(48000, 64), 64, 0.0f);
    const auto twice = high_from(96000, 256);
    std::copy_n(twice - 256, 256, twice);
    signal[144000] += 0.2f;
    for (std::size_t n = 192000; n < 192480; ++n) {
        signal[n] = std::clamp(5.0f * signal[n], -1.0f, 1.0f);
    }
    return test::planar(signal, 2);
}

void hear(live::Listener& listener, audio::ConstAudioView sound, std::size_t block = 4000) {
    for (std::size_t at = 0; at < sound.frames(); at += block) {
        listener.process(sound.slice(at, std::min(block, sound.frames() - at)));
    }
}

} // namespace

TEST_CASE("listener: dropouts, repeated buffers and clicks are those of the recording, for take") {
    const auto sound = through_a_bad_interface();
    const auto targets = verdict::Targets::built_in();
    const auto& rules = verdict::Rules::built_in();
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "take.wav";
    const auto log = folder.path() / "log.jsonl";
    live::Listener listener(stereo, options(), targets);
    listener.record_to(std::move(live::Recorder::create(file, stereo).value()));
    listener.log_to(std::move(live::LogFile::create(log).value()));
    for (std::size_t at = 0; at < sound.frames(); at += 240) {
        listener.process(sound.view().slice(at, std::min<std::size_t>(240, sound.frames() - at)));
        if (at == 2 * 48000) { // the dropout, so far
            listener.advise();
            const auto lamps = listener.picture().glitches;
            CHECK(lamps.dropouts.count == 1);
            CHECK(lamps.dropouts.last.value() == Approx(1.0).margin(0.01));
            CHECK(lamps.repeated_buffers.count == 0);
            listener.reset_lamps();
            CHECK(listener.picture().glitches.dropouts.count == 0);
        }
    }
    listener.advise();
    CHECK(listener.finish().empty());
    const auto lamps = listener.picture().glitches; // since they were put out
    CHECK(lamps.dropouts.count == 0);
    CHECK(lamps.repeated_buffers.count == 1);
    CHECK(lamps.repeated_buffers.last.value() == Approx(2.0).margin(0.01));
    CHECK(lamps.clicks.last.value() == Approx(3.0).margin(0.001)); // not where it clips

    const auto live = listener.glitches();
    const auto take = take::inspect(file, targets, rules);
    REQUIRE(take.ok());
    CHECK(live.dropouts.count == 1);
    CHECK(live.dropouts.count == take->glitches.dropouts.count);
    CHECK(live.repeated_buffers.count == 1);
    CHECK(live.repeated_buffers.count == take->glitches.repeated_buffers.count);
    CHECK(live.clicks.count >= 1); // a repeated buffer may click, too
    CHECK(live.clicks.count == take->glitches.clicks.count);
    CHECK(live.clicks.last->first_frame == take->glitches.clicks.last->first_frame);

    const auto findings = listener.findings("take", rules);
    REQUIRE(findings.size() == 4);
    CHECK(std::ranges::find(findings, "take.clipped-digital", &verdict::Finding::code) !=
          findings.end());
    for (const verdict::Finding& finding : findings) {
        CAPTURE(finding.code);
        const auto same = std::ranges::find(take->findings, finding.code, &verdict::Finding::code);
        REQUIRE(same != take->findings.end());
        CHECK(finding.evidence == same->evidence);
    }
    const std::string rows = test::bytes_of(log);
    CHECK(rows.substr(rows.rfind("{\"time_s\""))
              .starts_with("{\"time_s\":5,\"clips\":" +
                           std::to_string(2 * listener.picture().lamps[0].clips) +
                           ",\"dropouts\":1,\"repeated_buffers\":1,\"clicks\":" +
                           std::to_string(live.clicks.count) + ",\"cut_off_peaks\":0,"));
}

TEST_CASE("listener: peaks cut off before the converter are told while they are played, by input, "
          "and as take tells them of the recording") {
    const auto sound = test::through_a_clipping_preamp(12.0);
    const auto targets = verdict::Targets::built_in();
    const auto& rules = verdict::Rules::built_in();
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "take.wav";
    const auto log = folder.path() / "log.jsonl";
    live::Listener listener(stereo, options(), targets);
    listener.record_to(std::move(live::Recorder::create(file, stereo).value()));
    listener.log_to(std::move(live::LogFile::create(log).value()));
    live::CutOffLamp before;
    std::optional<double> told_at_s;
    for (std::size_t second = 0; second < 12; ++second) {
        hear(listener, sound.view().slice(48000 * second, 48000));
        listener.advise();
        const auto lamps = listener.picture().cut_off;
        CHECK_FALSE(lamps[1].is_on());
        if (lamps[0].is_on() && !told_at_s) {
            told_at_s = static_cast<double>(second + 1);
        }
        // What was told stays, and only grows.
        CHECK(lamps[0].is_on() == told_at_s.has_value());
        CHECK(lamps[0].peaks >= before.peaks);
        CHECK((!before.is_on() || lamps[0].first <= before.first));
        CHECK((!before.is_on() || lamps[0].level >= before.level));
        before = lamps[0];
    }
    REQUIRE(told_at_s);
    CHECK(*told_at_s <= 5.0);
    CHECK(before.first.value() < *told_at_s);
    CHECK(before.level.db() == Approx(-9.0).margin(0.2));
    CHECK(before.depth.db() == Approx(3.0).margin(1.5)); // of music: a rough figure
    const auto picture = listener.picture();
    CHECK(picture.cut_off_action.starts_with("Turn down by "));
    CHECK(picture.cut_off_action.find(" dB or more in front of the stage") != std::string::npos);
    CHECK(picture.advice[0].is_cut_off);
    REQUIRE(picture.advice[0].plan);
    CHECK(picture.advice[0].plan->change.db() < -7.5); // and what is missing
    CHECK_FALSE(picture.advice[1].is_cut_off);

    CHECK(listener.finish().empty());
    const auto take = take::inspect(file, targets, rules);
    REQUIRE(take.ok());
    const auto findings = listener.findings("take", rules);
    REQUIRE(findings.size() == 1);
    const auto same =
        std::ranges::find(take->findings, "take.clipped-analogue", &verdict::Finding::code);
    REQUIRE(same != take->findings.end());
    CHECK(findings[0].code == "take.clipped-analogue");
    CHECK(findings[0].severity == verdict::Severity::error);
    CHECK(findings[0].evidence == same->evidence);
    const std::string rows = test::bytes_of(log);
    const std::string key = "\"cut_off_peaks\":";
    const auto logged = std::stoull(rows.substr(rows.rfind(key) + key.size()));
    CHECK(logged > 0);
    CHECK(logged <= take->clipping.below);
}

TEST_CASE("listener: clipping at full scale is an error as take tells it, and turns the advice "
          "down as far as that") {
    auto signal = test::phrase(test::Instrument::guitar, test::Seed{5}, 12.0);
    signal = test::recorded(test::clipped(signal, 3.0), 0.0, -92.0, test::Seed{1});
    for (float& x : signal) {
        x = std::clamp(1.5f * x, -1.0f, 1.0f);
    }
    const auto sound = test::planar(signal, 2);
    const auto targets = verdict::Targets::built_in();
    const auto& rules = verdict::Rules::built_in();
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "take.wav";
    live::Listener listener(stereo, options(), targets);
    listener.record_to(std::move(live::Recorder::create(file, stereo).value()));
    hear(listener, sound.view());
    listener.advise();
    const auto picture = listener.picture();
    CHECK(picture.lamps[0].clips > 0);
    CHECK_FALSE(picture.cut_off[0].is_on());
    REQUIRE(picture.advice[0].plan);
    CHECK(picture.advice[0].plan->change.db() <= -7.0);
    CHECK(listener.finish().empty());

    const auto take = take::inspect(file, targets, rules, {.next_take = options().next_take});
    REQUIRE(take.ok());
    const auto findings = listener.findings("take", rules);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].code == "take.clipped-digital");
    CHECK(findings[0].severity == verdict::Severity::error);
    const auto same =
        std::ranges::find(take->findings, "take.clipped-digital", &verdict::Finding::code);
    REQUIRE(same != take->findings.end());
    CHECK(findings[0].evidence == same->evidence);
    CHECK(findings[0].action == same->action);
}

TEST_CASE("listener: peaks that end at one level as under a limiter are a warning in the end, as "
          "take has it, until that input clips for sure") {
    const auto played = test::phrase(test::Instrument::snare, test::Seed{3}, 12.0);
    const auto held = test::after(test::limited(played, 5.0, 48000.0), {-4.0, -96.0, 0.0}, 48000.0,
                                  test::Seed{3});
    const auto sound = test::planar(held, 2);
    const auto targets = verdict::Targets::built_in();
    const auto& rules = verdict::Rules::built_in();
    const auto codes = [&](const live::Listener& listener) {
        std::vector<std::string> all;
        for (const verdict::Finding& finding : listener.findings("x", rules)) {
            all.push_back(finding.code);
        }
        return all;
    };
    live::Listener listener(stereo, options(), targets);
    hear(listener, sound.view());
    live::CutOffLamps::CloseLook look;
    REQUIRE(listener.begin(look));
    look.look();
    listener.end(look);
    CHECK(codes(listener) == std::vector<std::string>{"take.peaks-held"});
    CHECK_FALSE(listener.picture().cut_off[0].is_on());
    listener.start_again();
    CHECK(codes(listener) == std::vector<std::string>{"take.peaks-held"});

    const auto clipping = test::recorded(test::clipped(played, 6.0), -6.0, -92.0, test::Seed{1});
    hear(listener, test::planar(clipping, 2).view());
    CHECK(listener.finish().empty());
    CHECK(codes(listener) == std::vector<std::string>{"take.clipped-analogue"});
}

TEST_CASE("listener: whatever the blocks, the same peaks are cut off") {
    const auto sound = test::through_a_clipping_preamp(4.0);
    const auto targets = verdict::Targets::built_in();
    const auto lamp_of = [&](std::size_t block) {
        live::Listener listener(stereo, options(), targets);
        hear(listener, sound.view(), block);
        listener.advise();
        return listener.picture().cut_off[0];
    };
    const live::CutOffLamp lamp = lamp_of(4096);
    CHECK(lamp.is_on());
    for (const std::size_t block : {std::size_t{37}, std::size_t{1024}}) {
        const live::CutOffLamp other = lamp_of(block);
        CHECK(other.peaks == lamp.peaks);
        CHECK(other.first == lamp.first);
        CHECK(other.level == lamp.level);
        CHECK(other.depth == lamp.depth);
    }
}

TEST_CASE("listener: of many channels, too, one that is cut off") {
    auto channels = std::vector(24, std::vector<float>(4 * 48000));
    const auto two = test::through_a_clipping_preamp(4.0);
    channels[20].assign(two.channel(0).begin(), two.channel(0).end());
    const auto sound = test::planar(channels);
    const auto targets = verdict::Targets::built_in();
    live::Listener listener({.sample_rate = Hertz{48000.0},
                             .layout = audio::ChannelLayout::default_for(24),
                             .max_frames = 4096},
                            options(), targets);
    hear(listener, sound.view());
    CHECK(listener.finish().empty());
    const auto lamps = listener.picture().cut_off;
    CHECK(lamps[20].is_on());
    CHECK(std::ranges::count_if(lamps, &live::CutOffLamp::is_on) == 1);
    const auto found = listener.findings("x", verdict::Rules::built_in());
    REQUIRE(found.size() == 1);
    CHECK(found[0].evidence.find("-9.0 dBFS") != std::string::npos);
}

TEST_CASE("listener: lamps put out stay out once nothing is cut off any more, and light again if "
          "it goes on, and the summary has all of it") {
    const auto clipping = test::through_a_clipping_preamp(6.0);
    const auto targets = verdict::Targets::built_in();
    live::Listener listener(stereo, options(), targets);
    const auto clean =
        test::planar({test::recorded(test::phrase(test::Instrument::guitar, test::Seed{5}, 6.0),
                                     -14.0, -92.0, test::Seed{3})},
                     2);
    hear(listener, clipping.view());
    listener.advise();
    CHECK(listener.picture().cut_off[0].is_on());
    listener.start_again(); // they turned it down
    CHECK_FALSE(listener.picture().cut_off[0].is_on());
    hear(listener, clean.view());
    listener.advise();
    CHECK_FALSE(listener.picture().cut_off[0].is_on());
    listener.reset_lamps();
    hear(listener, clipping.view());
    listener.advise();
    const live::CutOffLamp again = listener.picture().cut_off[0];
    CHECK(again.is_on());
    CHECK(again.first.value() > 12.0);
    CHECK(listener.finish().empty());
    const auto findings = listener.findings("x", verdict::Rules::built_in());
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].evidence.find(" at 0:0") != std::string::npos); // the first time, too
}

TEST_CASE("listener: what only single samples say is told when somebody has looked closely") {
    const auto played = test::phrase(test::Instrument::guitar, test::Seed{2}, 11.0);
    const auto sound =
        test::planar(test::recorded(test::clipped(played, 1.0), -8.0, -92.0, test::Seed{2}), 2);
    const auto targets = verdict::Targets::built_in();
    live::Listener listener(stereo, options(), targets);
    live::CutOffLamps::CloseLook left;
    live::CutOffLamps::CloseLook right;
    CHECK_FALSE(listener.begin(left)); // nothing was heard
    hear(listener, sound.view().first(9 * 48000));
    CHECK_FALSE(listener.begin(left)); // too little
    hear(listener, sound.view().slice(9 * 48000, 2 * 48000));
    listener.advise();
    CHECK_FALSE(listener.picture().cut_off[0].is_on());
    REQUIRE(listener.begin(left));
    REQUIRE(listener.begin(right));
    CHECK_FALSE(listener.begin(left)); // nothing new
    left.look();
    listener.end(left);
    const auto lamps = listener.picture().cut_off;
    CHECK(lamps[0].is_on());
    CHECK(lamps[0].level.db() == Approx(-9.0).margin(0.1));
    CHECK_FALSE(lamps[1].is_on());
    CHECK_FALSE(listener.picture().cut_off_action.empty());
    listener.reset_lamps();
    right.look();
    listener.end(right); // of what was before
    CHECK_FALSE(listener.picture().cut_off[1].is_on());
    CHECK(listener.findings("x", verdict::Rules::built_in()).size() == 1);
}

TEST_CASE("listener: a click beside a top that was cut off isn't counted, one elsewhere is") {
    // A note of 110 Hz; each 0.4 s one period is struck harder, and cut off at -9 dBFS. A wrong
    // sample 2 ms before one of those tops, and one far from them.
    auto note = test::sine(110.0, 0.25, 4 * 48000, 48000.0);
    constexpr std::size_t struck_frames = 1309; // three periods
    std::size_t top = 0;
    for (std::size_t at = 9600; at + struck_frames < note.size(); at += 19200) {
        for (std::size_t n = 0; n < struck_frames; ++n) {
            const double angle = 2.0 * std::numbers::pi * static_cast<double>(n) /
                                 static_cast<double>(struck_frames);
            const auto gain = static_cast<float>(1.0 + 0.5 * (1.0 - std::cos(angle)));
            note[at + n] = std::clamp(gain * note[at + n], -0.355f, 0.355f);
        }
        top = static_cast<std::size_t>(
            std::find(note.begin() + static_cast<std::ptrdiff_t>(at), note.end(), 0.355f) -
            note.begin());
    }
    note = test::recorded(note, 0.0, -92.0, test::Seed{4});
    note[top - 96] += 0.1f;
    note[96000] += 0.1f;
    const auto sound = test::planar(note, 2);
    const auto targets = verdict::Targets::built_in();
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "take.wav";
    live::Listener listener(stereo, options(), targets);
    listener.record_to(std::move(live::Recorder::create(file, stereo).value()));
    hear(listener, sound.view());
    const auto unaware = listener.glitches().clicks.count;
    listener.advise();
    CHECK(listener.picture().cut_off[0].is_on());
    CHECK(unaware == 2);
    CHECK(listener.glitches().clicks.count == 1);
    CHECK(listener.picture().glitches.clicks.last.value() == Approx(2.0).margin(0.001));
    CHECK(listener.finish().empty());
    const auto take = take::inspect(file, targets, verdict::Rules::built_in());
    REQUIRE(take.ok());
    CHECK(take->glitches.clicks.count == 1);
    CHECK(listener.glitches().clicks.count == 1);
}

TEST_CASE("listener: says how much longer to play, then what to do with the preamp") {
    const auto targets = verdict::Targets::built_in();
    live::Listener listener(stereo, options(), targets);
    const auto sound = playing(30.0);
    listener.advise();
    CHECK(listener.picture().advice[0].missing().value() == 10.0);
    hear(listener, sound.view().first(4 * 48000));
    listener.advise();
    const auto early = listener.picture().advice[1];
    CHECK_FALSE(early.plan.has_value());
    CHECK(early.missing().value() == Approx(6.0).margin(0.3)); // the last stroke died away
    hear(listener, sound.view().slice(4 * 48000, 26 * 48000));
    listener.advise();
    const auto later = listener.picture().advice[1];
    REQUIRE(later.plan.has_value());
    CHECK(later.missing().value() == 0.0);
    CHECK(later.plan->prediction.expected.db() > -17.0); // the highest heard: about -14
    CHECK(later.plan->prediction.expected.db() < -9.0);
}

TEST_CASE("listener: a preamp that is known is advised by its own scale, as far as that goes") {
    const auto targets = verdict::Targets::built_in();
    const auto sound = playing(30.0);
    const auto advice = [&](std::optional<take::Preamp> preamp) {
        live::ListenerOptions with = options();
        with.next_take.step = Gain::from_db(1.0);
        with.preamp = std::move(preamp);
        live::Listener listener(stereo, with, targets);
        hear(listener, sound.view());
        listener.advise();
        return listener.picture().advice[0];
    };
    const auto without = advice({});
    REQUIRE(without.plan);
    CHECK(!without.setting);
    const double wished_db = without.plan->change.db();
    REQUIRE(std::abs(wished_db) >= 1.0);
    take::Preamp preamp;
    preamp.range = {
        .least = Gain::from_db(0.0), .most = Gain::from_db(60.0), .step = Gain::from_db(1.0)};
    preamp.gain = Gain::from_db(30.0);
    const auto free = advice(preamp);
    REQUIRE(free.setting);
    CHECK(free.setting->gain.db() == Approx(30.0 + wished_db));
    CHECK(free.setting_words == "its gain at " + fmt::format("{:.3g} dB", 30.0 + wished_db));
    CHECK(free.plan->clip_odds_after == Approx(without.plan->clip_odds_after));
    // At its end already: nothing can be done, and the odds stay what they are.
    (wished_db < 0.0 ? preamp.range.least : preamp.range.most) = preamp.gain;
    const auto held = advice(preamp);
    CHECK(held.setting->change.db() == 0.0);
    CHECK(held.plan->clip_odds_after == Approx(held.plan->clip_odds_before));
}

TEST_CASE("listener: through ring and worker, every reading is that of the sound itself") {
    const auto sound = playing(3.0);
    meter::Bridge bridge;
    bridge.prepare(stereo);
    bridge.process(sound.view());

    const auto targets = verdict::Targets::built_in();
    const test::TemporaryFolder folder;
    live::Listener listener(stereo, options(), targets);
    listener.log_to(std::move(live::LogFile::create(folder.path() / "log.csv").value()));
    live::Inlet inlet;
    inlet.prepare(2, stereo.sample_rate);
    {
        live::Worker worker(inlet, listener, stereo, std::nullopt);
        for (std::size_t at = 0; at < sound.frames();) {
            const std::size_t frames = std::min<std::size_t>(64, sound.frames() - at);
            // Faster than any device: waits where a device would have lost it.
            const auto before = inlet.lost_frames();
            inlet.deliver(sound.view().slice(at, frames));
            at += inlet.lost_frames() == before ? frames : 0;
        }
        inlet.end(live::Ending::device_gone);
        worker.stop();
    }
    CHECK(listener.finish().empty());
    CHECK(listener.frames() == sound.frames());
    const auto heard = listener.measurement();
    const auto played = bridge.measurement();
    for (const meter::ReadingSpec* reading : meter::Bridge::readings()) {
        CAPTURE(reading->key);
        CHECK(heard.value(reading->key) == played.value(reading->key));
    }
    std::istringstream rows(test::bytes_of(folder.path() / "log.csv"));
    std::string row;
    std::getline(rows, row);
    CHECK(row == "time_s,clips,dropouts,repeated_buffers,clicks,cut_off_peaks,digital_peak_dbfs_1,"
                 "digital_peak_dbfs_2,momentary_lufs\r");
    int count = 0;
    while (std::getline(rows, row)) {
        ++count;
        CHECK(std::ranges::count(row, ',') == 8);
    }
    CHECK(count == 30);
}

TEST_CASE("listener: ends by itself at its length, to the frame") {
    const auto targets = verdict::Targets::built_in();
    live::Listener listener(stereo, options(), targets);
    live::Inlet inlet;
    inlet.prepare(2, stereo.sample_rate);
    const auto sound = playing(1.0);
    inlet.deliver(sound.view());
    live::Worker worker(inlet, listener, stereo, 12345);
    while (!worker.has_ended()) {
        std::this_thread::yield();
    }
    worker.stop();
    CHECK(listener.frames() == 12345);
}

TEST_CASE("listener: memory in use doesn't grow with the take") {
    const audio::Spec spec{.sample_rate = Hertz{8000.0}, // as many cells, peaks and rows as any
                           .layout = audio::ChannelLayout::default_for(1),
                           .max_frames = 4096};
    const auto targets = verdict::Targets::built_in();
    auto asked = options();
    asked.meters.kinds = {Kind::digital};
    live::Listener listener(spec, asked, targets);
    const test::TemporaryFolder folder;
    listener.record_to(std::move(live::Recorder::create(folder.path() / "take.wav", spec).value()));
    const auto minute = test::planar(test::white_noise(8000 * 60, test::Seed{9}, 0.5), 1);
    const auto bytes_after = [&](int minutes) {
        for (int i = 0; i < minutes; ++i) {
            hear(listener, minute.view());
            (void)listener.picture();
            listener.advise();
        }
        return mallinfo2().uordblks; // under AddressSanitizer, whose heap is its own, always 0
    };
    const auto before = bytes_after(2);
    const auto after = bytes_after(10);
    // A float kept for each 0.1 s would be 24 kB.
    CHECK(after < before + 4096);
}

TEST_CASE("listener: other meters can be chosen meanwhile, and a new practice run begun") {
    const auto targets = verdict::Targets::built_in();
    live::Listener listener(stereo, options(), targets);
    const auto sound = playing(12.0);
    const auto hear_it = [&] {
        hear(listener, sound.view());
        listener.advise();
    };
    hear_it();
    CHECK(listener.picture().advice[0].plan.has_value());
    listener.choose({Kind::momentary, Kind::vu, Kind::correlation});
    hear_it();
    const auto shown = listener.picture().shown;
    REQUIRE(shown.size() == 4);
    CHECK(shown[0].kind == Kind::momentary);
    CHECK(shown[1].kind == Kind::vu);
    CHECK(std::isfinite(shown[2].value.value()));
    CHECK(shown[3].value.value() == Approx(1.0).margin(1e-6)); // the same on both sides
    listener.start_again();
    const auto again = listener.picture();
    CHECK_FALSE(again.advice[0].plan.has_value());
    CHECK(again.advice[0].missing().value() == 10.0);
    CHECK(listener.measurement().frames == 2 * sound.frames()); // of the whole stream
}
