// SPDX-License-Identifier: MIT
// Watch: how a caller follows and stops long work. Passed down by reference; the default one hears
// nothing.
#pragma once

#include <atomic>
#include <functional>

namespace gainstage::audio::io {

/// stop: becomes true when the user interrupts (a signal handler may set it); long loops poll it
/// once a block and return an Error of kind `interrupted`. progress: called with frames done since
/// the last call, from any thread.
struct Watch {
    const std::atomic<bool>* stop = nullptr;
    std::function<void(std::size_t frames)> progress;

    [[nodiscard]] bool stopped() const noexcept {
        return stop != nullptr && stop->load(std::memory_order_relaxed);
    }

    void advance(std::size_t frames) const {
        if (progress) {
            progress(frames);
        }
    }
};

} // namespace gainstage::audio::io
