// SPDX-License-Identifier: MIT
#include "tag/undo.h"

#include "audio/io/temporary_file.h"
#include "tag/save_edit.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace gainstage::tag {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view schema_name = "gainstage.undo";
constexpr std::string_view first_bytes = R"({"schema":{"name":"gainstage.undo")";
constexpr std::size_t most_literal_bytes = std::size_t{256} << 20; // of one file, in memory

Error undoing_stopped() { return {ErrorKind::interrupted, "", "stopped", ""}; }

std::string hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += digits[byte >> 4];
        text += digits[byte & 15u];
    }
    return text;
}

std::optional<std::string> from_hex(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        unsigned byte = 0;
        const auto parsed = std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
        if (parsed.ptr != text.data() + i + 2) {
            return std::nullopt;
        }
        bytes += static_cast<char>(byte);
    }
    return text.size() % 2 == 0 ? std::optional(bytes) : std::nullopt;
}

Json checksum_json(const Checksum& checksum) {
    return {{"bytes", checksum.bytes}, {"checksum", fmt::format("{:016x}", checksum.sum)}};
}

/// The old file as stretches of the new one, [start, bytes], and bytes that only the old one had,
/// in hexadecimal. Nothing if that is too much.
std::optional<Json> pieces_json(const FileEdit& edit) {
    Json list = Json::array();
    std::uint64_t old_at = 0;
    std::size_t literal_bytes = 0;
    const auto add_literal = [&](std::uint64_t end) {
        if (end == old_at) {
            return true;
        }
        literal_bytes += static_cast<std::size_t>(end - old_at);
        if (literal_bytes > most_literal_bytes) {
            return false;
        }
        std::string bytes(static_cast<std::size_t>(end - old_at), '\0');
        const ssize_t got =
            ::pread(edit.descriptor(), bytes.data(), bytes.size(), static_cast<off_t>(old_at));
        list.push_back(hex(bytes));
        return got == static_cast<ssize_t>(bytes.size());
    };
    for (const FileEdit::Piece& piece : edit.pieces()) {
        if (!piece.is_old) {
            continue;
        }
        if (!add_literal(piece.from)) {
            return std::nullopt;
        }
        list.push_back({piece.start, piece.bytes});
        old_at = piece.from + piece.bytes;
    }
    return add_literal(edit.old_bytes()) ? std::optional(list) : std::nullopt;
}

/// A name may hold bytes that are no UTF-8, which JSON can't: then they are in path_hex.
void add_path(Json& line, const std::filesystem::path& path) {
    const std::string text = path.string();
    line["path"] = text;
    const std::string shown = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
    if (Json::parse(shown).get<std::string>() != text) {
        line["path_hex"] = hex(text);
    }
}

struct Line {
    std::filesystem::path path;
    Checksum before;
    Checksum after;
    timespec mtime = {};
    Json pieces;
};

Checksum checksum_from(const Json& json) {
    Checksum checksum{.bytes = json.at("bytes").get<std::uint64_t>()};
    const auto text = json.at("checksum").get<std::string>();
    std::from_chars(text.data(), text.data() + text.size(), checksum.sum, 16);
    return checksum;
}

std::optional<Line> parse_line(const std::string& text) {
    try {
        const Json json = Json::parse(text);
        if (json.at("schema").at("name") != schema_name) {
            return std::nullopt;
        }
        Line line;
        line.path = json.contains("path_hex")
                        ? from_hex(json.at("path_hex").get<std::string>()).value()
                        : json.at("path").get<std::string>();
        line.before = checksum_from(json.at("before"));
        line.after = checksum_from(json.at("after"));
        const auto& mtime = json.at("before").at("mtime");
        line.mtime.tv_sec = mtime.at(0).get<std::int64_t>();
        line.mtime.tv_nsec = mtime.at(1).get<std::int64_t>();
        line.pieces = json.at("pieces");
        return line;
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

/// The file as it was, from the file as it is. False: the line makes no sense.
bool put_back(FileEdit& edit, const Json& pieces) {
    std::uint64_t place = 0; // in the edited file
    std::uint64_t at = 0;    // in the one that is there
    for (const Json& piece : pieces) {
        if (piece.is_string()) {
            const auto bytes = from_hex(piece.get<std::string>());
            if (!bytes) {
                return false;
            }
            edit.replace(place, 0, *bytes);
            place += bytes->size();
            continue;
        }
        if (!piece.is_array() || piece.size() != 2 || !piece[0].is_number_unsigned() ||
            !piece[1].is_number_unsigned()) {
            return false;
        }
        const auto start = piece[0].get<std::uint64_t>();
        const auto bytes = piece[1].get<std::uint64_t>();
        if (start < at || start > edit.old_bytes() || bytes > edit.old_bytes() - start) {
            return false;
        }
        edit.replace(place, start - at, {});
        place += bytes;
        at = start + bytes;
    }
    edit.replace(place, edit.bytes() - place, {});
    return true;
}

Result<Undone> undo_line(const Line& line, bool dry_run, const audio::io::Watch& watch) {
    auto edit = FileEdit::of(line.path);
    if (!edit) {
        return edit.error();
    }
    const auto now = checksum_of(edit->descriptor(), line.path, watch);
    if (!now) {
        return now.error();
    }
    if (*now == line.before) {
        return Undone{line.path, false};
    }
    if (*now != line.after) {
        return Error{ErrorKind::unwritable, line.path.string(),
                     "was changed after it was tagged: left as it is",
                     "use --untag to take the loudness tags out"};
    }
    if (!put_back(*edit, line.pieces)) {
        return Error{ErrorKind::unreadable, line.path.string(),
                     "can't be put back: its line in the undo file is damaged",
                     "use --untag to take the loudness tags out"};
    }
    if (!dry_run) {
        const SaveOptions options{
            .mtime = line.mtime, .must_become = line.before, .check_sound = false};
        if (const Status saved = save_edit(*edit, options, watch); !saved) {
            return saved.error();
        }
    }
    return Undone{line.path, true};
}

} // namespace

Result<Checksum>
checksum_of(int descriptor, const std::filesystem::path& path, const audio::io::Watch& watch) {
    // FNV-1a (offset basis and prime of its 64 bits), but over words of 8 bytes: 8 times as fast.
    constexpr std::uint64_t offset_basis = 0xcbf29ce484222325;
    constexpr std::uint64_t prime = 0x100000001b3;
    Checksum checksum{.sum = offset_basis};
    std::vector<char> block(std::size_t{1} << 18);
    while (true) {
        if (watch.stopped()) {
            return undoing_stopped();
        }
        std::size_t filled = 0;
        while (filled < block.size()) {
            const ssize_t got = ::pread(descriptor, block.data() + filled, block.size() - filled,
                                        static_cast<off_t>(checksum.bytes + filled));
            if (got < 0 && errno == EINTR) {
                continue;
            }
            if (got < 0) {
                return Error{ErrorKind::unreadable, path.string(),
                             std::string("can't be read: ") + std::strerror(errno),
                             "check the disk"};
            }
            if (got == 0) {
                break;
            }
            filled += static_cast<std::size_t>(got);
        }
        std::fill(block.begin() + static_cast<std::ptrdiff_t>(filled), block.end(), '\0');
        for (std::size_t i = 0; i < filled; i += 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, block.data() + i, 8);
            // The rotation brings the high bits down, where the multiplication reaches them again.
            checksum.sum = std::rotl((checksum.sum ^ word) * prime, 29);
        }
        checksum.bytes += filled;
        if (filled < block.size()) {
            return checksum;
        }
    }
}

Result<UndoLog> UndoLog::open(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        return audio::io::write_error(path, errno);
    }
    UndoLog log(descriptor, path);
    std::array<char, first_bytes.size()> head{};
    const ssize_t got = ::pread(descriptor, head.data(), head.size(), 0);
    if (got > 0 && std::string_view(head.data(), static_cast<std::size_t>(got)) != first_bytes) {
        return Error{ErrorKind::usage, path.string(), "is there and is no undo file",
                     "name another one"};
    }
    return log;
}

UndoLog::UndoLog(UndoLog&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

UndoLog::~UndoLog() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

Status UndoLog::note(const FileEdit& edit, const Checksum& before, const Checksum& after) {
    auto pieces = pieces_json(edit);
    struct stat file = {};
    struct stat log = {};
    if (!pieces || ::fstat(edit.descriptor(), &file) != 0 || ::fstat(descriptor_, &log) != 0) {
        return Error{ErrorKind::unwritable, edit.path().string(),
                     "was left as it is: too much of it would change to be noted for undoing",
                     "tag it without --undo-file"};
    }
    Json line = {{"schema", {{"name", schema_name}, {"version", 1}}}};
    add_path(line, std::filesystem::absolute(edit.path()));
    line["after"] = checksum_json(after);
    line["before"] = checksum_json(before);
    line["before"]["mtime"] = {static_cast<std::int64_t>(file.st_mtim.tv_sec),
                               static_cast<std::int64_t>(file.st_mtim.tv_nsec)};
    line["pieces"] = std::move(*pieces);
    std::string text = line.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
    char last = '\n'; // of a line that a crash cut short
    if (log.st_size > 0 && ::pread(descriptor_, &last, 1, log.st_size - 1) == 1 && last != '\n') {
        text.insert(0, 1, '\n');
    }
    for (std::string_view left = text; !left.empty();) {
        const ssize_t done = ::write(descriptor_, left.data(), left.size());
        if (done < 0 && errno != EINTR) {
            const Error error = audio::io::write_error(path_, errno);
            [[maybe_unused]] const int cut = ::ftruncate(descriptor_, log.st_size);
            return error;
        }
        left.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(done, 0)));
    }
    return ::fsync(descriptor_) == 0 || errno == EINVAL || errno == EROFS
               ? Status{Done{}}
               : Status{audio::io::write_error(path_, errno)};
}

Status undo(const std::filesystem::path& undo_file,
            bool dry_run,
            const audio::io::Watch& watch,
            const std::function<void(Result<Undone>)>& heard) {
    std::ifstream stream(undo_file, std::ios::binary);
    std::array<char, first_bytes.size()> head{};
    stream.read(head.data(), head.size());
    const bool is_empty = stream.is_open() && stream.eof() && stream.gcount() == 0;
    if (is_empty) { // stopped before the first file was changed
        return Done{};
    }
    if (!stream || std::string_view(head.data(), head.size()) != first_bytes) {
        return Error{ErrorKind::unreadable, undo_file.string(),
                     stream.is_open() ? "is no undo file" : "can't be opened",
                     "name the file that was given to --undo-file"};
    }
    // Lines may be long: only where they begin is kept.
    std::vector<std::streamoff> lines;
    stream.seekg(0);
    std::string text;
    for (std::streamoff at = 0; std::getline(stream, text); at = stream.tellg()) {
        if (!text.empty()) {
            lines.push_back(at);
        }
    }
    for (auto at = lines.rbegin(); at != lines.rend(); ++at) {
        if (watch.stopped()) {
            return undoing_stopped();
        }
        stream.clear();
        stream.seekg(*at);
        std::getline(stream, text);
        const auto line = parse_line(text);
        if (line) {
            heard(undo_line(*line, dry_run, watch));
        } else if (at != lines.rbegin()) { // a last line cut short: its file was never changed
            heard(Error{ErrorKind::unreadable, undo_file.string(),
                        fmt::format("line at byte {} is damaged", *at), ""});
        }
    }
    return Done{};
}

} // namespace gainstage::tag
