// SPDX-License-Identifier: MIT
// interrupt: Ctrl-C and its like set a flag; long work polls it and leaves nothing half-written.
#pragma once

#include <atomic>

namespace gainstage::app {

/// SIGINT, SIGTERM and SIGHUP set the flag from here on; SIGPIPE is ignored, so that a closed pipe
/// is a write error.
void catch_interrupts();

/// Set once the user asked to stop.
const std::atomic<bool>& interrupted() noexcept;

} // namespace gainstage::app
