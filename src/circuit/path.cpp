// SPDX-License-Identifier: MIT
#include "circuit/path.h"

#include <algorithm>
#include <cmath>

namespace gainstage::circuit {
namespace {

constexpr double reference_hz = 1000.0; // where makers state levels and impedances

/// One stage at one frequency.
struct Local {
    NoisyTwoPort two_port;
    Load load;            ///< behind it
    Load input;           ///< what it is for the stage before
    Complex source_ohm;   ///< of what is before it
    Complex ratio;        ///< its V2 / V1, loaded
    double square = 0.0;  ///< of emf-to-output, loaded
    double own_noise = 0; ///< V^2/Hz that it makes at its output, loaded
};

/// All stages at one frequency: backwards for the loads, forwards for what
/// drives them.
void solve(const Path& path, double frequency_hz, std::vector<Local>& at_stage) {
    const std::size_t count = path.stages.size();
    Load load{};
    for (std::size_t i = count; i-- > 0;) {
        Local& local = at_stage[i];
        local.two_port = at(path.stages[i].elements, frequency_hz, path.temperature_k);
        local.load = load;
        const Loaded both = loaded(local.two_port.port, load);
        local.input = both.input;
        local.ratio = both.ratio;
        load = local.input;
    }
    Complex source_ohm{0.0};
    for (std::size_t i = 0; i < count; ++i) {
        Local& local = at_stage[i];
        local.source_ohm = source_ohm;
        // The stage's noise is in series with the source before it: both are
        // divided alike.
        const double divided =
            std::norm(local.ratio) / std::norm(1.0 + source_ohm * local.input.admittance);
        local.own_noise = local.two_port.noise.with_source(source_ohm) * divided;
        source_ohm = output_impedance(local.two_port.port, source_ohm);
    }
}

/// The signal's way through all of them: emf to each output.
Complex through(const std::vector<Local>& at_stage, std::size_t last) {
    Complex product{1.0};
    for (std::size_t i = 0; i <= last; ++i) {
        product *= at_stage[i].ratio;
    }
    return product;
}

/// Noise at each output: what came in, carried through, and the stage's own.
class NoiseSums {
public:
    explicit NoiseSums(const Path& path)
        : path_(path), power_(path.stages.size()), weighted_(path.stages.size()),
          shares_(path.stages.size() + 1) {}

    void add(const std::vector<Local>& at_stage, double width_hz, double weighted_width_hz) {
        double density = path_.source_noise;
        for (std::size_t i = 0; i < at_stage.size(); ++i) {
            density = density * std::norm(at_stage[i].ratio) + at_stage[i].own_noise;
            power_[i] += density * width_hz;
            weighted_[i] += density * weighted_width_hz;
        }
        double to_end = 1.0;
        for (std::size_t i = at_stage.size(); i-- > 0;) {
            add_share(i + 1, at_stage[i].own_noise * to_end, width_hz, weighted_width_hz);
            to_end *= std::norm(at_stage[i].ratio);
        }
        add_share(0, path_.source_noise * to_end, width_hz, weighted_width_hz);
    }

    void finish(Response& response) const {
        for (std::size_t i = 0; i < power_.size(); ++i) {
            response.nodes[i].noise = from_power(power_[i]);
            response.nodes[i].noise_a_weighted = from_power(weighted_[i]);
        }
        response.source = shares_[0];
        response.shares.assign(shares_.begin() + 1, shares_.end());
    }

private:
    void add_share(std::size_t index, double density, double width_hz, double weighted_width_hz) {
        shares_[index].power += density * width_hz;
        shares_[index].a_weighted_power += density * weighted_width_hz;
    }

    const Path& path_;
    std::vector<double> power_;
    std::vector<double> weighted_;
    std::vector<NoiseShare> shares_;
};

/// Where the response between two neighbours crosses -3 dB: straight in
/// octaves.
Hertz crossing(double from_hz, double from_db, double to_hz, double to_db) {
    const double part = (-3.0 - from_db) / (to_db - from_db);
    return Hertz{from_hz * std::pow(to_hz / from_hz, part)};
}

} // namespace

std::string_view name(StageKind kind) noexcept {
    static constexpr std::string_view names[] = {
        "microphone", "instrument", "cable",  "pad",       "di-box", "booster", "preamp",
        "input",      "converter",  "output", "amplifier", "reamp",  "speaker", "headphones"};
    return names[static_cast<std::size_t>(kind)];
}

std::optional<Gain> Stage::gain() const {
    for (auto element = elements.rbegin(); element != elements.rend(); ++element) {
        if (const auto* amplifier = std::get_if<AmplifierElement>(&*element)) {
            return amplifier->gain;
        }
    }
    return std::nullopt;
}

void Stage::set_gain(Gain gain) {
    for (auto element = elements.rbegin(); element != elements.rend(); ++element) {
        if (auto* amplifier = std::get_if<AmplifierElement>(&*element)) {
            amplifier->gain = gain;
            return;
        }
    }
}

Response respond(const Path& path, const FrequencyGrid& grid) {
    const std::size_t count = path.stages.size();
    std::vector<Local> at_stage(count);
    Response response;
    response.nodes.resize(count);
    solve(path, reference_hz, at_stage);
    for (std::size_t i = 0; i < count; ++i) {
        Node& node = response.nodes[i];
        node.gain = Gain::from_amplitude_ratio(std::abs(through(at_stage, i)));
        node.source_ohm = output_impedance(at_stage[i].two_port.port, at_stage[i].source_ohm);
        node.load = at_stage[i].load;
        node.loading = Gain::from_amplitude_ratio(
            1.0 / std::abs(1.0 + node.source_ohm * node.load.admittance));
    }
    const double reference_db = response.end().gain.db();
    NoiseSums sums(path);
    response.magnitude_db.reserve(grid.frequencies_hz().size());
    for (std::size_t i = 0; i < grid.frequencies_hz().size(); ++i) {
        solve(path, grid.frequencies_hz()[i], at_stage);
        sums.add(at_stage, grid.widths_hz()[i], grid.a_weighted_widths_hz()[i]);
        response.magnitude_db.push_back(10.0 * std::log10(std::norm(through(at_stage, count - 1))) -
                                        reference_db);
    }
    sums.finish(response);
    return response;
}

std::vector<Gain> gains(const Path& path) {
    std::vector<Gain> all;
    for (const Complex ratio : transfers(path, Hertz{reference_hz})) {
        all.push_back(Gain::from_amplitude_ratio(std::abs(ratio)));
    }
    return all;
}

Complex transfer(const Path& path, Hertz frequency) {
    std::vector<Local> at_stage(path.stages.size());
    solve(path, frequency.value(), at_stage);
    return through(at_stage, at_stage.size() - 1);
}

std::vector<Complex> transfers(const Path& path, Hertz frequency) {
    std::vector<Local> at_stage(path.stages.size());
    solve(path, frequency.value(), at_stage);
    std::vector<Complex> out;
    Complex product{1.0};
    for (const Local& local : at_stage) {
        product *= local.ratio;
        out.push_back(product);
    }
    return out;
}

double noise_density(const Path& path, Hertz frequency) {
    std::vector<Local> at_stage(path.stages.size());
    solve(path, frequency.value(), at_stage);
    double density = path.source_noise;
    for (const Local& local : at_stage) {
        density = density * std::norm(local.ratio) + local.own_noise;
    }
    return density;
}

Corners corners(const Response& response, const FrequencyGrid& grid) {
    const auto hz = grid.frequencies_hz();
    const auto& db = response.magnitude_db;
    const auto middle =
        static_cast<std::size_t>(std::ranges::lower_bound(hz, reference_hz) - hz.begin());
    Corners found;
    for (std::size_t i = middle; i-- > 0;) {
        if (db[i] < -3.0) {
            found.low = crossing(hz[i], db[i], hz[i + 1], std::max(db[i + 1], -3.0));
            break;
        }
    }
    for (std::size_t i = middle; i < db.size(); ++i) {
        if (db[i] < -3.0) {
            found.high = crossing(hz[i], db[i], hz[i - 1], std::max(db[i - 1], -3.0));
            break;
        }
    }
    return found;
}

std::optional<Resonance> resonance(const Response& response, const FrequencyGrid& grid) {
    const auto hz = grid.frequencies_hz();
    const auto& db = response.magnitude_db;
    const auto highest = static_cast<std::size_t>(std::ranges::max_element(db) - db.begin());
    if (db[highest] < 0.5 || hz[highest] < reference_hz || highest + 1 == db.size()) {
        return std::nullopt;
    }
    return Resonance{Hertz{hz[highest]}, Gain::from_db(db[highest])};
}

} // namespace gainstage::circuit
