// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "master/master.h"

#include "audio/io/sink.h"
#include "meter/loudness.h"
#include "meter/plr.h"
#include "meter/true_peak.h"
#include "support/signals.h"
#include "support/temporary_folder.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <numbers>

using namespace gainstage;

namespace {

const verdict::Targets& targets() { return verdict::Targets::built_in(); }

verdict::Medium medium_of(double lufs, double ceiling_dbtp, int bits = 24) {
    verdict::Medium medium;
    medium.id = "test";
    medium.name = "Test";
    medium.loudness = Lufs{lufs};
    medium.tolerance = Gain::from_db(0.1);
    medium.ceiling = Dbtp{ceiling_dbtp};
    medium.bits = bits;
    return medium;
}

void write_float(const std::filesystem::path& path,
                 const audio::AudioBuffer& audio,
                 double rate_hz) {
    audio::io::SinkFormat format;
    format.sample = audio::io::SampleFormat::float32;
    format.sample_rate = Hertz{rate_hz};
    format.layout = audio::ChannelLayout::default_for(audio.channels());
    auto sink = audio::io::create(path, format);
    REQUIRE(sink);
    REQUIRE((*sink)->write(audio.view()));
    REQUIRE((*sink)->commit());
}

/// Struck notes over a bed, as a mix has them: peaks about 15 dB above the loudness.
std::vector<float> music(double rate_hz, double duration_s, double amplitude, double phase_rad) {
    std::vector<float> out(static_cast<std::size_t>(rate_hz * duration_s));
    for (const double frequency_hz : {61.0, 220.7, 884.3, 2500.9, 6100.3}) {
        const auto tone =
            test::sine(frequency_hz, amplitude, out.size(), rate_hz, phase_rad * frequency_hz);
        const double beat_s = 0.25 + 20.0 / frequency_hz;
        for (std::size_t n = 0; n < out.size(); ++n) {
            const double since_hit_s = std::fmod(static_cast<double>(n) / rate_hz, beat_s);
            const double envelope =
                0.06 + std::exp(-14.0 * since_hit_s) * std::min(1.0, since_hit_s / 0.002);
            out[n] += tone[n] * static_cast<float>(envelope * std::sqrt(61.0 / frequency_hz));
        }
    }
    return out;
}

std::vector<float> drums(double rate_hz, double duration_s) {
    std::vector<float> out(static_cast<std::size_t>(rate_hz * duration_s));
    const auto noise = test::programme(out.size(), test::Seed{8}, 1.0);
    for (std::size_t n = 0; n < out.size(); ++n) {
        const double since_hit_s = std::fmod(static_cast<double>(n) / rate_hz, 0.25);
        const double kick = 0.7 * std::exp(-25.0 * since_hit_s) *
                            std::sin(2.0 * std::numbers::pi * 55.0 * since_hit_s);
        out[n] = static_cast<float>(kick) +
                 noise[n] * static_cast<float>(0.5 * std::exp(-40.0 * since_hit_s) + 0.1);
    }
    return out;
}

std::vector<char> bytes_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

bool has(const master::Master& master, const std::string& code) {
    return std::ranges::any_of(master.findings,
                               [&](const auto& finding) { return finding.code == code; });
}

class Desk {
public:
    std::filesystem::path
    mix(const audio::AudioBuffer& audio, double rate_hz, const std::string& name = "mix.wav") {
        write_float(folder_.path() / name, audio, rate_hz);
        return folder_.path() / name;
    }

    master::Master master(const std::filesystem::path& mix,
                          const verdict::Medium& medium,
                          const std::string& name = "master.wav") {
        auto made = master::master(mix, medium, folder_.path() / name, targets(),
                                   verdict::Rules::built_in());
        if (!made) {
            FAIL(made.error().message());
        }
        return *made;
    }

    [[nodiscard]] std::filesystem::path folder() const { return folder_.path(); }

private:
    test::TemporaryFolder folder_;
};

} // namespace

TEST_CASE("master: music is as loud as asked for within 0.1 LU, and its file keeps the ceiling, at "
          "every rate and width") {
    Desk desk;
    for (const double rate_hz : {44100.0, 48000.0, 96000.0}) {
        const auto mix =
            desk.mix(test::planar({music(rate_hz, 8.0, 0.12, 0.1), music(rate_hz, 8.0, 0.12, 0.7)}),
                     rate_hz);
        for (const auto& [lufs, ceiling_dbtp, bits] : {std::tuple{-14.0, -1.0, 24},
                                                       {-14.0, -1.0, 16},
                                                       {-23.0, -1.0, 24},
                                                       {-16.0, -2.0, 16},
                                                       {-12.0, -1.0, 24}}) {
            const auto made = desk.master(mix, medium_of(lufs, ceiling_dbtp, bits));
            CAPTURE(rate_hz, lufs, ceiling_dbtp, bits, made.drive.db(),
                    made.usual_gain_reduction.db(), made.mean_gain_reduction.db());
            CHECK(made.loudness_reached);
            CHECK(made.after[meter::integrated].db() == Approx(lufs).margin(0.1));
            CHECK(made.true_peak_16x.db() <= ceiling_dbtp + 0.01);
            CHECK(made.after[meter::true_peak].db() <= ceiling_dbtp + 0.1);
            CHECK(made.after.frames == made.before.frames);
            CHECK_FALSE(has(made, "master.over-ceiling"));
            CHECK_FALSE(has(made, "master.loudness-not-reached"));
        }
    }
}

TEST_CASE(
    "master: drums and noise keep the ceiling too, and what they can't reach cleanly is said") {
    Desk desk;
    for (const double rate_hz : {44100.0, 48000.0}) {
        const auto hits = drums(rate_hz, 6.0);
        const auto white = test::white_noise(hits.size(), test::Seed{2}, 0.3);
        for (const auto& signal : {hits, white}) {
            const auto mix = desk.mix(test::planar(signal, 2), rate_hz);
            for (const double lufs : {-23.0, -14.0, -9.0, -5.0}) {
                const auto made = desk.master(mix, medium_of(lufs, -1.0));
                CAPTURE(rate_hz, lufs, made.after[meter::integrated].db());
                CHECK(made.true_peak_16x.db() <= -1.0 + 0.01);
                CHECK(made.loudness_reached ==
                      (std::abs(made.after[meter::integrated].db() - lufs) <= 0.1));
                CHECK(has(made, "master.loudness-not-reached") != made.loudness_reached);
                CHECK(made.after[meter::integrated].db() <= lufs + 0.1);
            }
        }
    }
}

TEST_CASE(
    "master: an impossible target ends at the clean limit, and the finding says both figures") {
    Desk desk;
    const auto mix = desk.mix(
        test::planar({music(48000.0, 6.0, 0.12, 0.1), music(48000.0, 6.0, 0.12, 0.7)}), 48000.0);
    const auto made = desk.master(mix, medium_of(-3.0, -1.0));
    CHECK_FALSE(made.loudness_reached);
    CHECK(made.usual_gain_reduction.db() <= targets()["master.max_gain_reduction_db"] + 0.05);
    CHECK(made.mean_gain_reduction.db() <= targets()["master.max_mean_gain_reduction_db"] + 0.05);
    const bool at_a_limit =
        made.usual_gain_reduction.db() > targets()["master.max_gain_reduction_db"] - 0.2 ||
        made.mean_gain_reduction.db() > targets()["master.max_mean_gain_reduction_db"] - 0.2;
    CHECK(at_a_limit);
    const auto said =
        std::ranges::find(made.findings, "master.loudness-not-reached", &verdict::Finding::code);
    REQUIRE(said != made.findings.end());
    CHECK(said->evidence.find("of -3.0 LUFS") != std::string::npos);
    CHECK(said->stage == "master test");
}

TEST_CASE("master: where the peaks leave room it is gain alone, to the bit of a float file") {
    Desk desk;
    auto quiet = music(48000.0, 3.0, 0.02, 0.3);
    const auto mix = desk.mix(test::planar(quiet, 2), 48000.0);
    const auto made = desk.master(mix, medium_of(-30.0, -1.0, 32));
    CHECK(made.max_gain_reduction.db() == 0.0);
    CHECK(made.limited_share == 0.0);
    CHECK(made.loudness_reached);
    auto source = audio::io::open(made.file);
    REQUIRE(source);
    audio::AudioBuffer written(2, quiet.size());
    REQUIRE((*source)->read(written.view()));
    const auto factor = static_cast<float>(made.drive.to_amplitude_ratio());
    for (std::size_t n = 0; n < quiet.size(); ++n) {
        REQUIRE(written.channel(1)[n] == quiet[n] * factor);
    }
}

TEST_CASE("master: a master mastered again for the same medium stays as it is, within a hundredth "
          "of a decibel") {
    Desk desk;
    const auto mix = desk.mix(
        test::planar({music(48000.0, 5.0, 0.12, 0.1), music(48000.0, 5.0, 0.12, 0.7)}), 48000.0);
    const auto medium = medium_of(-14.0, -1.0);
    const auto once = desk.master(mix, medium, "once.wav");
    const auto twice = desk.master(once.file, medium, "twice.wav");
    CHECK(std::abs(twice.drive.db()) <= 0.03);
    CHECK(twice.max_gain_reduction.db() <= 0.05);
    CHECK(twice.after[meter::integrated].db() == Approx(-14.0).margin(0.03));
}

TEST_CASE("master: the same mix gives the same file, to the bit") {
    Desk desk;
    const auto mix = desk.mix(
        test::planar({music(44100.0, 4.0, 0.12, 0.1), music(44100.0, 4.0, 0.12, 0.7)}), 44100.0);
    const auto medium = medium_of(-13.0, -1.0, 16);
    const auto a = desk.master(mix, medium, "a.wav");
    const auto b = desk.master(mix, medium, "b.wav");
    CHECK(bytes_of(a.file) == bytes_of(b.file));
}

TEST_CASE("master: a mix 6 dB quieter gives the same master") {
    Desk desk;
    auto left = music(48000.0, 5.0, 0.12, 0.1);
    const auto mix = desk.mix(test::planar(left, 2), 48000.0);
    for (float& sample : left) {
        sample *= 0.5f;
    }
    const auto quieter = desk.mix(test::planar(left, 2), 48000.0, "quieter.wav");
    const auto medium = medium_of(-13.0, -1.0);
    const auto a = desk.master(mix, medium, "a.wav");
    const auto b = desk.master(quieter, medium, "b.wav");
    CHECK(a.after[meter::integrated].db() == Approx(b.after[meter::integrated].db()).margin(0.02));
    CHECK((b.drive - a.drive).db() == Approx(6.02).margin(0.05));
}

TEST_CASE("master: a medium with a sample rate of its own gets it, and its ceiling and loudness "
          "hold there") {
    Desk desk;
    const auto mix = desk.mix(
        test::planar({music(48000.0, 6.0, 0.12, 0.1), music(48000.0, 6.0, 0.12, 0.7)}), 48000.0);
    const auto cd = targets().medium("cd");
    REQUIRE(cd);
    const auto made = desk.master(mix, *cd);
    CHECK(made.after.sample_rate == Hertz{44100.0});
    CHECK(made.after.duration().value() == Approx(6.0).margin(0.001));
    CHECK(made.after[meter::integrated].db() == Approx(cd->loudness.db()).margin(0.1));
    CHECK(made.true_peak_16x <= cd->ceiling);
}

TEST_CASE("master: silence and a mix too short for a loudness are written as they are, and said to "
          "be so") {
    Desk desk;
    const audio::AudioBuffer silence(2, 48000);
    const auto silent = desk.master(desk.mix(silence, 48000.0), medium_of(-14.0, -1.0));
    CHECK(has(silent, "master.not-measurable"));
    CHECK_FALSE(has(silent, "master.loudness-not-reached"));
    CHECK(silent.after.frames == 48000);
    CHECK(silent.drive.db() == 0.0);

    const auto click =
        desk.master(desk.mix(test::planar({2.0f}, 1), 48000.0), medium_of(-14.0, -1.0));
    CHECK(has(click, "master.not-measurable"));
    CHECK(click.after.frames == 1);
    CHECK(click.true_peak_16x.db() <= -1.0);

    const auto nothing =
        desk.master(desk.mix(audio::AudioBuffer(2, 0), 48000.0), medium_of(-14.0, -1.0));
    CHECK(nothing.after.frames == 0);
}

TEST_CASE("master: mono, 5.1 and 64 channels keep their channels and the ceiling") {
    Desk desk;
    const auto signal = music(48000.0, 2.0, 0.12, 0.2);
    for (const int channels : {1, 6, 64}) {
        const auto made =
            desk.master(desk.mix(test::planar(signal, channels), 48000.0), medium_of(-14.0, -1.0));
        CAPTURE(channels);
        CHECK(made.after.layout.channels() == channels);
        CHECK(made.true_peak_16x.db() <= -1.0 + 0.01);
    }
}

TEST_CASE("master: what isn't a number in the mix is silence in the master") {
    Desk desk;
    auto signal = music(48000.0, 2.0, 0.12, 0.2);
    signal[5000] = std::nanf("");
    signal[6000] = INFINITY;
    const auto made =
        desk.master(desk.mix(test::planar(signal, 2), 48000.0), medium_of(-14.0, -1.0));
    CHECK(made.before.non_finite_samples == 4); // two in each channel
    CHECK(made.after.non_finite_samples == 0);
    CHECK(made.true_peak_16x.db() <= -1.0 + 0.01);
}

TEST_CASE("master: the reduction over time has the history's length, and its most is the most") {
    Desk desk;
    const auto mix = desk.mix(test::planar(music(48000.0, 4.0, 0.12, 0.1), 2), 48000.0);
    const auto made = desk.master(mix, medium_of(-12.0, -1.0));
    REQUIRE(made.gain_reduction_db.size() == made.after.history.momentary_lufs.size());
    const float most = *std::ranges::max_element(made.gain_reduction_db);
    CHECK(static_cast<double>(most) == Approx(made.max_gain_reduction.db()).margin(1e-5));
    CHECK(made.limited_share > 0.0);
}

TEST_CASE("master: the mix is never written over, a folder that isn't there is said, and nothing "
          "is left behind") {
    Desk desk;
    const auto mix = desk.mix(test::planar(music(48000.0, 1.0, 0.1, 0.1), 2), 48000.0);
    const auto before = bytes_of(mix);
    const auto over =
        master::master(mix, medium_of(-14.0, -1.0), mix, targets(), verdict::Rules::built_in());
    REQUIRE_FALSE(over);
    CHECK(over.error().kind == ErrorKind::usage);
    CHECK(bytes_of(mix) == before);

    const auto nowhere =
        master::master(mix, medium_of(-14.0, -1.0), desk.folder() / "absent" / "m.wav", targets(),
                       verdict::Rules::built_in());
    REQUIRE_FALSE(nowhere);
    CHECK(nowhere.error().kind == ErrorKind::unwritable);
    CHECK(nowhere.error().message().find("unproved") == std::string::npos);

    CHECK_FALSE(master::master(desk.folder() / "absent.wav", medium_of(-14.0, -1.0),
                               desk.folder() / "m.wav", targets(), verdict::Rules::built_in()));

    const std::atomic<bool> stop{true};
    const auto stopped = master::master(mix, medium_of(-14.0, -1.0), desk.folder() / "m.wav",
                                        targets(), verdict::Rules::built_in(), {&stop, nullptr});
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().kind == ErrorKind::interrupted);
    for (const auto& entry : std::filesystem::directory_iterator(desk.folder())) {
        CHECK(entry.path().filename() == "mix.wav");
    }
}

TEST_CASE("master: each rule fires on its facts, and only on them") {
    const auto codes = [](const verdict::Facts& facts) {
        std::vector<std::string> out;
        for (const auto& finding :
             verdict::Rules::built_in().judge("master", "master", facts, {}, targets())) {
            CHECK(finding.evidence.find("not measured") == std::string::npos);
            out.push_back(finding.code);
        }
        return out;
    };
    const verdict::Facts fine = {{"measurable", 1.0},
                                 {"loudness_reached", 1.0},
                                 {"integrated_lufs", -14.0},
                                 {"target_lufs", -14.0},
                                 {"loudness_missing_lu", 0.0},
                                 {"true_peak_16x_dbtp", -1.0},
                                 {"ceiling_dbtp", -1.0},
                                 {"plr_db", 13.0},
                                 {"max_short_term_lufs", -11.0},
                                 {"drive_db", 3.0},
                                 {"max_reduction_db", 0.0},
                                 {"usual_reduction_db", 0.0},
                                 {"mean_reduction_db", 0.0},
                                 {"limited_percent", 0.0},
                                 {"duration_s", 30.0}};
    CHECK(codes(fine).empty());
    const auto with = [&](verdict::Facts changed) {
        changed.insert(fine.begin(), fine.end());
        changed.emplace("file", 0.0);
        changed.emplace("medium", 0.0);
        return codes(changed);
    };
    using Codes = std::vector<std::string>;
    CHECK(with({{"measurable", 0.0}, {"loudness_reached", 0.0}}) == Codes{"master.not-measurable"});
    CHECK(with({{"loudness_reached", 0.0}}) == Codes{"master.loudness-not-reached"});
    CHECK(with({{"true_peak_16x_dbtp", -0.985}}) == Codes{"master.over-ceiling"});
    CHECK(with({{"true_peak_16x_dbtp", -0.995}}).empty());
    CHECK(with({{"max_short_term_allowed_lufs", -12.0}}) == Codes{"master.short-term-too-loud"});
    CHECK(with({{"max_short_term_allowed_lufs", -10.0}}).empty());
    CHECK(with({{"plr_db", 7.9}}) == Codes{"master.dense"});
    CHECK(with({{"drive_db", 20.1}}) == Codes{"master.large-gain"});
    CHECK(with({{"limited_percent", 3.0}}) == Codes{"master.limited"});
}
