// SPDX-License-Identifier: MIT
// Any bytes as a file to be tagged, its tags read and written by TagLib or by us: tagged, found
// again, saved with a note for undo, put back byte for byte. A file that is refused is left alone.
#include "meter/loudness.h"
#include "meter/true_peak.h"
#include "tag/bext.h"
#include "tag/format.h"
#include "tag/tag.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <source_location>
#include <string>

using namespace gainstage;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view one_of_ours[] = {"REPLAYGAIN_TRACK_GAIN", "R128_TRACK_GAIN"};

/// In memory where there is a file system there. TagLib goes by what is in a file, not its name.
struct Folder {
    fs::path path;
    fs::path file;
    fs::path log;

    Folder() {
        std::string name = (fs::exists("/dev/shm") ? "/dev/shm" : fs::temp_directory_path()) /
                           fs::path("gainstage-fuzz-XXXXXX");
        if (::mkdtemp(name.data()) == nullptr) {
            std::abort();
        }
        path = name;
        file = path / "sound";
        log = path / "undo.jsonl";
    }

    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
};

std::string bytes_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void require(bool holds, std::source_location at = std::source_location::current()) {
    if (!holds) {
        fmt::print(stderr, "{}:{}: doesn't hold\n", at.file_name(), at.line());
        std::abort();
    }
}

meter::Measurement measurement() {
    meter::Measurement measured;
    measured.set(meter::integrated, -23.45);
    measured.set(meter::true_peak, -1.25);
    measured.set(meter::loudness_range, 5.5);
    measured.set(meter::max_momentary, -18.0);
    measured.set(meter::max_short_term, -20.0);
    return measured;
}

/// What was written is found again, taken out, and then it is gone.
void require_found(const fs::path& path) {
    auto edit = tag::FileEdit::of(path);
    require(edit.ok());
    const auto format = tag::format_of(*edit);
    require(format.has_value());
    if (*format == tag::Format::wave) {
        require(tag::bext_loudness(*edit)->integrated == -2345);
        return;
    }
    require(tag::write_fields(*edit, *format, one_of_ours, {}) == tag::Written::done);
    require(tag::write_fields(*edit, *format, one_of_ours, {}) == tag::Written::nothing);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Folder folder;
    static const meter::Measurement measured = measurement();
    const std::string before(reinterpret_cast<const char*>(data), size);
    std::ofstream(folder.file, std::ios::binary) << before;
    (void)tag::untag_file(folder.file);
    const auto header = static_cast<tag::OpusHeader>(size % 3);
    const std::optional<tag::Levels> album =
        size % 2 == 0 ? std::optional(tag::Levels{Lufs{-20.0}, Dbtp{-0.5}}) : std::nullopt;
    const auto tagged = tag::tag_file(folder.file, measured, album, {.opus_header = header});
    require(bytes_of(folder.file) == before); // nothing is written until it is saved
    if (!tagged) {
        return 0;
    }
    {
        auto log = tag::UndoLog::open(folder.log);
        require(log.ok());
        if (!tag::save_edit(tagged->edit, {.undo = &*log}, {})) { // its sound isn't what it seemed
            require(bytes_of(folder.file) == before);
            fs::remove(folder.log);
            return 0;
        }
    }
    require_found(folder.file);
    const Status undone =
        tag::undo(folder.log, false, {}, [](const Result<tag::Undone>& one) { require(one.ok()); });
    require(undone.ok());
    require(bytes_of(folder.file) == before);
    fs::remove(folder.log);
    return 0;
}
