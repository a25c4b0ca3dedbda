// SPDX-License-Identifier: MIT
// parallel_for: independent jobs over a few threads. For whole files, not for samples.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace gainstage::measure {

/// job(0) … job(count - 1), each once, over `threads` threads (0: as many as the machine has),
/// begun in order. The first exception stops what has not begun and is thrown here.
template <typename Job>
void parallel_for(std::size_t count, int threads, Job&& job) {
    const std::size_t wanted =
        threads > 0 ? static_cast<std::size_t>(threads) : std::thread::hardware_concurrency();
    const std::size_t workers = std::clamp<std::size_t>(wanted, 1, std::max<std::size_t>(count, 1));
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure;
    std::mutex failing;
    const auto work = [&] {
        for (std::size_t index = next++; index < count; index = next++) {
            try {
                job(index);
            } catch (...) {
                const std::lock_guard lock(failing);
                failure = failure ? failure : std::current_exception();
                next = count;
            }
        }
    };
    {
        std::vector<std::jthread> others;
        for (std::size_t i = 1; i < workers; ++i) {
            others.emplace_back(work);
        }
        work();
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
}

} // namespace gainstage::measure
