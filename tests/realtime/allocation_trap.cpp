// SPDX-License-Identifier: MIT
// Replaces malloc's family (operator new goes through it) by a version that counts entries under a
// RealtimeScope.
#include "support/realtime.h"

#include <cerrno>
#include <cstddef>

// glibc's own entry points; replacing malloc by name is documented in its manual ("Replacing
// malloc").
extern "C" {
void* __libc_malloc(std::size_t);                // NOLINT(bugprone-reserved-identifier)
void __libc_free(void*);                         // NOLINT(bugprone-reserved-identifier)
void* __libc_calloc(std::size_t, std::size_t);   // NOLINT(bugprone-reserved-identifier)
void* __libc_realloc(void*, std::size_t);        // NOLINT(bugprone-reserved-identifier)
void* __libc_memalign(std::size_t, std::size_t); // NOLINT(bugprone-reserved-identifier)
}

namespace {
thread_local bool watching = false;
thread_local int seen = 0;

void count() noexcept {
    if (watching) {
        ++seen;
    }
}
} // namespace

extern "C" {
void* malloc(std::size_t size) {
    count();
    return __libc_malloc(size);
}

void free(void* pointer) {
    if (pointer != nullptr) {
        count();
    }
    __libc_free(pointer);
}

void* calloc(std::size_t items, std::size_t size) {
    count();
    return __libc_calloc(items, size);
}

void* realloc(void* pointer, std::size_t size) {
    count();
    return __libc_realloc(pointer, size);
}

void* memalign(std::size_t alignment, std::size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void** out, std::size_t alignment, std::size_t size) {
    count();
    *out = __libc_memalign(alignment, size);
    return *out == nullptr ? ENOMEM : 0;
}
}

namespace gainstage::test {

RealtimeScope::RealtimeScope() noexcept {
    seen = 0;
    watching = true;
}

RealtimeScope::~RealtimeScope() { watching = false; }

int RealtimeScope::violations() const noexcept { return seen; }

} // namespace gainstage::test
