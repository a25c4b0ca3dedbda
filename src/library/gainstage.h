// SPDX-License-Identifier: MIT
// gainstage.h: the meters for C, and for every language that can call C: samples in, levels out. It
// reads no files, prints nothing, and no C++ exception leaves it.
//
//   levels      silence is -INFINITY; what can't be measured (the correlation of mono) is NAN
//   threads     one gs_meter belongs to one thread at a time; different meters need no care at all.
//               The functions without a meter may be called anywhere.
//   audio       gs_meter_feed_* and gs_meter_reset allocate nothing, take no lock and make no
//   system
//               call: they may be called on an audio thread. The others may not.
//   versions    within one GS_VERSION_MAJOR (the number in libgainstage.so.N) functions are only
//               added, structures only grow at their end, and no status changes its number
#ifndef GAINSTAGE_H
#define GAINSTAGE_H

#include <stddef.h>
#include <stdint.h>

#define GS_VERSION_MAJOR 0
#define GS_VERSION_MINOR 1
#define GS_VERSION_PATCH 0

#if defined(__GNUC__)
#define GS_API __attribute__((visibility("default")))
#else
#define GS_API
#endif

#ifdef __cplusplus
#define GS_NOEXCEPT noexcept
extern "C" {
#else
#define GS_NOEXCEPT
#endif

/// Every meter there is, over one stream.
typedef struct gs_meter gs_meter;

typedef enum gs_status {
    GS_OK = 0,
    GS_NULL_POINTER = 1,
    GS_BAD_SAMPLE_RATE = 2,
    GS_BAD_CHANNELS = 3,
    GS_BAD_SPEAKERS = 4,
    GS_UNKNOWN_KEY = 5,
    GS_NO_SUCH_CHANNEL = 6,
    GS_OUT_OF_MEMORY = 7,
    GS_INTERNAL_ERROR = 8,
    GS_NOT_ASKED_FOR = 9,
    GS_BAD_OPTION = 10
} gs_status;

/// How to measure. Start from GS_OPTIONS_DEFAULT and change what you need.
typedef struct gs_options {
    size_t size;          ///< sizeof(gs_options), for versions
    const char* speakers; ///< one name a channel, by spaces or commas: "L R C LFE Ls Rs"; "?" has
                          ///< no place; NULL: as wave_mask says
    uint32_t wave_mask;   ///< dwChannelMask of WAVEFORMATEXTENSIBLE; 0: the usual layout of so many
                          ///< channels (6: L R C LFE Ls Rs)
    int dual_mono;        ///< not 0: mono is measured as played on two loudspeakers, +3.01 LU
    const char* layout; ///< instead of the two above: "mono", "stereo", "5.1", "7.1.4", "22.2"…,
                        ///< as `gainstage meter --layout`; NULL: as they say
    double exact_gating_s; ///< streams up to so long have every block of the loudness gates judged
                           ///< by itself, not in bins of 0.01 dB: 160 bytes a second, taken by
                           ///< gs_meter_new; longer ones are judged in bins. At most 604800, a week
    int itu_true_peak;     ///< not 0: also "itu_true_peak_dbtp", by the filter printed in BS.1770
    int spectrum;          ///< not 0: also third octaves, gs_meter_read_spectrum
    int album;             ///< not 0: gs_album_read can count this stream in; 208 kB
    int history_points;    ///< most points of gs_meter_read_history, up to 1048576; 0: 4096
} gs_options;

#define GS_OPTIONS_DEFAULT                                                                         \
    { sizeof(gs_options), NULL, 0, 0, NULL, 0.0, 0, 0, 0, 0 }

/// The readings that most want. docs/reference/json.md describes them under the same names.
typedef struct gs_readings {
    double integrated_lufs;     ///< ITU-R BS.1770-5 Annex 1
    double max_momentary_lufs;  ///< 0.4 s, EBU Tech 3341
    double max_short_term_lufs; ///< 3 s
    double loudness_range_lu;   ///< EBU Tech 3342
    double true_peak_dbtp;      ///< ITU-R BS.1770-5 Annex 2; the largest of all channels
    double true_peak_at_s;      ///< when
    double sample_peak_dbfs;    ///< the largest of all channels
    double rms_dbfs;            ///< mathematical: a full-scale sine reads -3.01
    double active_rms_dbfs;     ///< of the parts in which something plays
    double crest_factor_db;     ///< sample peak less mathematical RMS
    double plr_db;              ///< true peak less integrated loudness
    double psr_min_db;          ///< the least of true peak less short-term loudness
    double dc_offset;           ///< linear, signed; of the channel where it is largest
    double correlation;         ///< -1 to 1, of the first two channels
    double noise_floor_dbfs;    ///< the quietest 0.4 s
    double snr_db;              ///< active RMS less noise floor
    double duration_s;
    uint64_t frames;             ///< samples a channel
    uint64_t clipped_runs;       ///< runs of three or more samples at full scale
    uint64_t non_finite_samples; ///< NaN or infinity, taken as silence
    double momentary_lufs;       ///< now: of the last 0.4 s. NAN while there is less
    double short_term_lufs;      ///< now: of the last 3 s. NAN while there is less
    double itu_true_peak_dbtp;   ///< NAN if it wasn't asked for
    uint64_t exact_gating;       ///< 1: gates judged every block by itself
    uint64_t dual_mono;          ///< 1: mono measured as played on two loudspeakers
} gs_readings;

/// A third octave: its nominal middle (IEC 61260-1: 20, 25, 31.5… 20000) and the mathematical RMS
/// in it, of the whole stream, power mean over channels. Never grows.
typedef struct gs_band {
    double nominal_hz;
    double level_dbfs;
} gs_band;

/// A stretch of the stream: the maxima in it. -INFINITY where a window isn't full yet. Never grows.
typedef struct gs_point {
    double momentary_lufs;
    double short_term_lufs;
    double true_peak_dbtp;
} gs_point;

/// "0.1.0": of the library at hand, which may be newer than this header.
GS_API const char* gs_version(void) GS_NOEXCEPT;

/// What is wrong and what to do, as a sentence in English. Never NULL; never to be freed.
GS_API const char* gs_status_text(gs_status status) GS_NOEXCEPT;

/// A meter into *meter, or a status other than GS_OK and NULL. `options` may be NULL.
///   sample_rate_hz  8000 to 768000
///   channels        1 to 64
GS_API gs_status gs_meter_new(double sample_rate_hz,
                              int channels,
                              const gs_options* options,
                              gs_meter** meter) GS_NOEXCEPT;

/// Any number of frames, also none; full scale is 1.0. Readings are the same however a stream is
/// cut. `samples` holds frames * channels of them and is not kept. [audio]
GS_API gs_status gs_meter_feed_interleaved(gs_meter* meter,
                                           const float* samples,
                                           size_t frames) GS_NOEXCEPT;

/// The same with one pointer a channel: channels[c] holds `frames` samples. Copies nothing. [audio]
GS_API gs_status gs_meter_feed_planar(gs_meter* meter,
                                      const float* const* channels,
                                      size_t frames) GS_NOEXCEPT;

/// Everything fed so far; feeding may go on after it. `size` is sizeof *readings.
GS_API gs_status gs_meter_read(gs_meter* meter, gs_readings* readings, size_t size) GS_NOEXCEPT;

/// One reading by its key in docs/reference/json.md, also "frames", "duration_s",
/// "non_finite_samples", "momentary_lufs", "short_term_lufs", and, 0 or 1, "exact_gating" and
/// "dual_mono". `channel` counts from 0; -1 is the whole stream. A reading that doesn't exist for
/// one channel is NAN there.
GS_API gs_status gs_meter_read_key(gs_meter* meter, const char* key, int channel, double* value)
    GS_NOEXCEPT;

/// The keys that gs_meter_read_key knows: 0 to gs_key_count() - 1; NULL beyond.
GS_API size_t gs_key_count(void) GS_NOEXCEPT;
GS_API const char* gs_key(size_t index) GS_NOEXCEPT;

/// The spectrum in third octaves, low to high: up to `capacity` bands into `bands`, and how many
/// there are into *count (no more than 31; none above half the sample rate). `bands` may be NULL
/// with a capacity of 0. Needs gs_options.spectrum.
GS_API gs_status gs_meter_read_spectrum(gs_meter* meter,
                                        gs_band* bands,
                                        size_t capacity,
                                        size_t* count) GS_NOEXCEPT;

/// Levels over time, evenly spaced over the whole stream: as above, and seconds between points into
/// *hop_s: 0.1, doubled as often as the stream's length needs.
GS_API gs_status gs_meter_read_history(
    gs_meter* meter, gs_point* points, size_t capacity, size_t* count, double* hop_s) GS_NOEXCEPT;

/// The integrated loudness of several streams as if they were one: an album's. -INFINITY for none
/// or silence. Gates judge in bins of 0.01 dB. Needs gs_options.album of each.
GS_API gs_status gs_album_read(gs_meter* const* meters,
                               size_t count,
                               double* integrated_lufs) GS_NOEXCEPT;

/// As new, for another stream of the same kind. NULL is allowed. [audio]
GS_API void gs_meter_reset(gs_meter* meter) GS_NOEXCEPT;

/// NULL is allowed.
GS_API void gs_meter_free(gs_meter* meter) GS_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#undef GS_NOEXCEPT

#endif
