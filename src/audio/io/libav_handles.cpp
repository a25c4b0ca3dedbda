// SPDX-License-Identifier: MIT
#include "audio/io/libav_handles.h"

namespace gainstage::audio::io {
namespace {

/// libav takes almost any noise for MPEG when nothing better fits, with a score of less than
/// AVPROBE_SCORE_RETRY. A stream of a few frames without a header scores no more: there, and only
/// there, the extension has a say.
bool is_believable(const AVFormatContext& format, const std::filesystem::path& path) {
    return format.probe_score >= AVPROBE_SCORE_RETRY ||
           (format.iformat->extensions != nullptr &&
            libav().av_match_ext(path.c_str(), format.iformat->extensions) != 0);
}

} // namespace

OpenContainer open_container(const std::filesystem::path& path,
                             const std::filesystem::path& named_as) {
    AVIOContext* io = nullptr;
    if (libav().avio_open(&io, ("file:" + path.string()).c_str(), AVIO_FLAG_READ) < 0) {
        return {};
    }
    OpenContainer container{AvioHandle(io), nullptr};
    AVFormatContext* format = libav().avformat_alloc_context();
    if (format == nullptr) {
        return container;
    }
    format->pb = io;
    // Inherited by whatever a playlist would open: no protocol has this name, so nothing is opened.
    format->protocol_whitelist = libav().av_strdup("none");
    if (libav().avformat_open_input(&format, nullptr, nullptr, nullptr) < 0) {
        return container; // which freed `format`
    }
    container.format.reset(format);
    if (!is_believable(*format, named_as)) {
        container.format.reset();
    }
    return container;
}

} // namespace gainstage::audio::io
