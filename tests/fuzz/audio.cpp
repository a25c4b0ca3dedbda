// SPDX-License-Identifier: MIT
// Any bytes as a sound file: opened by whatever reader takes them, and read to an end.
#include "audio/buffer.h"
#include "audio/io/source.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

using namespace gainstage::audio;

namespace {

/// Far more than inputs of this size can hold, even as one bit a frame in a codec that packs
/// silence: a reader that gives more goes round in circles.
constexpr std::size_t most_frames = std::size_t{1} << 26;

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const int file = memfd_create("fuzz", 0);
    static const std::string path = "/proc/self/fd/" + std::to_string(file);
    if (ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != static_cast<ssize_t>(size)) {
        return 0;
    }
    const bool verify = size % 2 == 0;
    auto source = io::open(path, {.verify = verify});
    if (!source) {
        return 0;
    }
    AudioBuffer block((*source)->info().layout.channels(), 4096);
    std::size_t frames = 0;
    std::size_t blocks = 0;
    while (const auto read = (*source)->read(block.view())) {
        frames += *read;
        if (*read == 0) {
            break;
        }
        if (frames > most_frames) {
            std::abort();
        }
        if (++blocks == 3) { // somewhere else, where that can be done
            (*source)->seek(size % 5000);
        }
    }
    return 0;
}
