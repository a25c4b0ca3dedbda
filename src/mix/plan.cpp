// SPDX-License-Identifier: MIT
#include "mix/plan.h"

#include "audio/spec.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

namespace fs = std::filesystem;

namespace gainstage::mix {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* schema_name = "gainstage.plan";
constexpr int schema_version = 1;

// A float sample spans 10^-45 to 10^38, -900 to +760 dB: no gain beyond this can have a purpose.
constexpr double largest_gain_db = 1000.0;

/// On one line, like a person would type it.
std::string one_line(const Json& value) {
    // A name that is no UTF-8 never gets here (the stager leaves such stems out); a title may.
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string one_line(const PlannedTrack& track) {
    const Json fader = track.fader == Gain::mute() ? Json(nullptr) : Json(track.fader.db());
    const std::pair<const char*, Json> members[] = {
        {"name", track.name},
        {"file", track.file.string()},
        {"role", track.role},
        {"trim_db", track.trim.db()},
        {"fader_db", fader},
        {"pan", track.pan},
        {"trim_reason", track.trim_reason},
        {"fader_reason", track.fader_reason},
        {"pan_reason", track.pan_reason},
    };
    std::vector<std::string> parts;
    for (const auto& [key, value] : members) {
        parts.push_back(fmt::format("\"{}\": {}", key, one_line(value)));
    }
    return fmt::format("{{{}}}", fmt::join(parts, ", "));
}

/// Reads one object's keys; the first fault is kept.
class ObjectReader {
public:
    ObjectReader(const Json& object, std::string_view file_name, std::string name)
        : object_(object), file_name_(file_name), name_(std::move(name)) {
        if (!object.is_object()) {
            fail("is not an object", "write { … }");
        }
    }

    const Json* find(const char* key) {
        keys_.emplace_back(key);
        if (error_) {
            return nullptr;
        }
        const auto found = object_.find(key);
        if (found == object_.end()) {
            fail(fmt::format("\"{}\" is missing", key), "add it, or write the plan anew");
            return nullptr;
        }
        return &*found;
    }

    std::string text(const char* key) {
        const Json* value = find(key);
        if (value != nullptr && !value->is_string()) {
            fail(fmt::format("\"{}\" is not a text", key), "put it in quotes");
        }
        return value != nullptr && value->is_string() ? value->get<std::string>() : std::string{};
    }

    double number(const char* key, double lowest, double highest) {
        const Json* value = find(key);
        if (value == nullptr) {
            return 0.0;
        }
        if (!value->is_number()) {
            fail(fmt::format("\"{}\" is not a number", key), "write it without quotes");
            return 0.0;
        }
        const auto number = value->get<double>();
        if (!(number >= lowest && number <= highest)) {
            fail(fmt::format("\"{}\" is {:g}, out of range", key, number),
                 fmt::format("give a number from {:g} to {:g}", lowest, highest));
        }
        return number;
    }

    Gain gain(const char* key) {
        return Gain::from_db(number(key, -largest_gain_db, largest_gain_db));
    }

    /// null is a mute.
    Gain fader(const char* key) {
        const auto found = object_.is_object() ? object_.find(key) : object_.end();
        if (found != object_.end() && found->is_null()) {
            keys_.emplace_back(key);
            return Gain::mute();
        }
        return gain(key);
    }

    void fail(std::string what, std::string action) {
        if (!error_) {
            error_ = Error{ErrorKind::unreadable, std::string{file_name_},
                           name_.empty() ? std::move(what) : fmt::format("{}: {}", name_, what),
                           std::move(action)};
        }
    }

    std::optional<Error> finish() {
        if (!error_) {
            for (const auto& [key, value] : object_.items()) {
                if (std::find(keys_.begin(), keys_.end(), key) == keys_.end()) {
                    fail(fmt::format("unknown key \"{}\"", key),
                         fmt::format("use one of {}", fmt::join(keys_, ", ")));
                }
            }
        }
        return error_;
    }

private:
    const Json& object_;
    std::string_view file_name_;
    std::string name_;
    std::vector<std::string> keys_;
    std::optional<Error> error_;
};

/// "plan.json:3:14": byte `at` of `json` for a person.
std::string place(std::string_view json, std::size_t at, std::string_view file_name) {
    const std::string_view before = json.substr(0, std::min(at, json.size()));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const std::size_t line_start =
        before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    return fmt::format("{}:{}:{}", file_name, line,
                       std::max<std::size_t>(before.size() - line_start, 1));
}

/// The JSON, in which no object has a key twice: of two faders, nobody could say which is meant.
Result<Json> parse(std::string_view text, std::string_view file_name) {
    std::vector<std::set<std::string>> open;
    std::optional<std::string> twice;
    const auto watch_keys = [&](int, Json::parse_event_t event, Json& value) {
        if (event == Json::parse_event_t::object_start) {
            open.emplace_back();
        } else if (event == Json::parse_event_t::object_end) {
            open.pop_back();
        } else if (event == Json::parse_event_t::key &&
                   !open.back().insert(value.get<std::string>()).second) {
            twice = value.get<std::string>();
        }
        return true;
    };
    try {
        Json json = Json::parse(text, watch_keys);
        if (twice) {
            return Error{ErrorKind::unreadable, std::string{file_name},
                         fmt::format("the key \"{}\" is there twice in one object", *twice),
                         "remove one"};
        }
        return json;
    } catch (const Json::parse_error& fault) {
        return Error{ErrorKind::unreadable, place(text, fault.byte, file_name),
                     "is not JSON from here on", "correct that line"};
    } catch (const Json::exception&) { // a number that no double holds
        return Error{ErrorKind::unreadable, std::string{file_name}, "holds a number out of range",
                     "correct it"};
    }
}

std::optional<Error> check_schema(const Json& json, std::string_view file_name) {
    const auto wrong = [&](std::string what, std::string action) {
        return Error{ErrorKind::unreadable, std::string{file_name}, std::move(what),
                     std::move(action)};
    };
    const bool has_schema =
        json.is_object() && json.contains("schema") && json["schema"].is_object();
    const Json schema = has_schema ? json["schema"] : Json::object();
    const std::string name = schema.contains("name") && schema["name"].is_string()
                                 ? schema["name"].get<std::string>()
                                 : "";
    if (name != schema_name) {
        return wrong(name.empty() ? "is not a plan: it has no schema"
                                  : fmt::format("is not a plan but a {}", name),
                     "give a file that --plan has written");
    }
    if (!schema.contains("version") || schema["version"] != schema_version) {
        return wrong(fmt::format("is a plan of version {}, and this program reads version {}",
                                 schema.contains("version") ? one_line(schema["version"]) : "none",
                                 schema_version),
                     "write the plan anew");
    }
    ObjectReader keys(schema, file_name, "schema");
    keys.find("name");
    keys.find("version");
    return keys.finish();
}

Result<PlannedTrack> read_track(const Json& json, std::size_t index, std::string_view file_name) {
    ObjectReader keys(json, file_name, fmt::format("track {}", index + 1));
    PlannedTrack track;
    track.name = keys.text("name");
    track.file = keys.text("file");
    track.role = keys.text("role");
    track.trim = keys.gain("trim_db");
    track.fader = keys.fader("fader_db");
    track.pan = keys.number("pan", -1.0, 1.0);
    track.trim_reason = keys.text("trim_reason");
    track.fader_reason = keys.text("fader_reason");
    track.pan_reason = keys.text("pan_reason");
    if (track.file.empty() || track.file.string().find('\0') != std::string::npos) {
        keys.fail("\"file\" names no file", "give the stem's file name");
    }
    if (auto fault = keys.finish()) {
        return *fault;
    }
    return track;
}

} // namespace

bool is_utf8(std::string_view text) {
    try {
        static_cast<void>(Json(text).dump());
        return true;
    } catch (const Json::type_error&) {
        return false;
    }
}

std::string to_json(const Plan& plan) {
    std::vector<std::string> tracks;
    for (const PlannedTrack& track : plan.tracks) {
        tracks.push_back("    " + one_line(track));
    }
    std::string text = "{\n";
    text += fmt::format("  \"schema\": {{\"name\": \"{}\", \"version\": {}}},\n", schema_name,
                        schema_version);
    text += fmt::format("  \"title\": {},\n", one_line(plan.title));
    text += fmt::format("  \"folder\": {},\n", one_line(plan.folder.string()));
    text += fmt::format("  \"sample_rate_hz\": {},\n", one_line(plan.sample_rate.value()));
    text += fmt::format("  \"tracks\": [\n{}\n  ],\n", fmt::join(tracks, ",\n"));
    text += fmt::format("  \"mix_gain_db\": {},\n", one_line(plan.mix_gain.db()));
    text += fmt::format("  \"mix_gain_reason\": {}\n", one_line(plan.mix_gain_reason));
    return text + "}\n";
}

Result<Plan> plan_from_json(std::string_view text, std::string_view file_name) {
    const auto json = parse(text, file_name);
    if (!json) {
        return json.error();
    }
    if (auto fault = check_schema(*json, file_name)) {
        return *fault;
    }
    ObjectReader keys(*json, file_name, "");
    Plan plan;
    keys.find("schema");
    plan.title = keys.text("title");
    plan.folder = keys.text("folder");
    plan.sample_rate = Hertz{keys.number("sample_rate_hz", audio::lowest_sample_rate.value(),
                                         audio::highest_sample_rate.value())};
    if (plan.sample_rate.value() != std::floor(plan.sample_rate.value())) {
        keys.fail("\"sample_rate_hz\" is not a whole number", "such as 48000");
    }
    const Json* tracks = keys.find("tracks");
    plan.mix_gain = keys.gain("mix_gain_db");
    plan.mix_gain_reason = keys.text("mix_gain_reason");
    if (tracks != nullptr && (!tracks->is_array() || tracks->empty())) {
        keys.fail("\"tracks\" is not a list of tracks", "write the plan anew");
    }
    if (auto fault = keys.finish()) {
        return *fault;
    }
    for (std::size_t i = 0; i < tracks->size(); ++i) {
        auto track = read_track((*tracks)[i], i, file_name);
        if (!track) {
            return track.error();
        }
        plan.tracks.push_back(std::move(*track));
    }
    // A relative folder counts from the plan, wherever it was moved to; an absolute one stands.
    const fs::path beside = fs::path(file_name).parent_path();
    plan.folder = (beside / plan.folder).lexically_normal();
    return plan;
}

} // namespace gainstage::mix
