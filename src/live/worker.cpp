// SPDX-License-Identifier: MIT
#include "live/worker.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <sys/resource.h>
#include <unistd.h>

namespace gainstage::live {
namespace {

constexpr double share_of_a_core = 0.1; // for close looks

/// Of the calling thread.
double cpu_s() noexcept {
    timespec used{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

} // namespace

Worker::Worker(Inlet& inlet,
               Listener& listener,
               const audio::Spec& spec,
               std::optional<std::uint64_t> length_frames)
    : inlet_(inlet), listener_(listener), sample_rate_(spec.sample_rate),
      length_frames_(length_frames),
      buffer_(spec.channels(), static_cast<std::size_t>(spec.max_frames)),
      thread_([this] { run(); }), looking_([this] { look_closely(); }) {}

Worker::~Worker() { stop(); }

void Worker::stop() {
    stop_.store(true, std::memory_order_release);
    for (std::thread* thread : {&thread_, &looking_}) {
        if (thread->joinable()) {
            thread->join();
        }
    }
    if (turn_.load() == Turn::to_be_looked_at) { // it was handed over, so it counts as known
        look_.look();
        turn_.store(Turn::looked_at);
    }
    if (turn_.load() == Turn::looked_at) {
        hand_over();
    }
}

Picture Worker::picture() {
    const std::lock_guard lock(listening_);
    return listener_.picture();
}

void Worker::reset_lamps() {
    const std::lock_guard lock(listening_);
    listener_.reset_lamps();
}

void Worker::choose(const std::vector<ballistics::Kind>& kinds) {
    const std::lock_guard lock(listening_);
    listener_.choose(kinds);
}

void Worker::start_again() {
    const std::lock_guard lock(listening_);
    listener_.start_again();
}

/// Until the end at the latest.
void Worker::rest(double seconds) const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    while (!stop_.load(std::memory_order_acquire) && !has_ended() &&
           std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

/// One channel after the other, with no more than its share of a core, and after everything else
/// that wants one. Such a thread mustn't hold a lock that others wait for: run() hands the channels
/// over and takes them back.
void Worker::look_closely() {
    constexpr int nicest = 19;
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), nicest); // Linux: this thread's alone
    while (!stop_.load(std::memory_order_acquire) && !has_ended()) {
        const Turn turn = turn_.load(std::memory_order_acquire);
        if (turn == Turn::to_be_looked_at) {
            const double begin_s = cpu_s();
            look_.look();
            turn_.store(Turn::looked_at, std::memory_order_release);
            rest((cpu_s() - begin_s) * (1.0 / share_of_a_core - 1.0));
        } else if (turn == Turn::none) {
            turn_.store(Turn::wanted, std::memory_order_release);
        } else {
            rest(0.02);
        }
    }
}

/// The Listener's side of that.
void Worker::hand_over() {
    const Turn turn = turn_.load(std::memory_order_acquire);
    if (turn == Turn::wanted && listener_.begin(look_)) {
        turn_.store(Turn::to_be_looked_at, std::memory_order_release);
    } else if (turn == Turn::looked_at) {
        listener_.end(look_);
        turn_.store(Turn::none, std::memory_order_release);
    }
}

void Worker::run() {
    const auto a_second = static_cast<std::uint64_t>(sample_rate_.value());
    std::uint64_t next_advice = a_second;
    std::uint64_t heard = 0;
    std::uint64_t end = length_frames_.value_or(~std::uint64_t{0});
    bool is_last = false;
    while (heard < end) {
        // Both are asked before the ring is: what came before them is then in it.
        if (!is_last &&
            (stop_.load(std::memory_order_acquire) || inlet_.ending() != Ending::none)) {
            is_last = true;
            end = std::min<std::uint64_t>(end, heard + inlet_.capacity()); // more may still come
        }
        const auto most = std::min<std::uint64_t>(buffer_.frames(), end - heard);
        const std::size_t frames = inlet_.read(buffer_.view().first(most));
        if (frames > 0) {
            const std::lock_guard lock(listening_);
            listener_.process(buffer_.view().first(frames));
            hand_over();
            heard += frames;
            if (heard >= next_advice) {
                listener_.advise();
                next_advice = heard + a_second;
            }
        } else if (is_last) {
            break;
        } else {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }
    const std::lock_guard lock(listening_);
    listener_.advise();
    ended_.store(true, std::memory_order_release);
}

} // namespace gainstage::live
