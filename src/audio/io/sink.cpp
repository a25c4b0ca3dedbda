// SPDX-License-Identifier: MIT
#include "audio/io/sink.h"

#include "audio/io/interleave.h"
#include "audio/io/plain_header.h"
#include "audio/io/quantiser.h"
#include "audio/io/sndfile_layout.h"
#include "audio/io/temporary_file.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <vector>

namespace gainstage::audio::io {
namespace {

int sndfile_format(const SinkFormat& format) {
    // RF64 that turns into a plain WAV when it stayed under 4 GB: see open(), make_header_plain().
    const int type = format.container == Container::flac ? SF_FORMAT_FLAC : SF_FORMAT_RF64;
    switch (format.sample) {
    case SampleFormat::int8:
        return type | (type == SF_FORMAT_FLAC ? SF_FORMAT_PCM_S8 : SF_FORMAT_PCM_U8);
    case SampleFormat::int16:
        return type | SF_FORMAT_PCM_16;
    case SampleFormat::int24:
        return type | SF_FORMAT_PCM_24;
    case SampleFormat::int32:
        return type | SF_FORMAT_PCM_32;
    case SampleFormat::float32:
    case SampleFormat::lossy:
        return type | SF_FORMAT_FLOAT;
    case SampleFormat::float64:
        return type | SF_FORMAT_DOUBLE;
    }
    return type;
}

/// 0 for float formats.
int bits_of(SampleFormat format) {
    switch (format) {
    case SampleFormat::int8:
        return 8;
    case SampleFormat::int16:
        return 16;
    case SampleFormat::int24:
        return 24;
    case SampleFormat::int32:
        return 32;
    default:
        return 0;
    }
}

/// What a container can't hold, said before a file is made. FLAC's limits: RFC 9639, section 9.1.
Status check_format(const std::filesystem::path& target, const SinkFormat& format) {
    const int channels = format.layout.channels();
    const double rate_hz = format.sample_rate.value();
    const auto refuse = [&](std::string what, const char* action) {
        return Error{ErrorKind::usage, target.string(), std::move(what), action};
    };
    if (channels < 1 || channels > max_channels) {
        return refuse(
            fmt::format("can't have {} channels; 1 to {} can be written", channels, max_channels),
            "write several files");
    }
    if (!(rate_hz >= lowest_sample_rate.value() && rate_hz <= highest_sample_rate.value()) ||
        rate_hz != std::floor(rate_hz)) {
        return refuse(fmt::format("can't have a sample rate of {} Hz", rate_hz),
                      "choose whole Hz from 8 kHz to 768 kHz");
    }
    if (format.container != Container::flac) {
        return Done{};
    }
    const int bits = bits_of(format.sample);
    constexpr int flac_channels = 8;
    constexpr double flac_rate_hz = 655350.0;
    if (bits == 0 || bits > 24) {
        return refuse("FLAC holds integers of up to 24 bits", "choose 16 or 24 bits, or a WAV");
    }
    if (channels > flac_channels) {
        return refuse(fmt::format("FLAC holds up to 8 channels, not {}", channels),
                      "write a WAV instead");
    }
    if (rate_hz > flac_rate_hz) {
        return refuse("FLAC holds sample rates of up to 655350 Hz", "write a WAV instead");
    }
    return Done{};
}

class SndfileSink final : public Sink {
public:
    SndfileSink(TemporaryFile file, const SinkFormat& format)
        : file_(std::move(file)), is_flac_(format.container == Container::flac) {
        const int bits = bits_of(format.sample);
        for (int c = 0; bits > 0 && c < format.layout.channels(); ++c) {
            constexpr std::uint64_t seed =
                0x6761696E73746167; // "gainstag"; any constant gives the same file each time
            quantisers_.emplace_back(bits, format.dither,
                                     seed + static_cast<std::uint64_t>(c) * 0x100000001B3u);
        }
    }

    ~SndfileSink() override { close(); }

    SndfileSink(const SndfileSink&) = delete;
    SndfileSink& operator=(const SndfileSink&) = delete;

    Status open(const SinkFormat& format) {
        SF_INFO info{};
        info.samplerate = static_cast<int>(format.sample_rate.value());
        info.channels = format.layout.channels();
        info.format = sndfile_format(format);
        sndfile_ = sf_open_fd(file_.descriptor(), SFM_WRITE, &info, SF_FALSE);
        if (sndfile_ == nullptr) {
            return Error{ErrorKind::unwritable, file_.target().string(), sf_strerror(nullptr),
                         "check the disk"};
        }
        if (format.container == Container::wav) {
            sf_command(sndfile_, SFC_RF64_AUTO_DOWNGRADE, nullptr, SF_TRUE);
        }
        std::vector<int> map = sndfile_map(format.layout);
        if (format.container != Container::flac && format.layout.to_wave_mask() != 0) {
            sf_command(sndfile_, SFC_SET_CHANNEL_MAP_INFO, map.data(),
                       static_cast<int>(map.size() * sizeof(int)));
        }
        return Done{};
    }

    Status write(ConstAudioView block) override {
        if (failure_) {
            return *failure_;
        }
        if (block.frames() == 0) {
            return Done{};
        }
        const auto channels = static_cast<std::size_t>(block.channels());
        const auto frames = static_cast<sf_count_t>(block.frames());
        errno = 0;
        sf_count_t written = 0;
        if (quantisers_.empty()) {
            floats_.resize(std::max(floats_.size(), block.frames() * channels));
            interleave(block, floats_.data());
            written = sf_writef_float(sndfile_, floats_.data(), frames);
        } else {
            codes_.resize(std::max(codes_.size(), block.frames() * channels));
            for (std::size_t c = 0; c < channels; ++c) {
                quantisers_[c].process(block.channel(static_cast<int>(c)), codes_.data() + c,
                                       channels);
            }
            written = sf_writef_int(sndfile_, codes_.data(), frames);
        }
        if (written != frames) {
            failure_ = write_error(file_.target(), errno != 0 ? errno : EIO);
            return *failure_;
        }
        frames_ += block.frames();
        return Done{};
    }

    Status commit() override {
        if (failure_) {
            return *failure_; // never a part of a file under the target's name
        }
        errno = 0;
        if (is_flac_ && frames_ == 0) { // libsndfile makes a FLAC header with the first frame only
            sf_command(sndfile_, SFC_UPDATE_HEADER_NOW, nullptr, 0);
        }
        // libsndfile writes the last block and the header here and tells nobody if that fails:
        // errno does.
        const int failed = close();
        constexpr std::array fatal = {ENOSPC, EIO, EDQUOT, EFBIG};
        if (failed != 0 || std::ranges::find(fatal, errno) != fatal.end()) {
            return write_error(file_.target(), errno != 0 ? errno : EIO);
        }
        if (!make_header_plain(file_.descriptor())) {
            return write_error(file_.target(), errno);
        }
        return file_.commit();
    }

    [[nodiscard]] std::uint64_t clipped_samples() const noexcept override {
        std::uint64_t total = 0;
        for (const Quantiser& quantiser : quantisers_) {
            total += quantiser.clipped_samples();
        }
        return total;
    }

private:
    int close() noexcept {
        return sndfile_ != nullptr ? sf_close(std::exchange(sndfile_, nullptr)) : 0;
    }

    TemporaryFile file_; // declared first: closed after libsndfile let go of it
    SNDFILE* sndfile_ = nullptr;
    bool is_flac_ = false;
    std::uint64_t frames_ = 0;
    std::optional<Error> failure_; ///< the first one; nothing is written after it
    std::vector<Quantiser> quantisers_;
    std::vector<float> floats_;
    std::vector<std::int32_t> codes_;
};

} // namespace

Status refuse_overwriting_inputs(const std::filesystem::path& target,
                                 std::span<const std::filesystem::path> inputs) {
    for (const auto& input : inputs) {
        std::error_code not_there; // a target that isn't there yet is no input
        if (std::filesystem::equivalent(target, input, not_there)) {
            return Error{ErrorKind::usage, target.string(),
                         "is the input " + input.string() + " and would be overwritten",
                         "write to another folder or name"};
        }
    }
    return Done{};
}

Result<std::unique_ptr<Sink>> create(const std::filesystem::path& target,
                                     const SinkFormat& format) {
    if (const Status possible = check_format(target, format); !possible) {
        return possible.error();
    }
    auto file = TemporaryFile::beside(target);
    if (!file) {
        return file.error();
    }
    auto sink = std::make_unique<SndfileSink>(std::move(*file), format);
    if (const Status opened = sink->open(format); !opened) {
        return opened.error();
    }
    return std::unique_ptr<Sink>(std::move(sink));
}

} // namespace gainstage::audio::io
