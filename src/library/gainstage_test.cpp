// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "library/gainstage.h"
#include "meter/bridge.h"
#include "support/signals.h"

#include <cmath>
#include <limits>
#include <memory>
#include <set>
#include <string>

using namespace gainstage;

namespace {

constexpr double silence = -std::numeric_limits<double>::infinity();

struct Free {
    void operator()(gs_meter* meter) const { gs_meter_free(meter); }
};

using Meter = std::unique_ptr<gs_meter, Free>;

Meter meter_for(int channels, const gs_options* options = nullptr, double sample_rate_hz = 48000) {
    gs_meter* meter = nullptr;
    REQUIRE(gs_meter_new(sample_rate_hz, channels, options, &meter) == GS_OK);
    return Meter(meter);
}

gs_readings read(const Meter& meter) {
    gs_readings out;
    REQUIRE(gs_meter_read(meter.get(), &out, sizeof out) == GS_OK);
    return out;
}

double read(const Meter& meter, const std::string& key, int channel = -1) {
    double value = 0.0;
    REQUIRE(gs_meter_read_key(meter.get(), key.c_str(), channel, &value) == GS_OK);
    return value;
}

std::vector<float> interleaved(const audio::AudioBuffer& audio) {
    std::vector<float> out;
    for (std::size_t n = 0; n < audio.frames(); ++n) {
        for (int c = 0; c < audio.channels(); ++c) {
            out.push_back(audio.channel(c)[n]);
        }
    }
    return out;
}

std::vector<const float*> pointers(const audio::AudioBuffer& audio, std::size_t first = 0) {
    std::vector<const float*> out;
    for (int c = 0; c < audio.channels(); ++c) {
        out.push_back(audio.channel(c).data() + first);
    }
    return out;
}

audio::AudioBuffer programme(int channels, std::size_t frames) {
    std::vector<std::vector<float>> signals;
    for (int c = 0; c < channels; ++c) {
        signals.push_back(
            test::programme(frames, test::Seed{70 + static_cast<std::uint64_t>(c)}, 1.0));
    }
    return test::planar(signals);
}

gs_status new_status(double sample_rate_hz, int channels, const gs_options* options = nullptr) {
    gs_meter* meter = reinterpret_cast<gs_meter*>(1); // must be overwritten, also on failure
    const gs_status status = gs_meter_new(sample_rate_hz, channels, options, &meter);
    CHECK((meter == nullptr) == (status != GS_OK));
    gs_meter_free(meter);
    return status;
}

} // namespace

TEST_CASE("C: every key reads the bridge's own number, for the whole and for each channel") {
    const int channels = GENERATE(1, 2, 6);
    const auto audio = programme(channels, 5 * 48000 + 17);
    meter::Bridge bridge;
    bridge.prepare({.layout = audio::ChannelLayout::default_for(channels), .max_frames = 300000});
    bridge.process(audio.view());
    const auto expected = bridge.measurement();

    const Meter meter = meter_for(channels);
    REQUIRE(gs_meter_feed_planar(meter.get(), pointers(audio).data(), audio.frames()) == GS_OK);
    for (const meter::ReadingSpec* spec : meter::Bridge::readings()) {
        for (int channel = -1; channel < channels; ++channel) {
            const double value = read(meter, std::string(spec->key), channel);
            const auto wanted = expected.value(spec->key, channel);
            INFO(spec->key << ", channel " << channel);
            REQUIRE(std::isnan(value) == !wanted.has_value());
            REQUIRE((!wanted || value == *wanted));
        }
    }
    CHECK(read(meter, "frames") == static_cast<double>(audio.frames()));
    CHECK(read(meter, "duration_s") == Approx(static_cast<double>(audio.frames()) / 48000.0));
}

TEST_CASE("C: the structure has the same numbers as the keys") {
    const auto audio = programme(2, 4 * 48000);
    const Meter meter = meter_for(2);
    gs_meter_feed_interleaved(meter.get(), interleaved(audio).data(), audio.frames());
    const gs_readings out = read(meter);
    CHECK(out.integrated_lufs == read(meter, "integrated_lufs"));
    CHECK(out.max_momentary_lufs == read(meter, "max_momentary_lufs"));
    CHECK(out.max_short_term_lufs == read(meter, "max_short_term_lufs"));
    CHECK(out.loudness_range_lu == read(meter, "loudness_range_lu"));
    CHECK(out.true_peak_dbtp == read(meter, "true_peak_dbtp"));
    CHECK(out.true_peak_at_s == read(meter, "true_peak_at_s"));
    CHECK(out.sample_peak_dbfs == read(meter, "sample_peak_dbfs"));
    CHECK(out.rms_dbfs == read(meter, "rms_dbfs"));
    CHECK(out.active_rms_dbfs == read(meter, "active_rms_dbfs"));
    CHECK(out.crest_factor_db == read(meter, "crest_factor_db"));
    CHECK(out.plr_db == read(meter, "plr_db"));
    CHECK(out.psr_min_db == read(meter, "psr_min_db"));
    CHECK(out.dc_offset == read(meter, "dc_offset"));
    CHECK(out.correlation == read(meter, "correlation"));
    CHECK(out.noise_floor_dbfs == read(meter, "noise_floor_dbfs"));
    CHECK(out.snr_db == read(meter, "snr_db"));
    CHECK(out.duration_s == 4.0);
    CHECK(out.frames == audio.frames());
    CHECK(static_cast<double>(out.clipped_runs) == read(meter, "clipped_runs"));
    CHECK(std::isfinite(out.integrated_lufs));
}

TEST_CASE("C: interleaved, planar and any cut read the same, to the bit") {
    const auto audio = programme(3, 3 * 48000);
    const auto samples = interleaved(audio);
    const Meter whole = meter_for(3);
    gs_meter_feed_planar(whole.get(), pointers(audio).data(), audio.frames());
    const Meter cut = meter_for(3);
    const std::size_t lengths[] = {0, 1, 3, 479, 1024, 1025, 5000};
    for (std::size_t at = 0, turn = 0; at < audio.frames(); ++turn) {
        const std::size_t frames = std::min(lengths[turn % 7], audio.frames() - at);
        if (turn % 2 == 0) {
            gs_meter_feed_interleaved(cut.get(), samples.data() + 3 * at, frames);
        } else {
            gs_meter_feed_planar(cut.get(), pointers(audio, at).data(), frames);
        }
        at += frames;
        if (turn == 5) {
            read(cut); // a look in between changes nothing
        }
    }
    for (std::size_t index = 0; index < gs_key_count(); ++index) {
        const double a = read(whole, gs_key(index));
        const double b = read(cut, gs_key(index));
        INFO(gs_key(index));
        CHECK((a == b || (std::isnan(a) && std::isnan(b))));
    }
}

TEST_CASE("C: silence is -inf, what can't be measured is NaN, what is no number is counted") {
    const Meter meter = meter_for(1);
    CHECK(read(meter).frames == 0);
    CHECK(std::isnan(read(meter).correlation));
    std::vector<float> samples(48000, 0.0f);
    gs_meter_feed_interleaved(meter.get(), samples.data(), samples.size());
    CHECK(read(meter).sample_peak_dbfs == silence);
    CHECK(read(meter).integrated_lufs == silence);
    samples[5] = NAN;
    samples[6] = INFINITY;
    gs_meter_feed_interleaved(meter.get(), samples.data(), samples.size());
    CHECK(read(meter).non_finite_samples == 2);
    gs_meter_reset(meter.get());
    CHECK(read(meter).frames == 0);
    CHECK(read(meter).non_finite_samples == 0);
}

TEST_CASE("C: loudspeakers by name or mask weigh as BS.1770 says, dual mono adds 3.01 LU") {
    const auto audio = programme(2, 4 * 48000);
    const auto integrated = [&](int channels, const gs_options* options) {
        const Meter meter = meter_for(channels, options);
        gs_meter_feed_planar(meter.get(), pointers(audio).data(), audio.frames());
        return read(meter).integrated_lufs;
    };
    const double plain = integrated(2, nullptr);
    gs_options options = GS_OPTIONS_DEFAULT;
    CHECK(integrated(2, &options) == plain);
    options.speakers = "Ls,Rs";
    const double around = integrated(2, &options);
    CHECK(around - plain == Approx(10.0 * std::log10(1.41)).margin(1e-3)); // 1.41: Annex 1, table 3
    options.speakers = nullptr;
    options.wave_mask = 0x600; // the side pair
    CHECK(integrated(2, &options) == Approx(around).margin(1e-9));

    gs_options twice = GS_OPTIONS_DEFAULT;
    twice.dual_mono = 1;
    CHECK(integrated(1, &twice) - integrated(1, nullptr) ==
          Approx(10.0 * std::log10(2.0)).margin(1e-3));
}

TEST_CASE("C: what is asked for is what the bridge reads when it is asked for it") {
    const auto audio = programme(6, 5 * 48000 + 17);
    meter::Bridge bridge;
    bridge.prepare({.layout = *audio::ChannelLayout::named("5.1"), .max_frames = 300000},
                   {.exact_gating_blocks = 100,
                    .itu_true_peak = true,
                    .spectrum = true,
                    .history_points = 32});
    bridge.process(audio.view());
    const auto expected = bridge.measurement();
    gs_options options = GS_OPTIONS_DEFAULT;
    options.layout = "5.1";
    options.exact_gating_s = 10.0;
    options.itu_true_peak = 1;
    options.spectrum = 1;
    options.history_points = 33;
    const Meter meter = meter_for(6, &options);
    REQUIRE(gs_meter_feed_planar(meter.get(), pointers(audio).data(), audio.frames()) == GS_OK);
    const gs_readings out = read(meter);
    CHECK(out.exact_gating == 1);
    CHECK(read(meter, "exact_gating") == 1.0);
    CHECK(out.integrated_lufs == *expected.value("integrated_lufs"));
    CHECK(out.itu_true_peak_dbtp == *expected.value("itu_true_peak_dbtp"));
    CHECK(out.momentary_lufs == expected.momentary->db());
    CHECK(out.short_term_lufs == expected.short_term->db());

    std::vector<gs_band> bands(40, {-1.0, -1.0});
    std::size_t count = 0;
    REQUIRE(gs_meter_read_spectrum(meter.get(), nullptr, 0, &count) == GS_OK);
    REQUIRE(count == expected.spectrum.size());
    REQUIRE(gs_meter_read_spectrum(meter.get(), bands.data(), 5, &count) == GS_OK);
    CHECK(bands[5].nominal_hz == -1.0); // beyond the capacity
    REQUIRE(gs_meter_read_spectrum(meter.get(), bands.data(), bands.size(), &count) == GS_OK);
    for (std::size_t i = 0; i < count; ++i) {
        CHECK(bands[i].nominal_hz == expected.spectrum[i].nominal_hz);
        CHECK(bands[i].level_dbfs == expected.spectrum[i].level.db());
    }

    std::vector<gs_point> points(40);
    double hop_s = 0.0;
    REQUIRE(gs_meter_read_history(meter.get(), points.data(), 40, &count, &hop_s) == GS_OK);
    CHECK(hop_s == expected.history.hop_s);
    CHECK(hop_s == 0.2); // 51 hops of 0.1 s are more than 32
    REQUIRE(count == expected.history.momentary_lufs.size());
    for (std::size_t i = 0; i < count; ++i) {
        CHECK(points[i].momentary_lufs == static_cast<double>(expected.history.momentary_lufs[i]));
        CHECK(points[i].short_term_lufs ==
              static_cast<double>(expected.history.short_term_lufs[i]));
        CHECK(points[i].true_peak_dbtp == static_cast<double>(expected.history.true_peak_dbtp[i]));
    }
}

TEST_CASE(
    "C: what wasn't asked for is said, and a stream beyond exact_gating_s is judged in bins") {
    const auto audio = programme(1, 3 * 48000);
    gs_options options = GS_OPTIONS_DEFAULT;
    options.exact_gating_s = 2.0;
    options.dual_mono = 1;
    const Meter meter = meter_for(1, &options);
    CHECK(std::isnan(read(meter).momentary_lufs)); // no window is full yet
    gs_meter_feed_planar(meter.get(), pointers(audio).data(), 2 * 48000);
    CHECK(read(meter).exact_gating == 1);
    CHECK(std::isfinite(read(meter).momentary_lufs));
    CHECK(std::isnan(read(meter).short_term_lufs));
    gs_meter_feed_planar(meter.get(), pointers(audio).data(), audio.frames());
    CHECK(read(meter).exact_gating == 0);
    CHECK(read(meter).dual_mono == 1);
    CHECK(read(meter, "dual_mono") == 1.0);
    CHECK(read(meter, "short_term_lufs") == read(meter).short_term_lufs);
    CHECK(std::isnan(read(meter).itu_true_peak_dbtp));
    std::size_t count = 7;
    CHECK(gs_meter_read_spectrum(meter.get(), nullptr, 0, &count) == GS_NOT_ASKED_FOR);
    CHECK(count == 0);
    gs_meter* const alone[] = {meter.get()};
    double album = 0.0;
    CHECK(gs_album_read(alone, 1, &album) == GS_NOT_ASKED_FOR);
    CHECK(std::isnan(album));
}

TEST_CASE("C: an album's loudness is that of its streams one after the other") {
    const auto audio = programme(2, 6 * 48000);
    auto quiet = programme(2, 6 * 48000);
    for (int c = 0; c < 2; ++c) {
        for (float& x : quiet.channel(c)) {
            x *= 0.25f;
        }
    }
    gs_options options = GS_OPTIONS_DEFAULT;
    options.album = 1;
    const Meter first = meter_for(2, &options);
    const Meter second = meter_for(2, &options);
    const Meter both = meter_for(2);
    gs_meter_feed_planar(first.get(), pointers(audio).data(), audio.frames());
    gs_meter_feed_planar(second.get(), pointers(quiet).data(), quiet.frames());
    gs_meter_feed_planar(both.get(), pointers(audio).data(), audio.frames());
    gs_meter_feed_planar(both.get(), pointers(quiet).data(), quiet.frames());
    gs_meter* const album[] = {first.get(), second.get()};
    double integrated_lufs = 0.0;
    REQUIRE(gs_album_read(album, 2, &integrated_lufs) == GS_OK);
    // Three blocks of 117 lie across the seam, which an album has none of.
    CHECK(integrated_lufs == Approx(read(both).integrated_lufs).margin(0.15));
    CHECK(integrated_lufs < read(first).integrated_lufs);
    REQUIRE(gs_album_read(album, 1, &integrated_lufs) == GS_OK);
    CHECK(integrated_lufs == read(first).integrated_lufs);
    REQUIRE(gs_album_read(nullptr, 0, &integrated_lufs) == GS_OK);
    CHECK(integrated_lufs == silence);
}

TEST_CASE("C: a wrong request is a status with a sentence, and no meter") {
    CHECK(new_status(48000, 2) == GS_OK);
    CHECK(new_status(8000, 1) == GS_OK);
    CHECK(new_status(768000, 64) == GS_OK);
    for (const double rate_hz : {0.0, -48000.0, 7999.0, 768001.0, double{NAN}, double{INFINITY}}) {
        CHECK(new_status(rate_hz, 2) == GS_BAD_SAMPLE_RATE);
    }
    for (const int channels : {0, -1, 65, 1 << 30}) {
        CHECK(new_status(48000, channels) == GS_BAD_CHANNELS);
    }
    for (const char* speakers : {"", "L", "L X", "L R C", "l r"}) {
        gs_options options = GS_OPTIONS_DEFAULT;
        options.speakers = speakers;
        CHECK(new_status(48000, 2, &options) == GS_BAD_SPEAKERS);
    }
    for (const char* layout : {"", "5.1", "mono", "2.0"}) {
        gs_options options = GS_OPTIONS_DEFAULT;
        options.layout = layout;
        CHECK(new_status(48000, 2, &options) == GS_BAD_SPEAKERS);
    }
    for (const double seconds : {-1.0, 604801.0, double{NAN}, double{INFINITY}}) {
        gs_options options = GS_OPTIONS_DEFAULT;
        options.exact_gating_s = seconds;
        CHECK(new_status(48000, 2, &options) == GS_BAD_OPTION);
    }
    for (const int points : {-1, (1 << 20) + 1}) {
        gs_options options = GS_OPTIONS_DEFAULT;
        options.history_points = points;
        CHECK(new_status(48000, 2, &options) == GS_BAD_OPTION);
    }
    CHECK(gs_meter_new(48000, 2, nullptr, nullptr) == GS_NULL_POINTER);

    const Meter meter = meter_for(2);
    const float* half[] = {nullptr, nullptr};
    double value = 0.0;
    CHECK(gs_meter_feed_interleaved(nullptr, nullptr, 0) == GS_NULL_POINTER);
    CHECK(gs_meter_feed_interleaved(meter.get(), nullptr, 1) == GS_NULL_POINTER);
    CHECK(gs_meter_feed_interleaved(meter.get(), nullptr, 0) == GS_OK);
    CHECK(gs_meter_feed_planar(meter.get(), half, 1) == GS_NULL_POINTER);
    CHECK(gs_meter_feed_planar(meter.get(), nullptr, 0) == GS_OK);
    CHECK(gs_meter_read(meter.get(), nullptr, 0) == GS_NULL_POINTER);
    CHECK(gs_meter_read_key(meter.get(), "loudness", -1, &value) == GS_UNKNOWN_KEY);
    CHECK(gs_meter_read_key(meter.get(), "rms_dbfs", 2, &value) == GS_NO_SUCH_CHANNEL);
    CHECK(gs_meter_read_key(meter.get(), "rms_dbfs", -2, &value) == GS_NO_SUCH_CHANNEL);
    std::size_t count = 0;
    gs_point point;
    CHECK(gs_meter_read_spectrum(nullptr, nullptr, 0, &count) == GS_NULL_POINTER);
    CHECK(gs_meter_read_spectrum(meter.get(), nullptr, 1, &count) == GS_NULL_POINTER);
    CHECK(gs_meter_read_history(meter.get(), nullptr, 1, &count, &value) == GS_NULL_POINTER);
    CHECK(gs_meter_read_history(meter.get(), &point, 1, &count, nullptr) == GS_NULL_POINTER);
    gs_meter* const none[] = {nullptr};
    CHECK(gs_album_read(none, 1, &value) == GS_NULL_POINTER);
    CHECK(gs_album_read(nullptr, 1, &value) == GS_NULL_POINTER);
    CHECK(gs_album_read(none, 0, nullptr) == GS_NULL_POINTER);
    gs_meter_reset(nullptr);
    gs_meter_free(nullptr);

    std::set<std::string> texts;
    for (int status = GS_OK; status <= GS_BAD_OPTION + 1; ++status) {
        texts.insert(gs_status_text(static_cast<gs_status>(status)));
    }
    CHECK(texts.size() == GS_BAD_OPTION + 2);
}

TEST_CASE("C: structures of another version keep to their own size") {
    struct Older { // the first three readings, and what the caller has behind them
        double readings[3];
        double mine;
    } older{{0, 0, 0}, 42.0};

    const Meter meter = meter_for(2);
    auto* as_readings = reinterpret_cast<gs_readings*>(&older);
    REQUIRE(gs_meter_read(meter.get(), as_readings, sizeof older.readings) == GS_OK);
    CHECK(older.mine == 42.0);
    CHECK(older.readings[0] == read(meter).integrated_lufs);

    struct Newer {
        gs_readings known;
        double added;
    } newer{{}, 42.0};

    REQUIRE(gs_meter_read(meter.get(), &newer.known, sizeof newer) == GS_OK);
    CHECK(newer.added == 0.0);

    gs_options shorter = GS_OPTIONS_DEFAULT;
    shorter.size = offsetof(gs_options, speakers) + sizeof shorter.speakers;
    shorter.speakers = "L R";
    shorter.dual_mono = -1; // beyond its size: not looked at
    CHECK(new_status(48000, 2, &shorter) == GS_OK);
}

TEST_CASE("C: the list of keys is complete and ends") {
    std::set<std::string> keys;
    for (std::size_t index = 0; index < gs_key_count(); ++index) {
        keys.insert(gs_key(index));
    }
    CHECK(keys.size() == gs_key_count());
    CHECK(keys.count("integrated_lufs") == 1);
    CHECK(gs_key(gs_key_count()) == nullptr);
    CHECK(std::string(gs_version()) == GAINSTAGE_VERSION);
}
