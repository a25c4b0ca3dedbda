// SPDX-License-Identifier: MIT
#include "audio/io/libav_library.h"

#include "audio/shared_library.h"

#include <optional>
#include <string>

namespace gainstage::audio::io {
namespace {

/// By its name and the version that we were built with.
SharedLibrary library(const char* name, int version) {
    return SharedLibrary(("lib" + std::string(name) + ".so." + std::to_string(version)).c_str());
}

std::optional<LibavLibrary> load() {
    const auto format = library("avformat", LIBAVFORMAT_VERSION_MAJOR);
    const auto codec = library("avcodec", LIBAVCODEC_VERSION_MAJOR);
    const auto util = library("avutil", LIBAVUTIL_VERSION_MAJOR);
    LibavLibrary all{};
    const bool complete =
        format.get("avio_open", all.avio_open) && format.get("avio_closep", all.avio_closep) &&
        format.get("avformat_alloc_context", all.avformat_alloc_context) &&
        format.get("avformat_open_input", all.avformat_open_input) &&
        format.get("avformat_close_input", all.avformat_close_input) &&
        format.get("avformat_find_stream_info", all.avformat_find_stream_info) &&
        format.get("av_match_ext", all.av_match_ext) &&
        format.get("av_read_frame", all.av_read_frame) &&
        codec.get("avcodec_alloc_context3", all.avcodec_alloc_context3) &&
        codec.get("avcodec_descriptor_get", all.avcodec_descriptor_get) &&
        codec.get("avcodec_find_decoder", all.avcodec_find_decoder) &&
        codec.get("avcodec_free_context", all.avcodec_free_context) &&
        codec.get("avcodec_get_name", all.avcodec_get_name) &&
        codec.get("avcodec_open2", all.avcodec_open2) &&
        codec.get("avcodec_parameters_to_context", all.avcodec_parameters_to_context) &&
        codec.get("avcodec_receive_frame", all.avcodec_receive_frame) &&
        codec.get("avcodec_send_packet", all.avcodec_send_packet) &&
        codec.get("av_packet_alloc", all.av_packet_alloc) &&
        codec.get("av_packet_free", all.av_packet_free) &&
        codec.get("av_packet_unref", all.av_packet_unref) &&
        util.get("av_channel_layout_channel_from_index",
                 all.av_channel_layout_channel_from_index) &&
        util.get("av_frame_alloc", all.av_frame_alloc) &&
        util.get("av_frame_free", all.av_frame_free) &&
        util.get("av_get_packed_sample_fmt", all.av_get_packed_sample_fmt) &&
        util.get("av_log_set_level", all.av_log_set_level) &&
        util.get("av_sample_fmt_is_planar", all.av_sample_fmt_is_planar) &&
        util.get("av_strdup", all.av_strdup);
    if (!complete) {
        return std::nullopt;
    }
    all.av_log_set_level(AV_LOG_QUIET); // a library prints nothing; every error has its own return
    return all;
}

} // namespace

const LibavLibrary* find_libav() noexcept {
    static const std::optional<LibavLibrary> library = load();
    return library ? &*library : nullptr;
}

const LibavLibrary& libav() noexcept { return *find_libav(); }

} // namespace gainstage::audio::io
