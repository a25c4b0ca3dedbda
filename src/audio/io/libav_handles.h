// SPDX-License-Identifier: MIT
// libav_handles: libav's objects with owners, and its log turned off.
#pragma once

#include <filesystem>
#include <memory>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace gainstage::audio::io {

struct CloseAvio {
    void operator()(AVIOContext* io) const noexcept { avio_closep(&io); }
};

struct CloseFormat {
    void operator()(AVFormatContext* format) const noexcept { avformat_close_input(&format); }
};

struct FreeCodec {
    void operator()(AVCodecContext* codec) const noexcept { avcodec_free_context(&codec); }
};

struct FreePacket {
    void operator()(AVPacket* packet) const noexcept { av_packet_free(&packet); }
};

struct FreeFrame {
    void operator()(AVFrame* frame) const noexcept { av_frame_free(&frame); }
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
/// external references) is refused. Headers only; no frame has been looked at. Turns libav's log
/// off, for the whole process, the first time.
OpenContainer open_container(const std::filesystem::path& path);

} // namespace gainstage::audio::io
