// SPDX-License-Identifier: MIT
#include "mix/render.h"

#include "audio/io/sink.h"
#include "mix/judge.h"
#include "mix/mixdown.h"

namespace fs = std::filesystem;

namespace gainstage::mix {

namespace {

/// The sum into a file, begun anew when a stem fails.
class FileListener final : public MixListener {
public:
    FileListener(fs::path target, Hertz sample_rate) : target_(std::move(target)) {
        format_.container = audio::io::Container::wav;
        format_.sample =
            audio::io::SampleFormat::float32; // whatever level the mix has, nothing is lost
        format_.sample_rate = sample_rate;
        format_.layout = audio::ChannelLayout::default_for(2);
    }

    Status begin() override {
        sink_.reset(); // removes what was begun
        auto sink = audio::io::create(target_, format_);
        if (!sink) {
            return sink.error();
        }
        sink_ = std::move(*sink);
        return Done{};
    }

    Status hear(audio::ConstAudioView stereo) override { return sink_->write(stereo); }

    Status commit() { return sink_->commit(); }

private:
    fs::path target_;
    audio::io::SinkFormat format_;
    std::unique_ptr<audio::io::Sink> sink_;
};

std::vector<fs::path> stems_of(const Plan& plan) {
    std::vector<fs::path> stems;
    for (const PlannedTrack& track : plan.tracks) {
        stems.push_back(stem_of(plan, track));
    }
    return stems;
}

} // namespace

Result<RenderedMix> render(const Plan& plan,
                           const fs::path& target,
                           const verdict::Targets& targets,
                           const verdict::Rules& rules,
                           int threads,
                           const audio::io::Watch& watch) {
    if (const Status apart = audio::io::refuse_overwriting_inputs(target, stems_of(plan)); !apart) {
        return apart.error();
    }
    FileListener listener(target, plan.sample_rate);
    auto skipped = mix_down(plan, listener, threads, watch);
    if (!skipped) {
        return skipped.error();
    }
    if (const Status written = listener.commit(); !written) {
        return written.error();
    }
    auto measured = measure::measure_file(target, {}, watch);
    if (!measured) {
        return measured.error();
    }
    RenderedMix mix{target, std::move(measured->measurement), std::move(*skipped), {}};
    mix.findings = judge_skipped(mix.skipped, targets, rules);
    const auto heard = judge_mix(mix.measurement, targets, rules);
    mix.findings.insert(mix.findings.end(), heard.begin(), heard.end());
    return mix;
}

} // namespace gainstage::mix
