// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "ballistics/rack.h"
#include "meter/bridge.h"
#include "support/signals.h"

#include <array>
#include <cmath>
#include <limits>

using namespace gainstage;
using namespace gainstage::ballistics;

namespace {

RackOptions all_meters() {
    RackOptions options;
    for (const Meter& one : meters()) {
        options.kinds.push_back(one.kind);
    }
    return options;
}

Rack ready(double rate_hz, int channels, const RackOptions& options = all_meters()) {
    Rack rack;
    rack.prepare({.sample_rate = Hertz{rate_hz},
                  .layout = audio::ChannelLayout::default_for(channels),
                  .max_frames = 512},
                 options);
    return rack;
}

using Values = std::vector<std::optional<double>>;

Values values(std::span<const Shown> shown) {
    Values out;
    for (const Shown& one : shown) {
        out.push_back(one.value);
        out.push_back(one.marker);
    }
    return out;
}

std::optional<double> value(std::span<const Shown> shown, Kind kind, int channel) {
    for (const Shown& one : shown) {
        if (one.kind == kind && one.channel == channel) {
            return one.value;
        }
    }
    return std::nullopt;
}

} // namespace

TEST_CASE("rack: at the alignment level every scale reads its alignment mark") {
    for (const double rate_hz : {44100.0, 48000.0, 96000.0, 192000.0}) {
        Rack rack = ready(rate_hz, 2);
        const auto tone = test::planar(test::sine(997.0, test::linear(-18.0),
                                                  static_cast<std::size_t>(5.0 * rate_hz), rate_hz),
                                       2);
        rack.process(tone.view());
        (void)rack.take();
        const auto shown = rack.take();
        const auto reads = [&](Kind kind, int channel = 1) {
            return value(shown, kind, channel).value();
        };
        CAPTURE(rate_hz);
        CHECK(reads(Kind::vu) == Approx(0.0).margin(0.05));
        CHECK(reads(Kind::ppm_din) == Approx(-9.0).margin(0.1));
        CHECK(reads(Kind::ppm_nordic) == Approx(0.0).margin(0.1));
        CHECK(reads(Kind::ppm_bbc) == Approx(4.0).margin(0.025));
        CHECK(reads(Kind::ppm_ebu) == Approx(0.0).margin(0.1));
        CHECK(reads(Kind::digital) == Approx(-18.0).margin(0.1));
        CHECK(reads(Kind::peak) == Approx(-18.0).margin(0.05));
        CHECK(reads(Kind::true_peak) == Approx(-18.0).margin(0.15)); // falls during 10 ms
        CHECK(reads(Kind::rms) == Approx(-18.0).margin(0.05));
        CHECK(reads(Kind::k20) == Approx(2.0).margin(0.02));
        CHECK(reads(Kind::k14) == Approx(-4.0).margin(0.02));
        CHECK(reads(Kind::k12) == Approx(-6.0).margin(0.02));
        CHECK(reads(Kind::momentary, -1) == Approx(-18.0).margin(0.1)); // stereo 997 Hz: peak level
        CHECK(reads(Kind::integrated, -1) == Approx(-18.0).margin(0.1));
        CHECK(reads(Kind::correlation, -1) == Approx(1.0).margin(1e-6));
    }
}

TEST_CASE("rack: the BBC's marks are 4 dB apart and 6 is -10 dBFS") {
    const Meter& bbc = meter_of(Kind::ppm_bbc);
    CHECK(bbc.reading(Dbfs{-10.0}, default_alignment) == Approx(6.0));
    CHECK(bbc.reading(Dbfs{-30.0}, default_alignment) == Approx(1.0));
    CHECK(meter_of(Kind::ppm_din).reading(Dbfs{-9.0}, default_alignment) == Approx(0.0));
    CHECK(meter_of(Kind::vu).reading(Dbfs{-20.0}, Dbfs{-20.0}) == Approx(0.0));
}

TEST_CASE("rack: M6 of the same on both sides reads as each side, M3 3 dB more, S of it nothing") {
    const auto sides = [](double left_db, double right_db, MidSide mid_side) {
        Rack rack =
            ready(48000.0, 2,
                  {.kinds = {Kind::ppm_mid, Kind::ppm_side, Kind::ppm_bbc}, .mid_side = mid_side});
        const auto tone = [](double level_db) {
            return test::sine(997.0, test::linear(level_db), 96000, 48000.0);
        };
        const auto sound = test::planar({tone(left_db), tone(right_db)});
        rack.process(sound.view());
        (void)rack.take();
        const auto shown = rack.take();
        return std::array{value(shown, Kind::ppm_mid, -1).value(),
                          value(shown, Kind::ppm_side, -1).value(),
                          value(shown, Kind::ppm_bbc, 0).value()};
    };
    const auto m6 = sides(-18.0, -18.0, MidSide::m6);
    CHECK(m6[0] == Approx(4.0).margin(0.025));
    CHECK(m6[0] == Approx(m6[2]).margin(1e-6));
    CHECK(std::isinf(m6[1]));
    CHECK(sides(-18.0, -18.0, MidSide::m3)[0] == Approx(4.75).margin(0.03)); // 3.01 dB of 4 a mark
    const auto left_only = sides(-10.0, -300.0, MidSide::m6); // 6 dB under it on both
    CHECK(left_only[0] == Approx(6.0 - 6.02 / 4.0).margin(0.03));
    CHECK(left_only[1] == Approx(left_only[0]).margin(1e-4));
    CHECK_FALSE(ready(48000.0, 1, {.kinds = {Kind::ppm_mid}}).take()[0].value.has_value());
}

TEST_CASE("rack: every mark of every scale lies where its standard has it") {
    struct Row {
        Kind kind;
        double sine_dbfs; ///< at an alignment of -18 dBFS = 0 dBu
        double mark;
    };

    // BBC: 1 to 7, 4 dB apart. EBU: TEST at 0 dBu, +9 PML. DIN: -9 at -3 dBu by its own line-up, in
    // EBU practice at the alignment level; 0 9 dB above. Nordic: TEST 0 dBu, +9. K: 0 dBFS at the
    // top.
    const Row rows[] = {{Kind::ppm_bbc, -30.0, 1.0},   {Kind::ppm_bbc, -26.0, 2.0},
                        {Kind::ppm_bbc, -22.0, 3.0},   {Kind::ppm_bbc, -18.0, 4.0},
                        {Kind::ppm_bbc, -14.0, 5.0},   {Kind::ppm_bbc, -10.0, 6.0},
                        {Kind::ppm_bbc, -6.0, 7.0},    {Kind::ppm_ebu, -30.0, -12.0},
                        {Kind::ppm_ebu, -9.0, 9.0},    {Kind::ppm_ebu, -6.0, 12.0},
                        {Kind::ppm_din, -18.0, -9.0},  {Kind::ppm_din, -9.0, 0.0},
                        {Kind::ppm_din, -4.0, 5.0},    {Kind::ppm_nordic, -18.0, 0.0},
                        {Kind::ppm_nordic, -9.0, 9.0}, {Kind::ppm_nordic, -54.0, -36.0},
                        {Kind::k20, -20.0, 0.0},       {Kind::k20, 0.0, 20.0},
                        {Kind::k14, -14.0, 0.0},       {Kind::k12, -12.0, 0.0},
                        {Kind::vu, -15.0, 3.0},        {Kind::digital, -60.0, -60.0}};
    for (const Row& row : rows) {
        const Meter& meter = meter_of(row.kind);
        CAPTURE(meter.name, row.sine_dbfs);
        CHECK(meter.reading(Dbfs{row.sine_dbfs}, default_alignment) == Approx(row.mark));
        CHECK(row.mark >= meter.bottom);
        CHECK(row.mark <= meter.top);
    }
}

TEST_CASE("vu: its arc is linear in voltage, 0 VU at 71 %") {
    const Meter& vu = meter_of(Kind::vu);
    CHECK(vu.place(3.0) == Approx(1.0));
    constexpr double arc[][2] = {{-20.0, 0.0708}, {-10.0, 0.2239}, {-7.0, 0.3162}, {-5.0, 0.3981},
                                 {-3.0, 0.5012},  {-2.0, 0.5623},  {-1.0, 0.6310}, {0.0, 0.7079},
                                 {1.0, 0.7943},   {2.0, 0.8913}};
    for (const auto& [mark, place] : arc) {
        CHECK(vu.place(mark) == Approx(place).margin(5e-5));
    }
}

TEST_CASE("k-system: green under 0, amber to +4, red above, 0 is 83 dB SPL, monitors -6 and -8") {
    for (const Kind kind : {Kind::k20, Kind::k14, Kind::k12}) {
        CHECK(meter_of(kind).colour(-0.1) == Colour::green);
        CHECK(meter_of(kind).colour(0.0) == Colour::amber);
        CHECK(meter_of(kind).colour(3.9) == Colour::amber);
        CHECK(meter_of(kind).colour(4.1) == Colour::red);
    }
    CHECK(sound_level(0.0) == DbSpl{83.0});
    CHECK(sound_level(-6.0, DbSpl{85.0}) == DbSpl{79.0});
    CHECK(monitor_gain(Kind::k20).db() == 0.0);
    CHECK(monitor_gain(Kind::k14).db() == -6.0);
    CHECK(monitor_gain(Kind::k12).db() == -8.0);
}

TEST_CASE("meters: named on a command line, each once, unknown ones refused with the list") {
    const auto chosen = meters_named("vu,ppm-bbc,vu");
    REQUIRE(chosen.ok());
    CHECK(*chosen == std::vector{Kind::vu, Kind::ppm_bbc});
    CHECK_FALSE(meters_named("").ok());
    const auto refused = meters_named("vu,ppm-nbc");
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().message().find("ppm-nordic") != std::string::npos);
    for (std::size_t i = 0; i < meters().size(); ++i) {
        CHECK(static_cast<std::size_t>(meters()[i].kind) == i);
    }
}

TEST_CASE("rack: every reading is the same however the stream is cut, to the bit") {
    rc::prop("cut anywhere", [] {
        const int channels = *rc::gen::inRange(1, 4);
        const double rate_hz = *rc::gen::element(8000.0, 44100.0, 48000.0, 96000.0);
        std::vector<std::vector<float>> parts;
        for (int c = 0; c < channels; ++c) {
            parts.push_back(test::programme(
                9000, test::Seed{static_cast<std::uint64_t>(*rc::gen::inRange(1, 1000000))}));
        }
        const auto sound = test::planar(parts);
        Rack whole = ready(rate_hz, channels);
        whole.process(sound.view());
        whole.finish();
        Rack cut = ready(rate_hz, channels);
        for (std::size_t at = 0; at < sound.frames();) {
            const auto frames = std::min<std::size_t>(
                static_cast<std::size_t>(*rc::gen::inRange(0, 1500)), sound.frames() - at);
            cut.process(sound.view().slice(at, frames));
            at += frames;
            if (frames == 0) { // rc may like it so much that this takes for ever
                cut.process(sound.view().slice(at, 1));
                ++at;
            }
        }
        cut.finish();
        RC_ASSERT(values(cut.take()) == values(whole.take()));
    });
}

TEST_CASE("rack: g dB more in is g dB more on every scale") {
    rc::prop("scaling", [] {
        const double gain_db = 0.01 * *rc::gen::inRange(-3000, 3000);
        const auto seed = static_cast<std::uint64_t>(*rc::gen::inRange(1, 1000000));
        const auto low = test::programme(24000, test::Seed{seed}, 0.1);
        auto high = low;
        for (float& sample : high) {
            sample = static_cast<float>(static_cast<double>(sample) * test::linear(gain_db));
        }
        const auto read = [](const std::vector<float>& signal) {
            Rack rack = ready(48000.0, 2);
            const auto sound = test::planar(signal, 2);
            rack.process(sound.view());
            const auto shown = rack.take();
            return std::vector<Shown>(shown.begin(), shown.end());
        };
        const auto quiet = read(low);
        const auto loud = read(high);
        for (std::size_t i = 0; i < quiet.size(); ++i) {
            if (quiet[i].kind == Kind::correlation || quiet[i].kind == Kind::integrated) {
                continue; // the one has no level, the other an absolute gate
            }
            RC_ASSERT(quiet[i].value.has_value() == loud[i].value.has_value());
            if (quiet[i].value && std::isinf(*quiet[i].value)) { // S of the same on both sides
                RC_ASSERT(*loud[i].value == *quiet[i].value);
            } else if (quiet[i].value) {
                const double moved_db =
                    (*loud[i].value - *quiet[i].value) / meter_of(quiet[i].kind).a_db;
                RC_ASSERT(std::abs(moved_db - gain_db) < 1e-3); // float rounding of the samples
            }
        }
    });
}

TEST_CASE("rack: reset is as new, silence is -inf, no frames and one frame are taken") {
    for (const double rate_hz : {8000.0, 44100.0, 768000.0}) {
        for (const int channels : {1, 2, 64}) {
            CAPTURE(rate_hz, channels);
            Rack rack = ready(rate_hz, channels);
            const auto noise = test::planar(test::white_noise(10000, test::Seed{3}), channels);
            rack.process(noise.view().first(0));
            rack.process(noise.view().first(1));
            rack.process(noise.view());
            rack.reset();
            const auto nothing = values(rack.take());
            CHECK(nothing == values(ready(rate_hz, channels).take()));
            CHECK(value(rack.take(), Kind::vu, 0).value() ==
                  -std::numeric_limits<double>::infinity());
            CHECK_FALSE(value(rack.take(), Kind::momentary, -1).has_value());
            CHECK_FALSE(value(rack.take(), Kind::correlation, -1).has_value());
        }
    }
}

TEST_CASE("rack: NaN and infinity are counted, and every reading stays a number") {
    auto signal = test::white_noise(48000, test::Seed{4}, 0.5);
    signal[100] = std::numeric_limits<float>::quiet_NaN();
    signal[20000] = std::numeric_limits<float>::infinity();
    Rack rack = ready(48000.0, 2);
    const auto sound = test::planar(signal, 2);
    rack.process(sound.view());
    CHECK(rack.non_finite_samples() == 4);
    for (const Shown& shown : rack.take()) {
        if (shown.value) {
            CHECK_FALSE(std::isnan(*shown.value));
            CHECK((std::isfinite(*shown.value) || shown.kind == Kind::ppm_side)); // both the same
            CHECK(*shown.value < 20.0); // K-20 reads 20 at full scale
        }
    }
}

TEST_CASE("rack: loudness is the bridge's: the highest of all takes is its maximum") {
    const auto sound = test::planar(test::programme(480000, test::Seed{5}, 0.5), 2);
    Rack rack = ready(48000.0, 2, {.kinds = {Kind::momentary, Kind::short_term, Kind::integrated}});
    meter::Bridge bridge;
    bridge.prepare({});
    bridge.process(sound.view());
    double momentary = -1000.0;
    double short_term = -1000.0;
    double last = 0.0;
    for (std::size_t at = 0; at < sound.frames(); at += 1600) { // thirty a second
        rack.process(sound.view().slice(at, 1600));
        const auto shown = rack.take();
        momentary = std::max(momentary, shown[0].value.value_or(-1000.0));
        short_term = std::max(short_term, shown[1].value.value_or(-1000.0));
        last = shown[2].value.value();
    }
    const auto measured = bridge.measurement();
    CHECK(momentary == measured[meter::max_momentary].db());
    CHECK(short_term == measured[meter::max_short_term].db());
    CHECK(last == measured[meter::integrated].db());
}

TEST_CASE("rack: a marker stays for its time, then comes down to the reading") {
    Rack rack = ready(48000.0, 1, {.kinds = {Kind::digital}}); // IEC 60268-18: 1.0 s +/- 0.5
    const auto click = test::planar(std::vector<float>{0.5f}, 1);
    const auto silence = test::planar(std::vector<float>(4799), 1);
    double held_s = 0.0;
    rack.process(click.view());
    for (int i = 0; i < 30; ++i) {
        rack.process(silence.view());
        rack.process(click.view().first(0));
        const Shown shown = rack.take()[0];
        held_s += shown.marker.value() > -6.1 ? 0.1 : 0.0;
    }
    CHECK(held_s == Approx(1.0).margin(0.15));
}
