// SPDX-License-Identifier: MIT
// A made-up production with the faults of real sessions, for tests of what is written about
// productions. No audio: its figures are invented, but agree with each other.
#pragma once

#include "meter/bridge.h"
#include "produce/produce.h"
#include "support/signals.h"
#include "verdict/target.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace gainstage::test {

inline constexpr double silence_db = -std::numeric_limits<double>::infinity();

/// By its key in the bridge's table; throws if there is none.
inline void set_reading(meter::Measurement& measured,
                        std::string_view key,
                        std::optional<double> value,
                        int channel = -1) {
    for (const meter::ReadingSpec* reading : meter::Bridge::readings()) {
        if (reading->key == key) {
            measured.set(*reading, value, channel);
            return;
        }
    }
    throw std::out_of_range("no reading " + std::string(key));
}

struct Levels {
    double peak_db = -9.0;
    double active_rms_db = -21.0; ///< mathematical
    double noise_db = -75.0;      ///< mathematical
    double loudness_db = -19.0;
    double range_lu = 5.0;
    int channels = 1;
    double rate_hz = 48000.0;
    double duration_s = 204.0;
};

/// Verses, choruses and an ending around `loudness_db`.
inline meter::History song_history(const Levels& levels) {
    meter::History history;
    history.hop_s = 0.1;
    const auto points = static_cast<std::size_t>(levels.duration_s / history.hop_s);
    const auto wobble = white_noise(points, Seed{7});
    for (std::size_t i = 0; i < points; ++i) {
        const double at = static_cast<double>(i) / static_cast<double>(points);
        const double part_db = at < 0.06 ? -9.0 : std::fmod(at * 4.0, 1.0) < 0.55 ? -2.5 : 1.5;
        const double ending_db = at > 0.96 ? -(at - 0.96) * 900.0 : 0.0;
        const double short_term_db =
            levels.loudness_db + part_db + ending_db + 0.4 * std::sin(at * 90.0);
        const double random = static_cast<double>(wobble[i]);
        history.short_term_lufs.push_back(static_cast<float>(short_term_db));
        history.momentary_lufs.push_back(static_cast<float>(short_term_db + 1.6 * random + 0.8));
        history.true_peak_dbtp.push_back(
            static_cast<float>(levels.peak_db + ending_db + part_db - 1.5 + 2.0 * random));
    }
    return history;
}

inline meter::Measurement example_measurement(const Levels& levels) {
    meter::Measurement measured;
    measured.sample_rate = Hertz{levels.rate_hz};
    measured.layout = audio::ChannelLayout::default_for(levels.channels);
    measured.frames = static_cast<std::uint64_t>(levels.duration_s * levels.rate_hz);
    for (int channel = -1; channel < levels.channels; ++channel) {
        const auto set = [&](std::string_view key, double value) {
            set_reading(measured, key, value, channel);
        };
        set("sample_peak_dbfs", levels.peak_db);
        set("true_peak_dbtp", levels.peak_db + 0.21);
        set("rms_dbfs", levels.active_rms_db - 1.7);
        set("rms_aes17_dbfs", levels.active_rms_db - 1.7 + aes17_offset.db());
        set("active_rms_dbfs", levels.active_rms_db);
        set("crest_factor_db", levels.peak_db - (levels.active_rms_db - 1.7));
        set("dc_offset", 0.000012);
        set("clipped_runs", 0.0);
        set("noise_floor_dbfs", levels.noise_db);
        set("snr_db", levels.active_rms_db - levels.noise_db);
    }
    set_reading(measured, "integrated_lufs", levels.loudness_db);
    set_reading(measured, "max_momentary_lufs", levels.loudness_db + 3.9);
    set_reading(measured, "max_short_term_lufs", levels.loudness_db + 1.9);
    set_reading(measured, "loudness_range_lu", levels.range_lu);
    set_reading(measured, "plr_db", levels.peak_db + 0.21 - levels.loudness_db);
    set_reading(measured, "psr_min_db", levels.peak_db + 0.21 - levels.loudness_db - 2.4);
    set_reading(measured, "correlation", levels.channels < 2 ? std::nullopt : std::optional{0.62});
    measured.history = song_history(levels);
    return measured;
}

/// A file of which nothing can be measured but that it is silent.
inline meter::Measurement silent_measurement(int channels = 2) {
    meter::Measurement measured;
    measured.sample_rate = Hertz{48000.0};
    measured.layout = audio::ChannelLayout::default_for(channels);
    measured.frames = 48000;
    for (const char* key :
         {"sample_peak_dbfs", "true_peak_dbtp", "rms_dbfs", "active_rms_dbfs", "integrated_lufs"}) {
        set_reading(measured, key, silence_db);
    }
    return measured;
}

struct ExampleStem {
    const char* name;
    const char* role;
    Levels levels;
    verdict::Zone zone = verdict::Zone::target;
    double change_db = 0.0;
    double fader_db = 0.0;
    double pan = 0.0;
};

inline const std::vector<ExampleStem>& example_stems() {
    using verdict::Zone;
    static const std::vector<ExampleStem> stems = {
        {"kick", "kick", {-7.2, -20.4, -78.0, -21.5, 3.1}, Zone::target, 0.0, 0.0, 0.0},
        {"snare top", "snare", {-6.8, -22.9, -66.3, -20.2, 4.0}, Zone::target, 0.0, -1.0, 0.0},
        {"overheads",
         "overheads",
         {-9.4, -23.3, -70.1, -22.6, 6.2, 2},
         Zone::target,
         0.0,
         -4.0,
         0.0},
        {"bass di", "bass", {-4.1, -14.8, -72.0, -15.1, 4.4}, Zone::clip, -6.0, -1.5, 0.0},
        {"e-gtr left",
         "electric-guitar",
         {-8.8, -21.6, -64.9, -18.3, 5.0},
         Zone::target,
         0.0,
         -5.0,
         -0.7},
        {"e-gtr right",
         "electric-guitar",
         {-2.3, -15.0, -63.2, -12.4, 5.3},
         Zone::hot,
         -5.5,
         -5.0,
         0.7},
        {"piano", "piano", {-10.9, -24.8, -77.4, -23.0, 9.1, 2}, Zone::target, 0.0, -6.0, 0.25},
        {"strings",
         "strings",
         {-11.6, -23.7, -80.2, -21.9, 8.2, 2, 44100.0},
         Zone::target,
         0.0,
         -8.0,
         0.0},
        {"lead vocal",
         "lead-vocal",
         {-29.5, -42.2, -79.0, -40.1, 7.4},
         Zone::noise,
         20.0,
         1.0,
         0.0},
        {"Ch\u00F6re <A&B> \"tutti\"",
         "backing-vocal",
         {-9.9, -22.0, -58.8, -20.6, 6.6, 2},
         Zone::target,
         0.0,
         -7.0,
         -0.2},
    };
    return stems;
}

inline std::vector<verdict::Finding> example_findings(const ExampleStem& stem) {
    using verdict::Severity;
    const std::string name = stem.name;
    if (stem.zone == verdict::Zone::clip) {
        return {{"take.clipped-analogue", Severity::error, name,
                 "47 flat tops at -4.1 dBFS, below full scale: the preamp clipped, and the file "
                 "was turned down later",
                 "record it again with the preamp 6 dB lower, or use a declipper before mixing",
                 "turning a clipped recording down does not bring its peaks back"}};
    }
    if (stem.zone == verdict::Zone::noise) {
        return {{"take.too-quiet", Severity::warning, name,
                 "the peak is -29.5 dBFS and the noise floor -76.0 dBFS: 36.8 dB between voice and "
                 "hiss",
                 "turn the preamp up 20 dB for the next take",
                 "the trim that this take needs lifts its hiss by as much"}};
    }
    if (name == "e-gtr right") {
        return {{"take.hot", Severity::warning, name, "the peak is -2.3 dBFS",
                 "turn the preamp down 5.5 dB",
                 "players are louder on the take than in the sound check"},
                {"take.hum", Severity::warning, name,
                 "50 Hz hum at -61.0 dBFS, with harmonics to 350 Hz",
                 "move the guitar's cable away from power supplies, or lift the ground at the DI",
                 "after the trim it is as loud as the room"}};
    }
    if (name == "strings") {
        return {{"take.sample-rate", Severity::info, name, "44.1 kHz in a session of 48 kHz",
                 "nothing: it is converted", "the conversion is transparent"}};
    }
    return {};
}

inline take::Take example_take(const ExampleStem& stem) {
    take::Take take;
    take.file.path = std::filesystem::path("session") / (std::string(stem.name) + ".wav");
    take.file.measurement = example_measurement(stem.levels);
    take.file.info.sample_rate = take.file.measurement.sample_rate;
    take.file.info.layout = take.file.measurement.layout;
    take.file.info.container = "WAV";
    take.file.info.codec = "PCM 24 bit";
    take.zone = stem.zone;
    take.pauses = std::string(stem.name) != "strings"; // they never stop
    take.gain_change = Gain::from_db(stem.change_db);
    take.findings = example_findings(stem);
    if (stem.zone == verdict::Zone::clip) {
        for (int i = 0; i < 47; ++i) {
            take.clipping.spots.push_back({take::ClippingKind::analogue, Seconds{12.31 + 3.7 * i},
                                           0, Dbfs{stem.levels.peak_db}});
        }
        take.clipping.below = take.clipping.spots.size();
    }
    if (std::string(stem.name) == "e-gtr right") {
        take.hum = take::Hum{Hertz{50.0}, DbfsRmsMath{-64.0}};
    }
    return take;
}

inline mix::StagedTrack example_track(const ExampleStem& stem, Gain mix_gain) {
    mix::StagedTrack track;
    const DbfsRms before = to_aes17(DbfsRmsMath{stem.levels.active_rms_db});
    const Gain trim = std::min(DbfsRms{-18.0} - before, Dbfs{-6.0} - Dbfs{stem.levels.peak_db});
    track.planned = {
        stem.name,
        std::string(stem.name) + ".wav",
        stem.role,
        trim,
        Gain::from_db(stem.fader_db),
        stem.pan,
        "Brings the average of the active parts to \u221218 dBFS, peaks stay under \u22126 dBFS",
        "The usual place of this role in a first balance",
        stem.pan == 0.0 ? "" : "Leaves the centre to the voice"};
    track.before = example_measurement(stem.levels);
    track.active_after = before + trim;
    track.peak_after = Dbfs{stem.levels.peak_db} + trim;
    track.active_at_mix = track.active_after + track.planned.fader + mix_gain;
    track.peak_at_mix = track.peak_after + track.planned.fader + mix_gain;
    return track;
}

inline master::Master example_master(const verdict::Medium& medium, const meter::Measurement& mix) {
    master::Master master;
    master.medium = medium;
    master.source = "out/mix.wav";
    master.file = "out/master-" + medium.id + ".wav";
    master.before = mix;
    const double mix_lufs = *mix.value("integrated_lufs");
    master.drive = medium.loudness - Lufs{mix_lufs};
    master.loudness_reached = medium.id != "cd";
    const double reached = medium.loudness.db() - (master.loudness_reached ? 0.02 : 1.31);
    Levels levels{medium.ceiling.db() - 0.25,
                  reached - 2.0,
                  *mix.value("noise_floor_dbfs") + master.drive.db(),
                  reached,
                  5.2,
                  2};
    const double free_peak = *mix.value("true_peak_dbtp") + master.drive.db();
    levels.peak_db = std::min(levels.peak_db, free_peak - 0.21);
    levels.rate_hz = medium.sample_rate ? medium.sample_rate->value() : 48000.0;
    master.after = example_measurement(levels);
    master.true_peak_16x = Dbtp{levels.peak_db + 0.24};
    const double most_db = std::max(0.0, free_peak - medium.ceiling.db());
    master.max_gain_reduction = Gain::from_db(most_db);
    master.limited_share = most_db / 30.0;
    const auto random = white_noise(master.after.history.momentary_lufs.size(), Seed{11});
    for (std::size_t i = 0; i < random.size(); ++i) {
        const bool loud = master.after.history.short_term_lufs[i] > static_cast<float>(reached);
        master.gain_reduction_db.push_back(static_cast<float>(loud ? most_db : 0.25 * most_db) *
                                           std::abs(random[i]));
    }
    if (!master.loudness_reached) {
        master.findings.push_back(
            {"master.loudness-not-reached", verdict::Severity::warning, "master " + medium.id,
             "reached -13.3 of -12.0 LUFS; the rest would take 8.2 dB of limiting",
             "accept -13.3 LUFS, or tame the mix's loudest peaks and master again",
             "more than 6 dB of peak limiting is heard on most material"});
    }
    return master;
}

/// `stems` of them (the ten above over and over), for `media`.
inline produce::Production example_production(std::size_t stems = 10,
                                              const std::vector<std::string>& media = {
                                                  "streaming", "cd", "broadcast", "podcast"}) {
    produce::Production production;
    production.session.title = "Harbour Lights";
    production.session.folder = "session";
    production.session.sample_rate = Hertz{48000.0};
    production.staging.plan.title = production.session.title;
    production.staging.plan.folder = "session";
    production.staging.plan.mix_gain = Gain::from_db(-3.2);
    production.staging.plan.mix_gain_reason =
        "Puts the mix\u2019s peak at \u22124.5 dBFS, the middle of its zone";
    for (std::size_t i = 0; i < stems; ++i) {
        ExampleStem stem = example_stems()[i % example_stems().size()];
        const std::string name =
            i < example_stems().size() ? stem.name : stem.name + (" " + std::to_string(i / 10 + 1));
        take::Take take = example_take(stem);
        mix::StagedTrack track = example_track(stem, production.staging.plan.mix_gain);
        track.planned.name = name;
        mix::Track asked;
        asked.name = name;
        asked.file = take.file.path;
        asked.role = stem.role;
        production.session.tracks.push_back(asked);
        production.stems.push_back({asked, std::move(take)});
        production.staging.plan.tracks.push_back(track.planned);
        production.staging.tracks.push_back(std::move(track));
    }
    production.staging.expected_mix_peak = Dbfs{-4.5};
    production.staging.expected_mix_true_peak = Dbtp{-4.3};
    production.mix.file = "out/mix.wav";
    production.mix.measurement = example_measurement({-4.5, -22.4, -68.0, -20.8, 6.1, 2});
    for (const std::string& id : media) {
        const verdict::Medium medium = *verdict::Targets::built_in().medium(id);
        production.deliveries.push_back(
            {medium, example_master(medium, production.mix.measurement)});
    }
    return production;
}

} // namespace gainstage::test
