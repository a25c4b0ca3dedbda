// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "verdict/target.h"

using namespace gainstage;
using verdict::Targets;

TEST_CASE("the built-in targets are the guides' figures, each with a source") {
    const Targets& targets = Targets::built_in();
    CHECK(targets["recording.peak_min_dbfs"] == -12.0);
    CHECK(targets["recording.peak_max_dbfs"] == -6.0);
    CHECK(targets["recording.average_dbfs"] == -18.0);
    CHECK(targets["track.average_min_dbfs"] == -18.0);
    CHECK(targets["track.average_max_dbfs"] == -12.0);
    CHECK(targets["mix.peak_min_dbfs"] == -6.0);
    CHECK(targets["mix.peak_max_dbfs"] == -3.0);
    for (const auto& [name, figure] : targets.figures()) {
        CAPTURE(name);
        CHECK(!figure.source.empty());
    }
}

TEST_CASE("the media are those of the standards") {
    const auto medium = [](const char* id) { return *Targets::built_in().medium(id); };
    CHECK(medium("streaming").loudness == Lufs{-14.0});
    CHECK(medium("streaming").ceiling == Dbtp{-1.0});
    CHECK(medium("broadcast").loudness == Lufs{-23.0});
    CHECK(medium("broadcast").tolerance == Gain::from_db(0.2));
    CHECK(medium("podcast").loudness == Lufs{-16.0});
    CHECK(medium("cd").bits == 16);
    CHECK(medium("cd").sample_rate->value() == 44100.0);
}

TEST_CASE("each medium can be asked of a meter: a loudness, a ceiling under full scale, a source") {
    const auto& media = Targets::built_in().media();
    CHECK(media.size() >= 20);
    for (const verdict::Medium& medium : media) {
        CAPTURE(medium.id);
        CHECK(medium.loudness >= Lufs{-27.0});
        CHECK(medium.loudness <= Lufs{-9.0});
        CHECK(medium.tolerance.db() > 0.0);
        CHECK(medium.tolerance.db() <= 2.0);
        CHECK(medium.ceiling <= Dbtp{-1.0});
        CHECK(!medium.source.empty());
        CHECK(!medium.name.empty());
        CHECK(std::ranges::count(media, medium.id, &verdict::Medium::id) == 1);
    }
    CHECK(Targets::built_in().medium("r128-s1")->max_short_term == Lufs{-18.0});
}

TEST_CASE("a mistyped medium is answered with the nearest and all of them") {
    const auto medium = Targets::built_in().medium("steaming");
    REQUIRE(!medium);
    CHECK(medium.error().kind == ErrorKind::usage);
    CHECK(medium.error().message().find("did you mean streaming?") != std::string::npos);
}

TEST_CASE("a user's file goes on top, entry by entry") {
    const auto own = Targets::parse(R"(
[recording]
average_dbfs = { value = -20.0, unit = "dBFS", source = "our studio" }
[[medium]]
id = "streaming"
loudness_lufs = -16
tolerance_lu = 1
ceiling_dbtp = -2
source = "our label"
[[medium]]
id = "museum"
loudness_lufs = -26
tolerance_lu = 1
ceiling_dbtp = -3
source = "the museum"
)",
                                    "own.toml");
    REQUIRE(own);
    const Targets targets = Targets::built_in().overlaid_with(*own);
    CHECK(targets["recording.average_dbfs"] == -20.0);
    CHECK(targets["recording.peak_max_dbfs"] == -6.0);
    CHECK(targets.medium("streaming")->loudness == Lufs{-16.0});
    CHECK(targets.medium("museum")->ceiling == Dbtp{-3.0});
    CHECK(targets.media().size() == Targets::built_in().media().size() + 1);
}

TEST_CASE("faults in a user's file are told with line and column") {
    const auto message = [](const char* text) {
        const auto parsed = Targets::parse(text, "own.toml");
        REQUIRE(!parsed);
        return parsed.error().message();
    };
    CHECK(message("[recording\n").find("own.toml:1:") == 0);
    CHECK(message("[recording]\nx = -3\n").find("own.toml:2:") == 0);
    CHECK(message("[recording]\nx = { value = nan, source = \"s\" }\n").find("has no number") !=
          std::string::npos);
    CHECK(message("[recording]\nx = { value = -3 }\n").find("has no source") != std::string::npos);
    CHECK(
        message("[recording]\nx = { value = -3, sourse = \"s\" }\n").find("did you mean source?") !=
        std::string::npos);
    CHECK(message("[[medium]]\nid = \"a\"\n").find("medium a has no number as its loudness_lufs") !=
          std::string::npos);
}
