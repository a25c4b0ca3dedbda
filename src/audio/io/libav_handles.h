// SPDX-License-Identifier: MIT
// libav_handles: libav's objects with owners.
#pragma once

#include "audio/io/libav_library.h"

#include <filesystem>
#include <memory>

namespace gainstage::audio::io {

struct CloseAvio {
    void operator()(AVIOContext* io) const noexcept { libav().avio_closep(&io); }
};

struct CloseFormat {
    void operator()(AVFormatContext* format) const noexcept {
        libav().avformat_close_input(&format);
    }
};

struct FreeCodec {
    void operator()(AVCodecContext* codec) const noexcept { libav().avcodec_free_context(&codec); }
};

struct FreePacket {
    void operator()(AVPacket* packet) const noexcept { libav().av_packet_free(&packet); }
};

struct FreeFrame {
    void operator()(AVFrame* frame) const noexcept { libav().av_frame_free(&frame); }
};

using AvioHandle = std::unique_ptr<AVIOContext, CloseAvio>;
using FormatHandle = std::unique_ptr<AVFormatContext, CloseFormat>;
using CodecHandle = std::unique_ptr<AVCodecContext, FreeCodec>;
using PacketHandle = std::unique_ptr<AVPacket, FreePacket>;
using FrameHandle = std::unique_ptr<AVFrame, FreeFrame>;

/// An open container and the file under it, which outlives it.
struct OpenContainer {
    AvioHandle io;
    FormatHandle format; ///< null: libav doesn't know this file
};

/// Opens by content alone: the name is kept from libav, and what the file refers to (playlists,
/// external references) is refused. Headers only; no frame has been looked at. `named_as`: the name
/// whose extension counts in the one case of doubt where one does.
OpenContainer open_container(const std::filesystem::path& path,
                             const std::filesystem::path& named_as);

} // namespace gainstage::audio::io
