// SPDX-License-Identifier: MIT
#include "audio/io/riff.h"

#include <array>
#include <cstring>
#include <fstream>

namespace gainstage::audio::io {
namespace {

constexpr std::uint32_t open_size = 0xFFFFFFFF;

struct ChunkHeader {
    std::array<char, 4> id;
    std::uint32_t size;

    [[nodiscard]] bool is(const char* name) const noexcept {
        return std::memcmp(id.data(), name, 4) == 0;
    }
};

template <typename Number>
std::optional<Number> read_little_endian(std::istream& file) {
    std::array<unsigned char, sizeof(Number)> bytes{};
    if (!file.read(reinterpret_cast<char*>(bytes.data()), bytes.size())) {
        return std::nullopt;
    }
    Number number = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) {
        number = static_cast<Number>(number << 8 | bytes[i]);
    }
    return number;
}

std::optional<ChunkHeader> read_header(std::istream& file) {
    ChunkHeader header{};
    if (!file.read(header.id.data(), header.id.size())) {
        return std::nullopt;
    }
    const auto size = read_little_endian<std::uint32_t>(file);
    if (!size) {
        return std::nullopt;
    }
    header.size = *size;
    return header;
}

} // namespace

std::optional<PromisedData> promised_data(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const auto riff = read_header(file);
    if (!riff || !(riff->is("RIFF") || riff->is("RF64") || riff->is("BW64"))) {
        return std::nullopt;
    }
    std::error_code failure;
    const std::uint64_t file_bytes = std::filesystem::file_size(path, failure);
    file.seekg(4, std::ios::cur); // "WAVE"
    std::uint64_t data_bytes_64 = 0;
    while (const auto chunk = read_header(file)) {
        const auto start = static_cast<std::uint64_t>(file.tellg());
        if (chunk->is("ds64")) { // EBU Tech 3306: RIFF size, then data size, 64 bit each
            file.seekg(8, std::ios::cur);
            data_bytes_64 = read_little_endian<std::uint64_t>(file).value_or(0);
        }
        if (chunk->is("data")) {
            const std::uint64_t promised = chunk->size == open_size ? data_bytes_64 : chunk->size;
            if (failure || promised == 0) {
                return std::nullopt;
            }
            return PromisedData{promised, std::min(promised, file_bytes - start)};
        }
        file.seekg(static_cast<std::streamoff>(start + chunk->size +
                                               chunk->size % 2)); // chunks are padded to even
    }
    return std::nullopt;
}

} // namespace gainstage::audio::io
