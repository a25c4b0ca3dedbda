// SPDX-License-Identifier: MIT
#include "audio/io/source.h"

#include "audio/io/chunks.h"
#include "audio/io/flac_source.h"
#include "audio/io/libav_source.h"
#include "audio/io/ogg_page.h"
#include "audio/io/sndfile_source.h"
#include "audio/io/stream_error.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <string_view>
#include <unistd.h>

namespace gainstage::audio::io {
namespace {

/// What the system says of a file before anybody looks inside.
Status check_readable(const std::filesystem::path& path) {
    std::error_code failure;
    const auto status = std::filesystem::status(path, failure);
    if (std::filesystem::is_directory(status)) {
        return Error{ErrorKind::unreadable, path.string(), "is a folder", "name the files in it"};
    }
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
        return Error{ErrorKind::unreadable, path.string(), "is a device or a pipe, not a file",
                     "save the sound to a file first"};
    }
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        const int why = errno;
        return Error{ErrorKind::unreadable, path.string(),
                     why == ENOENT ? "is not there"
                                   : std::string("can't be opened: ") + std::strerror(why),
                     why == EACCES ? "ask for permission to read it" : "check the path"};
    }
    ::close(descriptor);
    if (std::filesystem::file_size(path, failure) == 0) {
        return Error{ErrorKind::unreadable, path.string(), "is empty (0 bytes)",
                     "copy or export the file again"};
    }
    return Done{};
}

/// An MPEG frame's sync word, or the tag that precedes most MP3 files.
bool starts_as_mpeg(const std::filesystem::path& path) {
    std::array<char, 3> head{};
    std::ifstream(path, std::ios::binary).read(head.data(), head.size());
    const auto first = static_cast<unsigned char>(head[0]);
    const auto second = static_cast<unsigned char>(head[1]);
    return (first == 0xFF && (second & 0xE0u) == 0xE0u) ||
           std::string_view(head.data(), head.size()) == "ID3";
}

/// Measured with libsndfile 1.2.0: MP3 with a variable bit rate and no Xing header ended after a
/// seventh of its length, without an error; a cut MP3 made its decoder print. libav does neither.
bool is_for_libav(const std::filesystem::path& path, const std::optional<WaveFormat>& wave) {
    constexpr unsigned mpeg_layer_2 = 0x50;
    constexpr unsigned mpeg_layer_3 = 0x55;
    if (wave) {
        return wave->tag == mpeg_layer_2 || wave->tag == mpeg_layer_3 || has_unfinished_data(path);
    }
    // libsndfile ends, without a word, where the first link of a chain does.
    return starts_as_mpeg(path) || is_chained_ogg(path);
}

} // namespace

Result<std::unique_ptr<Source>> open(const std::filesystem::path& path,
                                     const OpenOptions& options) {
    if (const Status readable = check_readable(path); !readable) {
        return readable.error();
    }
    const auto wave = wave_format(path);
    if (wave) { // neither library says what is wrong with such a header
        if (const Status usable = check_shape(path, wave->channels, wave->sample_rate_hz);
            !usable) {
            return usable.error();
        }
    }
    if (auto flac = open_with_flac(path, options); !flac || *flac) {
        return flac;
    }
    if (!is_for_libav(path, wave)) {
        auto source = open_with_sndfile(path);
        if (!source || *source) {
            return source;
        }
    }
    return open_with_libav(path);
}

} // namespace gainstage::audio::io
