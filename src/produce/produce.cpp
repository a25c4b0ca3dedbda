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
    auto takes = measure::parallel_map(session.tracks.size(), request.threads, [&](auto index) {
        return take::inspect(session.tracks[index].file, targets, rules, {session.sample_rate, {}},
                             watch);
    });
    std::vector<Stem> stems;
    for (std::size_t index = 0; index < takes.size(); ++index) {
        stems.push_back({session.tracks[index], std::move(takes[index])});
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

std::filesystem::path mix_file(const Request& request) { return request.folder / "mix.wav"; }

std::filesystem::path master_file(const Request& request, const verdict::Medium& medium) {
    return request.folder / ("master-" + medium.id + ".wav");
}

/// Nothing that will be written is one of the stems.
Status check_targets(const mix::Session& session, const Request& request) {
    std::vector<std::filesystem::path> stems;
    for (const mix::Track& track : session.tracks) {
        stems.push_back(track.file);
    }
    std::vector<std::filesystem::path> targets{mix_file(request)};
    for (const verdict::Medium& medium : request.media) {
        targets.push_back(master_file(request, medium));
    }
    for (const auto& target : targets) {
        if (Status apart = audio::io::refuse_overwriting_inputs(target, stems); !apart) {
            return apart;
        }
    }
    return Done{};
}

std::vector<Delivery> deliver(const std::filesystem::path& mix,
                              const Request& request,
                              const verdict::Targets& targets,
                              const verdict::Rules& rules,
                              const audio::io::Watch& watch) {
    auto masters = measure::parallel_map(request.media.size(), request.threads, [&](auto index) {
        const verdict::Medium& medium = request.media[index];
        return master::master(mix, medium, master_file(request, medium), targets, rules, watch);
    });
    std::vector<Delivery> deliveries;
    for (std::size_t index = 0; index < masters.size(); ++index) {
        deliveries.push_back({request.media[index], std::move(masters[index])});
    }
    return deliveries;
}

} // namespace

Result<Production> produce(const mix::Session& session,
                           const Request& request,
                           const verdict::Targets& targets,
                           const verdict::Rules& rules,
                           const audio::io::Watch& watch) {
    if (const Status apart = check_targets(session, request); !apart) {
        return apart.error();
    }
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

    auto mix = mix::render(production.staging.plan, mix_file(request), targets, rules,
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
