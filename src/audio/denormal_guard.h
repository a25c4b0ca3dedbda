// SPDX-License-Identifier: MIT
// DenormalGuard: while it lives, this thread's float arithmetic takes denormal numbers for zero, so
// that a filter's dying tail doesn't cost a hundred times what sound costs. Restores the mode it
// found.
#pragma once

#include <cstdint>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace gainstage::audio {

class DenormalGuard {
public:
#if defined(__SSE2__)
    // MXCSR bits 15 and 6: flush to zero, denormals are zero (Intel SDM volume 1, section 10.2.3)
    DenormalGuard() noexcept : found_(_mm_getcsr()) { _mm_setcsr(found_ | 0x8040u); }

    ~DenormalGuard() { _mm_setcsr(found_); }
#elif defined(__aarch64__)
    // FPCR bit 24: flush to zero (Arm ARM, section C5.2.8)
    DenormalGuard() noexcept {
        __asm__ volatile("mrs %0, fpcr" : "=r"(found_));
        __asm__ volatile("msr fpcr, %0" : : "r"(found_ | (std::uint64_t{1} << 24)));
    }

    ~DenormalGuard() { __asm__ volatile("msr fpcr, %0" : : "r"(found_)); }
#else
    DenormalGuard() noexcept = default;
#endif

    DenormalGuard(const DenormalGuard&) = delete;
    DenormalGuard& operator=(const DenormalGuard&) = delete;

private:
#if defined(__SSE2__)
    unsigned found_;
#elif defined(__aarch64__)
    std::uint64_t found_ = 0;
#endif
};

} // namespace gainstage::audio
