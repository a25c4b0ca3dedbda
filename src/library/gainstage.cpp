// SPDX-License-Identifier: MIT
#include "library/gainstage.h"

#include "library/stream_meter.h"
#include "meter/loudness.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <new>
#include <optional>
#include <stdexcept>

using namespace gainstage;

struct gs_meter {
    library::StreamMeter stream;
    bool spectrum = false; ///< asked for
    bool album = false;    ///< asked for
};

namespace {

constexpr double not_measured = std::numeric_limits<double>::quiet_NaN();

/// Keys that are no meter's reading but belong to every measurement.
constexpr const char* stream_keys[] = {"frames",         "duration_s",      "non_finite_samples",
                                       "momentary_lufs", "short_term_lufs", "exact_gating",
                                       "dual_mono"};

/// Runs `body` and turns what it throws into a status: nothing may pass into C.
template <typename Body>
gs_status guarded(Body&& body) noexcept {
    try {
        return body();
    } catch (const std::bad_alloc&) {
        return GS_OUT_OF_MEMORY;
    } catch (...) {
        return GS_INTERNAL_ERROR;
    }
}

/// The caller's options in this version's structure: those of an older one are shorter.
gs_options complete(const gs_options* given) noexcept {
    gs_options options = GS_OPTIONS_DEFAULT;
    if (given != nullptr) {
        std::memcpy(&options, given, std::min(given->size, sizeof options));
    }
    return options;
}

std::optional<audio::ChannelLayout> layout_of(const gs_options& options, int channels) {
    if (options.layout != nullptr) {
        auto layout = audio::ChannelLayout::named(options.layout);
        return layout && layout->channels() == channels ? layout : std::nullopt;
    }
    if (options.speakers != nullptr) {
        auto layout = library::layout_from_names(options.speakers);
        return layout && layout->channels() == channels ? layout : std::nullopt;
    }
    return options.wave_mask != 0
               ? audio::ChannelLayout::from_wave_mask(options.wave_mask, channels)
               : audio::ChannelLayout::default_for(channels);
}

constexpr double longest_exact_gating_s = 7.0 * 24.0 * 3600.0; // 97 MB
constexpr int most_history_points = 1 << 20;                   // 29 hours at ten a second

/// Nothing for figures that make no sense.
std::optional<meter::BridgeOptions> bridge_options(const gs_options& options) {
    constexpr double blocks_a_second = 10.0;
    const bool sensible_gating =
        options.exact_gating_s >= 0.0 && options.exact_gating_s <= longest_exact_gating_s; // no NaN
    if (!sensible_gating || options.history_points < 0 ||
        options.history_points > most_history_points) {
        return std::nullopt;
    }
    meter::BridgeOptions bridge{.dual_mono = options.dual_mono != 0,
                                .exact_gating_blocks = static_cast<std::size_t>(
                                    std::ceil(options.exact_gating_s * blocks_a_second)),
                                .itu_true_peak = options.itu_true_peak != 0,
                                .spectrum = options.spectrum != 0,
                                .keep_gate_blocks = options.album != 0};
    if (options.history_points > 0) { // an even number: neighbours are merged
        bridge.history_points =
            static_cast<std::size_t>(std::max(2, options.history_points / 2 * 2));
    }
    return bridge;
}

bool can_be_metered(double sample_rate_hz) noexcept { // NaN can't
    return sample_rate_hz >= audio::lowest_sample_rate.value() &&
           sample_rate_hz <= audio::highest_sample_rate.value();
}

const meter::ReadingSpec* reading_named(std::string_view key) noexcept {
    for (const meter::ReadingSpec* spec : meter::Bridge::readings()) {
        if (spec->key == key) {
            return spec;
        }
    }
    return nullptr;
}

double decibels(const std::optional<Lufs>& loudness) {
    return loudness ? loudness->db() : not_measured;
}

/// A value that is not a meter's reading, if `key` names one.
std::optional<double> stream_value(const meter::Measurement& measured, std::string_view key) {
    if (key == "frames") {
        return static_cast<double>(measured.frames);
    }
    if (key == "duration_s") {
        return measured.duration().value();
    }
    if (key == "non_finite_samples") {
        return static_cast<double>(measured.non_finite_samples);
    }
    if (key == "momentary_lufs") {
        return decibels(measured.momentary);
    }
    if (key == "short_term_lufs") {
        return decibels(measured.short_term);
    }
    if (key == "exact_gating") {
        return measured.exact_gating ? 1.0 : 0.0;
    }
    if (key == "dual_mono") {
        return measured.dual_mono ? 1.0 : 0.0;
    }
    return std::nullopt;
}

gs_readings readings_of(const meter::Measurement& measured) {
    const auto value = [&](std::string_view key) {
        return measured.value(key).value_or(not_measured);
    };
    gs_readings out{};
    out.integrated_lufs = value("integrated_lufs");
    out.max_momentary_lufs = value("max_momentary_lufs");
    out.max_short_term_lufs = value("max_short_term_lufs");
    out.loudness_range_lu = value("loudness_range_lu");
    out.true_peak_dbtp = value("true_peak_dbtp");
    out.true_peak_at_s = value("true_peak_at_s");
    out.sample_peak_dbfs = value("sample_peak_dbfs");
    out.rms_dbfs = value("rms_dbfs");
    out.active_rms_dbfs = value("active_rms_dbfs");
    out.crest_factor_db = value("crest_factor_db");
    out.plr_db = value("plr_db");
    out.psr_min_db = value("psr_min_db");
    out.dc_offset = value("dc_offset");
    out.correlation = value("correlation");
    out.noise_floor_dbfs = value("noise_floor_dbfs");
    out.snr_db = value("snr_db");
    out.duration_s = measured.duration().value();
    out.frames = measured.frames;
    out.clipped_runs = static_cast<std::uint64_t>(measured.value("clipped_runs").value_or(0.0));
    out.non_finite_samples = measured.non_finite_samples;
    out.momentary_lufs = decibels(measured.momentary);
    out.short_term_lufs = decibels(measured.short_term);
    out.itu_true_peak_dbtp = value("itu_true_peak_dbtp");
    out.exact_gating = measured.exact_gating ? 1 : 0;
    out.dual_mono = measured.dual_mono ? 1 : 0;
    return out;
}

} // namespace

#define GS_STRING_OF(x) #x
#define GS_STRING(x) GS_STRING_OF(x)
#define GS_VERSION_TEXT                                                                            \
    GS_STRING(GS_VERSION_MAJOR) "." GS_STRING(GS_VERSION_MINOR) "." GS_STRING(GS_VERSION_PATCH)
static_assert(std::string_view(GS_VERSION_TEXT) == GAINSTAGE_VERSION,
              "gainstage.h and CMakeLists.txt name different versions");

const char* gs_version() noexcept { return GS_VERSION_TEXT; }

const char* gs_status_text(gs_status status) noexcept {
    switch (status) {
    case GS_OK:
        return "done";
    case GS_NULL_POINTER:
        return "a pointer is NULL that must not be; pass the meter, the samples or the place for "
               "the "
               "result";
    case GS_BAD_SAMPLE_RATE:
        return "the sample rate is outside 8000 to 768000 Hz; pass the rate of the samples in Hz";
    case GS_BAD_CHANNELS:
        return "the number of channels is outside 1 to 64; pass channels, not frames or samples";
    case GS_BAD_SPEAKERS:
        return "the speakers are not one known name a channel, or the layout is not a known one "
               "of so many; write speakers like \"L R C LFE Ls Rs\", with ? for a channel without "
               "a place, and a layout like \"5.1\"";
    case GS_UNKNOWN_KEY:
        return "no reading has this key; gs_key() lists all";
    case GS_NO_SUCH_CHANNEL:
        return "there is no such channel; count from 0, or pass -1 for the whole stream";
    case GS_OUT_OF_MEMORY:
        return "there is not enough memory; free some and try again";
    case GS_INTERNAL_ERROR:
        return "gainstage failed, which is its own fault; please report how it came about";
    case GS_NOT_ASKED_FOR:
        return "this was not asked for when the meter was made; set its option in gs_options";
    case GS_BAD_OPTION:
        return "an option is outside its range; gainstage.h says which there are";
    }
    return "this status is of a newer version of gainstage";
}

gs_status gs_meter_new(double sample_rate_hz,
                       int channels,
                       const gs_options* given,
                       gs_meter** meter) noexcept {
    if (meter == nullptr) {
        return GS_NULL_POINTER;
    }
    *meter = nullptr;
    if (!can_be_metered(sample_rate_hz)) {
        return GS_BAD_SAMPLE_RATE;
    }
    if (channels < 1 || channels > audio::max_channels) {
        return GS_BAD_CHANNELS;
    }
    return guarded([&] {
        const gs_options options = complete(given);
        auto layout = layout_of(options, channels);
        if (!layout) {
            return GS_BAD_SPEAKERS;
        }
        const auto measuring = bridge_options(options);
        if (!measuring) {
            return GS_BAD_OPTION;
        }
        *meter = new gs_meter{{Hertz{sample_rate_hz}, std::move(*layout), *measuring},
                              options.spectrum != 0,
                              options.album != 0};
        return GS_OK;
    });
}

gs_status gs_meter_feed_interleaved(gs_meter* meter, const float* samples, size_t frames) noexcept {
    if (meter == nullptr || (samples == nullptr && frames > 0)) {
        return GS_NULL_POINTER;
    }
    constexpr std::ptrdiff_t step = sizeof(float);
    meter->stream.feed(
        library::Strided<float>{samples, step * meter->stream.channels(), step, frames});
    return GS_OK;
}

gs_status
gs_meter_feed_planar(gs_meter* meter, const float* const* channels, size_t frames) noexcept {
    if (meter == nullptr) {
        return GS_NULL_POINTER;
    }
    if (frames == 0) {
        return GS_OK;
    }
    const int count = meter->stream.channels();
    if (channels == nullptr || std::find(channels, channels + count, nullptr) != channels + count) {
        return GS_NULL_POINTER;
    }
    meter->stream.feed(audio::ConstAudioView{channels, count, frames});
    return GS_OK;
}

gs_status gs_meter_read(gs_meter* meter, gs_readings* readings, size_t size) noexcept {
    if (meter == nullptr || readings == nullptr) {
        return GS_NULL_POINTER;
    }
    return guarded([&] {
        const gs_readings all = readings_of(meter->stream.measurement());
        std::memset(readings, 0, size); // what a newer header has and we don't
        std::memcpy(readings, &all, std::min(size, sizeof all));
        return GS_OK;
    });
}

gs_status gs_meter_read_key(gs_meter* meter, const char* key, int channel, double* value) noexcept {
    if (meter == nullptr || key == nullptr || value == nullptr) {
        return GS_NULL_POINTER;
    }
    *value = not_measured;
    if (channel < -1 || channel >= meter->stream.channels()) {
        return GS_NO_SUCH_CHANNEL;
    }
    return guarded([&] {
        const meter::Measurement& measured = meter->stream.measurement();
        if (reading_named(key) != nullptr) {
            *value = measured.value(key, channel).value_or(not_measured);
            return GS_OK;
        }
        const auto of_stream = stream_value(measured, key);
        if (!of_stream) {
            return GS_UNKNOWN_KEY;
        }
        *value = channel == -1 ? *of_stream : not_measured;
        return GS_OK;
    });
}

gs_status
gs_meter_read_spectrum(gs_meter* meter, gs_band* bands, size_t capacity, size_t* count) noexcept {
    if (meter == nullptr || count == nullptr || (bands == nullptr && capacity > 0)) {
        return GS_NULL_POINTER;
    }
    *count = 0;
    if (!meter->spectrum) {
        return GS_NOT_ASKED_FOR;
    }
    return guarded([&] {
        const auto& spectrum = meter->stream.measurement().spectrum;
        for (std::size_t i = 0; i < std::min(capacity, spectrum.size()); ++i) {
            bands[i] = {spectrum[i].nominal_hz, spectrum[i].level.db()};
        }
        *count = spectrum.size();
        return GS_OK;
    });
}

gs_status gs_meter_read_history(
    gs_meter* meter, gs_point* points, size_t capacity, size_t* count, double* hop_s) noexcept {
    if (meter == nullptr || count == nullptr || hop_s == nullptr ||
        (points == nullptr && capacity > 0)) {
        return GS_NULL_POINTER;
    }
    *count = 0;
    return guarded([&] {
        const meter::History& history = meter->stream.measurement().history;
        const std::size_t there = history.momentary_lufs.size();
        for (std::size_t i = 0; i < std::min(capacity, there); ++i) {
            points[i] = {static_cast<double>(history.momentary_lufs[i]),
                         static_cast<double>(history.short_term_lufs[i]),
                         static_cast<double>(history.true_peak_dbtp[i])};
        }
        *count = there;
        *hop_s = history.hop_s;
        return GS_OK;
    });
}

gs_status gs_album_read(gs_meter* const* meters, size_t count, double* integrated_lufs) noexcept {
    if (integrated_lufs == nullptr || (meters == nullptr && count > 0)) {
        return GS_NULL_POINTER;
    }
    *integrated_lufs = not_measured;
    for (std::size_t i = 0; i < count; ++i) {
        if (meters[i] == nullptr) {
            return GS_NULL_POINTER;
        }
        if (!meters[i]->album) {
            return GS_NOT_ASKED_FOR;
        }
    }
    return guarded([&] {
        meter::GateHistogram blocks = meter::loudness_histogram();
        for (std::size_t i = 0; i < count; ++i) {
            blocks.add(*meters[i]->stream.measurement().gate_blocks);
        }
        *integrated_lufs = meter::integrated_of(blocks).db();
        return GS_OK;
    });
}

size_t gs_key_count() noexcept { return meter::Bridge::readings().size() + std::size(stream_keys); }

const char* gs_key(size_t index) noexcept {
    const auto readings = meter::Bridge::readings();
    if (index < readings.size()) {
        return readings[index]->key.data(); // a literal: it ends in a zero
    }
    index -= readings.size();
    return index < std::size(stream_keys) ? stream_keys[index] : nullptr;
}

void gs_meter_reset(gs_meter* meter) noexcept {
    if (meter != nullptr) {
        meter->stream.reset();
    }
}

void gs_meter_free(gs_meter* meter) noexcept { delete meter; }
