// SPDX-License-Identifier: MIT
// Set: any choice of meters over one stream in one pass, the costs shared. Set<TruePeak> is that
// meter alone; the Bridge is the set of all. What a meter is, is said by the concepts below; adding
// one to a set is adding its name.
#pragma once

#include "audio/denormal_guard.h"
#include "meter/front_end.h"
#include "meter/reading.h"

#include <array>
#include <tuple>

namespace gainstage::meter {

/// Watches cells go by. Copyable: a copy is read while the stream goes on.
template <typename M>
concept Watching =
    requires(M meter, const audio::Spec& spec, const BridgeOptions& options, const Cell& cell) {
    meter.prepare(spec, options); // [main] may allocate
    { meter.reset() }
    noexcept; // [audio]
    { meter.process(cell) }
    noexcept;                                   // [audio]
    { M::needs } -> std::convertible_to<Needs>; // what the front end computes for it
};

/// Puts its readings into a Measurement. A derived measure is only this: it finds its neighbours'
/// readings there already, because it stands after them in the set.
template <typename M>
concept Reads = requires(const M meter, Measurement& into) {
    meter.read(into);
    std::span<const ReadingSpec* const>(M::readings);
};

template <Reads... Meters>
class Set {
public:
    void prepare(const audio::Spec& spec,
                 const BridgeOptions& options = {}) { // [main] throws std::invalid_argument
        front_end_.prepare(spec, options, (Needs{} | ... | needs_of<Meters>()));
        each_watching([&](auto& meter) { meter.prepare(spec, front_end_.options()); });
        reset();
    }

    void reset() noexcept { // [audio]
        front_end_.reset();
        each_watching([](auto& meter) { meter.reset(); });
    }

    /// Any number of frames; the same result however the stream is cut, to the bit.
    void process(audio::ConstAudioView block) noexcept { // [audio]
        const audio::DenormalGuard guard;
        front_end_.process(block, [this](const Cell& cell) { show(cell); });
    }

    /// A stretch of the stream, analysed beside it: on another thread, with a copy of analyser() as
    /// it was prepared. The results are those of process(), but for 1e-9 of the loudness powers.
    void process(const AnalysedStretch& stretch) noexcept { // [audio]
        front_end_.process(stretch, [this](const Cell& cell) { show(cell); });
    }

    [[nodiscard]] const CellAnalyser& analyser() const noexcept { return front_end_.analyser(); }

    /// A meter as it stands, the last unfinished 10 ms included. [main, not while process() runs]
    template <typename M>
    [[nodiscard]] M get() const {
        return std::get<M>(finished().meters_);
    }

    /// Every reading of every meter. [main, not while process() runs]
    [[nodiscard]] Measurement measurement() const {
        const Set end = finished();
        Measurement out;
        out.sample_rate = front_end_.spec().sample_rate;
        out.layout = front_end_.spec().layout;
        out.frames = end.front_end_.frames();
        out.non_finite_samples = end.front_end_.non_finite_samples();
        out.dual_mono = front_end_.options().dual_mono;
        std::apply([&](const auto&... meter) { (meter.read(out), ...); }, end.meters_);
        return out;
    }

    /// In the order of the meters.
    static std::span<const ReadingSpec* const> readings() {
        static const auto all = [] {
            std::array<const ReadingSpec*, (std::size(Meters::readings) + ... + 0)> specs{};
            auto* to = specs.data();
            ((to = std::copy(std::begin(Meters::readings), std::end(Meters::readings), to)), ...);
            return specs;
        }();
        return all;
    }

private:
    template <typename M>
    static constexpr Needs needs_of() {
        if constexpr (Watching<M>) {
            return M::needs;
        } else {
            return {};
        }
    }

    template <typename Function>
    void each_watching(Function&& function) {
        const auto apply_one = [&](auto& meter) {
            if constexpr (Watching<std::remove_reference_t<decltype(meter)>>) {
                function(meter);
            }
        };
        std::apply([&](auto&... meter) { (apply_one(meter), ...); }, meters_);
    }

    void show(const Cell& cell) noexcept {
        each_watching([&](auto& meter) { meter.process(cell); });
    }

    [[nodiscard]] Set finished() const {
        const audio::DenormalGuard guard;
        Set copy = *this;
        copy.front_end_.finish([&](const Cell& cell) { copy.show(cell); });
        return copy;
    }

    FrontEnd front_end_;
    std::tuple<Meters...> meters_;
};

} // namespace gainstage::meter
