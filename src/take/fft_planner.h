// SPDX-License-Identifier: MIT
// fft_planner: one lock for FFTW's planner, which isn't reentrant; everyone in this room who makes
// or destroys a plan holds it. Executing a plan needs no lock.
#pragma once

#include <mutex>

namespace gainstage::take {

inline std::mutex& fft_planner() {
    static std::mutex mutex;
    return mutex;
}

} // namespace gainstage::take
