// SPDX-License-Identifier: MIT
// BridgeOptions: the choices in measuring that a standard leaves open, and that every report must
// state.
#pragma once

#include "audio/layout.h"

#include <cstddef>

namespace gainstage::meter {

struct BridgeOptions {
    bool dual_mono = false; ///< a mono stream is measured as two channels (BS.1770: mono played on
                            ///< two loudspeakers)

    /// Taken instead of the stream's, which may not say or say wrong; of as many channels. None:
    /// the stream's.
    audio::ChannelLayout layout = {};

    /// Gates judge every block by itself instead of in bins of 0.01 dB: room for this many blocks,
    /// ten a second, 16 bytes each. A longer stream is judged in bins. 0: in bins.
    std::size_t exact_gating_blocks = 0;

    bool itu_true_peak = false; ///< also by the 48 taps that BS.1770 prints
    bool spectrum = false;      ///< also third octaves: Measurement::spectrum
    bool vectorscope = false;   ///< also Measurement::vectorscope

    /// Most points of Measurement::history; even. A longer stream has its hop doubled.
    std::size_t history_points = 4096;

    /// Measurement::gate_blocks: to pool an album's loudness. 208 kB a stream.
    bool keep_gate_blocks = false;
};

} // namespace gainstage::meter
