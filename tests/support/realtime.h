// SPDX-License-Identifier: MIT
// RealtimeScope: between its construction and destruction, any allocation or release on this thread
// is counted. Works in programs that link tests/realtime/allocation_trap.cpp, which replaces
// operator new and malloc's family.
#pragma once

namespace gainstage::test {

class RealtimeScope {
public:
    RealtimeScope() noexcept;
    ~RealtimeScope();

    /// Allocations and releases on this thread since the scope began.
    [[nodiscard]] int violations() const noexcept;
};

} // namespace gainstage::test
