// SPDX-License-Identifier: MIT
// packets: a file's encoded sound, undecoded, to tell whether two files hold the same.
#pragma once

#include "units/result.h"

#include <cstdint>
#include <filesystem>

namespace gainstage::audio::io {

/// What the codecs' packets of all sound streams add up to.
struct PacketChecksum {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
    std::uint64_t sum = 0; ///< equal for unequal packets once in 2^64 times

    friend bool operator==(const PacketChecksum&, const PacketChecksum&) = default;
};

/// `named_as`: the name that the file goes by, if it isn't its own: very short MPEG streams are
/// known by their extension alone.
///   errors  holds no sound, or FFmpeg's libraries aren't there
Result<PacketChecksum> packet_checksum(const std::filesystem::path& path,
                                       const std::filesystem::path& named_as = {});

} // namespace gainstage::audio::io
