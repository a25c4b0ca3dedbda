// SPDX-License-Identifier: MIT
// HelperThread: a thread that does one piece of work at a time while its owner does another. Not a
// pool, and nothing for the audio thread: its owner waits.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace gainstage::live {

class HelperThread {
public:
    HelperThread() : thread_([this] { run(); }) {}

    ~HelperThread(); ///< ends what it does
    HelperThread(const HelperThread&) = delete;
    HelperThread& operator=(const HelperThread&) = delete;

    /// Nothing else may have begun. The work must not throw.
    void begin(std::function<void()> work);

    /// Until it is done.
    void wait();

private:
    void run();

    std::mutex guard_; ///< of the next two
    std::function<void()> work_;
    bool ends_ = false;
    std::condition_variable changed_;
    std::thread thread_; ///< last: it uses the others
};

} // namespace gainstage::live
