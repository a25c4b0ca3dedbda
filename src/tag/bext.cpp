// SPDX-License-Identifier: MIT
#include "tag/bext.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace gainstage::tag {
namespace {

// EBU Tech 3285 version 2, section 2.3: description 256, originator 32, its reference 32, date 10,
// time 8, time reference 8; then version 2, UMID 64, five loudness fields of 2, reserved 180.
constexpr std::uint64_t version_at = 346;
constexpr std::uint64_t loudness_at = 412;
constexpr std::uint64_t chunk_bytes = 602; // without coding history
constexpr unsigned loudness_version = 2;
constexpr std::uint64_t chunk_header = 8;
constexpr std::uint64_t longest_riff = 0xFFFF'FFFE; // 2^32 - 1 means: see ds64
constexpr int most_chunks = 10'000;

std::uint64_t number(std::string_view bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) {
        value = value << 8 | static_cast<unsigned char>(bytes[i]);
    }
    return value;
}

std::string little_endian(std::uint64_t value, std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i) {
        text += static_cast<char>(value >> (8 * i) & 0xFFu);
    }
    return text;
}

struct Chunk {
    std::uint64_t start = 0; ///< of its contents
    std::uint64_t bytes = 0;
};

struct Wave {
    bool is_64 = false; ///< RF64 or BW64: sizes are in ds64
    std::optional<Chunk> ds64;
    std::optional<Chunk> bext;
    std::optional<Chunk> fmt;
};

/// The chunks before the sound and after it.
std::optional<Wave> read_chunks(const FileEdit& file) {
    const std::string head = file.read(0, 12);
    Wave wave{.is_64 = head.starts_with("RF64") || head.starts_with("BW64")};
    if (head.size() < 12 || (!wave.is_64 && !head.starts_with("RIFF"))) {
        return std::nullopt;
    }
    std::uint64_t at = 12;
    std::uint64_t data_bytes_64 = 0;
    for (int i = 0; i < most_chunks && at + chunk_header <= file.bytes(); ++i) {
        const std::string header = file.read(at, chunk_header);
        const std::string_view name = std::string_view(header).substr(0, 4);
        Chunk chunk{at + chunk_header, number(std::string_view(header).substr(4))};
        if (name == "ds64" && i == 0) { // EBU Tech 3306, section 3: the first chunk
            wave.ds64 = chunk;
            data_bytes_64 = number(file.read(chunk.start + 8, 8));
        } else if (name == "bext" && !wave.bext) {
            wave.bext = chunk;
        } else if (name == "fmt " && !wave.fmt) {
            wave.fmt = chunk;
        } else if (name == "data" && wave.is_64 && chunk.bytes == 0xFFFF'FFFF) {
            chunk.bytes = data_bytes_64;
        }
        const std::uint64_t room = file.bytes() - chunk.start;
        if (chunk.bytes >= room) {
            break;
        }
        at = chunk.start + chunk.bytes + chunk.bytes % 2;
    }
    return wave;
}

Error unusable(const FileEdit& file, const std::string& what, const std::string& action) {
    return {ErrorKind::unreadable, file.path().string(), what, action};
}

/// The size in the file's header, after `grown` bytes were added.
Status grow_riff(FileEdit& edit, const Wave& wave, std::uint64_t grown) {
    const std::uint64_t riff = number(edit.read(4, 4));
    if (wave.is_64 && wave.ds64 && wave.ds64->bytes >= 28) {
        const std::uint64_t size = number(edit.read(wave.ds64->start, 8));
        edit.replace(wave.ds64->start, 8, little_endian(size + grown, 8));
        if (riff == 0xFFFF'FFFF) {
            return Done{};
        }
    }
    if (riff == 0 || riff == 0xFFFF'FFFF) {
        return unusable(edit, "has an unfinished header: nothing can be added",
                        "export the file again");
    }
    if (riff + grown > longest_riff) {
        return unusable(edit, "is a WAV of almost 4 GB: nothing can be added",
                        "convert it to RF64 first");
    }
    edit.replace(4, 4, little_endian(riff + grown, 4));
    return Done{};
}

std::string fields(const BextLoudness& loudness) {
    std::string bytes;
    for (const std::int16_t value : {loudness.integrated, loudness.range, loudness.max_true_peak,
                                     loudness.max_momentary, loudness.max_short_term}) {
        bytes += little_endian(static_cast<std::uint16_t>(value), 2);
    }
    return bytes;
}

} // namespace

std::optional<BextLoudness> bext_loudness(const FileEdit& file) {
    const auto wave = read_chunks(file);
    if (!wave || !wave->bext || wave->bext->bytes < chunk_bytes ||
        number(file.read(wave->bext->start + version_at, 2)) < loudness_version) {
        return std::nullopt;
    }
    std::array<std::int16_t, 5> values{};
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<std::int16_t>(
            number(file.read(wave->bext->start + loudness_at + 2 * i, 2)));
    }
    return BextLoudness{values[0], values[1], values[2], values[3], values[4]};
}

Status set_bext_loudness(FileEdit& edit, const BextLoudness& loudness) {
    const auto wave = read_chunks(edit);
    if (!wave || !wave->fmt) {
        return unusable(edit, "has a damaged WAV header", "export the file again");
    }
    if (!wave->bext) {
        std::string chunk = "bext" + little_endian(chunk_bytes, 4);
        chunk.resize(chunk_header + chunk_bytes, '\0');
        chunk.replace(chunk_header + version_at, 2, little_endian(loudness_version, 2));
        chunk.replace(chunk_header + loudness_at, 10, fields(loudness));
        edit.replace(wave->fmt->start - chunk_header, 0, chunk);
        return grow_riff(edit, *wave, chunk.size());
    }
    const Chunk bext = *wave->bext;
    if (bext.bytes > edit.bytes() - bext.start) {
        return unusable(edit, "has a damaged WAV header", "export the file again");
    }
    if (bext.bytes < chunk_bytes) { // shorter than any version of the standard allows
        const std::uint64_t padded = bext.bytes + bext.bytes % 2;
        edit.replace(bext.start + bext.bytes, padded - bext.bytes,
                     std::string(static_cast<std::size_t>(chunk_bytes - bext.bytes), '\0'));
        edit.replace(bext.start - 4, 4, little_endian(chunk_bytes, 4));
        if (const Status grown = grow_riff(edit, *wave, chunk_bytes - padded); !grown) {
            return grown;
        }
    }
    if (number(edit.read(bext.start + version_at, 2)) < loudness_version) {
        edit.replace(bext.start + version_at, 2, little_endian(loudness_version, 2));
    }
    edit.replace(bext.start + loudness_at, 10, fields(loudness));
    return Done{};
}

} // namespace gainstage::tag
