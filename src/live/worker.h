// SPDX-License-Identifier: MIT
// Worker: the threads between the audio thread and the screen: one takes what came in and gives it
// to the Listener, another looks closely at peaks. A slow terminal can't make them late.
#pragma once

#include "audio/buffer.h"
#include "live/capture.h"
#include "live/listener.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

namespace gainstage::live {

class Worker {
public:
    /// Begins at once. length: ends by itself after so many frames.
    Worker(Inlet& inlet,
           Listener& listener,
           const audio::Spec& spec,
           std::optional<std::uint64_t> length_frames);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// By its length, or because no more sound comes.
    [[nodiscard]] bool has_ended() const noexcept { return ended_.load(std::memory_order_acquire); }

    [[nodiscard]] Picture picture();
    void reset_lamps();
    void choose(const std::vector<ballistics::Kind>& kinds);
    void start_again();

    /// Takes what has already come in, and ends. The Listener is the caller's again.
    void stop();

private:
    void run();
    void look_closely();
    void hand_over();
    void rest(double seconds) const;

    Inlet& inlet_;
    Listener& listener_;
    Hertz sample_rate_;
    std::optional<std::uint64_t> length_frames_;
    audio::AudioBuffer buffer_;
    std::mutex listening_; ///< guards listener_; the audio thread never comes near it
    /// Whose look_ is.
    enum class Turn {
        none,            ///< run()'s
        wanted,          ///< run()'s, to be filled
        to_be_looked_at, ///< look_closely()'s
        looked_at        ///< run()'s again, to be told
    };

    CutOffLamps::CloseLook look_;
    std::atomic<Turn> turn_{Turn::none};
    std::atomic<bool> stop_{false};
    std::atomic<bool> ended_{false};
    std::thread thread_; ///< last, these two: they use the others
    std::thread looking_;
};

} // namespace gainstage::live
