// SPDX-License-Identifier: MIT
// read_all: a whole file in memory, for comparing. Goes through audio/io, so the test links it.
#pragma once

#include "audio/buffer.h"
#include "audio/io/source.h"

#include <optional>
#include <vector>

namespace gainstage::test {

struct WholeFile {
    audio::io::StreamInfo info;
    std::vector<std::vector<float>> channels;
    std::optional<Error> error; ///< what came after the frames in `channels`, or instead of them

    [[nodiscard]] std::size_t frames() const {
        return channels.empty() ? 0 : channels.front().size();
    }
};

/// In blocks of `block_frames`.
inline WholeFile read_all(audio::io::Source& source, std::size_t block_frames = 4096) {
    WholeFile file;
    file.info = source.info();
    const int channels = file.info.layout.channels();
    file.channels.resize(static_cast<std::size_t>(channels));
    audio::AudioBuffer block(channels, block_frames);
    while (true) {
        const auto read = source.read(block.view());
        if (!read) {
            file.error = read.error();
            return file;
        }
        if (*read == 0) {
            return file;
        }
        for (int c = 0; c < channels; ++c) {
            const auto from = block.channel(c).first(*read);
            auto& to = file.channels[static_cast<std::size_t>(c)];
            to.insert(to.end(), from.begin(), from.end());
        }
    }
}

inline WholeFile read_all(const std::filesystem::path& path, std::size_t block_frames = 4096) {
    auto source = audio::io::open(path);
    if (!source) {
        WholeFile file;
        file.error = source.error();
        return file;
    }
    return read_all(**source, block_frames);
}

} // namespace gainstage::test
