// SPDX-License-Identifier: MIT
// Bridge: every meter over one stream in one pass. The table of meters is in bridge.cpp, one line a
// meter.
#pragma once

#include "audio/view.h"
#include "meter/cell_analyser.h"
#include "meter/options.h"
#include "meter/reading.h"

#include <memory>
#include <span>

namespace gainstage::meter {

class Bridge {
public:
    Bridge();
    ~Bridge();
    Bridge(Bridge&&) noexcept;
    Bridge& operator=(Bridge&&) noexcept;

    void prepare(const audio::Spec& spec,
                 BridgeOptions options = {}); // [main] allocates; throws on an unusable Spec
    void reset() noexcept;                    // [audio]
    void
    process(audio::ConstAudioView block) noexcept; // [audio] 0..max_frames frames, any block size

    /// The stream's next whole cells, analysed beside it (analyse_stretch) with a copy of
    /// analyser(). All that came before must have come as stretches; process() may follow. [audio]
    void process(const AnalysedStretch& stretch) noexcept;
    [[nodiscard]] const CellAnalyser& analyser() const noexcept;

    /// Everything read so far. [main, not while process() runs]
    [[nodiscard]] Measurement measurement() const;

    /// Every reading there is, in the order in which tables show them.
    static std::span<const ReadingSpec* const> readings();

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace gainstage::meter
