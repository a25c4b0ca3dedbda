// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "audio/io/source.h"
#include "meter/sample_peak.h"
#include "mix/stage.h"
#include "support/signals.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

using namespace gainstage;
using mix::Staging;
using test::TemporaryFolder;
using test::write_stem;

namespace {

Result<Staging> stage(const TemporaryFolder& folder, int threads = 0) {
    const auto session = mix::load_session(folder.path());
    REQUIRE(session);
    return mix::stage(*session, verdict::Targets::built_in(), verdict::Rules::built_in(), threads);
}

std::set<std::string> codes_of(const std::vector<verdict::Finding>& findings,
                               const std::string& stage) {
    std::set<std::string> codes;
    for (const auto& finding : findings) {
        if (finding.stage == stage) {
            codes.insert(finding.code);
        }
    }
    return codes;
}

using Codes = std::set<std::string>;

/// Noise with a pause: bursts of one level, so that no gate's edge is near anything.
std::vector<float> part(std::uint64_t seed, double amplitude, std::size_t frames = 48'000) {
    auto sound = test::white_noise(frames, test::Seed{seed}, amplitude);
    std::fill(sound.begin() + static_cast<std::ptrdiff_t>(frames / 2), sound.end(), 0.0f);
    return sound;
}

/// Both channels of a file, whole.
std::vector<std::vector<float>> read_all(const std::filesystem::path& file) {
    auto source = audio::io::open(file);
    REQUIRE(source);
    audio::AudioBuffer block((*source)->info().layout.channels(), 4096);
    std::vector<std::vector<float>> channels(static_cast<std::size_t>(block.channels()));
    while (true) {
        const auto frames = (*source)->read(block.view());
        REQUIRE(frames);
        if (*frames == 0) {
            return channels;
        }
        for (int c = 0; c < block.channels(); ++c) {
            const auto in = block.channel(c).first(*frames);
            channels[static_cast<std::size_t>(c)].insert(
                channels[static_cast<std::size_t>(c)].end(), in.begin(), in.end());
        }
    }
}

std::vector<std::vector<float>>
rendered(const mix::Plan& plan, const std::filesystem::path& file, int threads = 0) {
    const auto mix =
        mix::render(plan, file, verdict::Targets::built_in(), verdict::Rules::built_in(), threads);
    REQUIRE(mix);
    return read_all(file);
}

} // namespace

TEST_CASE("stage: every stem reaches its target, and the mix its peak zone, as announced") {
    const TemporaryFolder folder;
    // Low tones: no peaks between samples that would have the mix turned down.
    const auto tone = [](double frequency_hz, double amplitude) {
        return test::sine(frequency_hz, amplitude, 48'000, 48'000.0);
    };
    write_stem(folder.path() / "Kick.wav", test::planar(tone(60.0, 0.9), 1));
    write_stem(folder.path() / "Bass.wav", test::planar(tone(80.0, 0.01), 1));
    write_stem(folder.path() / "Keys.wav", test::planar({tone(300.0, 0.2), tone(301.0, 0.2)}));
    const auto staging = stage(folder);
    REQUIRE(staging);
    REQUIRE(staging->tracks.size() == 3);
    CHECK(staging->skipped.empty());
    for (const mix::StagedTrack& track : staging->tracks) {
        INFO(track.planned.name << ": " << track.planned.trim_reason);
        CHECK(track.active_after.db() == Approx(-18.0).margin(1e-9));
        CHECK(track.peak_after.db() < -6.0);
        CHECK_FALSE(track.planned.trim_reason.empty());
        CHECK_FALSE(track.planned.fader_reason.empty());
        CHECK_FALSE(track.planned.pan_reason.empty());
        const Gain at_mix = track.planned.fader + staging->plan.mix_gain;
        CHECK(track.active_at_mix.db() == Approx((track.active_after + at_mix).db()));
        CHECK(track.peak_at_mix.db() == Approx((track.peak_after + at_mix).db()));
    }
    CHECK(staging->expected_mix_peak.db() == Approx(-4.5).margin(1e-6));
    CHECK_THAT(staging->plan.mix_gain_reason,
               Catch::Contains("moved to -4.50 dBFS: in its zone; true peak "));

    const auto mix = mix::render(staging->plan, folder.path() / "out.wav",
                                 verdict::Targets::built_in(), verdict::Rules::built_in());
    REQUIRE(mix);
    CHECK(mix->measurement[meter::sample_peak].db() == Approx(-4.5).margin(1e-5)); // float samples
    CHECK(mix->findings.empty());
    CHECK(mix->skipped.empty());
}

TEST_CASE(
    "stage: faders and pans: what is stated stays, the rest is the role's, and each says which") {
    const TemporaryFolder folder;
    write_stem(folder.path() / "Gtr 1.wav", test::planar(part(1, 0.2), 1));
    write_stem(folder.path() / "Gtr 2.wav", test::planar(part(2, 0.2), 2));
    write_stem(folder.path() / "Gtr 3 R.wav", test::planar(part(3, 0.2), 2));
    write_stem(folder.path() / "Vox.wav", test::planar(part(4, 0.2), 1));
    folder.write("session.toml", "[[track]]\nfile = \"Gtr 1.wav\"\n[[track]]\nfile = \"Gtr "
                                 "2.wav\"\n[[track]]\nfile = \"Gtr 3 R.wav\"\n"
                                 "[[track]]\nfile = \"Vox.wav\"\nfader_db = -2.5\npan = -0.1\n");
    const auto staging = stage(folder);
    REQUIRE(staging);
    const auto& tracks = staging->plan.tracks;
    REQUIRE(tracks.size() == 4);
    CHECK(tracks[0].fader_reason == "default of the role electric-guitar");
    CHECK(tracks[0].pan_reason == "default of the role electric-guitar");
    CHECK(tracks[0].pan != 0.0);
    CHECK(tracks[1].fader.db() == Approx(tracks[0].fader.db() - 3.0103).margin(1e-4));
    CHECK(tracks[1].fader_reason == "default of the role electric-guitar, 3.01 dB less because "
                                    "both channels of a stereo stem sound in full");
    CHECK(tracks[1].pan == 0.0);
    CHECK(tracks[1].pan_reason == "a stereo stem keeps its own picture");
    CHECK(tracks[2].pan == 0.7);
    CHECK(tracks[2].pan_reason == "its name says right");
    CHECK(tracks[3].fader.db() == -2.5);
    CHECK(tracks[3].fader_reason == "stated in session.toml");
    CHECK(tracks[3].pan == -0.1);
    CHECK(tracks[3].pan_reason == "stated in session.toml");
    CHECK(tracks[3].file == "Vox.wav"); // relative to the plan's folder
    CHECK(staging->plan.folder == folder.path());
}

TEST_CASE("stage: a mono stem and the same in stereo are equally loud in a default balance") {
    const auto power_of = [](int channels) {
        const TemporaryFolder folder;
        write_stem(folder.path() / "Vox.wav", test::planar(part(7, 0.3), channels));
        write_stem(folder.path() / "Kick.wav", test::planar(part(8, 0.3), 1));
        auto staging = stage(folder);
        REQUIRE(staging);
        staging->plan.mix_gain = Gain{};
        staging->plan.tracks.erase(
            staging->plan.tracks.begin()); // the kick: only the voice is heard
        const auto mix = rendered(staging->plan, folder.path() / "out.wav");
        double power = 0.0;
        for (const auto& channel : mix) {
            for (const float x : channel) {
                power += double{x} * double{x};
            }
        }
        return power;
    };
    CHECK(10.0 * std::log10(power_of(1) / power_of(2)) == Approx(0.0).margin(1e-3));
}

TEST_CASE("stage: however loud the stems were recorded, the mix is the same within 0.0001 dB") {
    const auto mix_of = [](const std::array<double, 3>& gains_db) {
        const TemporaryFolder folder;
        const char* names[] = {"Kick.wav", "Bass.wav", "Vox.wav"};
        for (std::size_t i = 0; i < 3; ++i) {
            auto sound = part(20 + i, 0.2, 24'000);
            const double gain_lin = test::linear(gains_db[i]);
            for (float& x : sound) {
                x = static_cast<float>(double{x} * gain_lin);
            }
            write_stem(folder.path() / names[i], test::planar(sound, 1 + static_cast<int>(i % 2)));
        }
        const auto staging = stage(folder, 1);
        REQUIRE(staging);
        return rendered(staging->plan, folder.path() / "out.wav", 1);
    };
    const auto reference = mix_of({0.0, 0.0, 0.0});
    rc::prop("scaling any stem leaves the mix as it was", [&] {
        std::array<double, 3> gains_db{};
        for (double& gain_db : gains_db) {
            gain_db = *rc::gen::inRange(-300, 201) /
                      10.0; // within the trim's 40 dB and over the gate of -70 dBFS
        }
        const auto scaled = mix_of(gains_db);
        RC_ASSERT(scaled[0].size() == reference[0].size());
        // 0.0001 dB is 1.15e-5 of a sample; at the mix's peak of -4.5 dBFS
        const double allowed = 1.15e-5 * test::linear(-4.5);
        for (std::size_t c = 0; c < 2; ++c) {
            for (std::size_t n = 0; n < scaled[c].size(); ++n) {
                RC_ASSERT(std::abs(double{scaled[c][n]} - double{reference[c][n]}) < allowed);
            }
        }
    });
}

TEST_CASE("stage: whatever the stems, the written mix peaks within -6 to -3 dBFS") {
    rc::prop("mix peak in its zone", [] {
        const TemporaryFolder folder;
        const int stems = *rc::gen::inRange(1, 5);
        for (int i = 0; i < stems; ++i) {
            const auto seed = *rc::gen::arbitrary<std::uint32_t>();
            const double amplitude_db = *rc::gen::inRange(-90, 60);
            const auto frames = *rc::gen::inRange<std::size_t>(1, 30'000);
            const int channels = *rc::gen::inRange(1, 7);
            auto sound = test::white_noise(frames, test::Seed{seed}, test::linear(amplitude_db));
            if (*rc::gen::arbitrary<bool>()) {
                sound[frames / 2] =
                    static_cast<float>(test::linear(amplitude_db + 30.0)); // a click
            }
            // Not the LFE alone: what is left out of the mix can't be heard in it.
            write_stem(folder.path() / ("Stem " + std::to_string(i) + ".wav"),
                       test::planar(sound, channels));
        }
        const auto staging = stage(folder, 1);
        RC_ASSERT(staging.ok());
        const auto mix = mix::render(staging->plan, folder.path() / "out.wav",
                                     verdict::Targets::built_in(), verdict::Rules::built_in(), 1);
        RC_ASSERT(mix.ok());
        const double peak_dbfs = mix->measurement[meter::sample_peak].db();
        RC_ASSERT(peak_dbfs >= -6.0 - 1e-5); // the last bit of a float sample
        RC_ASSERT(peak_dbfs <= -3.0 + 1e-5);
        RC_ASSERT(std::abs(peak_dbfs - staging->expected_mix_peak.db()) < 1e-5);
    });
}

TEST_CASE("stage: a true peak over -3 dBTP lowers the mix as far as its zone allows, and the "
          "reason says so") {
    const TemporaryFolder folder;
    // A quarter of the rate at 45 degrees: true peak 3.01 dB over the sample peak.
    write_stem(folder.path() / "Synth.wav",
               test::planar(test::sine(12'000.0, 0.5, 48'000, 48'000.0, 0.7853981633974483), 2));
    const auto staging = stage(folder);
    REQUIRE(staging);
    CHECK(staging->expected_mix_peak.db() == Approx(-6.0).margin(1e-6));
    CHECK_THAT(staging->plan.mix_gain_reason,
               Catch::Contains("moved to -6.00 dBFS: the low end of its zone, as its true peak "));
    const auto mix = mix::render(staging->plan, folder.path() / "out.wav",
                                 verdict::Targets::built_in(), verdict::Rules::built_in());
    REQUIRE(mix);
    // It still reaches about -2.99 dBTP at the edges of the tone: a finding, if it does.
    const bool is_over = staging->expected_mix_true_peak.db() > -3.0 + 0.001;
    CHECK(codes_of(mix->findings, "mix") == (is_over ? Codes{"mix.true-peak-high"} : Codes{}));
}

TEST_CASE("stage: one bad stem of forty doesn't stop the other thirty-nine") {
    const TemporaryFolder folder;
    for (int i = 0; i < 40; ++i) {
        const std::string name = "Stem " + std::to_string(100 + i) + ".wav";
        if (i == 17) {
            folder.write(name, "this is no sound");
        } else {
            write_stem(folder.path() / name,
                       test::planar(part(static_cast<std::uint64_t>(i), 0.1, 24'000), 1));
        }
    }
    const auto staging = stage(folder);
    REQUIRE(staging);
    CHECK(staging->tracks.size() == 39);
    CHECK(staging->plan.tracks.size() == 39);
    REQUIRE(staging->skipped.size() == 1);
    CHECK(staging->skipped[0].track.name == "Stem 117");
    REQUIRE(codes_of(staging->findings, "Stem 117") == Codes{"mix.stem-left-out"});
    const auto finding = std::find_if(staging->findings.begin(), staging->findings.end(),
                                      [](const auto& f) { return f.code == "mix.stem-left-out"; });
    CHECK(finding->severity == verdict::Severity::error);
    CHECK_THAT(finding->evidence, Catch::Contains("Stem 117.wav"));
    CHECK(finding->action == "Correct or replace Stem 117.wav, or take it out of the session.");
    CHECK(rendered(staging->plan, folder.path() / "out.wav")[0].size() == 24'000);
}

TEST_CASE("stage: nothing readable is an error, not an empty plan") {
    const TemporaryFolder folder;
    folder.write("a.wav", "no");
    folder.write("b.wav", "");
    const auto staging = stage(folder);
    REQUIRE_FALSE(staging);
    CHECK(staging.error().kind == ErrorKind::unreadable);
    CHECK_THAT(staging.error().message(),
               Catch::StartsWith(folder.path().string() + ": not one stem can be read: "));
    mix::Session empty;
    CHECK(
        mix::stage(empty, verdict::Targets::built_in(), verdict::Rules::built_in()).error().what ==
        "the session has no tracks");
}

TEST_CASE("stage: a stem whose name isn't UTF-8 is left out with the reason") {
    const TemporaryFolder folder;
    write_stem(folder.path() / "Voc\xE9.wav", test::planar(part(1, 0.2), 1));
    write_stem(folder.path() / "Kick.wav", test::planar(part(2, 0.2), 1));
    const auto staging = stage(folder);
    REQUIRE(staging);
    REQUIRE(staging->skipped.size() == 1);
    CHECK(staging->skipped[0].error.action == "rename the file");
}

TEST_CASE("stage: silence, no frames, too few frames and samples that are no number") {
    const TemporaryFolder folder;
    write_stem(folder.path() / "Silent.wav", test::planar(std::vector<float>(48'000, 0.0f), 1));
    write_stem(folder.path() / "Empty.wav", test::planar(std::vector<float>{}, 2));
    write_stem(folder.path() / "Click.wav", test::planar(std::vector<float>{0.01f}, 1));
    auto broken = part(5, 0.1);
    broken[100] = std::numeric_limits<float>::quiet_NaN();
    write_stem(folder.path() / "Broken.wav", test::planar(broken, 1));
    const auto staging = stage(folder);
    REQUIRE(staging);
    CHECK(staging->skipped.empty());
    CHECK(codes_of(staging->findings, "Silent") == Codes{"mix.stem-silent"});
    CHECK(codes_of(staging->findings, "Empty") == Codes{"mix.stem-silent"});
    CHECK(codes_of(staging->findings, "Broken") == Codes{"mix.samples-not-finite"});
    CHECK(staging->plan.tracks.size() == 4);
    CHECK(staging->expected_mix_peak.db() >= -6.0 - 1e-9);
    CHECK(staging->expected_mix_peak.db() <= -3.0);

    const TemporaryFolder quiet;
    write_stem(quiet.path() / "Silent.wav", test::planar(std::vector<float>(48'000, 0.0f), 1));
    const auto silent = stage(quiet);
    REQUIRE(silent);
    CHECK(silent->plan.mix_gain.db() == 0.0);
    CHECK(silent->plan.mix_gain_reason == "the mix is silent");
    CHECK(silent->expected_mix_peak.is_silent());
    const auto mix = mix::render(silent->plan, quiet.path() / "out.wav",
                                 verdict::Targets::built_in(), verdict::Rules::built_in());
    REQUIRE(mix);
    CHECK(codes_of(mix->findings, "mix") == Codes{"mix.silent"});
}

TEST_CASE("stage: samples at the ends of what a float can hold are staged like any other") {
    const TemporaryFolder folder;
    write_stem(folder.path() / "Huge.wav", test::planar(part(1, 1e37), 2));
    write_stem(folder.path() / "Huge 2.wav", test::planar(part(1, 1e37), 2));
    const auto staging = stage(folder);
    REQUIRE(staging);
    const auto mix = mix::render(staging->plan, folder.path() / "out.wav",
                                 verdict::Targets::built_in(), verdict::Rules::built_in());
    REQUIRE(mix);
    CHECK(staging->expected_mix_peak.db() >= -6.0 - 1e-9);
    CHECK(staging->expected_mix_peak.db() <= -3.0);
    CHECK(mix->measurement[meter::sample_peak].db() ==
          Approx(staging->expected_mix_peak.db()).margin(1e-5));
    CHECK(codes_of(staging->findings, "Huge") == Codes{"mix.trim-limited"});
}

TEST_CASE("stage: the session runs at the stated rate, or the one most stems have, or the higher "
          "of two") {
    const auto rate_of = [](std::initializer_list<double> rates_hz, const std::string& toml) {
        const TemporaryFolder folder;
        int i = 0;
        for (const double rate_hz : rates_hz) {
            write_stem(folder.path() / ("Stem " + std::to_string(i++) + ".wav"),
                       test::planar(part(1, 0.1, 12'000), 1), rate_hz);
        }
        if (!toml.empty()) {
            folder.write("session.toml", toml);
        }
        const auto staging = stage(folder);
        REQUIRE(staging);
        Codes resampled;
        for (const auto& finding : staging->findings) {
            if (finding.code == "mix.stem-resampled") {
                resampled.insert(finding.stage);
            }
        }
        return std::pair{staging->plan.sample_rate.value(), resampled};
    };
    CHECK(rate_of({48'000, 44'100, 44'100}, "") == std::pair{44'100.0, Codes{"Stem 0"}});
    CHECK(rate_of({44'100, 48'000}, "") == std::pair{48'000.0, Codes{"Stem 0"}});
    CHECK(rate_of({44'100, 44'100}, "sample_rate_hz = 96000\n") ==
          std::pair{96'000.0, Codes{"Stem 0", "Stem 1"}});
    CHECK(rate_of({8'000}, "") == std::pair{8'000.0, Codes{}});
    CHECK(rate_of({768'000}, "") == std::pair{768'000.0, Codes{}});
}

TEST_CASE("stage: findings on trims: each fires on its fault and not without it") {
    const TemporaryFolder folder;
    auto peaky = part(1, 0.02);
    peaky[10] = 0.9f;
    write_stem(folder.path() / "Vox peaky.wav", test::planar(peaky, 1));
    write_stem(folder.path() / "Kick peaky.wav",
               test::planar(peaky, 1)); // percussive: that is how kicks are
    write_stem(folder.path() / "Vox quiet.wav", test::planar(part(2, 0.02), 1));
    write_stem(folder.path() / "Vox faint.wav", test::planar(part(3, 0.0006), 1));
    write_stem(folder.path() / "Vox.wav", test::planar(part(4, 0.2), 1));
    write_stem(folder.path() / "Vox surround.wav", test::planar(part(5, 0.2), 6));
    const auto staging = stage(folder);
    REQUIRE(staging);
    CHECK(codes_of(staging->findings, "Vox peaky") == Codes{"mix.peak-bound"});
    CHECK(codes_of(staging->findings, "Kick peaky") == Codes{});
    CHECK(codes_of(staging->findings, "Vox quiet") == Codes{"mix.trim-large"});
    CHECK(codes_of(staging->findings, "Vox faint") == Codes{"mix.trim-large", "mix.trim-limited"});
    CHECK(codes_of(staging->findings, "Vox") == Codes{});
    CHECK(codes_of(staging->findings, "Vox surround") == Codes{"mix.stem-folded"});
}

TEST_CASE("stage: measurements made elsewhere give the same plan") {
    const TemporaryFolder folder;
    write_stem(folder.path() / "a.wav", test::planar(part(1, 0.2), 1));
    write_stem(folder.path() / "b.wav", test::planar(part(2, 0.2), 2));
    const auto session = mix::load_session(folder.path());
    REQUIRE(session);
    const auto again = mix::stage(
        *session, measure::measure_files({session->tracks[0].file, session->tracks[1].file}),
        verdict::Targets::built_in(), verdict::Rules::built_in());
    REQUIRE(again);
    CHECK(mix::to_json(again->plan) == mix::to_json(stage(folder)->plan));
}

TEST_CASE("stage: a stop is obeyed") {
    const TemporaryFolder folder;
    write_stem(folder.path() / "a.wav", test::planar(part(1, 0.2), 1));
    const std::atomic<bool> stop{true};
    audio::io::Watch watch;
    watch.stop = &stop;
    const auto session = mix::load_session(folder.path());
    REQUIRE(session);
    const auto staging =
        mix::stage(*session, verdict::Targets::built_in(), verdict::Rules::built_in(), 0, watch);
    REQUIRE_FALSE(staging);
    CHECK(staging.error().kind == ErrorKind::interrupted);
}
