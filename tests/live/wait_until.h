// SPDX-License-Identifier: MIT
// wait_until: for what another process does in its own time.
#pragma once

#include <chrono>
#include <thread>

namespace gainstage::test {

/// Until `done`, for a minute at most: a machine that takes longer is broken, not busy.
template <typename Condition>
bool wait_until(Condition&& done) {
    for (int i = 0; i < 6000; ++i) {
        if (done()) {
            return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

} // namespace gainstage::test
