// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "support/clipping_set.h"
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
    CHECK(take.clipping.count() == 0);
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
    // 1 dB under -6 dBFS, and what is missing: 3.5 dB at most.
    CHECK(take.gain_change.db() == Approx(-7.0 - take.clipping.depth().db()).margin(0.01));
    CHECK(take.gain_change.db() < -7.5);
    CHECK(take.gain_change.db() > -11.0);
    REQUIRE(find(take, "take.clipped-digital"));
    CHECK(find(take, "take.clipped-digital")->severity == Severity::error);
    CHECK(!find(take, "take.clipped-analogue"));
    CHECK(!find(take, "take.healthy"));
    REQUIRE(!take.clipping.spots.empty());
    CHECK(take.clipping.count() >= take.clipping.spots.size());
    CHECK(take.clipping.spots.front().kind == take::ClippingKind::digital);
    CHECK(take.clipping.spots.front().level.db() == Approx(0.0).margin(0.01));
    // The first run of three, in the sentence as in the list.
    std::size_t first = 0;
    while (std::abs(x[first]) < 1.0f || x[first] != x[first + 1] || x[first] != x[first + 2]) {
        ++first;
    }
    CHECK(take.clipping.spots.front().start.value() ==
          Approx(static_cast<double>(first) / 48000.0));
    CHECK(find(take, "take.clipped-digital")->evidence.find("at 0:") != std::string::npos);
}

TEST_CASE("take: clipped before the converter and turned down: red all the same") {
    const Instrument instrument =
        GENERATE(Instrument::bass, Instrument::organ, Instrument::voice, Instrument::kick);
    const Take take = inspect(
        Stem({recorded(clipped(phrase(instrument, Seed{1}, seconds), 3.0), -8.0, -90.0, Seed{1})}));
    CAPTURE(name(instrument), codes(take));
    CHECK(take.zone == Zone::clip);
    CHECK(take.gain_change.db() < -7.5); // and 3 dB are missing on its highest peak
    CHECK(take.gain_change.db() > -10.5);
    REQUIRE(find(take, "take.clipped-analogue"));
    CHECK(!find(take, "take.clipped-digital"));
    REQUIRE(!take.clipping.spots.empty());
    CHECK(take.clipping.spots.front().kind == take::ClippingKind::analogue);
    CHECK(take.clipping.spots.front().level.db() == Approx(-11.0).margin(0.1));
    CHECK(find(take, "take.clipped-analogue")->evidence.find("-11.0 dBFS") != std::string::npos);
}

TEST_CASE(
    "take: a clipped file that was turned down without a converter in between arrived clipped") {
    std::vector<float> x = clipped(phrase(Instrument::organ, Seed{1}, seconds), 4.0);
    for (float& sample : x) {
        sample *= 0.4f;
    }
    const Take take = inspect(Stem({x}));
    CAPTURE(codes(take));
    CHECK(take.zone == Zone::clip);
    REQUIRE(find(take, "take.clipped-earlier"));
    CHECK(!find(take, "take.clipped-analogue"));
    REQUIRE(!take.clipping.spots.empty());
    CHECK(take.clipping.spots.front().kind == take::ClippingKind::earlier);
    Gain most;
    for (const auto& spot : take.clipping.spots) {
        most = std::max(most, spot.depth.value_or(Gain{}));
    }
    CHECK(most.db() == Approx(4.0).margin(1.5));
    CHECK(!find(inspect(Stem({healthy()})), "take.clipped-earlier"));
}

TEST_CASE("take: every frame is told once to who watches, clipped or not") {
    for (const double depth_db : {0.0, 6.0}) {
        const std::vector<float> x = clipped(phrase(Instrument::organ, Seed{1}, 3.0), depth_db);
        std::uint64_t told = 0;
        const Stem stem({x});
        REQUIRE(take::inspect(stem.path, verdict::Targets::built_in(), verdict::Rules::built_in(),
                              {}, {nullptr, [&](std::size_t frames) { told += frames; }}));
        CHECK(told == x.size());
    }
}

TEST_CASE("take: a clipped file that was converted to another rate since arrived clipped") {
    const auto speech = test::after(phrase(Instrument::voice, Seed{2}, seconds),
                                    {0.0, -120.0, 8000.0}, instrument_rate_hz, Seed{2});
    const auto x = test::after(test::clip(speech, test::ClipCurve::hard, 6.0),
                               {-3.0, -100.0, instrument_rate_hz}, 8000.0, Seed{2});
    const Take take = inspect(Stem({x}));
    CAPTURE(codes(take));
    CHECK(take.zone == Zone::clip);
    REQUIRE(take.clipping.rate);
    CHECK(take.clipping.rate->value() == 8000.0);
    REQUIRE(!take.clipping.spots.empty());
    CHECK(take.clipping.spots.front().kind == take::ClippingKind::earlier);
    REQUIRE(find(take, "take.clipped-converted"));
    CHECK(find(take, "take.clipped-converted")->evidence.find("at 8 kHz") != std::string::npos);
    CHECK(!find(take, "take.clipped-earlier"));
    CHECK(!find(inspect(Stem({healthy()})), "take.clipped-converted"));
}

TEST_CASE("take: peaks that a limiter holds at one level are said to be held, not clipped") {
    const auto snare = phrase(Instrument::snare, Seed{3}, seconds);
    const auto held = test::after(test::limited(snare, 5.0, instrument_rate_hz), {-4.0, -96.0, 0.0},
                                  instrument_rate_hz, Seed{3});
    const Take take = inspect(Stem({held}));
    CAPTURE(codes(take));
    CHECK(take.clipping.spots.empty());
    REQUIRE(find(take, "take.peaks-held"));
    CHECK(take.clipping.held_peaks >= 4);
    REQUIRE(take.clipping.held_level);
    CHECK(take.clipping.held_level->db() == Approx(20.0 * std::log10(0.89) - 4.0).margin(0.05));

    const Take clipped_by_much = inspect(Stem({clipped(snare, 6.0)}));
    CHECK(clipped_by_much.clipping.held_peaks == 0);
    CHECK(!clipped_by_much.clipping.held_level);
    CHECK(!find(inspect(Stem({snare})), "take.peaks-held"));
}

TEST_CASE("take: a floating-point file above 0 dBFS is safe, and the same in 24 bit is clipped") {
    std::vector<float> x = phrase(Instrument::organ, Seed{2}, seconds);
    for (float& sample : x) {
        sample *= 1.6f;
    }
    const Take over = inspect(Stem({x}, 48000.0, audio::io::SampleFormat::float32));
    CAPTURE(codes(over));
    CHECK(over.zone == Zone::hot);
    CHECK(over.clipping.count() == 0);
    REQUIRE(find(over, "take.over-full-scale"));
    CHECK(find(over, "take.over-full-scale")->evidence.find("+4.1 dBFS") != std::string::npos);
    CHECK(!find(over, "take.clipped-digital"));
    for (float& sample : x) {
        sample = std::clamp(sample, -1.0f, 1.0f);
    }
    for (const auto format : {audio::io::SampleFormat::int24, audio::io::SampleFormat::float32}) {
        const Take cut = inspect(Stem({x}, 48000.0, format));
        CHECK(find(cut, "take.clipped-digital"));
        CHECK(!find(cut, "take.over-full-scale"));
        REQUIRE(!cut.clipping.spots.empty());
        CHECK(std::ranges::any_of(cut.clipping.spots,
                                  [](const auto& spot) { return spot.depth.has_value(); }));
    }
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
    CHECK(empty.clipping.count() == 0);
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
    const auto stopped =
        take::inspect(Stem({healthy()}).path, targets, rules, {}, {.stop = &stop, .progress = {}});
    REQUIRE(!stopped);
    CHECK(stopped.error().kind == ErrorKind::interrupted);
}

namespace {

/// A practice run of 20 s with its peak at `peak_dbfs`, judged for a take of four minutes.
Take practised(double peak_dbfs, double allowance_db = 3.0, double length_s = seconds) {
    const Stem stem(
        {recorded(phrase(Instrument::voice, Seed{1}, length_s), peak_dbfs, -92.0, Seed{1})});
    take::Question question;
    question.next_take =
        take::NextTake{Seconds{240.0}, Gain::from_db(allowance_db), Gain::from_db(1.0)};
    auto take = take::inspect(stem.path, verdict::Targets::built_in(), verdict::Rules::built_in(),
                              question);
    REQUIRE(take);
    for (const verdict::Finding& finding : take->findings) {
        CAPTURE(finding.evidence, finding.action);
        CHECK((finding.evidence + finding.action).find("not measured") == std::string::npos);
    }
    return std::move(*take);
}

} // namespace

TEST_CASE(
    "take: a hot practice run is turned down in whole steps, with the odds before and after") {
    const Take take = practised(-4.0);
    REQUIRE(take.plan);
    const auto* finding = find(take, "take.turn-down");
    REQUIRE(finding);
    CAPTURE(finding->action);
    CHECK(finding->action.find("the odds of clipping in the take fall from") != std::string::npos);
    CHECK(finding->action.find("dB above the hiss") != std::string::npos);
    CHECK(finding->evidence.find("with 3.0 dB because performers are louder") != std::string::npos);
    CHECK(take.plan->clip_odds_after <= 0.01);
    CHECK(take.plan->clip_odds_before > 0.01);
    CHECK(take.gain_change.db() == std::round(take.gain_change.db()));
    CHECK(!find(take, "take.too-hot"));
}

TEST_CASE("take: a soft practice run is turned up, and after that it is left alone") {
    const Take soft = practised(-40.0, 3.0, 2.0 * seconds);
    CHECK(find(soft, "take.turn-up"));
    CHECK(!find(soft, "take.too-quiet"));
    CHECK(soft.gain_change > Gain::from_db(5.0));
    REQUIRE(soft.plan);
    CHECK(soft.plan->clip_odds_after <= 0.01);
    const Take right = practised(-40.0 + soft.gain_change.db(), 3.0, 2.0 * seconds);
    CHECK(find(right, "take.leave-it"));
    CHECK(right.gain_change == Gain{});
    CHECK(!find(right, "take.turn-up"));
    CHECK(!find(right, "take.turn-down"));
}

TEST_CASE("take: an allowance moves the advice, not the peak to expect from the same playing") {
    const Take none = practised(-30.0, 0.0);
    const Take some = practised(-30.0, 6.0);
    REQUIRE(none.plan);
    REQUIRE(some.plan);
    CHECK(none.plan->prediction.expected == some.plan->prediction.expected);
    CHECK((none.gain_change - some.gain_change).db() == Approx(6.0));
}

TEST_CASE("take: too short a practice run says how much longer, and is judged as recorded") {
    const Take take = practised(-3.0, 3.0, 4.0);
    CHECK(!take.plan);
    const auto* finding = find(take, "take.keep-playing");
    REQUIRE(finding);
    CHECK(finding->action.find(" s more") != std::string::npos);
    CHECK(find(take, "take.too-hot"));
    CHECK(!find(practised(-12.0), "take.keep-playing"));
}
