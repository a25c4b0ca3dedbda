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
    GS_INTERNAL_ERROR = 8
} gs_status;

/// How to measure. Start from GS_OPTIONS_DEFAULT and change what you need.
typedef struct gs_options {
    size_t size;          ///< sizeof(gs_options), for versions
    const char* speakers; ///< one name a channel, by spaces or commas: "L R C LFE Ls Rs"; "?" has
                          ///< no place; NULL: as wave_mask says
    uint32_t wave_mask; ///< dwChannelMask of WAVEFORMATEXTENSIBLE; 0: the usual layout of so many
                        ///< channels (6: L R C LFE Ls Rs)
    int dual_mono;      ///< not 0: mono is measured as played on two loudspeakers, +3.01 LU
} gs_options;

#define GS_OPTIONS_DEFAULT                                                                         \
    { sizeof(gs_options), NULL, 0, 0 }

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
} gs_readings;

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

/// One reading by its key in docs/reference/json.md, also "frames", "duration_s" and
/// "non_finite_samples". `channel` counts from 0; -1 is the whole stream. A reading that doesn't
/// exist for one channel is NAN there.
GS_API gs_status gs_meter_read_key(gs_meter* meter, const char* key, int channel, double* value)
    GS_NOEXCEPT;

/// The keys that gs_meter_read_key knows: 0 to gs_key_count() - 1; NULL beyond.
GS_API size_t gs_key_count(void) GS_NOEXCEPT;
GS_API const char* gs_key(size_t index) GS_NOEXCEPT;

/// As new, for another stream of the same kind. NULL is allowed. [audio]
GS_API void gs_meter_reset(gs_meter* meter) GS_NOEXCEPT;

/// NULL is allowed.
GS_API void gs_meter_free(gs_meter* meter) GS_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#undef GS_NOEXCEPT

#endif
