// SPDX-License-Identifier: MIT
// plain_header: mono and stereo WAVs with the oldest `fmt ` chunk there is. libsndfile's RF64
// writer says WAVE_FORMAT_EXTENSIBLE for everything, which CD authoring and hardware players often
// refuse.
#pragma once

namespace gainstage::audio::io {

/// Rewrites the header of an open WAV file of one or two channels in place, if it is as libsndfile
/// leaves it: JUNK (room for ds64) and an extensible `fmt ` of PCM or float. Not a byte of sound
/// moves: what `fmt ` no longer needs, JUNK takes. Any other file stays as it is.
///   returns false if the file can't be written (errno says why)
bool make_header_plain(int descriptor) noexcept;

} // namespace gainstage::audio::io
