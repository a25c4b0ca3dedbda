// SPDX-License-Identifier: MIT
// parallel: independent jobs over a few threads. For whole files, not for samples.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
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

/// What job(0) … job(count - 1) return, in that order.
template <typename Job>
auto parallel_map(std::size_t count, int threads, Job&& job) {
    using Value = decltype(job(std::size_t{}));
    std::vector<std::optional<Value>> slots(count);
    parallel_for(count, threads, [&](std::size_t index) { slots[index].emplace(job(index)); });
    std::vector<Value> values;
    values.reserve(count);
    for (auto& slot : slots) {
        values.push_back(std::move(*slot));
    }
    return values;
}

/// deliver(index, job(index)) for each index, in their order and one at a time, on any thread,
/// while other jobs run. Few results wait at any time, however many jobs there are.
template <typename Job, typename Deliver>
void parallel_in_order(
    std::size_t count, int threads, Job&& job, Deliver&& deliver, std::size_t most_waiting = 64) {
    using Value = decltype(job(std::size_t{}));
    std::mutex mutex;
    std::condition_variable moved_on;
    std::map<std::size_t, Value> waiting;
    std::size_t next = 0; // to be delivered
    bool delivering = false;
    bool failed = false;
    const auto one = [&](std::size_t index) {
        std::unique_lock lock(mutex);
        // The next one to be delivered never waits here: jobs begin in order.
        moved_on.wait(lock, [&] { return failed || index < next + most_waiting; });
        if (failed) {
            return;
        }
        lock.unlock();
        Value value = job(index);
        lock.lock();
        waiting.emplace(index, std::move(value));
        if (delivering) {
            return; // whoever delivers takes this one too
        }
        delivering = true;
        for (auto ready = waiting.find(next); ready != waiting.end(); ready = waiting.find(next)) {
            Value out = std::move(ready->second);
            waiting.erase(ready);
            lock.unlock();
            deliver(next, std::move(out));
            lock.lock();
            ++next;
            moved_on.notify_all();
        }
        delivering = false;
    };
    parallel_for(count, threads, [&](std::size_t index) {
        try {
            one(index);
        } catch (...) {
            const std::lock_guard lock(mutex);
            failed = true;
            moved_on.notify_all();
            throw;
        }
    });
}

} // namespace gainstage::measure
