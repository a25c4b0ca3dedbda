// SPDX-License-Identifier: MIT
// parts: one long file, measured on several threads. A file's parts are decoded and analysed side
// by side and read by the meters one after the other.
#pragma once

#include "audio/io/source.h"
#include "audio/io/watch.h"
#include "meter/bridge.h"

#include <filesystem>
#include <functional>
#include <optional>

namespace gainstage::measure {

/// Whether it is tried at all: a long file of a stated length, and threads for it.
bool is_worth_cutting(const audio::io::StreamInfo& info, int threads) noexcept;

/// Nothing where it can't be done or isn't worth it: a short file or one without a stated length, a
/// format that can't be entered in the middle, damage. Read it from its start then.
///   hear    is given all samples in their order, those that are no number as 0; on any thread, one
///           call at a time. Empty: nobody listens
///   error   against measure(): 1e-9 of the loudness powers; all else is the same to the bit
///   memory  4 MB a thread and 6 MB; with many channels at a high rate up to four times as much
std::optional<Result<meter::Measurement>>
measure_in_parts(const std::filesystem::path& path,
                 const audio::io::StreamInfo& info,
                 int threads,
                 meter::BridgeOptions options,
                 const audio::io::Watch& watch,
                 const std::function<void(audio::ConstAudioView)>& hear = {});

} // namespace gainstage::measure
