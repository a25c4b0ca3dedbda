// SPDX-License-Identifier: MIT
// BridgeOptions: the choices in measuring that a standard leaves open, and that every report must
// state.
#pragma once

namespace gainstage::meter {

struct BridgeOptions {
    bool dual_mono = false; ///< a mono stream is measured as two channels (BS.1770: mono played on
                            ///< two loudspeakers)
};

} // namespace gainstage::meter
