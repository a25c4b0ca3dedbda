// SPDX-License-Identifier: MIT
#include "audio/io/source.h"

#include "audio/io/sndfile_source.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
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
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        const int why = errno;
        return Error{ErrorKind::unreadable, path.string(),
                     why == ENOENT ? "is not there"
                                   : std::string("can't be opened: ") + std::strerror(why),
                     why == EACCES ? "ask for permission to read it" : "check the path"};
    }
    ::close(descriptor);
    if (std::filesystem::is_regular_file(status) &&
        std::filesystem::file_size(path, failure) == 0) {
        return Error{ErrorKind::unreadable, path.string(), "is empty (0 bytes)",
                     "copy or export the file again"};
    }
    return Done{};
}

} // namespace

Result<std::unique_ptr<Source>> open(const std::filesystem::path& path) {
    if (const Status readable = check_readable(path); !readable) {
        return readable.error();
    }
    auto source = open_with_sndfile(path);
    if (!source || *source) {
        return source;
    }
    return Error{ErrorKind::unreadable, path.string(), "holds no sound that can be read",
                 "check that it is an audio file"};
}

} // namespace gainstage::audio::io
