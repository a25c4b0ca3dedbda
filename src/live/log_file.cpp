// SPDX-License-Identifier: MIT
#include "live/log_file.h"

#include "audio/io/temporary_file.h"

#include <cerrno>
#include <cmath>
#include <fcntl.h>
#include <fmt/core.h>
#include <string>
#include <unistd.h>
#include <utility>

namespace gainstage::live {
namespace {

/// "vu_vu_1", "momentary_lufs"
std::string key(const ballistics::Shown& shown) {
    std::string name(ballistics::meter_of(shown.kind).key);
    return shown.channel < 0 ? name : name + "_" + std::to_string(shown.channel + 1);
}

} // namespace

Result<LogFile> LogFile::create(const std::filesystem::path& file) {
    LogFile log;
    log.file_ = file;
    const auto extension = file.extension();
    log.is_json_ = extension == ".json" || extension == ".jsonl";
    log.descriptor_ = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (log.descriptor_ < 0 && errno == EEXIST) {
        return Error{ErrorKind::unwritable, file.string(), "is there already",
                     "name another file for the log"};
    }
    if (log.descriptor_ < 0) {
        return audio::io::write_error(file, errno);
    }
    return log;
}

LogFile::LogFile(LogFile&& other) noexcept { *this = std::move(other); }

LogFile& LogFile::operator=(LogFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(file_, other.file_);
    is_json_ = other.is_json_;
    return *this;
}

LogFile::~LogFile() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

Status LogFile::put(std::string_view text) {
    while (!text.empty()) {
        const ssize_t done = ::write(descriptor_, text.data(), text.size());
        if (done < 0 && errno != EINTR) {
            return audio::io::write_error(file_, errno);
        }
        text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(done, 0)));
    }
    return Done{};
}

Status LogFile::header(std::span<const ballistics::Shown> shown) {
    if (is_json_) {
        return Done{};
    }
    std::string line = "time_s,clips,dropouts,repeated_buffers,clicks,cut_off_peaks";
    for (const ballistics::Shown& one : shown) {
        line += "," + key(one);
    }
    return put(line + "\r\n"); // RFC 4180, section 2, rule 1
}

Status
LogFile::row(Seconds time, std::span<const ballistics::Shown> shown, const LogCounts& counts) {
    const auto& [clips, dropouts, repeated_buffers, clicks, cut_off_peaks] = counts;
    std::string line =
        is_json_
            ? fmt::format("{{\"time_s\":{},\"clips\":{},\"dropouts\":{},"
                          "\"repeated_buffers\":{},\"clicks\":{},\"cut_off_peaks\":{}",
                          time.value(), clips, dropouts, repeated_buffers, clicks, cut_off_peaks)
            : fmt::format("{},{},{},{},{},{}", time.value(), clips, dropouts, repeated_buffers,
                          clicks, cut_off_peaks);
    for (const ballistics::Shown& one : shown) {
        const bool is_finite = one.value && std::isfinite(*one.value);
        if (is_json_) {
            line += fmt::format(",\"{}\":{}", key(one),
                                is_finite ? fmt::format("{}", *one.value) : "null");
        } else {
            line += one.value ? fmt::format(",{}", *one.value) : ",";
        }
    }
    return put(line + (is_json_ ? "}\n" : "\r\n"));
}

} // namespace gainstage::live
