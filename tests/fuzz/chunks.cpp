// SPDX-License-Identifier: MIT
// Any bytes as a WAV or an Opus file to be tagged by our own code (TagLib's is TagLib's).
#include "tag/bext.h"
#include "tag/format.h"
#include "tag/opus_gain.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

using namespace gainstage;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const int file = memfd_create("fuzz", 0);
    static const std::string path = "/proc/self/fd/" + std::to_string(file);
    if (ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != static_cast<ssize_t>(size)) {
        return 0;
    }
    auto edit = tag::FileEdit::of(path);
    if (!edit) {
        return 0;
    }
    (void)tag::format_of(*edit);
    const tag::BextLoudness loudness{-2300, 500, -100, -1800, -2000};
    if (tag::set_bext_loudness(*edit, loudness) && tag::bext_loudness(*edit) != loudness) {
        std::abort(); // what was written isn't found again
    }
    if (tag::set_opus_header_gain(*edit, -573) && tag::opus_header_gain(*edit) != -573) {
        std::abort();
    }
    return 0;
}
