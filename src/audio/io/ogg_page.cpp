// SPDX-License-Identifier: MIT
#include "audio/io/ogg_page.h"

#include <algorithm>
#include <fstream>
#include <numeric>
#include <string>

namespace gainstage::audio::io {

bool ends_in_cut_page(const std::filesystem::path& path) {
    constexpr std::uintmax_t largest_page_bytes = 27 + 255 + 255 * 255; // header, lacing, segments
    constexpr std::size_t header_bytes = 27; // the last of them: how many lacing values follow
    std::error_code failure;
    const std::uintmax_t file_bytes = std::filesystem::file_size(path, failure);
    if (failure) {
        return false;
    }
    const std::uintmax_t tail_bytes = std::min(file_bytes, largest_page_bytes);
    std::string tail(static_cast<std::size_t>(tail_bytes), '\0');
    std::ifstream file(path, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(file_bytes - tail_bytes));
    file.read(tail.data(), static_cast<std::streamsize>(tail.size()));

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

} // namespace gainstage::audio::io
