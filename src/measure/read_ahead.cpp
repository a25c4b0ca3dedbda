// SPDX-License-Identifier: MIT
#include "measure/read_ahead.h"

#include <algorithm>

namespace gainstage::measure {

ReadAhead::ReadAhead(audio::io::Source& source) : source_(source) {
    for (Block& block : blocks_) {
        block.audio = audio::AudioBuffer(source.info().layout.channels(), block_frames);
    }
    decoder_ = std::thread([this] { decode(); });
}

ReadAhead::~ReadAhead() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    changed_.notify_all();
    decoder_.join();
}

void ReadAhead::fill(Block& block) {
    block.frames = 0;
    try {
        const auto read = source_.read(block.audio.view());
        if (read) {
            block.frames = *read;
        } else {
            block.error = read.error();
        }
    } catch (...) {
        block.thrown = std::current_exception();
    }
}

void ReadAhead::decode() {
    for (std::size_t next = 0;; next = (next + 1) % blocks_.size()) {
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [&] { return stopped_ || filled_ < blocks_.size(); });
            if (stopped_) {
                return;
            }
        }
        Block& block = blocks_[next]; // not filled: the reader leaves it alone
        fill(block);
        const bool is_last = block.is_last();
        {
            const std::lock_guard lock(mutex_);
            ++filled_;
        }
        changed_.notify_all();
        if (is_last) {
            return;
        }
    }
}

Result<std::size_t> ReadAhead::read(audio::AudioView out) {
    std::size_t done = 0;
    while (done < out.frames()) {
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [&] { return filled_ > 0; });
        }
        Block& block = blocks_[first_];
        if (block.is_last()) { // stays: the same answer for ever
            if (done > 0) {
                return done;
            }
            if (block.thrown) {
                std::rethrow_exception(block.thrown);
            }
            return block.error ? Result<std::size_t>(*block.error) : Result<std::size_t>(done);
        }
        const std::size_t frames = std::min(block.frames - taken_, out.frames() - done);
        audio::copy(std::as_const(block.audio).view().slice(taken_, frames),
                    out.slice(done, frames));
        done += frames;
        taken_ += frames;
        if (taken_ == block.frames) {
            taken_ = 0;
            {
                const std::lock_guard lock(mutex_);
                first_ = (first_ + 1) % blocks_.size();
                --filled_;
            }
            changed_.notify_all();
        }
    }
    return done;
}

} // namespace gainstage::measure
