// SPDX-License-Identifier: MIT
#include "audio/io/chunks.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <string_view>

namespace gainstage::audio::io {
namespace {

/// A damaged file may pretend to be made of millions of empty chunks; real ones have a few dozen.
constexpr int most_chunks = 10'000;

enum class ByteOrder { little, big };

/// Reads numbers and chunk names; after the end of the file, zeros.
class HeaderReader {
public:
    explicit HeaderReader(const std::filesystem::path& path) : file_(path, std::ios::binary) {
        std::error_code failure;
        const auto bytes = std::filesystem::file_size(path, failure);
        file_bytes_ = failure ? 0 : bytes;
    }

    template <std::size_t Bytes>
    std::uint64_t number(ByteOrder order) {
        std::array<unsigned char, Bytes> bytes{};
        file_.read(reinterpret_cast<char*>(bytes.data()), Bytes);
        if (order == ByteOrder::little) {
            std::ranges::reverse(bytes);
        }
        std::uint64_t number = 0;
        for (const unsigned char byte : bytes) {
            number = number << 8 | byte;
        }
        return number;
    }

    std::array<char, 4> name() {
        std::array<char, 4> name{};
        file_.read(name.data(), name.size());
        return name;
    }

    std::uint64_t position() {
        return file_ ? static_cast<std::uint64_t>(file_.tellg()) : file_bytes_;
    }

    void skip_to(std::uint64_t position) {
        file_.seekg(static_cast<std::streamoff>(std::min(position, file_bytes_)));
    }

    [[nodiscard]] bool at_end() { return !file_ || position() >= file_bytes_; }

    [[nodiscard]] std::uint64_t bytes() const noexcept { return file_bytes_; }

    /// `promised` bytes from here on.
    std::optional<PromisedData> data(std::uint64_t promised) {
        const std::uint64_t present = file_bytes_ - std::min(position(), file_bytes_);
        return PromisedData{promised, std::min(promised, present)};
    }

private:
    std::ifstream file_;
    std::uint64_t file_bytes_ = 0;
};

bool is(const std::array<char, 4>& name, std::string_view wanted) {
    return std::string_view(name.data(), name.size()) == wanted;
}

/// Sizes that writers put in when they can't know: 0 or 2^32 - 1 (most), 2^31 - 4096 (SoX to a
/// pipe), 2^31 (ALSA's arecord). A real file of exactly such a size would hold it all.
bool is_open(std::uint64_t size) {
    return size == 0 || size == 0xFFFF'FFFF || (size >= 0x7FFF'F000 && size <= 0x8000'0000);
}

std::optional<PromisedData> data_unless_open(HeaderReader& file, std::uint64_t promised) {
    return is_open(promised) ? std::nullopt : file.data(promised);
}

bool is_wave(HeaderReader& file) {
    file.skip_to(0);
    const auto name = file.name();
    file.skip_to(8);
    return (is(name, "RIFF") || is(name, "RF64") || is(name, "BW64")) && is(file.name(), "WAVE");
}

/// To the start of the chunk `wanted` and returns its size; 64 bits of it where `ds64` has them.
std::optional<std::uint64_t> find_in_wave(HeaderReader& file, std::string_view wanted) {
    file.skip_to(12); // "RIFF", size, "WAVE"
    std::uint64_t data_bytes_64 = 0;
    for (int chunk = 0; chunk < most_chunks && !file.at_end(); ++chunk) {
        const auto name = file.name();
        const std::uint64_t size = file.number<4>(ByteOrder::little);
        const std::uint64_t start = file.position();
        const bool is_long = is(name, "data") && size == 0xFFFF'FFFF && data_bytes_64 != 0;
        if (is(name, wanted)) {
            return is_long ? data_bytes_64 : size;
        }
        if (is(name, "ds64")) { // EBU Tech 3306: RIFF size, then data size, 64 bits each
            file.number<8>(ByteOrder::little);
            data_bytes_64 = file.number<8>(ByteOrder::little);
        }
        file.skip_to(start + size + size % 2); // chunks are padded to even
    }
    return std::nullopt;
}

/// After `start`, the sound has `size` bytes, or 2^32 more, or twice that…: as many as the file has
/// room for. What is left over must be small, as chunks after the sound are.
std::optional<LongData>
long_data_of(std::uint64_t file_bytes, std::uint64_t start, std::uint64_t size) {
    constexpr std::uint64_t field = std::uint64_t{1} << 32;
    constexpr std::uint64_t most_left_over = std::uint64_t{64} << 20;
    const std::uint64_t present = file_bytes - std::min(start, file_bytes);
    if (present < field || size >= field) {
        return std::nullopt;
    }
    if (size == field - 1) {
        return LongData{start, present};
    }
    const std::uint64_t bytes = size + (present - size) / field * field;
    const bool is_all = bytes >= field && present - bytes <= most_left_over;
    return is_all ? std::optional(LongData{start, bytes}) : std::nullopt;
}

std::optional<PromisedData> in_wave(HeaderReader& file) {
    const auto size = find_in_wave(file, "data");
    if (const auto whole =
            size ? long_data_of(file.bytes(), file.position(), *size) : std::nullopt) {
        return PromisedData{whole->bytes, whole->bytes};
    }
    return size ? data_unless_open(file, *size) : std::nullopt;
}

std::optional<PromisedData> in_aiff(HeaderReader& file) {
    file.skip_to(12); // "FORM", size, "AIFF" or "AIFC"
    for (int chunk = 0; chunk < most_chunks && !file.at_end(); ++chunk) {
        const auto name = file.name();
        const std::uint64_t size = file.number<4>(ByteOrder::big);
        const std::uint64_t start = file.position();
        if (is(name, "SSND")) {
            const std::uint64_t offset = file.number<4>(ByteOrder::big);
            file.skip_to(start + 8 + offset); // offset and block size come before the sound
            return size > 8 + offset ? data_unless_open(file, size - 8 - offset) : std::nullopt;
        }
        file.skip_to(start + size + size % 2);
    }
    return std::nullopt;
}

std::optional<PromisedData> in_wave64(HeaderReader& file) {
    constexpr std::uint64_t header = 24; // a GUID and a size, which counts them too
    file.skip_to(16 + 8 + 16);           // riff GUID, size, wave GUID
    for (int chunk = 0; chunk < most_chunks && !file.at_end(); ++chunk) {
        const std::uint64_t start = file.position();
        const auto name = file.name(); // the GUIDs begin with the RIFF names
        file.skip_to(start + 16);
        const std::uint64_t size = file.number<8>(ByteOrder::little);
        if (is(name, "data")) {
            return size > header ? data_unless_open(file, size - header) : std::nullopt;
        }
        file.skip_to(start + std::max((size + 7) / 8 * 8, header)); // chunks are padded to 8
    }
    return std::nullopt;
}

std::optional<PromisedData> in_au(HeaderReader& file) {
    file.skip_to(4);
    const std::uint64_t offset = file.number<4>(ByteOrder::big);
    const std::uint64_t size = file.number<4>(ByteOrder::big);
    file.skip_to(offset);
    return data_unless_open(file, size);
}

std::optional<PromisedData> in_caf(HeaderReader& file) {
    file.skip_to(8); // "caff", version, flags
    for (int chunk = 0; chunk < most_chunks && !file.at_end(); ++chunk) {
        const auto name = file.name();
        const std::uint64_t size = file.number<8>(ByteOrder::big);
        const std::uint64_t start = file.position();
        if (is(name, "data")) {
            constexpr std::uint64_t open_64 = ~std::uint64_t{0};
            constexpr std::uint64_t edit_count = 4; // a number before the sound
            file.skip_to(start + edit_count);
            return size <= edit_count || size == open_64 ? std::nullopt
                                                         : file.data(size - edit_count);
        }
        file.skip_to(start + size);
    }
    return std::nullopt;
}

} // namespace

std::optional<WaveFormat> wave_format(const std::filesystem::path& path) {
    HeaderReader file(path);
    if (!is_wave(file) || !find_in_wave(file, "fmt ")) {
        return std::nullopt;
    }
    WaveFormat format;
    format.tag = static_cast<unsigned>(file.number<2>(ByteOrder::little));
    format.channels = static_cast<int>(file.number<2>(ByteOrder::little));
    format.sample_rate_hz = static_cast<double>(file.number<4>(ByteOrder::little));
    return format;
}

bool has_unfinished_data(const std::filesystem::path& path) {
    HeaderReader file(path);
    if (!is_wave(file) || find_in_wave(file, "data") != std::uint64_t{0}) {
        return false;
    }
    // Chunks up to the very end of the file: they are chunks, not sound.
    for (int chunk = 0; chunk < most_chunks && !file.at_end(); ++chunk) {
        const auto name = file.name();
        const std::uint64_t size = file.number<4>(ByteOrder::little);
        const std::uint64_t end = file.position() + size;
        const bool is_name = std::ranges::all_of(name, [](char c) { return c >= ' ' && c <= '~'; });
        if (!is_name || end > file.bytes()) {
            return true;
        }
        file.skip_to(end + size % 2);
    }
    return false;
}

std::optional<LongData> long_data(const std::filesystem::path& path) {
    HeaderReader file(path);
    if (!is_wave(file)) {
        return std::nullopt;
    }
    const auto size = find_in_wave(file, "data");
    return size ? long_data_of(file.bytes(), file.position(), *size) : std::nullopt;
}

std::optional<PromisedData> promised_data(const std::filesystem::path& path) {
    HeaderReader file(path);
    const auto name = file.name();
    if (is_wave(file)) {
        return in_wave(file);
    }
    if (is(name, "FORM")) {
        return in_aiff(file);
    }
    if (is(name, "riff")) {
        return in_wave64(file);
    }
    if (is(name, "caff")) {
        return in_caf(file);
    }
    return is(name, ".snd") ? in_au(file) : std::nullopt;
}

} // namespace gainstage::audio::io
