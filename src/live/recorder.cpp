// SPDX-License-Identifier: MIT
#include "live/recorder.h"

#include "audio/io/interleave.h"
#include "audio/io/temporary_file.h"

#include <atomic>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <fcntl.h>
#include <mutex>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <utility>

namespace gainstage::live {
namespace {

static_assert(std::endian::native == std::endian::little, "samples are written as they lie");

/// Little-endian fields.
class Bytes {
public:
    Bytes& text(std::string_view four) {
        bytes_.insert(bytes_.end(), four.begin(), four.end());
        return *this;
    }

    Bytes& number(std::uint64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) {
            bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
        }
        return *this;
    }

    [[nodiscard]] std::vector<std::uint8_t> take() { return std::move(bytes_); }

private:
    std::vector<std::uint8_t> bytes_;
};

constexpr std::uint64_t header_bytes = 12 + 36 + 26 + 12 + 8; // RIFF, ds64 or JUNK, fmt, fact, data

} // namespace

/// Beside the writing, which must not wait for a disk.
class Recorder::Syncing {
public:
    explicit Syncing(int descriptor) : descriptor_(descriptor), thread_([this] { run(); }) {}

    ~Syncing() {
        {
            const std::lock_guard lock(mutex_);
            ends_ = true;
        }
        end_.notify_one();
        thread_.join();
    }

    Syncing(const Syncing&) = delete;
    Syncing& operator=(const Syncing&) = delete;

    [[nodiscard]] std::uint64_t syncs() const noexcept { return syncs_.load(); }

private:
    void run() {
        std::unique_lock lock(mutex_);
        while (!end_.wait_for(lock, std::chrono::seconds(1), [this] { return ends_; })) {
            lock.unlock();
            ::fdatasync(descriptor_); // fails on a pipe; a disk's failure shows in the next write
            ++syncs_;
            lock.lock();
        }
    }

    int descriptor_;
    std::mutex mutex_;
    std::condition_variable end_;
    bool ends_ = false; ///< under mutex_
    std::atomic<std::uint64_t> syncs_{0};
    std::thread thread_; ///< last: it uses the others
};

Recorder::Recorder() = default;

std::uint64_t Recorder::syncs() const noexcept { return syncing_ ? syncing_->syncs() : 0; }

Result<Recorder> Recorder::create(const std::filesystem::path& file,
                                  const audio::Spec& spec,
                                  std::uint64_t rf64_from_bytes) {
    Recorder recorder;
    recorder.file_ = file;
    recorder.sample_rate_hz_ = static_cast<std::uint32_t>(std::lround(spec.sample_rate.value()));
    recorder.channels_ = static_cast<std::uint16_t>(spec.channels());
    recorder.rf64_from_bytes_ = rf64_from_bytes;
    recorder.descriptor_ = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (recorder.descriptor_ < 0 && errno == EEXIST) {
        return Error{ErrorKind::unwritable, file.string(), "is there already",
                     "name another file: a take is never overwritten"};
    }
    if (recorder.descriptor_ < 0) {
        return audio::io::write_error(file, errno);
    }
    if (const Status begun = recorder.write({}); !begun) {
        return begun.error();
    }
    recorder.syncing_ = std::make_unique<Syncing>(recorder.descriptor_);
    return recorder;
}

Recorder::Recorder(Recorder&& other) noexcept { *this = std::move(other); }

Recorder& Recorder::operator=(Recorder&& other) noexcept {
    std::swap(syncing_, other.syncing_);
    std::swap(descriptor_, other.descriptor_);
    std::swap(file_, other.file_);
    sample_rate_hz_ = other.sample_rate_hz_;
    channels_ = other.channels_;
    rf64_from_bytes_ = other.rf64_from_bytes_;
    frames_ = other.frames_;
    interleaved_.swap(other.interleaved_);
    return *this;
}

Recorder::~Recorder() {
    syncing_.reset();
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

std::vector<std::uint8_t> Recorder::header() const {
    const std::uint64_t frame_bytes = 4u * channels_;
    const std::uint64_t data = frames_ * frame_bytes;
    const std::uint64_t riff = header_bytes - 8 + data;
    const bool is_rf64 = riff > rf64_from_bytes_;
    constexpr std::uint64_t in_ds64 = 0xFFFFFFFFu; // Tech 3306: look there
    Bytes bytes;
    bytes.text(is_rf64 ? "RF64" : "RIFF").number(is_rf64 ? in_ds64 : riff, 4).text("WAVE");
    bytes.text(is_rf64 ? "ds64" : "JUNK").number(28, 4); // room for it from the start
    bytes.number(is_rf64 ? riff : 0, 8).number(is_rf64 ? data : 0, 8);
    bytes.number(is_rf64 ? frames_ : 0, 8).number(0, 4);
    bytes.text("fmt ").number(18, 4).number(3, 2).number(channels_, 2); // 3: IEEE float
    bytes.number(sample_rate_hz_, 4).number(sample_rate_hz_ * frame_bytes, 4);
    bytes.number(frame_bytes, 2).number(32, 2).number(0, 2);
    bytes.text("fact").number(4, 4).number(std::min(frames_, in_ds64), 4);
    bytes.text("data").number(is_rf64 ? in_ds64 : data, 4);
    return bytes.take();
}

Status Recorder::put(const void* bytes, std::size_t count, std::uint64_t at) {
    const auto* from = static_cast<const std::uint8_t*>(bytes);
    while (count > 0) {
        const ssize_t done = ::pwrite(descriptor_, from, count, static_cast<off_t>(at));
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done < 0) {
            return audio::io::write_error(file_, errno);
        }
        from += done;
        at += static_cast<std::uint64_t>(done);
        count -= static_cast<std::size_t>(done);
    }
    return Done{};
}

Status Recorder::write(audio::ConstAudioView block) {
    if (!block.empty()) {
        interleaved_.resize(block.frames() * channels_); // grows to the largest block, then never
        audio::io::interleave(block, interleaved_.data());
        const Status written = put(interleaved_.data(), interleaved_.size() * sizeof(float),
                                   header_bytes + 4u * channels_ * frames_);
        if (!written) {
            return written;
        }
        frames_ += block.frames();
    }
    // Sound first, then the header that says so, in one piece: whenever the process ends, the file
    // is one that any program reads.
    const auto bytes = header();
    return put(bytes.data(), bytes.size(), 0);
}

Status Recorder::finish() {
    syncing_.reset();
    const bool is_safe = ::fsync(descriptor_) == 0 || errno == EINVAL; // EINVAL: a pipe has no disk
    const Status result = is_safe ? Status{Done{}} : audio::io::write_error(file_, errno);
    ::close(std::exchange(descriptor_, -1));
    return result;
}

} // namespace gainstage::live
