// SPDX-License-Identifier: MIT
#include "tag/tag.h"

#include "meter/loudness.h"
#include "meter/true_peak.h"
#include "tag/bext.h"
#include "tag/opus_gain.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace gainstage::tag {
namespace {

constexpr Lufs replay_gain_reference{-18.0}; // ReplayGain 2.0 specification
constexpr Lufs r128_reference{-23.0};        // RFC 7845, section 5.2.1

constexpr std::string_view all_names[] = {
    "REPLAYGAIN_TRACK_GAIN",         "REPLAYGAIN_TRACK_PEAK", "REPLAYGAIN_TRACK_RANGE",
    "REPLAYGAIN_ALBUM_GAIN",         "REPLAYGAIN_ALBUM_PEAK", "REPLAYGAIN_ALBUM_RANGE",
    "REPLAYGAIN_REFERENCE_LOUDNESS", "R128_TRACK_GAIN",       "R128_ALBUM_GAIN"};

Levels levels_of(const meter::Measurement& measured) {
    const Lufs integrated = measured[meter::integrated];
    return {integrated.is_silent() ? std::nullopt : std::optional(integrated),
            measured[meter::true_peak]};
}

Error no_place(const FileEdit& file, const std::string& what, const std::string& action) {
    return {ErrorKind::usage, file.path().string(), what, action};
}

Error not_written(const FileEdit& file) {
    return {ErrorKind::unreadable, file.path().string(),
            "was left as it is: its tags are damaged or of a kind that can't be changed",
            "repair them with a tag editor"};
}

Error silent(const FileEdit& file) {
    return {ErrorKind::unreadable, file.path().string(),
            "has no loudness: silence, or shorter than 0.4 s",
            "leave it out, or tag it with its album"};
}

/// 1/256 dB in 16 bits; what is beyond becomes the largest there is.
int q7_8(Gain gain) {
    return static_cast<int>(std::clamp(std::round(gain.db() * 256.0), -32768.0, 32767.0));
}

std::string gain_text(Gain gain) {
    // Adding 0 turns -0.00 into 0.00.
    return fmt::format("{:.2f} dB", std::round(gain.db() * 100.0) / 100.0 + 0.0);
}

void add_replay_gain(std::vector<Field>& fields, const char* kind, const Levels& levels) {
    if (levels.integrated) {
        fields.push_back({fmt::format("REPLAYGAIN_{}_GAIN", kind),
                          gain_text(replay_gain_reference - *levels.integrated)});
    }
    fields.push_back({fmt::format("REPLAYGAIN_{}_PEAK", kind),
                      fmt::format("{:.6f}", levels.true_peak.to_amplitude())});
}

std::vector<Field> replay_gain(const Levels& track, const std::optional<Levels>& album) {
    std::vector<Field> fields;
    add_replay_gain(fields, "TRACK", track);
    if (album) {
        add_replay_gain(fields, "ALBUM", *album);
    }
    fields.push_back(
        {"REPLAYGAIN_REFERENCE_LOUDNESS", fmt::format("{:.2f} LUFS", replay_gain_reference.db())});
    return fields;
}

std::optional<Gain> r128_gain(const std::optional<Levels>& levels) {
    return levels && levels->integrated ? std::optional(r128_reference - *levels->integrated)
                                        : std::nullopt;
}

/// The readings were made with the header's gain as it was: what the header takes on, the tags
/// lose.
Result<std::vector<Field>>
r128(FileEdit& edit, const Levels& track, const std::optional<Levels>& album, OpusHeader mode) {
    const auto track_gain = r128_gain(track);
    const auto album_gain = r128_gain(album);
    const auto wanted = mode == OpusHeader::track   ? track_gain
                        : mode == OpusHeader::album ? album_gain
                                                    : std::nullopt;
    std::vector<Field> fields;
    int moved = 0; // to the header, in 1/256 dB
    if (mode != OpusHeader::keep && wanted) {
        const auto before = opus_header_gain(edit);
        if (!before) {
            return not_written(edit);
        }
        const int after = std::clamp(*before + q7_8(*wanted), -32768, 32767);
        moved = after - *before;
        if (!set_opus_header_gain(edit, static_cast<std::int16_t>(after))) {
            return not_written(edit);
        }
        fields.push_back({"output gain", std::to_string(after)});
    }
    const auto add = [&](const char* name, const std::optional<Gain>& gain) {
        if (gain) {
            const int left = std::clamp(q7_8(*gain) - moved, -32768, 32767);
            fields.push_back({name, std::to_string(left)});
        }
    };
    add("R128_TRACK_GAIN", track_gain);
    add("R128_ALBUM_GAIN", album_gain);
    return fields;
}

/// EBU Tech 3285 version 2, section 2.3: from -99.99 to 99.99; all else is 0x7FFF, not given.
template <typename Value>
std::int16_t hundredths(const std::optional<Value>& value) {
    const double rounded = value ? std::round(value->db() * 100.0) : 1e9;
    return std::abs(rounded) <= 9999.0 ? static_cast<std::int16_t>(rounded) : BextLoudness::unset;
}

BextLoudness bext_of(const meter::Measurement& measured) {
    return {.integrated = hundredths(measured.get(meter::integrated)),
            .range = hundredths(measured.get(meter::loudness_range)),
            .max_true_peak = hundredths(measured.get(meter::true_peak)),
            .max_momentary = hundredths(measured.get(meter::max_momentary)),
            .max_short_term = hundredths(measured.get(meter::max_short_term))};
}

std::vector<Field> shown(const BextLoudness& loudness) {
    std::vector<Field> fields;
    const auto add = [&](const char* name, std::int16_t value) {
        fields.push_back({name, value == BextLoudness::unset
                                    ? std::string("not given")
                                    : fmt::format("{:.2f}", value / 100.0)});
    };
    add("LoudnessValue", loudness.integrated);
    add("LoudnessRange", loudness.range);
    add("MaxTruePeakLevel", loudness.max_true_peak);
    add("MaxMomentaryLoudness", loudness.max_momentary);
    add("MaxShortTermLoudness", loudness.max_short_term);
    return fields;
}

/// Which scheme is for this file; an error where the one that was named isn't.
Result<Scheme> scheme_for(const FileEdit& file, Format format, Scheme wanted) {
    const Scheme own = format == Format::ogg_opus ? Scheme::r128
                       : format == Format::wave   ? Scheme::bext
                                                  : Scheme::replay_gain;
    if (wanted == Scheme::automatic || wanted == own) {
        return own;
    }
    const char* names[] = {"auto", "replaygain", "r128", "bext"};
    return no_place(file,
                    fmt::format("is {}, which has no place for {} tags", name(format),
                                names[static_cast<int>(wanted)]),
                    fmt::format("say --tag {}, or --tag auto", names[static_cast<int>(own)]));
}

struct Opened {
    FileEdit edit;
    Format format;
};

Result<Opened> open(const std::filesystem::path& path) {
    auto edit = FileEdit::of(path);
    if (!edit) {
        return edit.error();
    }
    const auto format = format_of(*edit);
    if (!format) {
        return no_place(*edit, "is of a format without a place for loudness tags",
                        "convert it to FLAC, or leave it out");
    }
    return Opened{std::move(*edit), *format};
}

} // namespace

Album::Album() : blocks_(std::make_unique<meter::GateHistogram>(meter::loudness_histogram())) {}

Album::~Album() = default;
Album::Album(Album&&) noexcept = default;
Album& Album::operator=(Album&&) noexcept = default;

void Album::add(const meter::Measurement& file) {
    if (file.gate_blocks) {
        blocks_->add(*file.gate_blocks);
    }
    true_peak_ = std::max(true_peak_, file[meter::true_peak]);
}

Levels Album::levels() const {
    const Lufs integrated = meter::integrated_of(*blocks_);
    return {integrated.is_silent() ? std::nullopt : std::optional(integrated), true_peak_};
}

Result<Tagged> tag_file(const std::filesystem::path& path,
                        const meter::Measurement& measured,
                        const std::optional<Levels>& album,
                        const TagOptions& options) {
    auto file = open(path);
    if (!file) {
        return file.error();
    }
    FileEdit& edit = file->edit;
    const auto scheme = scheme_for(edit, file->format, options.scheme);
    if (!scheme) {
        return scheme.error();
    }
    if (*scheme == Scheme::bext) {
        const BextLoudness loudness = bext_of(measured);
        if (const Status set = set_bext_loudness(edit, loudness); !set) {
            return set.error();
        }
        return Tagged{std::move(edit), shown(loudness)};
    }
    const Levels track = levels_of(measured);
    if (!track.integrated && !(album && album->integrated)) {
        return silent(edit);
    }
    auto fields = *scheme == Scheme::r128 ? r128(edit, track, album, options.opus_header)
                                          : Result<std::vector<Field>>(replay_gain(track, album));
    if (!fields) {
        return fields.error();
    }
    std::vector<Field> tags;
    std::ranges::copy_if(*fields, std::back_inserter(tags), [](const Field& field) {
        return std::ranges::find(all_names, field.name) != std::end(all_names);
    });
    if (write_fields(edit, file->format, all_names, tags) == Written::failed || edit.failed()) {
        return not_written(edit);
    }
    return Tagged{std::move(edit), std::move(*fields)};
}

Result<Tagged> untag_file(const std::filesystem::path& path) {
    auto file = open(path);
    if (!file) {
        return file.error();
    }
    FileEdit& edit = file->edit;
    if (file->format == Format::wave) {
        if (bext_loudness(edit)) {
            if (const Status set = set_bext_loudness(edit, {}); !set) {
                return set.error();
            }
        }
        return Tagged{std::move(edit), {}};
    }
    if (write_fields(edit, file->format, all_names, {}) == Written::failed || edit.failed()) {
        return not_written(edit);
    }
    return Tagged{std::move(edit), {}};
}

} // namespace gainstage::tag
