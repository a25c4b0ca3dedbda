// SPDX-License-Identifier: MIT
// TestSignals: what generators and synthesisers play, steady and exact. None of it was cut off, and
// much of it looks so: its crests are as high as each other, and the sample rate catches them
// alike.
#pragma once

#include <string>
#include <vector>

namespace gainstage::test {

struct TestSignal {
    std::string name;
    std::vector<float> samples; ///< peak about 0.5
};

/// Tones, pairs of tones (SMPTE, CCIF and DTMF among them), band-limited and plain saws, squares
/// and triangles, FM, AM, vibrato, decays, bursts; sweeps, a click train, noise, an MLS.
std::vector<TestSignal> test_signals(double sample_rate_hz, double seconds);

} // namespace gainstage::test
