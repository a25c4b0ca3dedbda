// SPDX-License-Identifier: MIT
// libav_library: FFmpeg's libraries, loaded when the first file needs them. They bring 130 others,
// whose loading would take longer than most WAVs do; and a machine without them reads the rest.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/log.h>
#include <libavutil/mem.h>
}

namespace gainstage::audio::io {

/// The functions that we call, by their own names.
struct LibavLibrary {
    // libavformat
    decltype(&::avio_open) avio_open;
    decltype(&::avio_closep) avio_closep;
    decltype(&::avformat_alloc_context) avformat_alloc_context;
    decltype(&::avformat_open_input) avformat_open_input;
    decltype(&::avformat_close_input) avformat_close_input;
    decltype(&::avformat_find_stream_info) avformat_find_stream_info;
    decltype(&::av_match_ext) av_match_ext;
    decltype(&::av_read_frame) av_read_frame;
    // libavcodec
    decltype(&::avcodec_alloc_context3) avcodec_alloc_context3;
    decltype(&::avcodec_descriptor_get) avcodec_descriptor_get;
    decltype(&::avcodec_find_decoder) avcodec_find_decoder;
    decltype(&::avcodec_free_context) avcodec_free_context;
    decltype(&::avcodec_get_name) avcodec_get_name;
    decltype(&::avcodec_open2) avcodec_open2;
    decltype(&::avcodec_parameters_to_context) avcodec_parameters_to_context;
    decltype(&::avcodec_receive_frame) avcodec_receive_frame;
    decltype(&::avcodec_send_packet) avcodec_send_packet;
    decltype(&::av_packet_alloc) av_packet_alloc;
    decltype(&::av_packet_free) av_packet_free;
    decltype(&::av_packet_unref) av_packet_unref;
    // libavutil
    decltype(&::av_channel_layout_channel_from_index) av_channel_layout_channel_from_index;
    decltype(&::av_frame_alloc) av_frame_alloc;
    decltype(&::av_frame_free) av_frame_free;
    decltype(&::av_get_packed_sample_fmt) av_get_packed_sample_fmt;
    decltype(&::av_log_set_level) av_log_set_level;
    decltype(&::av_sample_fmt_is_planar) av_sample_fmt_is_planar;
    decltype(&::av_strdup) av_strdup;
};

/// Loads them the first time, with their log turned off for the whole process. Nothing (a null
/// pointer) where this machine hasn't the versions that we were built with.
const LibavLibrary* find_libav() noexcept;

/// The same, once find_libav() has found it.
const LibavLibrary& libav() noexcept;

} // namespace gainstage::audio::io
