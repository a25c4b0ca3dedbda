// SPDX-License-Identifier: MIT
// each_block: a stream, read to its end, block by block, while somebody watches.
#pragma once

#include "audio/buffer.h"
#include "audio/io/watch.h"
#include "units/result.h"

#include <utility>

namespace gainstage::audio::io {

/// Enough to make a read's cost small, few enough for a core's cache.
inline constexpr int block_frames = 4096;

/// `process` hears a ConstAudioView of up to block_frames frames.
///   from    has Result<std::size_t> read(AudioView): a Source, and what reads like one
///   errors  those of its read(); interrupted
template <typename Readable, typename Process>
Status each_block(Readable& from, int channels, const Watch& watch, const Process& process) {
    AudioBuffer buffer(channels, block_frames);
    while (true) {
        if (watch.stopped()) {
            return Error{ErrorKind::interrupted, "", "stopped", ""};
        }
        const auto read = from.read(buffer.view());
        if (!read) {
            return read.error();
        }
        if (*read == 0) {
            return Done{};
        }
        process(std::as_const(buffer).view().first(*read));
        watch.advance(*read);
    }
}

} // namespace gainstage::audio::io
