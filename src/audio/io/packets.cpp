// SPDX-License-Identifier: MIT
#include "audio/io/packets.h"

#include "audio/io/libav_handles.h"

#include <bit>
#include <cstring>

namespace gainstage::audio::io {
namespace {

/// As FNV-1a (offset basis and prime of its 64 bits), over words of 8 bytes, turned so that the
/// high bits matter too.
void add(PacketChecksum& checksum, const std::uint8_t* data, std::size_t bytes) {
    constexpr std::uint64_t prime = 0x100000001b3;
    for (std::size_t i = 0; i < bytes; i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, data + i, std::min<std::size_t>(8, bytes - i));
        checksum.sum = std::rotl((checksum.sum ^ word) * prime, 29);
    }
    checksum.bytes += bytes;
}

} // namespace

Result<PacketChecksum> packet_checksum(const std::filesystem::path& path,
                                       const std::filesystem::path& named_as) {
    if (find_libav() == nullptr) {
        return Error{ErrorKind::unreadable, path.string(),
                     "can't be checked without FFmpeg's libraries",
                     "install libavformat and libavcodec"};
    }
    const OpenContainer container = open_container(path, named_as.empty() ? path : named_as);
    if (container.format == nullptr) {
        return Error{ErrorKind::unreadable, path.string(), "holds no sound that can be read",
                     "check that it is an audio file, whole and not encrypted"};
    }
    const PacketHandle packet(libav().av_packet_alloc());
    PacketChecksum checksum{.sum = 0xcbf29ce484222325};
    while (libav().av_read_frame(container.format.get(), packet.get()) >= 0) {
        const auto stream = static_cast<unsigned>(packet->stream_index);
        const AVCodecParameters& codec = *container.format->streams[stream]->codecpar;
        if (codec.codec_type == AVMEDIA_TYPE_AUDIO) {
            ++checksum.packets;
            add(checksum, packet->data, static_cast<std::size_t>(packet->size));
        }
        libav().av_packet_unref(packet.get());
    }
    return checksum;
}

} // namespace gainstage::audio::io
