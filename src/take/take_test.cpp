// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "support/instruments.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"
#include "take/take.h"

using namespace gainstage;
using namespace gainstage::test;
using take::Take;
using verdict::Severity;
using verdict::Zone;

namespace {

struct Stem {
    TemporaryFolder folder;
    std::filesystem::path path = folder.path() / "stem.wav";

    explicit Stem(const std::vector<std::vector<float>>& channels,
                  double rate_hz = 48000.0,
                  audio::io::SampleFormat format = audio::io::SampleFormat::int24) {
        write_stem(path, planar(channels), rate_hz, format);
    }
};

Take inspect(const Stem& stem, std::optional<Hertz> session_rate = std::nullopt) {
    auto take = take::inspect(stem.path, verdict::Targets::built_in(), verdict::Rules::built_in(),
                              {session_rate, {}});
    REQUIRE(take);
    for (const verdict::Finding& finding : take->findings) {
        for (const std::string& sentence : {finding.evidence, finding.action, finding.reason}) {
            CAPTURE(sentence);
            CHECK(sentence.find("not measured") == std::string::npos);
            CHECK(sentence.find("{") == std::string::npos);
        }
    }
    return std::move(*take);
}

const verdict::Finding* find(const Take& take, std::string_view code) {
    const auto found = std::ranges::find(take.findings, code, &verdict::Finding::code);
    return found == take.findings.end() ? nullptr : &*found;
}

std::string codes(const Take& take) {
    std::string all;
    for (const verdict::Finding& finding : take.findings) {
        all += finding.code + " ";
    }
    return all;
}

std::vector<float> plus(std::vector<float> x, const std::vector<float>& y) {
    for (std::size_t n = 0; n < x.size(); ++n) {
        x[n] += y[n];
    }
    return x;
}

constexpr double seconds = 20.0;

/// A take as it should be: peaks at -9 dBFS, a converter's noise.
std::vector<float> healthy(Instrument instrument = Instrument::voice, std::uint64_t seed = 1) {
    return recorded(phrase(instrument, Seed{seed}, seconds), -9.0, -92.0, Seed{seed});
}

} // namespace

TEST_CASE("take: a healthy one is in the green, with nothing to do") {
    const Instrument instrument =
        GENERATE(from_range(std::begin(instruments), std::end(instruments)));
    const Take take = inspect(Stem({healthy(instrument)}));
    CAPTURE(name(instrument), codes(take));
    CHECK(take.zone == Zone::target);
    CHECK(take.gain_change == Gain{});
    CHECK(take.clipped_spots == 0);
    CHECK(!take.hum);
    CHECK(take.pauses);
    REQUIRE(take.findings.size() == 1);
    CHECK(take.findings[0].code == "take.healthy");
    CHECK(take.findings[0].stage == "stem");
}

TEST_CASE("take: clipped in the file: red, with times, to be recorded lower") {
    std::vector<float> x = phrase(Instrument::organ, Seed{2}, seconds);
    for (float& sample : x) {
        sample = std::clamp(sample * 1.5f, -1.0f, 1.0f);
    }
    const Take take = inspect(Stem({x}));
    CAPTURE(codes(take));
    CHECK(take.zone == Zone::clip);
    CHECK(take.gain_change.db() == Approx(-7.0).margin(0.01));
    REQUIRE(find(take, "take.clipped-digital"));
    CHECK(find(take, "take.clipped-digital")->severity == Severity::error);
    CHECK(!find(take, "take.clipped-analogue"));
    CHECK(!find(take, "take.healthy"));
    REQUIRE(!take.clipped.empty());
    CHECK(take.clipped_spots >= take.clipped.size());
    CHECK(take.clipped.front().kind == take::ClippingKind::digital);
    CHECK(take.clipped.front().level.db() == Approx(0.0).margin(0.01));
    // The first run of three, in the sentence as in the list.
    std::size_t first = 0;
    while (std::abs(x[first]) < 1.0f || x[first] != x[first + 1] || x[first] != x[first + 2]) {
        ++first;
    }
    CHECK(take.clipped.front().start.value() == Approx(static_cast<double>(first) / 48000.0));
    CHECK(find(take, "take.clipped-digital")->evidence.find("at 0:") != std::string::npos);
}

TEST_CASE("take: clipped before the converter and turned down: red all the same") {
    const Instrument instrument =
        GENERATE(Instrument::bass, Instrument::organ, Instrument::voice, Instrument::kick);
    const Take take = inspect(
        Stem({recorded(clipped(phrase(instrument, Seed{1}, seconds), 3.0), -8.0, -90.0, Seed{1})}));
    CAPTURE(name(instrument), codes(take));
    CHECK(take.zone == Zone::clip);
    CHECK(take.gain_change.db() == Approx(-7.0));
    REQUIRE(find(take, "take.clipped-analogue"));
    CHECK(!find(take, "take.clipped-digital"));
    REQUIRE(!take.clipped.empty());
    CHECK(take.clipped.front().kind == take::ClippingKind::analogue);
    CHECK(take.clipped.front().level.db() == Approx(-11.0).margin(0.1));
    CHECK(find(take, "take.clipped-analogue")->evidence.find("-11.0 dBFS") != std::string::npos);
}

TEST_CASE("take: plucks at -32 dBFS over hiss at -66: too quiet, and hiss") {
    const Take take = inspect(
        Stem({recorded(phrase(Instrument::guitar, Seed{1}, seconds), -32.0, -66.0, Seed{1})}));
    CAPTURE(codes(take));
    CHECK(take.zone == Zone::noise);
    CHECK(take.gain_change.db() == Approx(21.0).margin(0.3));
    REQUIRE(find(take, "take.too-quiet"));
    REQUIRE(find(take, "take.hiss"));
    CHECK(find(take, "take.hiss")->evidence.find("-63.") !=
          std::string::npos); // the same -66 dBFS, as a sine meter reads it
}

TEST_CASE("take: material that never pauses isn't called noisy") {
    std::vector<float> pad = recorded(
        programme(static_cast<std::size_t>(seconds * 48000.0), Seed{1}, 0.35), 0.0, -90.0, Seed{1});
    const Take take = inspect(Stem({pad}));
    CAPTURE(codes(take));
    CHECK(!take.pauses);
    CHECK(!find(take, "take.hiss"));
    CHECK(find(take, "take.noise-unreadable"));
}

TEST_CASE("take: 50 Hz hum at -50 dBFS under a bass line") {
    std::vector<float> x =
        recorded(phrase(Instrument::bass, Seed{1}, seconds), -9.0, -90.0, Seed{1});
    for (int h = 1; h <= 5; ++h) {
        x = plus(x, sine(50.0 * h, linear(-50.0 - 3.0 * h), x.size(), 48000.0, 0.3 * h));
    }
    const Take take = inspect(Stem({x}));
    CAPTURE(codes(take));
    REQUIRE(take.hum);
    CHECK(take.hum->fundamental.value() == 50.0);
    // Peaks of -53, -56 … -65 dBFS: half the sum of their squares.
    CHECK(take.hum->level.db() == Approx(-53.2).margin(2.0));
    REQUIRE(find(take, "take.hum"));
    CHECK(!find(take, "take.hiss")); // the noise in its pauses is the hum
}

TEST_CASE("take: a little soft is said, not warned of") {
    const Take take = inspect(
        Stem({recorded(phrase(Instrument::guitar, Seed{1}, seconds), -13.5, -92.0, Seed{1})}));
    CHECK(take.zone == Zone::noise);
    CHECK(codes(take) == "take.rather-quiet ");
}

TEST_CASE("take: DC of 2 %") {
    const std::vector<float> x = healthy();
    const Take take = inspect(Stem({plus(x, std::vector<float>(x.size(), 0.02f))}));
    CAPTURE(codes(take));
    REQUIRE(find(take, "take.dc-offset"));
    CHECK(find(take, "take.dc-offset")->evidence.find("+0.0200") != std::string::npos);
    CHECK(!find(take, "take.healthy"));
}

TEST_CASE("take: mono in a stereo file, and one side missing") {
    const std::vector<float> x = healthy();
    const Take mono = inspect(Stem({x, x}));
    CHECK(mono.identical_channels);
    CHECK(find(mono, "take.mono-in-stereo"));
    const Take stereo = inspect(Stem({x, healthy(Instrument::voice, 2)}));
    CHECK(!stereo.identical_channels);
    CHECK(!find(stereo, "take.mono-in-stereo"));
    const Take half = inspect(Stem({x, std::vector<float>(x.size())}));
    CHECK(find(half, "take.silent-channel"));
}

TEST_CASE("take: 44.1 kHz in a session of 48 kHz") {
    const Stem stem({healthy()}, 44100.0);
    CHECK(find(inspect(stem, Hertz{48000.0}), "take.sample-rate"));
    CHECK(!find(inspect(stem, Hertz{44100.0}), "take.sample-rate"));
    CHECK(!find(inspect(stem), "take.sample-rate"));
}

TEST_CASE("take: hot, but whole") {
    const Take take = inspect(
        Stem({recorded(phrase(Instrument::voice, Seed{1}, seconds), -2.0, -92.0, Seed{1})}));
    CHECK(take.zone == Zone::hot);
    CHECK(take.gain_change.db() == Approx(-5.0).margin(0.2));
    CHECK(find(take, "take.too-hot"));
}

TEST_CASE("take: silence, one frame, no frames") {
    const Take silent = inspect(Stem({std::vector<float>(96000)}));
    CHECK(codes(silent) == "take.silent ");
    CHECK(silent.gain_change == Gain{});
    const Take frame = inspect(Stem({std::vector<float>(1, 0.1f)}));
    CHECK(find(frame, "take.too-short"));
    CHECK(!frame.hum);
    const Take empty = inspect(Stem({std::vector<float>{}}));
    CHECK(empty.clipped_spots == 0);
    CHECK(find(empty, "take.silent"));
    CHECK(!find(empty, "take.healthy"));
}

TEST_CASE("take: samples that are no number are an error, and everything else is still judged") {
    std::vector<float> x = healthy();
    x[50000] = std::numeric_limits<float>::quiet_NaN();
    x[50001] = std::numeric_limits<float>::infinity();
    const Take take = inspect(Stem({x}, 48000.0, audio::io::SampleFormat::float32));
    REQUIRE(find(take, "take.non-finite"));
    CHECK(find(take, "take.non-finite")->evidence.substr(0, 2) == "2 ");
    CHECK(take.zone == Zone::target);
}

TEST_CASE("take: a file that isn't there, and a stop") {
    const auto& targets = verdict::Targets::built_in();
    const auto& rules = verdict::Rules::built_in();
    const auto missing = take::inspect("/nowhere/stem.wav", targets, rules);
    REQUIRE(!missing);
    CHECK(missing.error().kind == ErrorKind::unreadable);
    const std::atomic<bool> stop = true;
    const auto stopped = take::inspect(Stem({healthy()}).path, targets, rules, std::nullopt,
                                       {.stop = &stop, .progress = {}});
    REQUIRE(!stopped);
    CHECK(stopped.error().kind == ErrorKind::interrupted);
}
