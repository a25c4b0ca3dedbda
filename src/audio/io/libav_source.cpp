// SPDX-License-Identifier: MIT
#include "audio/io/libav_source.h"

#include "audio/io/chunks.h"
#include "audio/io/libav_handles.h"
#include "audio/io/libav_layout.h"
#include "audio/io/libav_samples.h"
#include "audio/io/stream_error.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <string_view>
#include <vector>

namespace gainstage::audio::io {
namespace {

/// How long the container says the sound is, and how far off that may be.
struct Promise {
    std::uint64_t frames = 0;
    std::uint64_t tolerance_frames = 0;
    bool ends_there = false; ///< what a lossy codec's last block holds beyond it is padding
};

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

std::string container_name(const AVFormatContext& format) {
    const std::string_view name = format.iformat->name;
    constexpr std::pair<std::string_view, const char*> known[] = {
        {"mov,", "MP4/MOV"}, {"matroska,", "Matroska"}, {"mp3", "MPEG"}, {"aac", "ADTS"},
        {"asf", "ASF"},      {"wv", "WavPack"},         {"ogg", "Ogg"},  {"mpegts", "MPEG-TS"}};
    for (const auto& [start, shown] : known) {
        if (name.starts_with(start)) {
            return shown;
        }
    }
    return upper(std::string(name.substr(0, name.find(','))));
}

bool is_lossless(AVCodecID codec) {
    const AVCodecDescriptor* descriptor = libav().avcodec_descriptor_get(codec);
    return descriptor != nullptr && (descriptor->props & AV_CODEC_PROP_LOSSLESS) != 0 &&
           (descriptor->props & AV_CODEC_PROP_LOSSY) == 0;
}

SampleFormat sample_format(const AVCodecContext& codec) {
    if (!is_lossless(codec.codec_id)) {
        return SampleFormat::lossy;
    }
    const int bits =
        codec.bits_per_raw_sample > 0 ? codec.bits_per_raw_sample : codec.bits_per_coded_sample;
    switch (libav().av_get_packed_sample_fmt(codec.sample_fmt)) {
    case AV_SAMPLE_FMT_U8:
        return SampleFormat::int8;
    case AV_SAMPLE_FMT_S16:
        return SampleFormat::int16;
    case AV_SAMPLE_FMT_FLT:
        return SampleFormat::float32;
    case AV_SAMPLE_FMT_DBL:
        return SampleFormat::float64;
    default:
        return bits > 0 && bits <= 24 ? SampleFormat::int24 : SampleFormat::int32;
    }
}

/// "AAC", "ALAC 24 bit", "PCM 24 bit".
std::string codec_of(AVCodecID codec, SampleFormat format) {
    const std::string name = libav().avcodec_get_name(codec);
    return codec_name(name.starts_with("pcm_") ? "PCM" : upper(name), format);
}

Error no_sound(const std::filesystem::path& path) {
    return {ErrorKind::unreadable, path.string(), "holds no sound that can be read",
            "check that it is an audio file, whole and not encrypted"};
}

/// Why libav found no container: a movie file without its index, which is written last, is known by
/// its first bytes.
Error not_opened(const std::filesystem::path& path) {
    std::array<char, 8> head{};
    std::ifstream(path, std::ios::binary).read(head.data(), head.size());
    if (std::string_view(head.data() + 4, 4) == "ftyp") {
        return {ErrorKind::unreadable, path.string(),
                "is truncated or was never finished: its index is missing",
                "copy or export the file again"};
    }
    return no_sound(path);
}

class LibavSource final : public Source {
public:
    explicit LibavSource(std::filesystem::path path)
        : path_(std::move(path)), packet_(libav().av_packet_alloc()),
          frame_(libav().av_frame_alloc()) {}

    /// The rest of construction: everything that can fail.
    Status open() {
        container_ = open_container(path_, path_);
        if (container_.format == nullptr) {
            return not_opened(path_);
        }
        note_promised_durations();
        if (libav().avformat_find_stream_info(container_.format.get(), nullptr) < 0 ||
            !find_first_audio_stream()) {
            return no_sound(path_);
        }
        if (const Status opened = open_decoder(); !opened) {
            return opened.error();
        }
        const auto first = next_frame();
        if (!first) {
            return first.error();
        }
        has_frame_ = *first;
        if (!has_frame_ && saw_damage_) {
            return Error{ErrorKind::unreadable, path_.string(),
                         fmt::format("its {} sound can't be decoded",
                                     upper(libav().avcodec_get_name(codec_->codec_id))),
                         "copy or export the file again"};
        }
        return describe();
    }

    [[nodiscard]] const StreamInfo& info() const noexcept override { return info_; }

    Result<std::size_t> read(AudioView out) override {
        std::size_t filled = 0;
        while (filled < out.frames() && !failure_) {
            if (!has_frame_ && !advance()) {
                break;
            }
            filled += take_from_frame(out.slice(filled, out.frames() - filled));
        }
        if (filled == 0 && failure_ && out.frames() > 0) {
            return *failure_; // what came before it has been handed out
        }
        return filled;
    }

private:
    AVStream& stream() { return *container_.format->streams[stream_index_]; }

    /// Asked before avformat_find_stream_info() fills the gaps with guesses from the bit rate.
    void note_promised_durations() {
        const AVFormatContext& format = *container_.format;
        for (unsigned i = 0; i < format.nb_streams; ++i) {
            const AVStream& stream = *format.streams[i];
            double duration_s = -1.0;
            if (stream.duration != AV_NOPTS_VALUE && stream.duration > 0) {
                duration_s = static_cast<double>(stream.duration) * av_q2d(stream.time_base);
            } else if (format.nb_streams == 1 && format.duration > 0) {
                duration_s = static_cast<double>(format.duration) / AV_TIME_BASE;
            }
            promised_s_.push_back(duration_s);
        }
    }

    bool find_first_audio_stream() {
        const AVFormatContext& format = *container_.format;
        for (unsigned i = format.nb_streams; i-- > 0;) {
            const AVCodecParameters& parameters = *format.streams[i]->codecpar;
            if (parameters.codec_type == AVMEDIA_TYPE_AUDIO &&
                libav().avcodec_find_decoder(parameters.codec_id) != nullptr) {
                stream_index_ = i;
                audio_streams_ += 1;
            }
            format.streams[i]->discard = AVDISCARD_ALL;
        }
        if (audio_streams_ > 0) {
            stream().discard = AVDISCARD_DEFAULT;
        }
        return audio_streams_ > 0;
    }

    Status open_decoder() {
        const AVCodec* decoder = libav().avcodec_find_decoder(stream().codecpar->codec_id);
        codec_.reset(libav().avcodec_alloc_context3(decoder));
        const int channels = stream().codecpar->ch_layout.nb_channels;
        if (channels > max_channels) { // before a decoder sets itself up for thousands
            return check_shape(path_, channels, lowest_sample_rate.value());
        }
        if (codec_ == nullptr ||
            libav().avcodec_parameters_to_context(codec_.get(), stream().codecpar) < 0) {
            return no_sound(path_);
        }
        codec_->pkt_timebase = stream().time_base; // lets the decoder drop encoder delay by itself
        codec_->thread_count = 1;                  // files run side by side, not frames
        if (libav().avcodec_open2(codec_.get(), decoder, nullptr) < 0) {
            return no_sound(path_);
        }
        opus_header_ = opus_header();
        return Done{};
    }

    /// What the current link of an Ogg file says of its Opus sound; empty for all else.
    std::string opus_header() {
        const AVCodecParameters& parameters = *stream().codecpar;
        return parameters.codec_id == AV_CODEC_ID_OPUS && parameters.extradata_size > 0
                   ? std::string(reinterpret_cast<const char*>(parameters.extradata),
                                 static_cast<std::size_t>(parameters.extradata_size))
                   : std::string{};
    }

    /// libav's decoder goes on as the first link asked for: one channel for two, its gain, its
    /// order of channels.
    [[nodiscard]] std::optional<std::string> change_of_link() {
        const std::string now = opus_header();
        constexpr std::size_t channels_at = 9; // RFC 7845, section 5.1
        constexpr std::size_t gain_at = 16;    // 1/256 dB, and after it how channels are mapped
        constexpr std::size_t least_bytes = 19;
        if (now == opus_header_ || now.size() < least_bytes || opus_header_.size() < least_bytes) {
            return std::nullopt;
        }
        const auto channels = [](const std::string& header) {
            return static_cast<int>(static_cast<unsigned char>(header[channels_at]));
        };
        const auto gain_db = [](const std::string& header) {
            const auto low = static_cast<unsigned char>(header[gain_at]);
            return (static_cast<signed char>(header[gain_at + 1]) * 256 + low) / 256.0;
        };
        if (channels(now) != channels(opus_header_)) {
            return shape_change(channels(now), codec_->sample_rate);
        }
        if (gain_db(now) != gain_db(opus_header_)) {
            return fmt::format("changes its output gain from {:.2f} to {:.2f} dB",
                               gain_db(opus_header_), gain_db(now));
        }
        return now.substr(gain_at) == opus_header_.substr(gain_at)
                   ? std::nullopt
                   : std::optional<std::string>("changes the order of its channels");
    }

    [[nodiscard]] std::string shape_change(int channels, int rate_hz) const {
        return fmt::format("changes from {} channels at {:.0f} Hz to {} at {} Hz",
                           info_.layout.channels(), info_.sample_rate.value(), channels, rate_hz);
    }

    [[nodiscard]] Error change_error(const std::string& change) const {
        return {ErrorKind::unreadable, path_.string(),
                fmt::format("{} after {:.2f} s", change,
                            static_cast<double>(frames_decoded_) / info_.sample_rate.value()),
                "split the file there"};
    }

    /// What the first frame turned out to be; the container's word where there is no frame.
    Status describe() {
        const AVChannelLayout& channels = has_frame_ ? frame_->ch_layout : codec_->ch_layout;
        const int rate_hz = has_frame_ ? frame_->sample_rate : codec_->sample_rate;
        if (const Status usable = check_shape(path_, channels.nb_channels, rate_hz); !usable) {
            return usable.error();
        }
        info_.sample_rate = Hertz{static_cast<double>(rate_hz)};
        info_.layout = layout_of(channels);
        info_.format = sample_format(*codec_);
        info_.container = container_name(*container_.format);
        if (audio_streams_ > 1) {
            info_.container += fmt::format(" (sound stream 1 of {})", audio_streams_);
        }
        info_.codec = codec_of(codec_->codec_id, info_.format);
        if (stream_index_ < promised_s_.size() && promised_s_[stream_index_] >= 0.0) {
            set_promise(promised_s_[stream_index_]);
        }
        return Done{};
    }

    void set_promise(double duration_s) {
        const std::string_view format = container_.format->iformat->name;
        const double rate_hz = info_.sample_rate.value();
        const bool counts_frames = format.starts_with("mov,") || format == "mxf" ||
                                   format == "flac" || format == "wv" || format == "aiff";
        // Others count milliseconds (Matroska, ASF) or include the encoder's delay (MPEG, Ogg).
        constexpr double loose_s = 0.25;
        constexpr double edit_list_s = 0.002; // a movie's own clock often ticks in milliseconds
        const bool is_lossy = info_.format == SampleFormat::lossy;
        const double exact_s =
            is_lossy ? std::max(codec_->frame_size, 1024) / rate_hz : edit_list_s;
        promise_ = Promise{.frames = static_cast<std::uint64_t>(duration_s * rate_hz + 0.5),
                           .tolerance_frames = static_cast<std::uint64_t>(
                               (counts_frames ? exact_s : loose_s) * rate_hz),
                           .ends_there = format.starts_with("mov,") && is_lossy};
        if (counts_frames) {
            info_.frames = promise_->frames;
        }
    }

    /// To the next frame; false at the end or at a failure, which is kept in failure_.
    bool advance() {
        auto next = next_frame();
        if (!next) {
            failure_ = next.error();
        } else if (*next) {
            has_frame_ = true;
        } else {
            check_promise();
        }
        return has_frame_;
    }

    void check_promise() {
        const auto data = promised_data(path_);
        if (data && data->present_bytes > 0 && data->present_bytes < data->promised_bytes) {
            const double whole = static_cast<double>(frames_read_) *
                                 static_cast<double>(data->promised_bytes) /
                                 static_cast<double>(data->present_bytes);
            failure_ = truncation_error(path_, frames_read_, static_cast<std::uint64_t>(whole),
                                        info_.sample_rate, true);
        } else if (promise_ && frames_read_ + promise_->tolerance_frames < promise_->frames) {
            failure_ =
                truncation_error(path_, frames_read_, promise_->frames, info_.sample_rate, false);
        } else if (read_failed_) {
            failure_ = damage_error(frames_read_);
        }
    }

    [[nodiscard]] Error damage_error(std::uint64_t frame) const {
        const double rate_hz = std::max(info_.sample_rate.value(), 1.0);
        return {ErrorKind::unreadable, path_.string(),
                fmt::format("is damaged at {:.2f} s", static_cast<double>(frame) / rate_hz),
                "copy or export the file again"};
    }

    std::size_t take_from_frame(AudioView out) {
        const auto there = static_cast<std::size_t>(frame_->nb_samples) - frame_offset_;
        std::size_t count = std::min(there, out.frames());
        std::size_t usable = count;
        if (promise_ && promise_->ends_there) {
            const std::uint64_t left = promise_->frames - std::min(promise_->frames, frames_read_);
            usable = static_cast<std::size_t>(std::min<std::uint64_t>(count, left));
        }
        if (!to_planar(*frame_, frame_offset_, out.first(usable))) {
            failure_ = no_sound(path_);
            return 0;
        }
        frames_read_ += usable;
        frame_offset_ += count;
        has_frame_ = frame_offset_ < static_cast<std::size_t>(frame_->nb_samples);
        return usable;
    }

    /// True: frame_ is new. Damage before the first good frame or after the last one is junk that
    /// many files have (cut MPEG streams, tags); between two good ones it is a hole in the sound.
    Result<bool> next_frame() {
        while (true) {
            const int got = libav().avcodec_receive_frame(codec_.get(), frame_.get());
            if (got == 0 && frame_->nb_samples > 0) {
                if (saw_damage_ && frames_decoded_ > 0) {
                    return damage_error(frames_decoded_);
                }
                return accept_frame();
            }
            if (got == AVERROR_EOF || (got < 0 && drained_)) {
                return change_ && frames_decoded_ > 0 ? Result<bool>(change_error(*change_))
                                                      : false;
            }
            if (got < 0) {
                saw_damage_ = saw_damage_ || got != AVERROR(EAGAIN);
                feed_decoder();
            }
        }
    }

    Result<bool> accept_frame() {
        const bool is_first = frames_decoded_ == 0;
        saw_damage_ = false;
        if (!is_first && (frame_->ch_layout.nb_channels != info_.layout.channels() ||
                          frame_->sample_rate != static_cast<int>(info_.sample_rate.value()))) {
            return change_error(shape_change(frame_->ch_layout.nb_channels, frame_->sample_rate));
        }
        frames_decoded_ += static_cast<std::uint64_t>(frame_->nb_samples);
        frame_offset_ = 0;
        return true;
    }

    /// One packet of our stream, or at the file's end the request for what the decoder still holds.
    void feed_decoder() {
        int got = 0;
        do {
            libav().av_packet_unref(packet_.get());
            got = libav().av_read_frame(container_.format.get(), packet_.get());
        } while (got >= 0 && static_cast<unsigned>(packet_->stream_index) != stream_index_);
        if (got >= 0) {
            change_ = change_of_link();
        }
        if (got < 0 || change_) {
            read_failed_ = got < 0 && got != AVERROR_EOF;
            drained_ = true;
            libav().avcodec_send_packet(codec_.get(), nullptr);
            return;
        }
        if (libav().avcodec_send_packet(codec_.get(), packet_.get()) < 0) {
            saw_damage_ = true;
        }
    }

    std::filesystem::path path_;
    OpenContainer container_;
    CodecHandle codec_;
    PacketHandle packet_;
    FrameHandle frame_;
    StreamInfo info_;
    std::vector<double> promised_s_; ///< one a stream; negative: none
    std::optional<Promise> promise_;
    std::optional<Error> failure_;
    std::string opus_header_;           ///< of the first link; empty: not Opus
    std::optional<std::string> change_; ///< the link to be read next is another sound
    unsigned stream_index_ = 0;
    unsigned audio_streams_ = 0;
    std::uint64_t frames_decoded_ = 0;
    std::uint64_t frames_read_ = 0;
    std::size_t frame_offset_ = 0;
    bool has_frame_ = false;
    bool drained_ = false;
    bool read_failed_ = false;
    bool saw_damage_ = false; ///< since the last good frame
};

} // namespace

Result<std::unique_ptr<Source>> open_with_libav(const std::filesystem::path& path) {
    if (find_libav() == nullptr) {
        return Error{ErrorKind::unreadable, path.string(),
                     "is no audio file that can be read without FFmpeg's libraries",
                     fmt::format("install libavformat{} and libavcodec{}, or convert it to WAV",
                                 LIBAVFORMAT_VERSION_MAJOR, LIBAVCODEC_VERSION_MAJOR)};
    }
    auto source = std::make_unique<LibavSource>(path);
    if (const Status opened = source->open(); !opened) {
        return opened.error();
    }
    return std::unique_ptr<Source>(std::move(source));
}

} // namespace gainstage::audio::io
