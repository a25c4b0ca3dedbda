// SPDX-License-Identifier: MIT
// BridgeOptions: the choices in measuring that a standard leaves open, and that every report must
// state.
#pragma once

#include <cstddef>

namespace gainstage::meter {

struct BridgeOptions {
    bool dual_mono = false; ///< a mono stream is measured as two channels (BS.1770: mono played on
                            ///< two loudspeakers)

    /// Most points of Measurement::history; even. A longer stream has its hop doubled.
    std::size_t history_points = 4096;
};

} // namespace gainstage::meter
