// SPDX-License-Identifier: MIT
// The published cases (src/conformance/cases.h), all of them at every rate; that a wrong meter
// would fail them; the page made from them; and the EBU's files, told by their names.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "audio/buffer.h"
#include "audio/io/sink.h"
#include "conformance/document.h"
#include "support/temporary_folder.h"

#include <atomic>
#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>

using namespace gainstage;
using namespace gainstage::conformance;

namespace {

std::optional<double> number_in(const std::string& word) {
    std::size_t used = 0;
    try {
        const double value = std::stod(word, &used);
        return used == word.size() ? std::optional(value) : std::nullopt;
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

/// The first word that differs; numbers may by 0.002, since the last digit is the machine's.
std::string difference_between(const std::string& page, const std::string& now) {
    std::istringstream left(page);
    std::istringstream right(now);
    for (;;) {
        std::string a;
        std::string b;
        left >> a;
        right >> b;
        if (a.empty() && b.empty()) {
            return "";
        }
        const auto x = number_in(a);
        const auto y = number_in(b);
        if (a != b && !(x && y && std::abs(*x - *y) < 0.0021)) {
            return "'" + a + "' in the page, '" + b + "' now";
        }
    }
}

Case named(const std::string& document, const std::string& number, double rate_hz = 48000.0) {
    for (Case& one : cases(Hertz{rate_hz})) {
        if (one.document == document && one.number == number) {
            return std::move(one);
        }
    }
    FAIL("no case " << document << ' ' << number);
    return {};
}

/// `one` with its signals louder.
Case louder(Case one, float gain) {
    for (Signal& signal : one.signals) {
        signal.fill = [fill = signal.fill, gain](std::uint64_t first, audio::AudioView to) {
            fill(first, to);
            for (int c = 0; c < to.channels(); ++c) {
                for (float& x : to.channel(c)) {
                    x *= gain;
                }
            }
        };
    }
    return one;
}

bool all_pass(const std::vector<Outcome>& outcomes) {
    return !outcomes.empty() && std::ranges::all_of(outcomes, &Outcome::passes);
}

void write(const std::filesystem::path& path, const Signal& signal) {
    audio::AudioBuffer buffer(signal.layout.channels(), signal.frames);
    signal.fill(0, buffer.view());
    auto sink = audio::io::create(path, {.sample = audio::io::SampleFormat::int24,
                                         .sample_rate = signal.sample_rate,
                                         .layout = signal.layout});
    REQUIRE(sink);
    REQUIRE((*sink)->write(buffer.view()));
    REQUIRE((*sink)->commit());
}

} // namespace

TEST_CASE("conformance: every case at 44.1, 48, 96 and 192 kHz, and the page says so",
          "[repeats]") {
    const auto all = run_all(all_cases());
    REQUIRE(all);
    const std::vector<Outcome>& outcomes = *all;
    for (const Outcome& outcome : outcomes) {
        INFO(outcome.document << ", " << outcome.number << " (" << outcome.signal << ") at "
                              << outcome.sample_rate.value()
                              << " Hz: " << outcome.expectation.reading->key << " is "
                              << outcome.measured << ", ideally " << outcome.expectation.ideal);
        CHECK(outcome.passes());
    }
    std::ifstream file(GAINSTAGE_CONFORMANCE_PAGE);
    const std::string page{std::istreambuf_iterator<char>(file), {}};
    INFO("gainstage conformance --markdown > docs/reference/conformance.md");
    CHECK(difference_between(page, to_markdown(outcomes)) == "");
}

TEST_CASE("conformance: the list has every case of the documents") {
    const auto list = cases(Hertz{48000.0});
    const auto count = [&](const std::string& document, const std::string& number) {
        return std::ranges::count_if(list, [&](const Case& one) {
            return one.document == document && one.number == number;
        });
    };
    for (int i = 1; i <= 23; ++i) {
        CHECK(count("EBU Tech 3341", "case " + std::to_string(i)) == 1);
    }
    for (int i = 1; i <= 6; ++i) {
        CHECK(count("EBU Tech 3342", "case " + std::to_string(i)) == 1);
    }
    for (int i = 1; i <= 8; ++i) {
        CHECK(std::ranges::any_of(list, [i](const Case& one) {
            return one.number.starts_with("X" + std::to_string(i) + " ");
        }));
    }
    CHECK(run(named("EBU Tech 3341", "case 7")).empty()); // a recording
}

TEST_CASE("conformance: a meter that is 0.02 LU off fails where the ideal is known, and one 0.2 LU "
          "off everywhere") {
    for (const char* number : {"case 1", "case 5", "case 9", "case 14"}) {
        INFO(number);
        CHECK(all_pass(run(named("EBU Tech 3341", number))));
        CHECK_FALSE(all_pass(run(louder(named("EBU Tech 3341", number), 1.0024f))));
        CHECK_FALSE(all_pass(run(louder(named("EBU Tech 3341", number), 0.977f))));
    }
    CHECK_FALSE(all_pass(run(louder(named("EBU Tech 3341", "case 17"), 1.0024f))));
    Outcome silent = run(named("Discriminating", "X3 overlap")).front();
    silent.measured = -std::numeric_limits<double>::infinity();
    CHECK_FALSE(silent.passes());
    silent.measured = std::numeric_limits<double>::quiet_NaN();
    CHECK_FALSE(silent.passes());
}

TEST_CASE("conformance: the EBU's files are told by their names, wrong ones fail, strangers are "
          "left alone") {
    const test::TemporaryFolder folder;
    const auto expect_files = [&](std::size_t files, std::size_t failing) {
        const auto outcomes = run_files(folder.path());
        REQUIRE(outcomes);
        CHECK(outcomes->size() == files);
        CHECK(std::ranges::count_if(*outcomes, [](const Outcome& one) { return !one.passes(); }) ==
              static_cast<std::ptrdiff_t>(failing));
    };
    const auto nothing_there = run_files(folder.path());
    REQUIRE_FALSE(nothing_there);
    CHECK(nothing_there.error().kind == ErrorKind::unreadable);

    write(folder.path() / "seq-3341-13-3-24bit.wav.wav",
          named("EBU Tech 3341", "case 13").signals[2]);
    write(folder.path() / "SEQ-3341-20-24bit.wav", named("EBU Tech 3341", "case 20").signals[0]);
    write(folder.path() / "seq-3341-14-24bit.wav.wav",
          named("EBU Tech 3341", "case 14").signals[0]);
    write(folder.path() / "somebody's song.wav", named("EBU Tech 3341", "case 9").signals[0]);
    expect_files(3, 0);
    // steady at -33, under the name of a file that is steady at -23
    write(folder.path() / "seq-3341-12-24bit.wav",
          louder(named("EBU Tech 3341", "case 12"), 0.3f).signals[0]);
    expect_files(4, 1);
    // and a name with two documents' cases
    write(folder.path() / "seq-3341-7_seq-3342-5-24bit.wav",
          named("EBU Tech 3341", "case 12").signals[0]);
    expect_files(6, 2); // its loudness is right, its range isn't
    // a file that is none fails in its three expectations, and all others are measured
    std::ofstream(folder.path() / "seq-3341-1-16bit.wav") << "no audio";
    expect_files(9, 5);
    const auto outcomes = run_files(folder.path());
    REQUIRE(outcomes->front().failure);
    CHECK(outcomes->front().failure->where == (folder.path() / "seq-3341-1-16bit.wav").string());
    CHECK(nlohmann::json::parse(to_json(*outcomes))["cases"][0]["error"].get<std::string>().find(
              "holds no sound") != std::string::npos);
    const std::atomic<bool> stop{true};
    CHECK(run_files(folder.path(), {.stop = &stop}).error().kind == ErrorKind::interrupted);
}

TEST_CASE("conformance: a case that breaks down fails alone, and a stop is heard") {
    std::vector<Case> list = {named("EBU Tech 3341", "case 15"), named("EBU Tech 3341", "case 16"),
                              named("EBU Tech 3341", "case 17")};
    list[1].signals.front().fill = [](std::uint64_t, audio::AudioView) {
        throw std::runtime_error("no such signal");
    };
    std::size_t heard = 0;
    const auto outcomes =
        run_all(list, 1, {.progress = [&](std::size_t cases) { heard += cases; }});
    REQUIRE(outcomes);
    REQUIRE(outcomes->size() == 3);
    CHECK(heard == 3);
    CHECK((*outcomes)[0].passes());
    CHECK_FALSE((*outcomes)[1].passes());
    REQUIRE((*outcomes)[1].failure);
    CHECK((*outcomes)[1].failure->what.find("no such signal") != std::string::npos);
    CHECK((*outcomes)[2].passes());
    const std::atomic<bool> stop{true};
    const auto stopped = run_all(list, 2, {.stop = &stop});
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().kind == ErrorKind::interrupted);
}

TEST_CASE("conformance: the JSON document counts what passes, and has null for silence") {
    auto outcomes = run(named("ITU-R BS.2217", "channel check LFE"));
    std::ranges::move(run(louder(named("EBU Tech 3341", "case 15"), 2.0f)),
                      std::back_inserter(outcomes));
    const auto document = nlohmann::json::parse(to_json(outcomes));
    CHECK(document["schema"]["name"] == "gainstage.conformance");
    CHECK(document["passed"] == 1);
    CHECK(document["failed"] == 1);
    CHECK(document["cases"][0]["expected"].is_null());
    CHECK(document["cases"][0]["measured"].is_null());
    CHECK(document["cases"][0]["pass"] == true);
    CHECK(document["cases"][1]["reading"] == "true_peak_dbtp");
    CHECK(document["cases"][1]["measured"].get<double>() == Approx(0.0).margin(0.03));
    CHECK(document["cases"][1]["tolerance_below"] == 0.4);
    CHECK(document["cases"][1]["pass"] == false);
}
