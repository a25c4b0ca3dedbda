// SPDX-License-Identifier: MIT
#include "audio/io/spool.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <unistd.h>

namespace gainstage::audio::io {
namespace {

struct Descriptor {
    int number;

    ~Descriptor() { ::close(number); }
};

Error no_room(const std::filesystem::path& folder, int why) {
    return {ErrorKind::unwritable, folder.string(),
            std::string("can't take a copy of the input: ") + std::strerror(why),
            "make room there, or name another folder in TMPDIR"};
}

bool write_all(int to, const char* bytes, std::size_t count) noexcept {
    while (count > 0) {
        const ssize_t written = ::write(to, bytes, count);
        if (written < 0 && errno != EINTR) {
            return false;
        }
        const auto done = static_cast<std::size_t>(std::max<ssize_t>(written, 0));
        bytes += done;
        count -= done;
    }
    return true;
}

} // namespace

Result<Spool> Spool::from(int descriptor, const std::string& name, const Watch& watch) {
    const std::filesystem::path folder = std::filesystem::temp_directory_path();
    std::string pattern = (folder / "gainstage-XXXXXX").string();
    const Descriptor copy{::mkstemp(pattern.data())};
    if (copy.number < 0) {
        return no_room(folder, errno);
    }
    Spool spool{std::filesystem::path(pattern)};
    std::array<char, 1 << 16> block;
    while (true) {
        if (watch.stopped()) {
            return Error{ErrorKind::interrupted, "", "stopped", ""};
        }
        const ssize_t got = ::read(descriptor, block.data(), block.size());
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return Error{ErrorKind::unreadable, name,
                         std::string("can't be read: ") + std::strerror(errno),
                         "name a file instead"};
        }
        if (got == 0) {
            return spool;
        }
        if (!write_all(copy.number, block.data(), static_cast<std::size_t>(got))) {
            return no_room(folder, errno);
        }
    }
}

Spool::~Spool() {
    if (!path_.empty()) {
        ::unlink(path_.c_str());
    }
}

} // namespace gainstage::audio::io
