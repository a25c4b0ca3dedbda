// SPDX-License-Identifier: MIT
#include "audio/buffer.h"
#include "audio/io/source.h"

#include <cmath>
#include <soxr.h>

#include <vector>

namespace gainstage::audio::io {
namespace {

constexpr std::size_t block_frames = 4096;

struct DeleteSoxr {
    void operator()(soxr_t converter) const noexcept { soxr_delete(converter); }
};

class ResampledSource final : public Source {
public:
    ResampledSource(std::unique_ptr<Source> source, StreamInfo info, soxr_t converter)
        : source_(std::move(source)), info_(std::move(info)), converter_(converter),
          in_(info_.layout.channels(), block_frames) {}

    [[nodiscard]] const StreamInfo& info() const noexcept override { return info_; }

    Result<std::size_t> read(AudioView out) override {
        std::size_t written = 0;
        while (written < out.frames()) {
            if (in_begin_ == in_end_ && !ended_) {
                const auto got = source_->read(in_.view());
                if (!got) {
                    return got.error();
                }
                in_begin_ = 0;
                in_end_ = *got;
                ended_ = *got == 0;
            }
            const std::size_t made = convert(out.slice(written, out.frames() - written));
            written += made;
            if (ended_ && made == 0) {
                break;
            }
        }
        return written;
    }

private:
    std::unique_ptr<Source> source_;
    StreamInfo info_;
    std::unique_ptr<std::remove_pointer_t<soxr_t>, DeleteSoxr> converter_;
    AudioBuffer in_;
    std::size_t in_begin_ = 0;
    std::size_t in_end_ = 0;
    bool ended_ = false;

    std::size_t convert(AudioView out) {
        std::vector<const float*> from;
        std::vector<float*> to;
        for (int c = 0; c < out.channels(); ++c) {
            from.push_back(in_.channel(c).data() + in_begin_);
            to.push_back(out.channel(c).data());
        }
        std::size_t used = 0;
        std::size_t made = 0;
        // Without input, soxr gives out what its filter still holds.
        soxr_process(converter_.get(), ended_ ? nullptr : from.data(), in_end_ - in_begin_, &used,
                     to.data(), out.frames(), &made);
        in_begin_ += used;
        return made;
    }
};

} // namespace

Result<std::unique_ptr<Source>> resample(std::unique_ptr<Source> source, Hertz sample_rate) {
    StreamInfo info = source->info();
    if (info.sample_rate == sample_rate) {
        return source;
    }
    const double ratio = sample_rate / info.sample_rate;
    const soxr_io_spec_t planar = soxr_io_spec(SOXR_FLOAT32_S, SOXR_FLOAT32_S);
    const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, 0);
    const soxr_runtime_spec_t one_thread = soxr_runtime_spec(1);
    soxr_error_t fault = nullptr;
    const soxr_t converter = soxr_create(info.sample_rate.value(), sample_rate.value(),
                                         static_cast<unsigned>(info.layout.channels()), &fault,
                                         &planar, &quality, &one_thread);
    if (fault != nullptr) {
        return Error{ErrorKind::internal, "", std::string("can't be resampled: ") + fault, ""};
    }
    info.sample_rate = sample_rate;
    if (info.frames) {
        info.frames =
            static_cast<std::uint64_t>(std::llround(static_cast<double>(*info.frames) * ratio));
    }
    return std::unique_ptr<Source>(
        std::make_unique<ResampledSource>(std::move(source), info, converter));
}

} // namespace gainstage::audio::io
