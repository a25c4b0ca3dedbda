// SPDX-License-Identifier: MIT
// same: whether two measurements agree to the bit; says where they don't.
#pragma once

#include <catch2/catch.hpp>

#include "meter/bridge.h"

namespace gainstage::test {

inline bool same(const meter::Measurement& a, const meter::Measurement& b) {
    const auto differ = [](std::string_view what, int channel) {
        UNSCOPED_INFO(what << " of channel " << channel << " differs");
        return false;
    };
    if (a.frames != b.frames || a.non_finite_samples != b.non_finite_samples ||
        a.dual_mono != b.dual_mono) {
        return differ("frames, non_finite_samples or dual_mono", -1);
    }
    for (const meter::ReadingSpec* reading : meter::Bridge::readings()) {
        for (int c = -1; c < a.layout.channels(); ++c) {
            if (a.value(reading->key, c) != b.value(reading->key, c)) {
                return differ(reading->key, c);
            }
        }
    }
    if (a.history.hop_s != b.history.hop_s ||
        a.history.momentary_lufs != b.history.momentary_lufs ||
        a.history.short_term_lufs != b.history.short_term_lufs ||
        a.history.true_peak_dbtp != b.history.true_peak_dbtp) {
        return differ("history", -1);
    }
    const auto equal_runs = [](const meter::ClippedRun& x, const meter::ClippedRun& y) {
        return x.channel == y.channel && x.first_frame == y.first_frame && x.frames == y.frames;
    };
    if (!std::equal(a.clipped_runs.begin(), a.clipped_runs.end(), b.clipped_runs.begin(),
                    b.clipped_runs.end(), equal_runs)) {
        return differ("clipped_runs", -1);
    }
    return true;
}

} // namespace gainstage::test
