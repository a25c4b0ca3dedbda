// SPDX-License-Identifier: MIT
#include "audio/io/sndfile_source.h"

#include "audio/io/chunks.h"
#include "audio/io/interleave.h"
#include "audio/io/ogg_page.h"
#include "audio/io/pcm.h"
#include "audio/io/sndfile_layout.h"
#include "audio/io/stream_error.h"

#include <algorithm>
#include <bit>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

namespace gainstage::audio::io {
namespace {

struct CloseSndfile {
    void operator()(SNDFILE* file) const noexcept { sf_close(file); }
};

using SndfileHandle = std::unique_ptr<SNDFILE, CloseSndfile>;

SampleFormat sample_format(int format) {
    switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8:
        return SampleFormat::int8;
    case SF_FORMAT_PCM_16:
    case SF_FORMAT_ALAC_16:
        return SampleFormat::int16;
    case SF_FORMAT_PCM_24:
    case SF_FORMAT_ALAC_20:
    case SF_FORMAT_ALAC_24:
        return SampleFormat::int24;
    case SF_FORMAT_PCM_32:
    case SF_FORMAT_ALAC_32:
        return SampleFormat::int32;
    case SF_FORMAT_FLOAT:
        return SampleFormat::float32;
    case SF_FORMAT_DOUBLE:
        return SampleFormat::float64;
    default:
        return SampleFormat::lossy;
    }
}

bool is_mpeg(int format) {
    switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_MPEG_LAYER_I:
    case SF_FORMAT_MPEG_LAYER_II:
    case SF_FORMAT_MPEG_LAYER_III:
        return true;
    default:
        return false;
    }
}

/// 0 for what isn't stored sample by sample.
std::uint64_t bytes_per_sample(int format) {
    if ((format & SF_FORMAT_TYPEMASK) == SF_FORMAT_FLAC) {
        return 0;
    }
    switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8:
    case SF_FORMAT_ULAW:
    case SF_FORMAT_ALAW:
        return 1;
    case SF_FORMAT_PCM_16:
        return 2;
    case SF_FORMAT_PCM_24:
        return 3;
    case SF_FORMAT_PCM_32:
    case SF_FORMAT_FLOAT:
        return 4;
    case SF_FORMAT_DOUBLE:
        return 8;
    default:
        return 0;
    }
}

/// How the samples lie in the file, where we convert them ourselves: several times faster than
/// libsndfile. Only containers that hold nothing else between them.
std::optional<PcmFormat> plain_pcm(SNDFILE* file, int format) {
    switch (format & SF_FORMAT_TYPEMASK) {
    case SF_FORMAT_WAV:
    case SF_FORMAT_WAVEX:
    case SF_FORMAT_RF64:
    case SF_FORMAT_AIFF:
    case SF_FORMAT_W64:
        break;
    default:
        return std::nullopt;
    }
    const bool swapped = sf_command(file, SFC_RAW_DATA_NEEDS_ENDSWAP, nullptr, 0) == SF_TRUE;
    const bool big_endian = swapped == (std::endian::native == std::endian::little);
    switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_16:
        return PcmFormat{PcmEncoding::int16, big_endian};
    case SF_FORMAT_PCM_24:
        return PcmFormat{PcmEncoding::int24, big_endian};
    case SF_FORMAT_PCM_32:
        return PcmFormat{PcmEncoding::int32, big_endian};
    case SF_FORMAT_FLOAT:
        return PcmFormat{PcmEncoding::float32, big_endian};
    default:
        return std::nullopt;
    }
}

/// libsndfile's own words for a container or an encoding.
std::string format_name(int format) {
    SF_FORMAT_INFO info{};
    info.format = format;
    return sf_command(nullptr, SFC_GET_FORMAT_INFO, &info, sizeof info) == 0 && info.name != nullptr
               ? info.name
               : "unknown";
}

std::string container_name(int format) {
    switch (format & SF_FORMAT_TYPEMASK) {
    case SF_FORMAT_WAV:
    case SF_FORMAT_WAVEX:
        return "WAV";
    case SF_FORMAT_RF64:
        return "RF64";
    case SF_FORMAT_AIFF:
        return "AIFF";
    case SF_FORMAT_FLAC:
        return "FLAC";
    case SF_FORMAT_OGG:
        return "Ogg";
    case SF_FORMAT_CAF:
        return "CAF";
    case SF_FORMAT_W64:
        return "Wave64";
    case SF_FORMAT_AU:
        return "AU";
    default:
        return format_name(format & SF_FORMAT_TYPEMASK);
    }
}

std::string codec_of(int format, SampleFormat sample) {
    const int encoding = format & SF_FORMAT_SUBMASK;
    if (sample == SampleFormat::lossy) {
        return format_name(encoding);
    }
    const bool alac = encoding >= SF_FORMAT_ALAC_16 && encoding <= SF_FORMAT_ALAC_32;
    const bool flac = (format & SF_FORMAT_TYPEMASK) == SF_FORMAT_FLAC;
    return codec_name(flac ? "FLAC" : alac ? "ALAC" : "PCM", sample);
}

/// How many frames the header promises, where libsndfile only says what the file's length allows.
std::uint64_t promised_frames(const PromisedData& data, const SF_INFO& format) {
    const auto frames_there = static_cast<std::uint64_t>(format.frames);
    if (data.promised_bytes <= data.present_bytes) {
        return frames_there;
    }
    if (const std::uint64_t bytes = bytes_per_sample(format.format); bytes > 0) {
        return data.promised_bytes / (bytes * static_cast<std::uint64_t>(format.channels));
    }
    const double ratio = data.present_bytes == 0 ? 1.0
                                                 : static_cast<double>(data.promised_bytes) /
                                                       static_cast<double>(data.present_bytes);
    return static_cast<std::uint64_t>(static_cast<double>(frames_there) * ratio);
}

/// An open file.
class Descriptor {
public:
    Descriptor() = default;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    ~Descriptor() { reset(-1); }

    void reset(int descriptor) {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
        descriptor_ = descriptor;
    }

    [[nodiscard]] int get() const noexcept { return descriptor_; }

private:
    int descriptor_ = -1;
};

class SndfileSource final : public Source {
public:
    SndfileSource(SndfileHandle file, const SF_INFO& format, std::filesystem::path path)
        : file_(std::move(file)), path_(std::move(path)) {
        info_.sample_rate = Hertz{static_cast<double>(format.samplerate)};
        info_.layout = layout_of(file_.get(), format);
        order_ = wave_order(format);
        if (std::ranges::is_sorted(order_)) {
            pcm_ = plain_pcm(file_.get(), format.format);
        }
        info_.format = sample_format(format.format);
        info_.container = container_name(format.format);
        info_.codec = codec_of(format.format, info_.format);
        if (format.frames < 0 || format.frames == SF_COUNT_MAX) {
            return; // the container doesn't tell
        }
        info_.frames = static_cast<std::uint64_t>(format.frames);
        if (pcm_ && (format.format & SF_FORMAT_TYPEMASK) != SF_FORMAT_RF64 && open_long_data()) {
            return;
        }
        if (const auto data = promised_data(path_)) {
            info_.frames = promised_frames(*data, format);
            cut_short_ = data->promised_bytes > data->present_bytes;
        }
    }

    [[nodiscard]] const StreamInfo& info() const noexcept override { return info_; }

    Result<std::size_t> read(AudioView out) override {
        const std::size_t read = pcm_ ? read_pcm(out) : read_floats(out);
        if (read == 0 && out.frames() > 0) {
            if (const Status whole = check_whole(); !whole) {
                return whole.error();
            }
        }
        frames_read_ += read;
        return read;
    }

    bool seek(std::uint64_t frame) override {
        const auto to = static_cast<sf_count_t>(frame);
        if (long_data_) {
            frames_read_ = frame;
            return frame <= info_.frames;
        }
        if (!pcm_ || sf_seek(file_.get(), to, SEEK_SET) != to) {
            return false; // a codec's frames may depend on those before
        }
        frames_read_ = frame;
        return true;
    }

private:
    /// libsndfile would end where the size field says.
    bool open_long_data() {
        const auto data = long_data(path_);
        if (!data) {
            return false;
        }
        descriptor_.reset(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
        if (descriptor_.get() < 0) {
            return false;
        }
        long_data_ = data;
        const std::size_t frame_bytes =
            pcm_->bytes_a_sample() * static_cast<std::size_t>(info_.layout.channels());
        info_.frames = data->bytes / frame_bytes;
        return true;
    }

    sf_count_t read_long_data(std::size_t wanted, std::size_t frame_bytes) {
        const std::uint64_t at = frames_read_ * frame_bytes;
        const std::uint64_t left = *info_.frames * frame_bytes - at;
        const auto bytes = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, left));
        std::size_t done = 0;
        while (done < bytes) {
            const ssize_t got = ::pread(descriptor_.get(), bytes_.data() + done, bytes - done,
                                        static_cast<off_t>(long_data_->start + at + done));
            if (got <= 0) {
                break;
            }
            done += static_cast<std::size_t>(got);
        }
        return static_cast<sf_count_t>(done);
    }

    std::size_t read_pcm(AudioView out) {
        const std::size_t frame_bytes =
            pcm_->bytes_a_sample() * static_cast<std::size_t>(out.channels());
        bytes_.resize(std::max(bytes_.size(), out.frames() * frame_bytes + pcm_beyond));
        const std::size_t wanted = out.frames() * frame_bytes;
        const auto bytes =
            long_data_ ? read_long_data(wanted, frame_bytes)
                       : sf_read_raw(file_.get(), bytes_.data(), static_cast<sf_count_t>(wanted));
        const std::size_t read =
            static_cast<std::size_t>(std::max<sf_count_t>(bytes, 0)) / frame_bytes;
        convert_pcm(*pcm_, bytes_.data(), out.first(read));
        return read;
    }

    std::size_t read_floats(AudioView out) {
        const auto channels = static_cast<std::size_t>(out.channels());
        interleaved_.resize(std::max(interleaved_.size(), out.frames() * channels));
        const auto frames =
            sf_readf_float(file_.get(), interleaved_.data(), static_cast<sf_count_t>(out.frames()));
        const auto read = static_cast<std::size_t>(std::max<sf_count_t>(frames, 0));
        put(out.first(read));
        return read;
    }

    [[nodiscard]] Status check_whole() const {
        if (info_.frames && frames_read_ < *info_.frames) {
            return truncation_error(path_, frames_read_, *info_.frames, info_.sample_rate,
                                    cut_short_);
        }
        if (!info_.frames && info_.container == "Ogg" && ends_in_cut_page(path_)) {
            return cut_error(path_, frames_read_, info_.sample_rate);
        }
        return Done{};
    }

    void put(AudioView out) const noexcept {
        if (std::ranges::is_sorted(order_)) {
            deinterleave(interleaved_.data(), out);
            return;
        }
        for (std::size_t c = 0; c < order_.size(); ++c) {
            take_channel(interleaved_.data(), order_.size(), order_[c],
                         out.channel(static_cast<int>(c)));
        }
    }

    SndfileHandle file_;
    Descriptor descriptor_;
    std::optional<LongData> long_data_; ///< read by us
    std::filesystem::path path_;
    StreamInfo info_;
    std::vector<std::size_t> order_;
    std::optional<PcmFormat> pcm_; ///< converted by us
    std::vector<std::uint8_t> bytes_;
    std::vector<float> interleaved_;
    std::uint64_t frames_read_ = 0;
    bool cut_short_ = false; ///< the header promises bytes beyond the file's end
};

} // namespace

Result<std::unique_ptr<Source>> open_with_sndfile(const std::filesystem::path& path) {
    SF_INFO format{};
    SndfileHandle file(sf_open(path.c_str(), SFM_READ, &format));
    if (!file || is_mpeg(format.format)) {
        return std::unique_ptr<Source>{};
    }
    if (const Status usable = check_shape(path, format.channels, format.samplerate); !usable) {
        return usable.error();
    }
    return std::unique_ptr<Source>(new SndfileSource(std::move(file), format, path));
}

} // namespace gainstage::audio::io
