// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "support/instruments.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"
#include "take/session.h"

#include <deque>

using namespace gainstage;
using namespace gainstage::test;
using take::SessionCheck;
using take::Take;

namespace {

/// Files of a session, inspected and compared.
class Room {
public:
    void add(const std::string& name, const std::vector<std::vector<float>>& channels) {
        const auto path = folder_.path() / (name + ".wav");
        write_stem(path, planar(channels), 48000.0, audio::io::SampleFormat::int24);
        auto take = take::inspect(path, verdict::Targets::built_in(), verdict::Rules::built_in());
        REQUIRE(take);
        takes_.push_back(std::move(*take));
    }

    SessionCheck check(bool runs = false) const {
        std::vector<const Take*> takes;
        for (const Take& take : takes_) {
            takes.push_back(&take);
        }
        auto check = take::check_session(takes, runs, verdict::Targets::built_in(),
                                         verdict::Rules::built_in());
        REQUIRE(check);
        for (const auto& finding : check->findings) {
            CAPTURE(finding.evidence, finding.action);
            CHECK((finding.evidence + finding.action).find("not measured") == std::string::npos);
        }
        return std::move(*check);
    }

private:
    TemporaryFolder folder_;
    std::deque<Take> takes_;
};

std::string codes(const SessionCheck& check) {
    std::string all;
    for (const auto& finding : check.findings) {
        all += finding.code + " ";
    }
    return all;
}

std::vector<float> one_source(std::uint64_t seed = 1) {
    return programme(20 * 48000, Seed{seed}, 0.4);
}

std::vector<float>
mic(const std::vector<float>& x, std::size_t delay, double gain, std::uint64_t seed) {
    std::vector<float> out(x.size());
    for (std::size_t n = delay; n < x.size(); ++n) {
        out[n] = static_cast<float>(gain) * x[n - delay];
    }
    return recorded(std::move(out), 0.0, -80.0, Seed{seed});
}

} // namespace

TEST_CASE("session: a second mic 1.5 ms away, with its polarity swapped or not") {
    Room room;
    room.add("near", {mic(one_source(), 0, 1.0, 1)});
    room.add("far", {mic(one_source(), 72, -0.6, 2)});
    const SessionCheck check = room.check();
    CHECK(codes(check) == "take.polarity-swapped take.time-offset ");
    REQUIRE(check.pairs.size() == 1);
    CHECK(1e3 * check.pairs[0].relation.delay.value() == Approx(1.5).margin(0.01));
    CHECK(check.findings[1].evidence.find(
              "far.wav hears the source 1.50 ms after near.wav: 51 cm") != std::string::npos);
    Room right;
    right.add("near", {mic(one_source(), 0, 1.0, 1)});
    right.add("far", {mic(one_source(), 72, 0.6, 2)});
    CHECK(codes(right.check()) == "take.time-offset ");
}

TEST_CASE("session: -10 dBV where +4 dBu was meant, left and right of a file") {
    Room room;
    room.add("keys", {mic(one_source(), 0, 0.8, 1), mic(one_source(), 0, 0.8 * linear(-11.8), 2)});
    CHECK(codes(room.check()) == "take.nominal-level ");
    Room other;
    other.add("keys", {mic(one_source(), 0, 0.8, 1), mic(one_source(), 0, 0.8 * linear(-6.0), 2)});
    CHECK(codes(other.check()).empty());
}

TEST_CASE("session: one signal in two files, and two recorders started a while apart") {
    Room room;
    const std::vector<float> x = mic(one_source(), 0, 0.8, 1);
    room.add("a", {x});
    room.add("b", {x});
    CHECK(codes(room.check()) == "take.identical-files ");
    Room late;
    late.add("a", {mic(one_source(), 0, 0.8, 1)});
    late.add("b", {mic(one_source(), 9600, 0.8, 2)});
    CHECK(codes(late.check()) == "take.start-offset ");
}

TEST_CASE("session: two recorders whose clocks are 100 ppm apart") {
    const std::vector<float> x = one_source();
    std::vector<float> slow(x.size() - 200);
    for (std::size_t n = 0; n < slow.size(); ++n) {
        const double at = static_cast<double>(n) * (1.0 - 100e-6);
        const auto k = static_cast<std::size_t>(at);
        const auto t = static_cast<float>(at - static_cast<double>(k));
        slow[n] = (1.0f - t) * x[k] + t * x[k + 1];
    }
    Room room;
    room.add("first", {recorded(x, 0.0, -90.0, Seed{1})});
    room.add("second", {recorded(slow, 0.0, -90.0, Seed{2})});
    const SessionCheck check = room.check();
    CAPTURE(codes(check));
    REQUIRE(check.pairs.size() == 1);
    REQUIRE(check.pairs[0].relation.drift_ppm);
    CHECK(*check.pairs[0].relation.drift_ppm == Approx(100.0).margin(5.0));
    CHECK(codes(check).find("take.clock-drift") != std::string::npos);
}

TEST_CASE("session: stems of different instruments have nothing between them") {
    Room room;
    for (const Instrument instrument : instruments) {
        room.add(name(instrument),
                 {recorded(phrase(instrument, Seed{4}, 15.0), -9.0, -92.0, Seed{4})});
    }
    room.add("short", {std::vector<float>(4800, 0.1f)});
    const SessionCheck check = room.check();
    CHECK(codes(check).empty());
    CHECK(check.pairs.empty());
    CHECK(codes(Room().check()).empty());
}

TEST_CASE("session: practice runs within 1 dB, and one 8 dB softer than the others") {
    const auto run = [](std::uint64_t seed, double peak_dbfs) {
        return std::vector<std::vector<float>>{
            recorded(phrase(Instrument::voice, Seed{seed}, 12.0), peak_dbfs, -92.0, Seed{seed})};
    };
    Room alike;
    alike.add("one", run(1, -10.0));
    alike.add("two", run(2, -11.0));
    alike.add("three", run(3, -10.5));
    const SessionCheck check = alike.check(true);
    CHECK(codes(check) == "take.runs-alike ");
    REQUIRE(check.runs);
    CHECK(check.runs->spread.db() == Approx(0.5).margin(0.01));
    CHECK(codes(alike.check(false)).empty());
    Room one_off;
    one_off.add("one", run(1, -10.0));
    one_off.add("two", run(2, -18.5));
    one_off.add("three", run(3, -10.5));
    const SessionCheck off = one_off.check(true);
    CHECK(codes(off) == "take.run-differs ");
    REQUIRE(off.runs->differs);
    CHECK(*off.runs->differs == 1);
}
