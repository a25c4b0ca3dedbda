// SPDX-License-Identifier: MIT
#include "audio/io/sink.h"
#include "audio/io/temporary_file.h"

#include <cerrno>
#include <unistd.h>

namespace gainstage::audio::io {

Status write_text(const std::filesystem::path& target, std::string_view text) {
    auto file = TemporaryFile::beside(target);
    if (!file) {
        return file.error();
    }
    while (!text.empty()) {
        const ssize_t written = ::write(file->descriptor(), text.data(), text.size());
        if (written < 0 && errno != EINTR) {
            return write_error(target, errno);
        }
        text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
    return file->commit();
}

} // namespace gainstage::audio::io
