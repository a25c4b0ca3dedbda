// SPDX-License-Identifier: MIT
#include "audio/io/ogg_page.h"

#include <algorithm>
#include <fstream>
#include <numeric>
#include <string>
#include <vector>

namespace gainstage::audio::io {

namespace {

// RFC 3533, section 6.
constexpr std::size_t header_bytes = 27; // the last of them: how many lacing values follow
constexpr std::size_t flags_at = 5;
constexpr unsigned begins_stream = 2;
constexpr std::size_t serial_at = 14;
constexpr std::uintmax_t largest_page_bytes = 27 + 255 + 255 * 255; // header, lacing, segments

/// The last bytes of the file, enough for the largest page.
std::string tail_of(const std::filesystem::path& path) {
    std::error_code failure;
    const std::uintmax_t file_bytes = std::filesystem::file_size(path, failure);
    if (failure) {
        return {};
    }
    const std::uintmax_t tail_bytes = std::min(file_bytes, largest_page_bytes);
    std::string tail(static_cast<std::size_t>(tail_bytes), '\0');
    std::ifstream file(path, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(file_bytes - tail_bytes));
    file.read(tail.data(), static_cast<std::streamsize>(tail.size()));
    return tail;
}

} // namespace

bool ends_in_cut_page(const std::filesystem::path& path) {
    const std::string tail = tail_of(path);
    const std::size_t page = tail.rfind("OggS");
    if (page == std::string::npos) {
        return false;
    }
    if (tail.size() - page < header_bytes) {
        return true;
    }
    const auto lacing_values = static_cast<unsigned char>(tail[page + header_bytes - 1]);
    const std::string lacing = tail.substr(page + header_bytes, lacing_values);
    const auto segment_bytes =
        std::accumulate(lacing.begin(), lacing.end(), std::size_t{0}, [](std::size_t sum, char c) {
            return sum + static_cast<unsigned char>(c);
        });
    return page + header_bytes + lacing_values + segment_bytes > tail.size();
}

bool is_chained_ogg(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string page(header_bytes, '\0');
    std::vector<std::string> serials;
    constexpr std::size_t most_streams = 64;
    while (serials.size() < most_streams &&
           file.read(page.data(), static_cast<std::streamsize>(page.size())) &&
           page.starts_with("OggS") &&
           (static_cast<unsigned char>(page[flags_at]) & begins_stream) != 0) {
        serials.push_back(page.substr(serial_at, 4));
        std::string lacing(static_cast<unsigned char>(page.back()), '\0');
        file.read(lacing.data(), static_cast<std::streamsize>(lacing.size()));
        file.seekg(std::accumulate(lacing.begin(), lacing.end(), std::streamoff{0},
                                   [](std::streamoff sum, char c) {
                                       return sum + static_cast<unsigned char>(c);
                                   }),
                   std::ios::cur);
    }
    if (serials.empty()) {
        return false;
    }
    const std::string tail = tail_of(path);
    const std::size_t last = tail.rfind("OggS");
    return last != std::string::npos && tail.size() >= last + header_bytes &&
           std::ranges::find(serials, tail.substr(last + serial_at, 4)) == serials.end();
}

} // namespace gainstage::audio::io
