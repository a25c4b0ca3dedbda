// SPDX-License-Identifier: MIT
#include "audio/io/sndfile_source.h"

#include "audio/io/riff.h"

#include <fmt/core.h>
#include <sndfile.h>

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
    case SF_FORMAT_MPEG:
        return "MPEG";
    default:
        return format_name(format & SF_FORMAT_TYPEMASK);
    }
}

Speaker speaker_of(int position) {
    switch (position) {
    case SF_CHANNEL_MAP_MONO:
        return Speaker::mono;
    case SF_CHANNEL_MAP_LEFT:
    case SF_CHANNEL_MAP_FRONT_LEFT:
        return Speaker::left;
    case SF_CHANNEL_MAP_RIGHT:
    case SF_CHANNEL_MAP_FRONT_RIGHT:
        return Speaker::right;
    case SF_CHANNEL_MAP_CENTER:
    case SF_CHANNEL_MAP_FRONT_CENTER:
        return Speaker::centre;
    case SF_CHANNEL_MAP_REAR_CENTER:
        return Speaker::centre_rear;
    case SF_CHANNEL_MAP_REAR_LEFT:
        return Speaker::left_rear;
    case SF_CHANNEL_MAP_REAR_RIGHT:
        return Speaker::right_rear;
    case SF_CHANNEL_MAP_LFE:
        return Speaker::lfe;
    case SF_CHANNEL_MAP_FRONT_LEFT_OF_CENTER:
        return Speaker::left_centre;
    case SF_CHANNEL_MAP_FRONT_RIGHT_OF_CENTER:
        return Speaker::right_centre;
    case SF_CHANNEL_MAP_SIDE_LEFT:
        return Speaker::left_surround;
    case SF_CHANNEL_MAP_SIDE_RIGHT:
        return Speaker::right_surround;
    case SF_CHANNEL_MAP_TOP_CENTER:
        return Speaker::top_centre;
    case SF_CHANNEL_MAP_TOP_FRONT_LEFT:
        return Speaker::top_left_front;
    case SF_CHANNEL_MAP_TOP_FRONT_RIGHT:
        return Speaker::top_right_front;
    case SF_CHANNEL_MAP_TOP_FRONT_CENTER:
        return Speaker::top_centre_front;
    case SF_CHANNEL_MAP_TOP_REAR_LEFT:
        return Speaker::top_left_rear;
    case SF_CHANNEL_MAP_TOP_REAR_RIGHT:
        return Speaker::top_right_rear;
    case SF_CHANNEL_MAP_TOP_REAR_CENTER:
        return Speaker::top_centre_rear;
    default:
        return Speaker::unknown;
    }
}

ChannelLayout layout_of(SNDFILE* file, int channels) {
    std::vector<int> map(static_cast<std::size_t>(channels));
    const int bytes = static_cast<int>(map.size() * sizeof(int));
    if (channels <= 2 || sf_command(file, SFC_GET_CHANNEL_MAP_INFO, map.data(), bytes) != SF_TRUE) {
        return ChannelLayout::default_for(channels);
    }
    std::vector<Speaker> speakers;
    bool has_side_pair = false;
    for (const int position : map) {
        speakers.push_back(speaker_of(position));
        has_side_pair = has_side_pair || position == SF_CHANNEL_MAP_SIDE_LEFT;
    }
    for (Speaker& speaker : speakers) {
        // 5.1 says "rear" for its surround pair as often as "side"; without a side pair, rear means
        // surround.
        if (!has_side_pair && speaker == Speaker::left_rear) {
            speaker = Speaker::left_surround;
        } else if (!has_side_pair && speaker == Speaker::right_rear) {
            speaker = Speaker::right_surround;
        }
    }
    return ChannelLayout{std::move(speakers)};
}

class SndfileSource final : public Source {
public:
    SndfileSource(SndfileHandle file, const SF_INFO& format, std::filesystem::path path)
        : file_(std::move(file)), path_(std::move(path)) {
        info_.sample_rate = Hertz{static_cast<double>(format.samplerate)};
        info_.layout = layout_of(file_.get(), format.channels);
        // libsndfile says SF_COUNT_MAX where a container doesn't tell.
        if (format.frames >= 0 && format.frames < SF_COUNT_MAX) {
            info_.frames = static_cast<std::uint64_t>(format.frames);
        }
        info_.format = sample_format(format.format);
        info_.container = container_name(format.format);
        info_.codec = format_name(format.format & SF_FORMAT_SUBMASK);
        promised_frames_ = info_.frames.value_or(0);
        if (const auto data = promised_data(path_); data && data->present_bytes > 0) {
            // The header's promise, scaled from bytes to frames by what libsndfile made of the
            // bytes that are there.
            const double missing = static_cast<double>(data->promised_bytes) /
                                   static_cast<double>(data->present_bytes);
            promised_frames_ =
                static_cast<std::uint64_t>(static_cast<double>(promised_frames_) * missing);
        }
    }

    [[nodiscard]] const StreamInfo& info() const noexcept override { return info_; }

    Result<std::size_t> read(AudioView out) override {
        const auto channels = static_cast<std::size_t>(info_.layout.channels());
        interleaved_.resize(std::max(interleaved_.size(), out.frames() * channels));
        const auto frames =
            sf_readf_float(file_.get(), interleaved_.data(), static_cast<sf_count_t>(out.frames()));
        const auto read = static_cast<std::size_t>(std::max<sf_count_t>(frames, 0));
        frames_read_ += read;
        if (read < out.frames() && frames_read_ < promised_frames_ && read == 0) {
            return truncated();
        }
        for (std::size_t c = 0; c < channels; ++c) {
            float* to = out.channel(static_cast<int>(c)).data();
            const float* from = interleaved_.data() + c;
            for (std::size_t n = 0; n < read; ++n) {
                to[n] = from[n * channels];
            }
        }
        return read;
    }

private:
    [[nodiscard]] Error truncated() const {
        const double rate = info_.sample_rate.value();
        return {ErrorKind::unreadable, path_.string(),
                fmt::format("is truncated: {:.2f} of {:.2f} s are there",
                            static_cast<double>(frames_read_) / rate,
                            static_cast<double>(promised_frames_) / rate),
                "copy or export the file again"};
    }

    SndfileHandle file_;
    std::filesystem::path path_;
    StreamInfo info_;
    std::vector<float> interleaved_;
    std::uint64_t frames_read_ = 0;
    std::uint64_t promised_frames_ = 0;
};

} // namespace

Result<std::unique_ptr<Source>> open_with_sndfile(const std::filesystem::path& path) {
    SF_INFO format{};
    SndfileHandle file(sf_open(path.c_str(), SFM_READ, &format));
    if (!file) {
        return std::unique_ptr<Source>{};
    }
    if (format.channels < 1 || format.channels > max_channels) {
        return Error{
            ErrorKind::unreadable, path.string(),
            fmt::format("has {} channels; 1 to {} can be read", format.channels, max_channels),
            "split the file"};
    }
    if (format.samplerate < lowest_sample_rate.value() ||
        format.samplerate > highest_sample_rate.value()) {
        return Error{ErrorKind::unreadable, path.string(),
                     fmt::format("has a sample rate of {} Hz; 8 kHz to 768 kHz can be read",
                                 format.samplerate),
                     "check how the file was made"};
    }
    return std::unique_ptr<Source>(new SndfileSource(std::move(file), format, path));
}

} // namespace gainstage::audio::io
