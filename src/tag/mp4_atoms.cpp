// SPDX-License-Identifier: MIT
#include "tag/mp4_atoms.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace gainstage::tag {
namespace {

constexpr int most_levels = 16; // moov/trak/mdia/minf/stbl/stco are 6

/// The atoms into which TagLib looks.
constexpr std::string_view containers[] = {"moov", "udta", "mdia", "meta", "ilst", "stbl",
                                           "minf", "moof", "traf", "trak", "stsd"};

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes) {
        value = value << 8 | static_cast<unsigned char>(c);
    }
    return value;
}

class Atoms {
public:
    explicit Atoms(const FileEdit& file) : file_(file) {}

    /// All atoms from `at` to `end`, and those in them.
    [[nodiscard]] bool
    are_sound(std::uint64_t at, std::uint64_t end, int level, std::string_view parent) const {
        constexpr std::uint64_t header_bytes = 8;
        while (end - at >= header_bytes) {
            const std::string head = file_.read(at, 2 * header_bytes);
            if (head.size() < header_bytes) {
                return true;
            }
            std::uint64_t bytes = big_endian(std::string_view(head).substr(0, 4));
            if (bytes == 1) { // the size follows in 64 bits
                bytes = big_endian(std::string_view(head).substr(header_bytes));
            } else if (bytes == 0) { // to the end of the file
                bytes = end - at;
            }
            if (bytes < header_bytes) {
                return true; // where TagLib stops, too
            }
            bytes = std::min(bytes, end - at);
            if (!is_sound(std::string_view(head).substr(4, 4), parent, at, bytes, level)) {
                return false;
            }
            at += bytes;
        }
        return true;
    }

private:
    [[nodiscard]] bool
    table_is_sound(std::string_view name, std::uint64_t at, std::uint64_t bytes) const {
        constexpr std::uint64_t before_entries = 16; // header, version and flags, count
        const std::string count = file_.read(at + before_entries - 4, 4);
        return count.size() == 4 && bytes >= before_entries &&
               big_endian(count) <= (bytes - before_entries) / (name == "stco" ? 4 : 8);
    }

    [[nodiscard]] bool is_sound(std::string_view name,
                                std::string_view parent,
                                std::uint64_t at,
                                std::uint64_t bytes,
                                int level) const {
        if (name == "stco" || name == "co64") {
            return parent == "stbl" && table_is_sound(name, at, bytes);
        }
        if (std::ranges::find(containers, name) == std::end(containers)) {
            return true;
        }
        if (level == most_levels) {
            return false;
        }
        if (name == "meta") { // with or without version and flags before its atoms
            return inner(name, at, bytes, 8, level) && inner(name, at, bytes, 12, level);
        }
        return inner(name, at, bytes, name == "stsd" ? 16 : 8, level);
    }

    [[nodiscard]] bool inner(std::string_view name,
                             std::uint64_t at,
                             std::uint64_t bytes,
                             std::uint64_t skipped,
                             int level) const {
        return bytes < skipped || are_sound(at + skipped, at + bytes, level + 1, name);
    }

    const FileEdit& file_;
};

} // namespace

bool mp4_atoms_are_sound(const FileEdit& file) {
    return Atoms(file).are_sound(0, file.bytes(), 0, {});
}

} // namespace gainstage::tag
