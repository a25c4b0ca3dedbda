// SPDX-License-Identifier: MIT
#include "live/helper_thread.h"

#include <utility>

namespace gainstage::live {

HelperThread::~HelperThread() {
    {
        const std::lock_guard lock(guard_);
        ends_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void HelperThread::begin(std::function<void()> work) {
    {
        const std::lock_guard lock(guard_);
        work_ = std::move(work);
    }
    changed_.notify_all();
}

void HelperThread::wait() {
    std::unique_lock lock(guard_);
    changed_.wait(lock, [this] { return work_ == nullptr; });
}

void HelperThread::run() {
    std::unique_lock lock(guard_);
    while (true) {
        changed_.wait(lock, [this] { return ends_ || work_ != nullptr; });
        if (work_ == nullptr) {
            return;
        }
        // Nobody touches it before it is done.
        lock.unlock();
        work_();
        lock.lock();
        work_ = nullptr;
        changed_.notify_all();
    }
}

} // namespace gainstage::live
