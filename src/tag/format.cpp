// SPDX-License-Identifier: MIT
#include "tag/format.h"

#include <string_view>

namespace gainstage::tag {
namespace {

unsigned byte(std::string_view bytes, std::size_t at) {
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
}

/// What follows an ID3v2 tag at the start; 0 without one.
std::uint64_t end_of_id3v2(const FileEdit& file) {
    std::uint64_t end = 0;
    constexpr int most_tags = 8; // some files carry two
    for (int i = 0; i < most_tags; ++i) {
        const std::string head = file.read(end, 10);
        if (head.size() < 10 || !head.starts_with("ID3")) {
            break;
        }
        // id3.org, ID3v2.4.0 structure, section 3.1: 28 bits, 7 a byte; flag 0x10: a footer.
        const std::uint64_t size =
            byte(head, 6) << 21 | byte(head, 7) << 14 | byte(head, 8) << 7 | byte(head, 9);
        end += 10 + size + ((byte(head, 5) & 0x10u) != 0 ? 10u : 0u);
    }
    return end;
}

std::optional<Format> in_ogg(std::string_view page) {
    const std::size_t packet = 27 + byte(page, 26); // RFC 3533, section 6
    const std::string_view head = packet < page.size() ? page.substr(packet) : std::string_view{};
    return head.starts_with("\x01vorbis") ? std::optional(Format::ogg_vorbis)
           : head.starts_with("OpusHead") ? std::optional(Format::ogg_opus)
           : head.starts_with("\x7f"
                              "FLAC")
               ? std::optional(Format::ogg_flac)
           : head.starts_with("Speex   ") ? std::optional(Format::ogg_speex)
                                          : std::nullopt;
}

/// A frame header of layer 1, 2 or 3, perhaps after some zeros; not ADTS (layer 0), which has no
/// tag of its own.
bool is_mpeg(std::string_view head) {
    const std::size_t sync = head.find_first_not_of('\0');
    return sync != std::string_view::npos && byte(head, sync) == 0xFF &&
           (byte(head, sync + 1) & 0xE0u) == 0xE0u && (byte(head, sync + 1) & 0x06u) != 0;
}

} // namespace

std::optional<Format> format_of(const FileEdit& file) {
    constexpr std::size_t looked_at = 4096;
    const std::uint64_t start = end_of_id3v2(file);
    const std::string bytes = file.read(start, looked_at);
    const std::string_view head = bytes;
    const std::string_view kind = head.size() >= 12 ? head.substr(8, 4) : std::string_view{};
    if (head.starts_with("fLaC")) {
        return Format::flac;
    }
    if (start == 0) {
        if (head.starts_with("OggS")) {
            return in_ogg(head);
        }
        if ((head.starts_with("RIFF") || head.starts_with("RF64") || head.starts_with("BW64")) &&
            kind == "WAVE") {
            return Format::wave;
        }
        if (head.starts_with("FORM") && (kind == "AIFF" || kind == "AIFC")) {
            return Format::aiff;
        }
        if (head.size() > 8 && head.substr(4, 4) == "ftyp") {
            return Format::mp4;
        }
        if (head.starts_with("wvpk")) {
            return Format::wavpack;
        }
        if (head.starts_with("\x30\x26\xB2\x75\x8E\x66\xCF\x11")) { // ASF header object's GUID
            return Format::asf;
        }
    }
    return is_mpeg(head) ? std::optional(Format::mpeg) : std::nullopt;
}

const char* name(Format format) noexcept {
    switch (format) {
    case Format::flac:
        return "FLAC";
    case Format::ogg_vorbis:
        return "Ogg Vorbis";
    case Format::ogg_opus:
        return "Ogg Opus";
    case Format::ogg_flac:
        return "Ogg FLAC";
    case Format::ogg_speex:
        return "Ogg Speex";
    case Format::mpeg:
        return "MPEG audio";
    case Format::mp4:
        return "MP4";
    case Format::wavpack:
        return "WavPack";
    case Format::asf:
        return "ASF";
    case Format::aiff:
        return "AIFF";
    case Format::wave:
        return "WAV";
    }
    return "";
}

} // namespace gainstage::tag
