// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "mix/roles.h"

#include <cmath>
#include <set>

using namespace gainstage;
using mix::Roles;
using mix::words_of;

TEST_CASE("roles: a name's words are cut at marks, digits and capitals") {
    using Words = std::vector<std::string>;
    CHECK(words_of("01 Kick In") == Words{"01", "kick", "in"});
    CHECK(words_of("AcGtr-DI") == Words{"ac", "gtr", "di"});
    CHECK(words_of("BGVs_2") == Words{"bgvs", "2"});
    CHECK(words_of("OHLeft") == Words{"oh", "left"});
    CHECK(words_of("EPiano") == Words{"e", "piano"});
    CHECK(words_of("vox2") == Words{"vox", "2"});
    CHECK(words_of("") == Words{});
    CHECK(words_of("--__..") == Words{});
}

TEST_CASE("roles: names as they come from studios are guessed right") {
    struct Row {
        const char* name;
        const char* role;
    };

    // clang-format off
    const Row rows[] = {
        {"01 Kick In", "kick"},            {"02_KickOut", "kick"},            {"Kik", "kick"},
        {"BD 421", "kick"},                {"Bass Drum", "kick"},             {"SubKick", "kick"},
        {"SNR_top", "snare"},              {"Snare Btm", "snare"},            {"sd-under", "snare"},
        {"Hat", "hat"},                    {"Hi-Hat", "hat"},                 {"HiHat_01", "hat"},
        {"HH", "hat"},                     {"Rack Tom 1", "toms"},            {"Toms", "toms"},
        {"Floor_Tom", "toms"},             {"OH_L", "overheads"},             {"OHR", "overheads"},
        {"Overheads", "overheads"},        {"overhead left", "overheads"},    {"OHs", "overheads"},
        {"Drum Room", "room"},             {"Snare Room", "room"},            {"Room Mono", "room"},
        {"Drum Loop 120bpm", "drums"},     {"DrumKit", "drums"},              {"Ride", "cymbals"},
        {"Tambourine", "percussion"},      {"Shaker 2", "percussion"},        {"Perc_L", "percussion"},
        {"Bass DI", "bass"},               {"bass_amp", "bass"},              {"DI", "bass"},
        {"Synth Bass", "bass"},            {"808", "bass"},                   {"Upright Bass", "bass"},
        {"Bass Guitar", "bass"},
        {"AcGtr-DI", "acoustic-guitar"},   {"Acoustic Gtr 1", "acoustic-guitar"}, {"AG L", "acoustic-guitar"},
        {"Nylon Guitar", "acoustic-guitar"}, {"12-String Acoustic", "acoustic-guitar"},
        {"Gtr_L", "electric-guitar"},      {"gtr R", "electric-guitar"},      {"EGtr_Lead", "electric-guitar"},
        {"Lead Guitar", "electric-guitar"}, {"Guitar Solo", "electric-guitar"}, {"Gtr DI", "electric-guitar"},
        {"Rhythm Gtr 2", "electric-guitar"}, {"Lead_Elec_Gtr", "electric-guitar"},
        {"Piano", "piano"},                {"Grand Piano L", "piano"},        {"E-Piano", "keys"},
        {"Electric Piano", "keys"},        {"Rhodes", "keys"},                {"Keys 1", "keys"},
        {"Wurli", "keys"},                 {"Organ", "organ"},                {"Hammond B3", "organ"},
        {"Synth Lead", "synth"},           {"Arp", "synth"},                  {"Synth Pad", "pad"},
        {"WarmPad", "pad"},                {"Strings", "strings"},            {"Violins 1", "strings"},
        {"Cello", "strings"},              {"Brass", "brass"},                {"Trumpet 2", "brass"},
        {"Horns", "brass"},                {"Tenor Sax", "woodwind"},         {"Flute", "woodwind"},
        {"Lead Vox", "lead-vocal"},        {"lead-vocal-double", "lead-vocal"}, {"LdVox", "lead-vocal"},
        {"Voc", "lead-vocal"},             {"Main Vocal", "lead-vocal"},      {"Lead", "lead-vocal"},
        {"VOCAL", "lead-vocal"},           {"Vocals", "lead-vocal"},
        {"BGV 2", "backing-vocals"},       {"BV_L", "backing-vocals"},        {"Backing Vox", "backing-vocals"},
        {"Choir", "backing-vocals"},       {"Oohs", "backing-vocals"},        {"BGVs", "backing-vocals"},
        {"Harmony Vocal Hi", "backing-vocals"}, {"Background Vocals", "backing-vocals"},
        {"FX", "fx"},                      {"Riser 3", "fx"},                 {"Lead Vocal FX", "fx"},
        {"Vox Verb", "fx"},
        {"Stem 4", "other"},               {"Audio 12_03", "other"},          {"", "other"},
        {"Gro\xC3\x9F", "other"},          {"\xFF\xFE", "other"},
    };
    // clang-format on
    for (const Row& row : rows) {
        INFO(row.name);
        CHECK(Roles::built_in().guess(row.name).role->id == row.role);
    }
}

TEST_CASE("roles: L and R at a name's end place the track, and nothing else does") {
    struct Row {
        const char* name;
        double pan; // 0: no hint
    };

    const Row rows[] = {{"Gtr_L", -0.7},     {"gtr R", 0.7},
                        {"OHL", -0.7},       {"OHR", 0.7},
                        {"OH Left", -0.7},   {"BGV-R2", 0.7},
                        {"Piano (L)", -0.7}, {"GtrRight", 0.7},
                        {"Vocal", 0.0},      {"R and B Kick", 0.0},
                        {"L", 0.0},          {"Tom Floor", 0.0},
                        {"Kick", 0.0},       {"Left Behind - Vox", 0.0}};
    for (const Row& row : rows) {
        INFO(row.name);
        CHECK(Roles::built_in().guess(row.name).pan.value_or(0.0) == row.pan);
    }
}

TEST_CASE(
    "roles: the table is whole: every role can be guessed, ids are unique, figures are sane") {
    const Roles& roles = Roles::built_in();
    std::set<std::string> ids;
    for (const mix::Role& role : roles.all()) {
        INFO(role.id);
        CHECK(ids.insert(role.id).second);
        CHECK(roles.find(role.id) == &role);
        CHECK(roles.guess(role.id).role == &role); // "acoustic-guitar" guesses itself
        CHECK(role.fader.db() <= 0.0);
        CHECK(role.fader.db() >= -20.0);
        CHECK(std::abs(role.pan) <= 0.7);
    }
    CHECK(roles.find("tuba-solo") == nullptr);
    CHECK(roles.ids().starts_with("kick, snare, "));
}

TEST_CASE("roles: a fault in the table is told with its place") {
    const auto fault = [](const char* toml) {
        return Roles::parse(toml, "roles.toml").error().message();
    };
    const std::string other = "[[role]]\nid = \"other\"\nlabel = \"Other\"\n";
    CHECK(Roles::parse(other, "roles.toml").ok());
    CHECK(fault("") ==
          "roles.toml: there is no role \"other\"; add it: it is what everything else is");
    CHECK(
        fault((other + "colour = 1\n").c_str()) ==
        "roles.toml:4:1: unknown key \"colour\" in [[role]]; use one of id, label, fader_db, pan, "
        "percussive, patterns, weak");
    CHECK(fault((other + "pan = nan\n").c_str()) ==
          "roles.toml:4:7: pan = nan is out of range; give a number from -1 to 1");
    CHECK(fault((other + "patterns = [\"a\", \"A\"]\n").c_str()) ==
          "roles.toml:1:1: the pattern \"A\" is there already; remove it");
    CHECK(fault((other + "patterns = [1]\n").c_str()) ==
          "roles.toml:4:12: patterns is not a list of texts; write patterns = [\"…\", \"…\"]");
}
