// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "dsp/inter_sample_peaks.h"

#include "support/signals.h"

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace gainstage;

namespace {

constexpr std::size_t before = dsp::inter_sample_before;

/// A line with `frames` frames to read and the room that the kernel asks for.
std::vector<float> line_of(std::vector<float> frames) {
    const std::size_t room = frames.size() + dsp::inter_sample_cell + dsp::inter_sample_after + 1;
    frames.insert(frames.begin(), before, 0.0f);
    frames.resize(before + room, 0.0f);
    return frames;
}

} // namespace

TEST_CASE("inter-sample peaks: the SIMD version equals the scalar one wherever the threshold is "
          "passed, for every length") {
    int agreeing = 0;
    int compared = 0;
    for (std::size_t frames = 0; frames < 200; frames += frames < 70 ? 1 : 13) {
        const auto line = line_of(test::white_noise(frames, test::Seed{frames + 1}));
        for (const float threshold : {0.0f, 0.5f, 0.9f, 2.0f}) {
            std::vector<float> fast(frames + dsp::inter_sample_cell, 0.0f);
            std::vector<float> slow(frames + dsp::inter_sample_cell, 0.0f);
            dsp::inter_sample_peaks(line.data() + before, frames, threshold, fast.data());
            dsp::inter_sample_peaks_scalar(line.data() + before, frames, threshold, slow.data());
            for (std::size_t n = 0; n < frames; ++n) {
                CAPTURE(frames, n, threshold);
                if (slow[n] > threshold * 1.0001f) {
                    // 32 additions in another order. Where two neighbours are equal, the last bit
                    // decides which frame a peak on the border belongs to and through which of the
                    // two the parabola is laid: within the method's own error (0.06 dB, 0.7 %).
                    const float fast_near =
                        std::max({fast[n > 0 ? n - 1 : 0], fast[n], fast[n + 1]});
                    const float slow_near =
                        std::max({slow[n > 0 ? n - 1 : 0], slow[n], slow[n + 1]});
                    REQUIRE(fast_near >= slow[n] * 0.993f);
                    REQUIRE((n + 1 == frames || fast[n] <= slow_near * 1.007f));
                    agreeing += std::abs(fast[n] - slow[n]) <= 1e-5f * slow[n] ? 1 : 0;
                    ++compared;
                } else {
                    REQUIRE(fast[n] <= threshold * 1.0002f);
                }
            }
        }
    }
    CHECK(compared > 1000);
    CHECK(agreeing >= compared * 999 / 1000);
}

TEST_CASE(
    "inter-sample peaks: where a frame lies in the block doesn't change its value, to the bit") {
    const auto line = line_of(test::white_noise(300, test::Seed{5}));
    std::vector<float> whole(300 + dsp::inter_sample_cell, 0.0f);
    dsp::inter_sample_peaks(line.data() + before, 300, 0.3f, whole.data());
    for (std::size_t first : {1u, 3u, 8u, 31u, 33u}) {
        std::vector<float> part(300 + dsp::inter_sample_cell, 0.0f);
        dsp::inter_sample_peaks(line.data() + before + first, 300 - first, 0.3f, part.data());
        for (std::size_t n = first; n < 300; ++n) {
            if (whole[n] > 0.3f) {
                REQUIRE(part[n - first] == whole[n]);
            }
        }
    }
}

TEST_CASE("inter-sample peaks: a tone up to 0.44 fs is read at most 0.06 dB low and 0.06 dB high, "
          "at any phase") {
    for (const double frequency :
         {0.01, 0.1, 0.2, 0.25, 0.3, 0.3333, 0.375, 0.4, 0.4167, 0.43, 0.44}) {
        for (double phase = 0.0; phase < std::numbers::pi; phase += 0.05) {
            const auto line = line_of(test::sine(frequency, 1.0, 400, 1.0, phase));
            std::vector<float> peaks(400 + dsp::inter_sample_cell, 0.0f);
            dsp::inter_sample_peaks(line.data() + before, 400, 0.5f, peaks.data());
            // Away from the abrupt ends, which overshoot by themselves.
            const float peak = *std::max_element(peaks.begin() + 100, peaks.begin() + 300);
            {
                CAPTURE(frequency, phase, peak);
                REQUIRE(std::abs(20.0 * std::log10(static_cast<double>(peak))) < 0.06);
            }
        }
    }
}

TEST_CASE("inter-sample peaks: a full-scale sine at fs/4, 45 degrees, is found between its samples "
          "at -3.01 dBFS") {
    const auto line = line_of(test::sine(0.25, 1.0, 64, 1.0, std::numbers::pi / 4.0));
    std::vector<float> peaks(64 + dsp::inter_sample_cell, 0.0f);
    dsp::inter_sample_peaks(line.data() + before, 64, 0.9f, peaks.data());
    CHECK(20.0 * std::log10(static_cast<double>(peaks[30])) > -0.06);
}

TEST_CASE(
    "inter-sample peaks are combined with what was there: channels are added one after the other") {
    const auto line = line_of(std::vector<float>(32, 0.1f));
    std::vector<float> peaks(64, 0.7f);
    dsp::inter_sample_peaks(line.data() + before, 32, 0.0f, peaks.data());
    CHECK(peaks[16] == 0.7f);
}
