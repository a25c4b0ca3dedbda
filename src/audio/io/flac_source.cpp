// SPDX-License-Identifier: MIT
#include "audio/io/flac_source.h"

#include "audio/buffer.h"
#include "audio/io/pcm.h"
#include "audio/io/stream_error.h"

#include <FLAC/stream_decoder.h>
#include <algorithm>
#include <charconv>
#include <fstream>
#include <string_view>

namespace gainstage::audio::io {
namespace {

struct DeleteDecoder {
    void operator()(FLAC__StreamDecoder* decoder) const noexcept {
        FLAC__stream_decoder_delete(decoder);
    }
};

using Decoder = std::unique_ptr<FLAC__StreamDecoder, DeleteDecoder>;

bool begins_as_flac(const std::filesystem::path& path) {
    std::array<char, 4> head{};
    std::ifstream(path, std::ios::binary).read(head.data(), head.size());
    return std::string_view(head.data(), head.size()) == "fLaC";
}

SampleFormat sample_format(unsigned bits) noexcept {
    return bits <= 8    ? SampleFormat::int8
           : bits <= 16 ? SampleFormat::int16
           : bits <= 24 ? SampleFormat::int24
                        : SampleFormat::int32;
}

/// The tag that says which loudspeakers the channels are for (RFC 9639, section 8.6.2), where there
/// is one.
std::optional<unsigned> wave_mask(const FLAC__StreamMetadata_VorbisComment& comments) {
    constexpr std::string_view name = "WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x";
    for (FLAC__uint32 i = 0; i < comments.num_comments; ++i) {
        const auto& entry = comments.comments[i];
        const std::string_view text(reinterpret_cast<const char*>(entry.entry), entry.length);
        const bool is_it = text.size() > name.size() &&
                           std::equal(name.begin(), name.end(), text.begin(), [](char a, char b) {
                               return a == (b >= 'a' && b <= 'z' && b != 'x' ? b - 'a' + 'A' : b);
                           });
        unsigned mask = 0;
        if (is_it &&
            std::from_chars(text.data() + name.size(), text.data() + text.size(), mask, 16).ec ==
                std::errc{}) {
            return mask;
        }
    }
    return std::nullopt;
}

class FlacSource final : public Source {
public:
    FlacSource(std::filesystem::path path, const OpenOptions& options)
        : path_(std::move(path)), decoder_(FLAC__stream_decoder_new()), verify_(options.verify) {}

    /// False: libFLAC makes nothing of the file's head.
    bool open() {
        if (!decoder_) {
            return false;
        }
        FLAC__stream_decoder_set_md5_checking(decoder_.get(), verify_ ? 1 : 0);
        FLAC__stream_decoder_set_metadata_respond(decoder_.get(),
                                                  FLAC__METADATA_TYPE_VORBIS_COMMENT);
        return FLAC__stream_decoder_init_file(decoder_.get(), path_.c_str(), on_frame, on_metadata,
                                              on_error,
                                              this) == FLAC__STREAM_DECODER_INIT_STATUS_OK &&
               FLAC__stream_decoder_process_until_end_of_metadata(decoder_.get()) != 0 &&
               info_.layout.channels() > 0;
    }

    [[nodiscard]] const StreamInfo& info() const noexcept override { return info_; }

    Result<std::size_t> read(AudioView out) override {
        out_ = out;
        filled_ = 0;
        take_held();
        while (filled_ < out.frames() && !damaged_ && !has_ended_) {
            if (at_end()) {
                finish();
                break;
            }
            if (FLAC__stream_decoder_process_single(decoder_.get()) == 0) {
                damaged_ = true;
            }
        }
        if (verify_ && damaged_ && !has_ended_) { // junk after the last frame, perhaps
            finish();
        }
        out_ = {};
        if (filled_ == 0 && out.frames() > 0) {
            if (const Status whole = check_whole(); !whole) {
                return whole.error();
            }
        }
        frames_read_ += filled_;
        return filled_;
    }

    bool seek(std::uint64_t frame) override {
        held_from_ = held_to_ = filled_ = 0;
        if (!info_.frames || has_ended_ ||
            FLAC__stream_decoder_seek_absolute(decoder_.get(), frame) == 0) {
            return false;
        }
        frames_read_ = frame; // the block that holds it was decoded, and is held from there on
        return !damaged_;
    }

private:
    static FLAC__StreamDecoderWriteStatus on_frame(const FLAC__StreamDecoder*,
                                                   const FLAC__Frame* frame,
                                                   const FLAC__int32* const* channels,
                                                   void* self) {
        return static_cast<FlacSource*>(self)->take(frame->header, channels);
    }

    static void
    on_metadata(const FLAC__StreamDecoder*, const FLAC__StreamMetadata* metadata, void* self) {
        static_cast<FlacSource*>(self)->describe(*metadata);
    }

    static void on_error(const FLAC__StreamDecoder*, FLAC__StreamDecoderErrorStatus, void* self) {
        static_cast<FlacSource*>(self)->damaged_ = true;
    }

    void describe(const FLAC__StreamMetadata& metadata) {
        if (metadata.type == FLAC__METADATA_TYPE_VORBIS_COMMENT) {
            if (const auto mask = wave_mask(metadata.data.vorbis_comment)) {
                info_.layout = ChannelLayout::from_wave_mask(*mask, info_.layout.channels());
            }
            return;
        }
        if (metadata.type != FLAC__METADATA_TYPE_STREAMINFO || info_.layout.channels() > 0) {
            return; // a second one is damage: the shape stays
        }
        const auto& stream = metadata.data.stream_info;
        info_.sample_rate = Hertz{static_cast<double>(stream.sample_rate)};
        info_.layout = ChannelLayout::default_for(static_cast<int>(stream.channels));
        info_.format = sample_format(stream.bits_per_sample);
        info_.container = "FLAC";
        info_.codec = codec_name("FLAC", info_.format);
        if (stream.total_samples > 0) {
            info_.frames = stream.total_samples;
        }
    }

    /// One decoded block: what fits goes to the reader, the rest is held.
    FLAC__StreamDecoderWriteStatus take(const FLAC__FrameHeader& header,
                                        const FLAC__int32* const* from) {
        const auto channels = static_cast<unsigned>(info_.layout.channels());
        if (damaged_ || header.channels != channels ||
            static_cast<double>(header.sample_rate) != info_.sample_rate.value()) {
            damaged_ = true; // nothing downstream can take another shape half-way
            return FLAC__STREAM_DECODER_WRITE_STATUS_ABORT;
        }
        const float scale =
            1.0f / static_cast<float>(std::uint64_t{1} << (header.bits_per_sample - 1));
        const std::size_t now = std::min<std::size_t>(header.blocksize, out_.frames() - filled_);
        const std::size_t later = header.blocksize - now;
        if (held_.frames() < later) {
            held_ = AudioBuffer(info_.layout.channels(), later);
        }
        for (unsigned c = 0; c < channels; ++c) {
            const auto channel = static_cast<int>(c);
            if (now > 0) { // seeking, there is no reader
                scale_ints(from[c], scale, out_.channel(channel).subspan(filled_, now));
            }
            if (later > 0) {
                scale_ints(from[c] + now, scale, held_.channel(channel).first(later));
            }
        }
        filled_ += now;
        held_from_ = 0;
        held_to_ = later;
        return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE;
    }

    void finish() {
        has_ended_ = true;
        // False: the MD5 of what was decoded isn't the one in the header.
        is_another_sound_ = FLAC__stream_decoder_finish(decoder_.get()) == 0 && verify_;
    }

    void take_held() noexcept {
        const std::size_t frames = std::min(held_to_ - held_from_, out_.frames());
        filled_ = frames;
        if (frames == 0) {
            return; // perhaps nothing was ever held: no memory is there
        }
        for (int c = 0; c < info_.layout.channels(); ++c) {
            std::copy_n(held_.channel(c).data() + held_from_, frames, out_.channel(c).data());
        }
        held_from_ += frames;
    }

    [[nodiscard]] bool at_end() const noexcept {
        return FLAC__stream_decoder_get_state(decoder_.get()) == FLAC__STREAM_DECODER_END_OF_STREAM;
    }

    [[nodiscard]] Status check_whole() const {
        if (is_another_sound_ && (!info_.frames || frames_read_ == *info_.frames)) {
            return Error{ErrorKind::unreadable, path_.string(),
                         "holds other sound than when it was made: its MD5 checksum differs",
                         "copy it again, from a backup"};
        }
        if (info_.frames && frames_read_ < *info_.frames) {
            return truncation_error(path_, frames_read_, *info_.frames, info_.sample_rate, false);
        }
        if (damaged_ && !info_.frames) {
            return cut_error(path_, frames_read_, info_.sample_rate);
        }
        return Done{};
    }

    std::filesystem::path path_;
    Decoder decoder_;
    StreamInfo info_;
    AudioView out_; ///< what read() is filling
    std::size_t filled_ = 0;
    AudioBuffer held_; ///< of a block that the reader hadn't room for
    std::size_t held_from_ = 0;
    std::size_t held_to_ = 0;
    std::uint64_t frames_read_ = 0;
    bool damaged_ = false;
    bool verify_ = false;
    bool has_ended_ = false;
    bool is_another_sound_ = false;
};

} // namespace

Result<std::unique_ptr<Source>> open_with_flac(const std::filesystem::path& path,
                                               const OpenOptions& options) {
    if (!begins_as_flac(path)) {
        return std::unique_ptr<Source>{};
    }
    auto source = std::make_unique<FlacSource>(path, options);
    if (!source->open()) {
        return std::unique_ptr<Source>{};
    }
    const StreamInfo& info = source->info();
    if (const Status usable = check_shape(path, info.layout.channels(), info.sample_rate.value());
        !usable) {
        return usable.error();
    }
    return std::unique_ptr<Source>(std::move(source));
}

} // namespace gainstage::audio::io
