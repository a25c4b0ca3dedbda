// SPDX-License-Identifier: MIT
#include "produce/produce.h"

#include "audio/io/sink.h"
#include "measure/parallel.h"

#include <algorithm>
#include <iterator>

namespace gainstage::produce {
namespace {

std::vector<Stem> inspect_stems(const mix::Session& session,
                                const Request& request,
                                const verdict::Targets& targets,
                                const verdict::Rules& rules,
                                const audio::io::Watch& watch) {
    std::vector<std::optional<Result<take::Take>>> takes(session.tracks.size());
    measure::parallel_for(session.tracks.size(), request.threads, [&](std::size_t index) {
        takes[index] =
            take::inspect(session.tracks[index].file, targets, rules, session.sample_rate, watch);
    });
    std::vector<Stem> stems;
    for (std::size_t index = 0; index < takes.size(); ++index) {
        stems.push_back({session.tracks[index], std::move(*takes[index])});
        if (stems.back().take) { // one name a stem, in the takes' findings as in the mix's
            for (verdict::Finding& finding : stems.back().take->findings) {
                finding.stage = stems.back().track.name;
            }
        }
    }
    return stems;
}

/// What the stager needs of the takes: their measurements, so that each stem is measured once.
std::vector<Result<measure::MeasuredFile>> measurements(const std::vector<Stem>& stems) {
    std::vector<Result<measure::MeasuredFile>> measured;
    for (const Stem& stem : stems) {
        if (stem.take) {
            measured.emplace_back(stem.take->file);
        } else {
            measured.emplace_back(stem.take.error());
        }
    }
    return measured;
}

std::vector<Delivery> deliver(const std::filesystem::path& mix,
                              const Request& request,
                              const verdict::Targets& targets,
                              const verdict::Rules& rules,
                              const audio::io::Watch& watch) {
    std::vector<std::optional<Result<master::Master>>> masters(request.media.size());
    measure::parallel_for(request.media.size(), request.threads, [&](std::size_t index) {
        const verdict::Medium& medium = request.media[index];
        masters[index] = master::master(
            mix, medium, request.folder / ("master-" + medium.id + ".wav"), targets, rules, watch);
    });
    std::vector<Delivery> deliveries;
    for (std::size_t index = 0; index < masters.size(); ++index) {
        deliveries.push_back({request.media[index], std::move(*masters[index])});
    }
    return deliveries;
}

} // namespace

Result<Production> produce(const mix::Session& session,
                           const Request& request,
                           const verdict::Targets& targets,
                           const verdict::Rules& rules,
                           const audio::io::Watch& watch) {
    Production production;
    production.session = session;
    production.stems = inspect_stems(session, request, targets, rules, watch);
    if (watch.stopped()) {
        return Error{ErrorKind::interrupted, "", "stopped", ""};
    }
    auto staging =
        mix::stage(session, measurements(production.stems), targets, rules, request.threads, watch);
    if (!staging) {
        return staging.error();
    }
    production.staging = std::move(*staging);

    auto mix = mix::render(production.staging.plan, request.folder / "mix.wav", targets, rules,
                           request.threads, watch);
    if (!mix) {
        return mix.error();
    }
    production.mix = std::move(*mix);

    production.deliveries = deliver(production.mix.file, request, targets, rules, watch);
    if (watch.stopped()) {
        return Error{ErrorKind::interrupted, "", "stopped", ""};
    }
    return production;
}

std::vector<verdict::Finding> all_findings(const Production& production) {
    std::vector<verdict::Finding> all;
    const auto append = [&all](const std::vector<verdict::Finding>& findings) {
        std::ranges::copy(findings, std::back_inserter(all));
    };
    for (const Stem& stem : production.stems) {
        if (stem.take) {
            append(stem.take->findings);
        }
    }
    append(production.staging.findings);
    append(production.mix.findings);
    for (const Delivery& delivery : production.deliveries) {
        if (delivery.master) {
            append(delivery.master->findings);
        }
    }
    return all;
}

} // namespace gainstage::produce
