// SPDX-License-Identifier: MIT
#include "app/interrupt.h"

#include <csignal>

namespace gainstage::app {
namespace {

std::atomic<bool> flag{false};
static_assert(std::atomic<bool>::is_always_lock_free,
              "a signal handler may only touch lock-free atomics");

void set_flag(int) { flag.store(true, std::memory_order_relaxed); }

} // namespace

void catch_interrupts() {
    struct sigaction action = {};
    action.sa_handler = set_flag;
    sigemptyset(&action.sa_mask);
    action.sa_flags =
        SA_RESTART; // a read that was under way goes on: the flag is polled once a block
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        sigaction(signal, &action, nullptr);
    }
    std::signal(SIGPIPE, SIG_IGN);
}

const std::atomic<bool>& interrupted() noexcept { return flag; }

} // namespace gainstage::app
