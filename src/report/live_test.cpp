// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "report/live.h"

#include <limits>

using namespace gainstage;
using ballistics::Kind;
using report::ScreenView;

namespace {

live::Picture picture_of(int channels, std::initializer_list<Kind> kinds) {
    live::Picture picture;
    picture.time = Seconds{12.0};
    for (const Kind kind : kinds) {
        if (!ballistics::meter_of(kind).per_channel) {
            picture.shown.push_back({kind, -1, -23.0, {}});
            continue;
        }
        for (int c = 0; c < channels; ++c) {
            picture.shown.push_back({kind, c, -10.0 - c, -6.0});
        }
    }
    picture.peak_dbfs.assign(static_cast<std::size_t>(channels), -20.0);
    picture.lamps.resize(static_cast<std::size_t>(channels));
    picture.cut_off.resize(static_cast<std::size_t>(channels));
    picture.advice.resize(static_cast<std::size_t>(channels));
    return picture;
}

take::GainPlan plan_of(double change_db) {
    take::GainPlan plan;
    plan.prediction = {Dbfs{-5.0}, Dbfs{-8.0}, Dbfs{-2.0}, Seconds{30.0}, Seconds{240.0}};
    plan.change = Gain::from_db(change_db);
    plan.clip_odds_before = 0.31;
    plan.clip_odds_after = 0.006;
    return plan;
}

report::LiveFacts facts_of(int channels) {
    report::LiveFacts facts;
    facts.device = "JACK";
    facts.channels = channels;
    return facts;
}

/// Columns that a terminal shows: without ANSI codes, a character however many bytes it has.
int columns(const std::string& line) {
    int count = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\033') {
            i = line.find('m', i);
        } else if ((static_cast<unsigned char>(line[i]) & 0xC0u) != 0x80u) {
            ++count;
        }
    }
    return count;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) {
        text += line + "\n";
    }
    return text;
}

} // namespace

TEST_CASE("live screen: fits every size, and keeps the time, the keys and the meters to the last") {
    for (const int channels : {1, 2, 8, 32, 64}) {
        auto picture = picture_of(channels, {Kind::digital, Kind::vu, Kind::momentary});
        picture.lamps[0] = {3, Seconds{3.2}, Seconds{9.0}};
        picture.glitches.dropouts = {12, Seconds{11.0}};
        picture.cut_off.back() = {7, Seconds{5.0}, Dbfs{-9.0}, Gain::from_db(3.0)};
        picture.cut_off_action = "Turn down by 7.0 dB or more in front of it. If not, repair it.";
        picture.advice.back().plan = plan_of(-4.0);
        for (const int width : {1, 20, 40, 80, 200}) {
            for (const int height : {1, 2, 3, 5, 10, 24, 100}) {
                for (const bool chooses : {false, true}) {
                    CAPTURE(channels, width, height, chooses);
                    ScreenView view{.height = height, .chooses = chooses};
                    const auto lines = live_screen(picture, facts_of(channels), view,
                                                   {.width = width, .colour = true});
                    CHECK(lines.size() <= static_cast<std::size_t>(height));
                    for (const std::string& line : lines) {
                        if (width >= 34) { // label and figure; less shows what it can
                            CHECK(columns(line) <= width);
                        }
                    }
                    CHECK((lines.front().find("0:12.0") != std::string::npos || width < 6));
                }
            }
        }
    }
}

TEST_CASE("live screen: too many meters are rolled, lamps and advice stay") {
    auto picture = picture_of(32, {Kind::digital, Kind::vu});
    picture.lamps[6] = {4, Seconds{3.2}, Seconds{9.0}};
    for (std::size_t c = 0; c < 32; ++c) {
        picture.advice[c].plan = plan_of(c == 4 ? -6.0 : 0.0);
    }
    picture.advice[31].plan.reset();
    ScreenView view{.height = 24};
    auto text = joined(live_screen(picture, facts_of(32), view, {.width = 80}));
    CHECK(text.find("Digital 1 ") != std::string::npos);
    CHECK(text.find("VU 32") == std::string::npos);
    CHECK(text.find("CLIP           input 7 clipped at 0:03.2, 4 times") != std::string::npos);
    CHECK(text.find("turn down 6 dB input 5") != std::string::npos);
    CHECK(text.find("keep playing   input 32") != std::string::npos);
    CHECK(text.find(" of 64: arrows") != std::string::npos);
    view.first_row = 1000; // beyond the end: the last ones
    text = joined(live_screen(picture, facts_of(32), view, {.width = 80}));
    CHECK(text.find("VU 32") != std::string::npos);
    CHECK(view.first_row < 64);
}

TEST_CASE("live screen: where the preamp is known, the advice says what to set it to") {
    auto picture = picture_of(1, {Kind::digital});
    picture.advice[0].plan = plan_of(-4.0);
    CHECK(
        report::live_advice(picture.advice[0]).starts_with("turn the preamp down 4 dB: the take"));
    picture.advice[0].setting_words = "its gain at 32 dB, its pad left out";
    CHECK(report::live_advice(picture.advice[0])
              .starts_with("turn the preamp down 4 dB (its gain at 32 dB, its pad left out): "));
}

TEST_CASE(
    "live screen: colours only where they are wished, and silence and no reading have words") {
    auto picture = picture_of(1, {Kind::digital, Kind::correlation});
    picture.shown[0].value = -std::numeric_limits<double>::infinity();
    picture.shown[1].value.reset();
    picture.lamps[0] = {1, Seconds{3.2}, Seconds{3.2}};
    ScreenView view;
    const auto plain = joined(live_screen(picture, facts_of(1), view, {.width = 80}));
    CHECK(plain.find('\033') == std::string::npos); // NO_COLOR: app/console asks for it
    CHECK(plain.find("silence") != std::string::npos);
    CHECK(joined(live_screen(picture, facts_of(1), view, {.width = 80, .colour = true}))
              .find("\033[") != std::string::npos);
    const auto ascii =
        joined(live_screen(picture, facts_of(1), view, {.width = 80, .unicode = false}));
    CHECK(std::ranges::all_of(ascii, [](char c) { return static_cast<unsigned char>(c) < 128; }));
}

TEST_CASE("live screen: a K-System meter says how loud it is in the room, where that is known") {
    auto picture = picture_of(1, {Kind::k14});
    picture.shown[0].value = -4.0;
    ScreenView view{.k_zero = DbSpl{83.0}};
    CHECK(joined(live_screen(picture, facts_of(1), view, {.width = 80})).find("79SPL") !=
          std::string::npos);
    view.k_zero.reset();
    CHECK(joined(live_screen(picture, facts_of(1), view, {.width = 80})).find("SPL") ==
          std::string::npos);
}

TEST_CASE("live screen: the list of meters has a letter for each, ticks, and the way back") {
    const auto picture = picture_of(2, {Kind::vu});
    ScreenView view{.chooses = true};
    const auto lines = live_screen(picture, facts_of(2), view, {.width = 100});
    const auto text = joined(lines);
    for (const ballistics::Meter& meter : ballistics::meters()) {
        CHECK(text.find(std::string(meter.label)) != std::string::npos);
    }
    CHECK(text.find("e [x] VU") != std::string::npos);
    CHECK(text.find("a [ ] Peak") != std::string::npos);
    CHECK(report::meter_of_key('e') == Kind::vu);
    CHECK_FALSE(report::meter_of_key('z').has_value());
    CHECK_FALSE(report::meter_of_key('\r').has_value());
}

TEST_CASE(
    "speaker: says what is loud, each clip once, and the advice when there is one or it moves") {
    report::Speaker speaker(Dbfs{-6.0});
    auto picture = picture_of(2, {Kind::vu});
    CHECK_FALSE(speaker.line(picture).has_value());
    picture.peak_dbfs = {-4.25, -6.0};
    CHECK(speaker.line(picture) == "input 1 -4.2");
    picture.lamps[1].clips = 1;
    picture.peak_dbfs = {-20.0, 0.0};
    CHECK(speaker.line(picture) == "input 2 clipped");
    picture.peak_dbfs = {-20.0, -30.0};
    CHECK_FALSE(speaker.line(picture).has_value());
    picture.advice[0].plan = plan_of(-4.0);
    CHECK(speaker.line(picture) == "input 1 turn the preamp down 4 dB");
    CHECK_FALSE(speaker.line(picture).has_value());
    picture.advice[0].plan = plan_of(-4.6);
    CHECK_FALSE(speaker.line(picture).has_value());
    picture.advice[0].plan = plan_of(-5.2);
    CHECK(speaker.line(picture) == "input 1 turn the preamp down 5.2 dB");
}

TEST_CASE("live: what the interface fails at stands on screen and line, with what to do about it") {
    auto picture = picture_of(2, {Kind::vu});
    picture.advice[0].plan = plan_of(-4.0);
    ScreenView roomy{.height = 24};
    CHECK(joined(live_screen(picture, facts_of(2), roomy, {.width = 80})).find("GLITCHES") ==
          std::string::npos);
    picture.glitches.dropouts = {3, Seconds{9.5}};
    picture.glitches.clicks = {1, Seconds{4.0}};
    picture.lamps = {{3, Seconds{3.2}, Seconds{9.0}}, {1, Seconds{11.0}, Seconds{11.0}}};
    const std::string seen = "3 dropouts, last at 0:09.5; 1 click at 0:04.0";
    const auto text = joined(live_screen(picture, facts_of(2), roomy, {.width = 80}));
    CHECK(text.find("GLITCHES       " + seen + ": give the") != std::string::npos);
    CHECK(text.find("larger buffer") != std::string::npos);
    ScreenView small{.height = 7}; // the advice on the gain is more than that on the buffer
    const auto short_text = joined(live_screen(picture, facts_of(2), small, {.width = 80}));
    CHECK(short_text.find("GLITCHES       " + seen + "\n") != std::string::npos);
    CHECK(short_text.find("CLIP           1 at 0:03.2, 2 at 0:11.0\n") != std::string::npos);
    CHECK(short_text.find("Input 1        turn the preamp down 4 dB") != std::string::npos);
    CHECK(report::live_line(picture).find("; " + seen + ": give the interface a larger buffer") !=
          std::string::npos);
    picture.glitches.dropouts = {};
    CHECK(report::live_line(picture).find("; 1 click at 0:04.0: listen there") !=
          std::string::npos);
}

namespace {

live::Picture cut_off_picture() {
    auto picture = picture_of(3, {Kind::digital});
    picture.cut_off[1] = {212, Seconds{3.2}, Dbfs{-9.04}, Gain::from_db(3.1)};
    picture.cut_off_action = "Turn down by 7.0 dB in front of the stage that clips: turning down "
                             "behind it doesn't help. If that can't be, repair it.";
    picture.advice[1].plan = plan_of(-7.0);
    picture.advice[1].is_cut_off = true;
    return picture;
}

} // namespace

TEST_CASE("live: an input that clips before the converter is told with its time, level and depth, "
          "and isn't told to turn its preamp down") {
    auto picture = cut_off_picture();
    const std::string seen =
        "input 2 is cut off before the converter, at -9.0 dBFS since 0:03.2, by 3 dB or so";
    const std::string action = ": turn down by 7.0 dB in front of the stage that clips: turning "
                               "down behind it doesn't help";
    ScreenView roomy{.height = 24};
    const auto text = joined(live_screen(picture, facts_of(3), roomy, {.width = 250}));
    CHECK(text.find("CLIP BEFORE    " + seen + action + "\n") != std::string::npos);
    CHECK(text.find("Input 2        turn down in front of the stage that clips") !=
          std::string::npos);
    CHECK(text.find("turn the preamp down") == std::string::npos);
    ScreenView small{.height = 7};
    const auto brief = joined(live_screen(picture, facts_of(3), small, {.width = 80}));
    CHECK(brief.find("CLIP BEFORE    2 since 0:03.2\n") != std::string::npos);
    const auto line = report::live_line(picture);
    CHECK(line.find("; " + seen + action) != std::string::npos);
    CHECK(line.find("input 2: ") == std::string::npos);
    picture.cut_off[1] = {};
    CHECK(report::live_line(picture).find("before the converter") == std::string::npos);
    CHECK(joined(live_screen(picture, facts_of(3), roomy, {.width = 250})).find("CLIP BEFORE") ==
          std::string::npos);
}

TEST_CASE("live screen: of many inputs, those that clip before the converter stand apart") {
    auto picture = picture_of(12, {Kind::digital});
    for (std::size_t c = 0; c < 12; ++c) {
        picture.advice[c].plan = plan_of(-7.0);
    }
    picture.advice[4].is_cut_off = true;
    picture.cut_off[4] = {2, Seconds{61.0}, Dbfs{-12.0}, Gain{}};
    picture.cut_off_action = "Turn down.";
    ScreenView view;
    const auto text = joined(live_screen(picture, facts_of(12), view, {.width = 120}));
    CHECK(text.find("CLIP BEFORE    input 5 is cut off before the converter, at -12.0 dBFS since "
                    "1:01.0: turn down\n") != std::string::npos);
    CHECK(text.find("see CLIP BEFORE input 5\n") != std::string::npos);
    CHECK(text.find("turn down 7 dB inputs 1, 2, 3, 4, 6,") != std::string::npos);
}

TEST_CASE("live: the summary says which inputs clip before the converter") {
    const auto picture = cut_off_picture();
    const auto json = report::listen_json({}, picture, facts_of(3));
    CHECK(json.find("\"cut_off_peaks\": 212") != std::string::npos);
    CHECK(json.find("\"first_cut_off_s\": 3.2") != std::string::npos);
    CHECK(json.find("\"cut_off_level_dbfs\": -9.04") != std::string::npos);
    CHECK(json.find("\"cut_off_depth_db\": 3.1") != std::string::npos);
    CHECK(json.find("\"cut_off_level_dbfs\": null") != std::string::npos); // the others
    const auto text = report::listen_text({}, picture, facts_of(3), {.width = 120});
    CHECK(text.find("turn down before it") != std::string::npos);
    CHECK(text.find("Input 2: turn down in front of the stage") != std::string::npos);
}

TEST_CASE("speaker: an input that clips before the converter is said once, with what to do") {
    report::Speaker speaker(Dbfs{-6.0});
    auto picture = cut_off_picture();
    const auto said = speaker.line(picture);
    REQUIRE(said);
    CHECK(*said == "input 2 is cut off before the converter, at -9.0 dBFS since 0:03.2, by 3 dB or "
                   "so: turn down by 7.0 dB "
                   "in front of the stage that clips: turning down behind it doesn't help");
    picture.cut_off[1].peaks = 300; // more of it
    CHECK_FALSE(speaker.line(picture).has_value());
    picture.cut_off[0] = {1, Seconds{8.0}, Dbfs{-3.0}, Gain::from_db(1.0)};
    CHECK(speaker.line(picture) ==
          "input 1 is cut off before the converter, at -3.0 dBFS since 0:08.0, by 1 dB or so");
    picture.cut_off[0] = picture.cut_off[1] = {};
    CHECK_FALSE(speaker.line(picture).has_value());
    picture.cut_off[1] = {1, Seconds{20.0}, Dbfs{-9.0}, Gain{}};
    CHECK(speaker.line(picture).value().starts_with(
        "input 2 is cut off before the converter, at -9.0 dBFS since 0:20.0: turn down by"));
}

TEST_CASE("speaker: each glitch once, and what to do about its kind the first time") {
    report::Speaker speaker(Dbfs{-6.0});
    auto picture = picture_of(1, {Kind::vu});
    picture.glitches.clicks = {2, Seconds{4.0}};
    CHECK(speaker.line(picture).value().starts_with("2 clicks, last at 0:04.0: listen there"));
    CHECK_FALSE(speaker.line(picture).has_value());
    picture.glitches.clicks = {3, Seconds{5.0}};
    CHECK(speaker.line(picture) == "1 click at 0:05.0");
    picture.glitches.dropouts = {1, Seconds{6.0}};
    CHECK(speaker.line(picture).value().starts_with("1 dropout at 0:06.0: give the interface"));
    picture.glitches = {}; // put out
    CHECK_FALSE(speaker.line(picture).has_value());
    picture.glitches.dropouts = {1, Seconds{8.0}};
    CHECK(speaker.line(picture) == "1 dropout at 0:08.0");
}

TEST_CASE("live: the summary counts the glitches and has their findings") {
    auto facts = facts_of(1);
    auto json = report::listen_json({}, picture_of(1, {}), facts);
    CHECK(json.find("\"dropouts\": 0") != std::string::npos);
    CHECK(json.find("\"last_dropout_s\": null") != std::string::npos);
    CHECK(json.find("\"findings\": []") != std::string::npos);
    facts.glitches.dropouts = {2, {}, take::Interruption{0, 72000, 64}};
    facts.findings = {
        {"take.dropouts", verdict::Severity::error, "JACK", "2 times.", "Do it.", "So."}};
    json = report::listen_json({}, picture_of(1, {}), facts);
    CHECK(json.find("\"dropouts\": 2") != std::string::npos);
    CHECK(json.find("\"last_dropout_s\": 1.5") != std::string::npos);
    CHECK(json.find("\"code\": \"take.dropouts\"") != std::string::npos);
    CHECK(report::listen_text({}, picture_of(1, {}), facts, {.width = 80})
              .find("error: 2 times. Do it. So.") != std::string::npos);
}

TEST_CASE("live line: a recording that stopped is said while it still plays") {
    auto picture = picture_of(1, {Kind::vu});
    picture.recording_failure = Error{ErrorKind::unwritable, "take.wav", "the disk is full", "x"};
    CHECK(report::live_line(picture).find("not recording: the disk is full") != std::string::npos);
    ScreenView view;
    CHECK(joined(live_screen(picture, facts_of(1), view, {.width = 80})).find("NOT RECORDING") !=
          std::string::npos);
}

TEST_CASE("live: another sample rate in mid-take is an ending of its own") {
    auto facts = facts_of(1);
    facts.ending = live::Ending::rate_changed;
    CHECK(report::listen_json({}, picture_of(1, {}), facts).find("\"end\": \"rate_changed\"") !=
          std::string::npos);
}
