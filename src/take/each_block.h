// SPDX-License-Identifier: MIT
// each_block: a stream, read to its end, block by block.
#pragma once

#include "audio/buffer.h"
#include "audio/io/source.h"
#include "audio/io/watch.h"

#include <cstddef>

namespace gainstage::take {

/// Enough to make a read's cost small, few enough for a core's cache.
inline constexpr int block_frames = 4096;

/// `process` hears an audio::ConstAudioView of up to block_frames frames.
///   errors  those of Source::read; interrupted
template <typename Process>
Status
each_block(audio::io::Source& source, const audio::io::Watch& watch, const Process& process) {
    audio::AudioBuffer buffer(source.info().layout.channels(), block_frames);
    while (true) {
        if (watch.stopped()) {
            return Error{ErrorKind::interrupted, "", "stopped", ""};
        }
        const auto read = source.read(buffer.view());
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

} // namespace gainstage::take
