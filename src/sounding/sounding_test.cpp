// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "audio/buffer.h"
#include "sounding/sounding.h"
#include "support/memory_source.h"
#include "support/signals.h"

#include <cmath>
#include <numbers>

using namespace gainstage;

namespace {

constexpr double rate_hz = 48000.0;

std::unique_ptr<audio::io::Source> in_memory(const std::vector<float>& dry) {
    return std::make_unique<test::MemorySource>(test::planar({dry}), rate_hz);
}

class Wet final : public audio::io::Sink {
public:
    Status write(audio::ConstAudioView block) override {
        samples.insert(samples.end(), block.channel(0).begin(), block.channel(0).end());
        return Done{};
    }

    Status commit() override { return Done{}; }

    [[nodiscard]] std::uint64_t clipped_samples() const noexcept override { return 0; }

    std::vector<float> samples;
};

/// A pickup (coil, its capacitance), 5 m of cable, a preamp of 1 Mohm with `gain`.
sounding::Chain pickup_chain(Gain gain) {
    sounding::Chain chain;
    circuit::Stage pickup{"pickup", circuit::StageKind::instrument};
    pickup.elements = {circuit::SeriesBranch{.resistance_ohm = 6000.0, .inductance_h = 2.5}};
    circuit::Stage cable{"cable", circuit::StageKind::cable};
    cable.elements = circuit::cable(1.0, 500e-12);
    circuit::Stage preamp{"preamp", circuit::StageKind::preamp};
    preamp.elements = {circuit::ShuntBranch{.resistance_ohm = 1e6},
                       circuit::AmplifierElement{.gain = gain, .voltage_noise = 25e-18},
                       circuit::SeriesBranch{.resistance_ohm = 100.0}};
    preamp.output_clip = Dbu{20.0};
    chain.path.stages = {pickup, cable, preamp};
    chain.clips = sounding::clip_points(chain.path);
    chain.source = Dbu{-10.0};
    chain.full_scale = Dbu{18.0};
    return chain;
}

std::vector<float> sounded(const sounding::Chain& chain, const std::vector<float>& dry) {
    Wet wet;
    const auto done = sounding::sound(in_memory(dry), wet, chain);
    REQUIRE(done);
    CHECK(wet.samples.size() == dry.size());
    CHECK(done->frames == dry.size());
    return wet.samples;
}

/// Power of the middle half: past all beginnings, before all ends.
double power(const std::vector<float>& x) {
    double sum = 0.0;
    for (std::size_t n = x.size() / 4; n < x.size() * 3 / 4; ++n) {
        sum += static_cast<double>(x[n]) * static_cast<double>(x[n]);
    }
    return sum / static_cast<double>(x.size() / 2);
}

double db(double power_ratio) { return 10.0 * std::log10(power_ratio); }

/// Amplitude of a partial, over a whole number of its periods in the middle of x.
double partial(const std::vector<float>& x, double hz) {
    std::complex<double> sum{0.0};
    const std::size_t from = x.size() / 4;
    const auto frames = static_cast<std::size_t>(rate_hz / 2);
    for (std::size_t n = 0; n < frames; ++n) {
        const double window = 0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(n) /
                                                   static_cast<double>(frames));
        sum += window * static_cast<double>(x[from + n]) *
               std::polar(1.0, -2.0 * std::numbers::pi * hz * static_cast<double>(n) / rate_hz);
    }
    return 4.0 * std::abs(sum) / static_cast<double>(frames);
}

} // namespace

TEST_CASE("sounding: a tone's level is the circuit's, at every frequency") {
    const sounding::Chain chain = pickup_chain(Gain::from_db(12.0));
    for (const double hz : {40.0, 200.0, 1000.0, 3500.0, 4500.0, 9000.0, 16000.0}) {
        const auto wet = sounded(chain, test::sine(hz, 0.5, 96000, rate_hz));
        const double expected_db =
            20.0 * std::log10(std::abs(circuit::transfer(chain.path, Hertz{hz}))) + db(0.125) +
            (chain.source.db() - chain.full_scale.db());
        INFO(hz << " Hz");
        CHECK(db(power(wet)) == Approx(expected_db).margin(0.02));
    }
}

TEST_CASE("sounding: silence comes out as the noise that the circuit has") {
    for (const double gain_db : {20.0, 50.0}) {
        sounding::Chain chain = pickup_chain(Gain::from_db(gain_db));
        chain.is_silent = true;
        const auto wet = sounded(chain, std::vector<float>(480'000, 0.0f));
        const double noise_dbu = circuit::respond(chain.path).end().noise.db();
        // full scale is a sine: AES17, 3.01 dB over the mean square
        CHECK(db(2.0 * power(wet)) == Approx(noise_dbu - chain.full_scale.db()).margin(0.1));
    }
}

TEST_CASE("sounding: hard clipping ends at the clip point, and is said") {
    sounding::Chain chain = pickup_chain(Gain::from_db(60.0));
    chain.full_scale = Dbu{26.0};
    Wet wet;
    const auto done =
        sounding::sound(in_memory(test::sine(500.0, 0.9, 96000, rate_hz)), wet, chain);
    REQUIRE(done);
    CHECK(done->clipped == std::vector<std::size_t>{0});
    CHECK(done->clipped_samples == 0);
    // nearly a square wave between the peaks of +20 dBu, 6 dB under full scale
    CHECK(db(power(wet.samples)) == Approx(-6.0).margin(0.2));
    CHECK(partial(wet.samples, 1500.0) / partial(wet.samples, 500.0) ==
          Approx(1.0 / 3.0).margin(0.01));
}

TEST_CASE("sounding: a soft stage has one per cent of third harmonic at its clip point") {
    sounding::Chain chain = pickup_chain(Gain::from_db(40.0));
    chain.clips.front().shape = sounding::ClipShape::soft;
    chain.full_scale = Dbu{30.0};
    const double way = std::abs(circuit::transfer(chain.path, Hertz{1000.0}));
    const double amplitude = std::pow(10.0, (20.0 - chain.source.db()) / 20.0) / way;
    const auto wet = sounded(chain, test::sine(1000.0, amplitude, 96000, rate_hz));
    CHECK(partial(wet, 3000.0) / partial(wet, 1000.0) == Approx(0.01).margin(0.0015));
}

TEST_CASE("sounding: a clip point that could be passed and isn't changes nothing") {
    sounding::Chain chain = pickup_chain(Gain::from_db(20.0));
    // +20 dBu; the tone reaches +18, but other samples of its size could reach more
    const double way = std::abs(circuit::transfer(chain.path, Hertz{1000.0}));
    const double amplitude = std::pow(10.0, (18.0 - chain.source.db()) / 20.0) / way;
    const auto dry = test::sine(1000.0, amplitude, 96000, rate_hz);
    chain.full_scale = Dbu{30.0};
    const auto with = sounded(chain, dry);
    chain.clips.clear();
    const auto without = sounded(chain, dry);
    double worst = 0.0;
    for (std::size_t n = 0; n < dry.size(); ++n) {
        worst = std::max(worst,
                         std::abs(static_cast<double>(with[n]) - static_cast<double>(without[n])));
    }
    CHECK(20.0 * std::log10(worst) < -100.0); // one filter's roundings more
}

TEST_CASE("sounding: of two clip points with nothing but gain between, each says whether it bent") {
    sounding::Chain chain = pickup_chain(Gain::from_db(60.0)); // clips at +20 dBu
    circuit::Stage booster{"booster", circuit::StageKind::booster};
    booster.elements = {circuit::ShuntBranch{.resistance_ohm = 10e3},
                        circuit::AmplifierElement{.gain = Gain::from_db(6.0)},
                        circuit::SeriesBranch{.resistance_ohm = 100.0}};
    chain.full_scale = Dbu{40.0};
    const auto dry = test::sine(500.0, 0.9, 96000, rate_hz);

    struct Row {
        double clips_at_dbu;
        std::vector<std::size_t> clipped;
        double
            level_dbu; ///< of a square wave as high as the lower one lets it: 3.01 dB over its sine
    };

    // 100 ohm into 10 kohm: 0.086 dB less; overshoot at 27 dBu would be of the filter's making
    for (const Row& row : {Row{26.2, {0}, 20.0 + 6.0 - 0.086}, Row{22.0, {0, 1}, 22.0}}) {
        booster.output_clip = Dbu{row.clips_at_dbu};
        sounding::Chain both = chain;
        both.path.stages.push_back(booster);
        both.clips = sounding::clip_points(both.path);
        REQUIRE(both.clips.size() == 2);
        Wet wet;
        const auto done = sounding::sound(in_memory(dry), wet, both);
        REQUIRE(done);
        CAPTURE(row.clips_at_dbu);
        CHECK(done->clipped == row.clipped);
        CHECK(db(power(wet.samples)) == Approx(row.level_dbu - 40.0).margin(0.2));
    }
}

TEST_CASE("sounding: what no stage can clip on passes, and the converter clips at 0 dBFS") {
    sounding::Chain chain = pickup_chain(Gain::from_db(20.0));
    chain.clips.clear();
    Wet wet;
    const auto done =
        sounding::sound(in_memory(test::sine(500.0, 1.0, 48000, rate_hz)), wet, chain);
    REQUIRE(done);
    CHECK(done->clipped.empty());
    CHECK(done->clipped_samples == 0);
    chain.full_scale = Dbu{5.0};
    Wet hot;
    const auto over =
        sounding::sound(in_memory(test::sine(500.0, 1.0, 48000, rate_hz)), hot, chain);
    REQUIRE(over);
    CHECK(over->clipped_samples > 10000);
    CHECK(*std::ranges::max_element(hot.samples) == 1.0f);
}

TEST_CASE("sounding: jitter's noise is what the formula says") {
    sounding::Chain chain = pickup_chain(Gain::from_db(12.0));
    for (const double hz : {1000.0, 10000.0}) {
        const auto tone = test::sine(hz, 0.9, 96000, rate_hz);
        chain.jitter.reset();
        const auto steady = sounded(chain, tone);
        chain.jitter = Seconds{10e-9};
        auto rest = sounded(chain, tone); // the same noise otherwise
        for (std::size_t n = 0; n < rest.size(); ++n) {
            rest[n] -= steady[n];
        }
        INFO(hz << " Hz");
        CHECK(db(power(steady) / power(rest)) ==
              Approx(circuit::jitter_limited_snr(Hertz{hz}, Seconds{10e-9}).db()).margin(0.3));
    }
}

TEST_CASE("sounding: any length, and the same each time") {
    const sounding::Chain chain = pickup_chain(Gain::from_db(40.0));
    for (const std::size_t frames : {0u, 1u, 100u, 16384u, 16385u}) {
        const auto dry = test::programme(frames, test::Seed{3}, 0.9);
        CHECK(sounded(chain, dry) == sounded(chain, dry));
    }
    auto broken = test::programme(1000, test::Seed{3});
    broken[500] = std::nanf("");
    for (const float x : sounded(chain, broken)) {
        REQUIRE(std::isfinite(x));
    }
}
