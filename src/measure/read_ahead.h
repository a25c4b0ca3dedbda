// SPDX-License-Identifier: MIT
// ReadAhead: a source that is decoded on a thread of its own while what it gave before is metered.
// For files that can't be cut in parts.
#pragma once

#include "audio/buffer.h"
#include "audio/io/source.h"

#include <array>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

namespace gainstage::measure {

/// Gives what `source` gives, in the same order, errors included; what it throws is thrown by
/// read(). Nobody else may read `source` meanwhile, and it must outlive this.
///   memory  3 blocks of 16384 frames
class ReadAhead final : public audio::io::Source {
public:
    explicit ReadAhead(audio::io::Source& source);
    ~ReadAhead() override; ///< waits for the block that is being decoded

    [[nodiscard]] const audio::io::StreamInfo& info() const noexcept override {
        return source_.info();
    }

    Result<std::size_t> read(audio::AudioView out) override;

private:
    static constexpr std::size_t block_frames = 16384;

    struct Block {
        audio::AudioBuffer audio;
        std::size_t frames = 0; ///< 0: the end, or one of the others
        std::optional<Error> error = {};
        std::exception_ptr thrown = {};

        [[nodiscard]] bool is_last() const noexcept { return frames == 0; }
    };

    void decode();
    void fill(Block& block);

    audio::io::Source& source_;
    std::array<Block, 3> blocks_;
    std::size_t taken_ = 0; ///< frames of the first block that have been given out

    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t first_ = 0;  ///< the block that is given out
    std::size_t filled_ = 0; ///< how many are, from the first on
    bool stopped_ = false;
    std::thread decoder_;
};

} // namespace gainstage::measure
