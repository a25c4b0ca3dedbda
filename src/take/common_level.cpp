// SPDX-License-Identifier: MIT
#include "take/common_level.h"

#include "take/autoregressive.h"
#include "take/median.h"
#include "take/repetition.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

namespace gainstage::take {
namespace {

// Tuned on the labelled set of bench/take_clipping, November 2026.

constexpr std::size_t most_windows = 12;
constexpr double lowest_window = 0.6; // of the highest peak
constexpr std::size_t most_candidates = 160;
constexpr std::size_t least_samples = 4; // of one level, in a window

// What a converter takes away adds to some samples and takes from others: the level lies under the
// highest of them.
constexpr std::array levels_tried = {0.98, 0.92, 0.86, 0.80, 0.74, 0.68, 0.62};
constexpr double lowest_level = 0.55;
constexpr double highest_level = 1.02;
// How far under the level a sample may lie and be looked at: part of it, and deviations of the
// missing band.
constexpr double zone_of_level = 0.02;
constexpr double zone_of_band = 1.5;
constexpr double band_margin = 2.0; // of the power that the band below it suggests
constexpr double below_from = 0.82; // where that is read, parts of the missing band's start
constexpr double below_to = 0.97;

// Widths of the level, as parts of it: from the missing band's, or the first, down to the last.
constexpr double widest_level = 0.004;
constexpr double narrowest_level = 0.0003;
constexpr double judged_from = 0.008;
constexpr double narrower_by = 0.70;
constexpr double widths_within = 3.0; // widths: belongs to the level
constexpr double widths_over = 4.0;   // and lies over it
constexpr double over_weight = 0.3;
constexpr double against_over = 3.0;   // natural logarithm
constexpr double spread_of_rest = 0.1; // of the level: where samples lie that weren't cut

constexpr double soon_after_s = 0.0015; // a limiter's look-ahead
constexpr double noise_at_level = 1e-7; // of the power
constexpr double degrees_of_freedom = 4.0;
constexpr std::size_t most_together = 8;
constexpr Eigen::Index near_by = 2;
constexpr double surest_if_whole = 0.3; // widths

// Natural logarithm, of all windows that agree. Of what never clipped none came to 19, but for
// what comes again and again.
constexpr double least_odds = 20.0;
constexpr double same_level = 0.01;
constexpr double agrees_within = 0.004; // of the level
// Windows that are alike agree because a sound comes again.
constexpr double most_alike = 0.9;
constexpr Eigen::Index alike_reach = 64; // samples on either side of the peak
constexpr Eigen::Index alike_shift = 2;

constexpr double flank_from = 0.5;
constexpr double flank_to = 0.9;
constexpr double least_flanks = 0.12; // of the time above: a sine cut by 9 dB

using Indices = std::vector<Eigen::Index>;

struct Window {
    const PeakInContext* peak = nullptr;
    Eigen::VectorXd x;
    AutoregressiveModel model;
    Eigen::VectorXd errors;  ///< the model's, the first at sample `order`
    double band_power = 0.0; ///< of what is missing
};

/// Samples of a window at one level.
struct AtLevel {
    double log_odds = 0.0;
    double level = 0.0;
    Indices at;
};

double height(double sample, SidesOfZero sides) {
    return sides == SidesOfZero::both ? std::abs(sample) : sample;
}

/// Of the band that is missing, by the spectrum just below it.
double power_of_missing(const Eigen::VectorXd& x, MissingBand missing) {
    if (missing.from >= 0.5) {
        return 0.0;
    }
    const Eigen::VectorXd hann =
        0.5 - 0.5 * Eigen::ArrayXd::LinSpaced(x.size(), 0.0, 2.0 * std::numbers::pi).cos();
    const Eigen::VectorXd windowed = hann.cwiseProduct(x);
    const double bin = 1.0 / static_cast<double>(x.size());
    double power = 0.0;
    std::size_t bins = 0;
    for (double f = below_from * missing.from; f < below_to * missing.from; f += bin) {
        const std::complex<double> step = std::polar(1.0, 2.0 * std::numbers::pi * f);
        std::complex<double> turn = 1.0;
        std::complex<double> sum = 0.0;
        for (const double sample : windowed) {
            sum += sample * turn;
            turn *= step;
        }
        power += std::norm(sum);
        ++bins;
    }
    return band_margin * (1.0 - 2.0 * missing.from) * power /
           (hann.squaredNorm() * static_cast<double>(bins));
}

std::uint64_t frames_between(const PeakInContext& a, const PeakInContext& b) {
    return std::max(a.frame, b.frame) - std::min(a.frame, b.frame);
}

/// The highest peaks, each half a window from the others and farther. Not of steady notes, where
/// one coincidence comes again.
std::vector<Window>
windows_of(std::span<const PeakInContext> peaks, Hertz rate, MissingBand missing) {
    const auto order = highest_first(peaks);
    std::vector<Window> windows;
    for (const PeakInContext* peak : order) {
        if (windows.size() == most_windows ||
            static_cast<double>(peak->level) <
                lowest_window * static_cast<double>(order.front()->level)) {
            break;
        }
        if (std::ranges::any_of(windows,
                                [&](const Window& other) {
                                    return frames_between(*peak, *other.peak) <
                                           PeakInContext::reach;
                                }) ||
            repeats_within(*peak, rate)) {
            continue;
        }
        Window window{
            peak, Eigen::VectorXd(static_cast<Eigen::Index>(peak->around.size())), {}, {}, 0.0};
        std::ranges::copy(peak->around, window.x.begin());
        auto model = autoregressive_model(window.x, {}, noise_at_level);
        if (model) {
            window.model = std::move(*model);
            window.errors.resize(window.x.size() - AutoregressiveModel::order);
            for (Eigen::Index row = 0; row < window.errors.size(); ++row) {
                window.errors[row] =
                    window.model.error.dot(window.x.segment(row, AutoregressiveModel::order + 1));
            }
            window.band_power = power_of_missing(window.x, missing);
            windows.push_back(std::move(window));
        }
    }
    return windows;
}

/// Samples at `lowest` and higher, those nearest the window's middle, in order of time.
Indices candidates_at(const Window& window, double lowest, SidesOfZero sides) {
    Indices at;
    for (Eigen::Index n = 0; n < window.x.size(); ++n) {
        if (height(window.x[n], sides) >= lowest) {
            at.push_back(n);
        }
    }
    if (at.size() > most_candidates) {
        constexpr auto middle = static_cast<Eigen::Index>(PeakInContext::reach);
        std::ranges::sort(at, {}, [](Eigen::Index n) { return std::abs(n - middle); });
        at.resize(most_candidates);
        std::ranges::sort(at);
    }
    return at;
}

/// The missing band's covariance between samples.
Eigen::MatrixXd covariance_of_missing(const Indices& at, double power, MissingBand missing) {
    const auto count = static_cast<Eigen::Index>(at.size());
    Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(count, count);
    if (power <= 0.0) {
        return covariance;
    }
    const auto after = [&](Eigen::Index frames) {
        const auto k = static_cast<double>(frames);
        return frames == 0 ? power
                           : -power * std::sin(2.0 * std::numbers::pi * missing.from * k) /
                                 (std::numbers::pi * k * (1.0 - 2.0 * missing.from));
    };
    for (Eigen::Index i = 0; i < count; ++i) {
        for (Eigen::Index j = 0; j <= i; ++j) {
            covariance(i, j) = covariance(j, i) =
                after(at[static_cast<std::size_t>(i)] - at[static_cast<std::size_t>(j)]);
        }
    }
    return covariance;
}

/// The logarithm of a Gaussian law's density, mean 0.
double log_normal(const Eigen::VectorXd& x, const Eigen::MatrixXd& covariance) {
    const Eigen::LLT<Eigen::MatrixXd> solver(covariance);
    const double log_determinant = 2.0 * solver.matrixLLT().diagonal().array().log().sum();
    return -0.5 * (x.dot(solver.solve(x)) + log_determinant +
                   static_cast<double>(x.size()) * std::log(2.0 * std::numbers::pi));
}

/// How likely Student's t of four degrees of freedom exceeds it.
double exceeds(double t) {
    const double u = 1.0 + 0.25 * t * t;
    return 0.5 - 0.375 * t / std::sqrt(u) * (1.0 - t * t / (12.0 * u));
}

/// What the model errs by around these samples: less than all over the window, where a sound begins
/// in it.
double deviation_around(const Window& window, const Indices& at) {
    constexpr Eigen::Index order = AutoregressiveModel::order;
    constexpr double normal = 1.4826; // a normal law's deviation over its median magnitude
    const Eigen::Index first = std::max<Eigen::Index>(0, at.front() - 2 * order);
    const Eigen::Index last = std::min(window.errors.size(), at.back() + 1);
    std::vector<double> errors;
    for (Eigen::Index row = first; row < last; ++row) {
        errors.push_back(std::abs(window.errors[row]));
    }
    return std::min(window.model.deviation, normal * median(errors));
}

/// The logarithm of these samples' density if nothing was cut off, each known to be `lowest` or
/// more: that is why they are looked at. Those side by side follow from all around them, a few at a
/// time: over longer gaps the model errs by more than it says. None is surer than `floor`.
double log_if_whole(const Window& window, const Indices& at, double floor, double lowest) {
    constexpr double nu = degrees_of_freedom;
    const double error = deviation_around(window, at);
    double sum = 0.0;
    for (std::size_t begin = 0; begin < at.size();) {
        std::size_t end = begin + 1;
        while (end < at.size() && end - begin < most_together && at[end] - at[end - 1] <= near_by) {
            ++end;
        }
        const Indices together(at.begin() + static_cast<std::ptrdiff_t>(begin),
                               at.begin() + static_cast<std::ptrdiff_t>(end));
        begin = end;
        const Interpolated is = interpolated(window.model, window.x, together);
        const auto size = static_cast<Eigen::Index>(together.size());
        Eigen::MatrixXd covariance =
            error * error * is.solver.solve(Eigen::MatrixXd::Identity(size, size));
        covariance.diagonal().array() += floor * floor;
        const Eigen::VectorXd off = window.x(together) - is.mean;
        const Eigen::LDLT<Eigen::MatrixXd> solver(covariance);
        const auto count = static_cast<double>(size);
        sum += std::lgamma(0.5 * (nu + count)) - std::lgamma(0.5 * nu) -
               0.5 * count * std::log(nu * std::numbers::pi) -
               0.5 * solver.vectorD().array().abs().log().sum() -
               0.5 * (nu + count) * std::log1p(off.dot(solver.solve(off)) / nu);
        for (Eigen::Index i = 0; i < size; ++i) {
            const double sign = window.x[together[static_cast<std::size_t>(i)]] < 0.0 ? -1.0 : 1.0;
            const double under = lowest - sign * is.mean[i];
            sum -= std::log(std::max(1e-6, exceeds(under / std::sqrt(covariance(i, i)))));
        }
    }
    return sum;
}

/// The logarithm of how many ways there are to choose some of all.
double log_choices(std::size_t all, std::size_t some) {
    const auto log_factorial = [](std::size_t n) {
        return std::lgamma(static_cast<double>(n) + 1.0);
    };
    return log_factorial(all) - log_factorial(some) - log_factorial(all - some);
}

/// Looks for the level near `start`.
class LevelSearch {
public:
    LevelSearch(
        const Window& window, double start, double top, SidesOfZero sides, MissingBand missing)
        : window_(window), top_(top), level_(start * top),
          zone_(std::max(zone_of_level * level_, zone_of_band * std::sqrt(window.band_power))),
          lowest_(level_ - zone_), candidates_(candidates_at(window, lowest_, sides)) {
        const auto count = static_cast<Eigen::Index>(candidates_.size());
        heights_.resize(count);
        signs_.resize(count);
        for (Eigen::Index i = 0; i < count; ++i) {
            const double sample = window.x[candidates_[static_cast<std::size_t>(i)]];
            signs_[i] = sample < 0.0 ? -1.0 : 1.0;
            heights_[i] = std::abs(sample);
        }
        // As the heights have it: what the band adds to a trough lowers it.
        missing_ = signs_.asDiagonal() *
                   covariance_of_missing(candidates_, window.band_power, missing) *
                   signs_.asDiagonal();
        weights_ = Eigen::VectorXd::Ones(count);
    }

    AtLevel found(double least_width, std::size_t soon_frames) {
        AtLevel best;
        if (candidates_.size() < least_samples) {
            return best;
        }
        const double narrowest = std::max(narrowest_level * level_, least_width);
        double width =
            std::max({widest_level * level_, 0.5 * std::sqrt(window_.band_power), narrowest});
        for (;;) {
            fit(width);
            if (width < judged_from * level_) {
                const AtLevel here = judged(width, soon_frames);
                if (here.log_odds > best.log_odds) {
                    best = here;
                }
            }
            if (width <= narrowest) {
                return best;
            }
            width = std::max(narrowest, narrower_by * width);
        }
    }

private:
    /// The level, what the missing band adds, and which samples were cut: once around.
    void fit(double width) {
        const Eigen::Index count = heights_.size();
        Eigen::MatrixXd covariance = missing_;
        covariance.diagonal().array() += width * width / weights_.array().max(1e-4);
        const Eigen::LLT<Eigen::MatrixXd> solver(covariance);
        const Eigen::VectorXd ones = Eigen::VectorXd::Ones(count);
        const Eigen::VectorXd of_ones = solver.solve(ones);
        const Eigen::VectorXd of_heights = solver.solve(heights_);
        level_ = std::clamp(ones.dot(of_heights) / ones.dot(of_ones), lowest_level * top_,
                            highest_level * top_);
        above_ = heights_ + missing_ * (level_ * of_ones - of_heights) - level_ * ones;
        const double rest = 1.0 / (zone_ + spread_of_rest * level_);
        for (Eigen::Index i = 0; i < count; ++i) {
            const double z = above_[i] / width;
            const double cut = std::exp(-0.5 * z * z) / (width * std::sqrt(2.0 * std::numbers::pi));
            const double share = cut / (cut + rest);
            weights_[i] = z > widths_over ? over_weight : z > 0.0 ? std::max(0.5, share) : share;
        }
    }

    [[nodiscard]] AtLevel judged(double width, std::size_t soon_frames) const {
        AtLevel here{0.0, level_, {}};
        Indices counted; // of the candidates
        double too_high = 0.0;
        for (std::size_t i = 0; i < candidates_.size(); ++i) {
            const auto row = static_cast<Eigen::Index>(i);
            too_high += above_[row] > widths_over * width ? 1.0 : 0.0;
            if (weights_[row] <= 0.5 || std::abs(above_[row]) >= widths_within * width) {
                continue;
            }
            if (!here.at.empty() &&
                candidates_[i] - here.at.back() < static_cast<Eigen::Index>(soon_frames)) {
                counted.push_back(row);
            }
            here.at.push_back(candidates_[i]);
        }
        if (counted.size() < least_samples) {
            return here;
        }
        const Eigen::VectorXd off_level =
            heights_(counted) -
            Eigen::VectorXd::Constant(static_cast<Eigen::Index>(counted.size()), level_);
        const Eigen::MatrixXd missing = missing_(counted, counted);
        Indices at;
        for (const Eigen::Index row : counted) {
            at.push_back(candidates_[static_cast<std::size_t>(row)]);
        }
        double log_if_cut = -1e300;
        for (const double wider : {1.0, 1.6}) {
            Eigen::MatrixXd covariance = missing;
            covariance.diagonal().array() += wider * width * wider * width;
            log_if_cut = std::max(log_if_cut, log_normal(off_level, covariance));
        }
        here.log_odds = log_if_cut - log_if_whole(window_, at, surest_if_whole * width, lowest_) -
                        log_choices(candidates_.size(), here.at.size()) - against_over * too_high;
        return here;
    }

    const Window& window_;
    double top_;
    double level_;
    double zone_;
    double lowest_; ///< candidate
    Indices candidates_;
    Eigen::VectorXd heights_;
    Eigen::VectorXd signs_;
    Eigen::MatrixXd missing_; ///< covariance of what the missing band adds to the heights
    Eigen::VectorXd weights_; ///< how surely each was cut
    Eigen::VectorXd above_;   ///< the level, once the missing band is added
};

/// Whether the wave goes straight from one level to another, on the other side of zero: a square.
bool has_no_flanks(const Window& window, const AtLevel& found) {
    double top = 0.0;
    double flanks = 0.0;
    bool crosses = false;
    for (Eigen::Index n = found.at.front(); n <= found.at.back(); ++n) {
        const double part = std::abs(window.x[n]) / found.level;
        top += part > flank_to ? 1.0 : 0.0;
        flanks += part > flank_from && part <= flank_to ? 1.0 : 0.0;
        crosses = crosses || (window.x[n] < 0.0) != (window.x[found.at.front()] < 0.0);
    }
    return crosses && flanks < least_flanks * top;
}

struct InWindow {
    const Window* window = nullptr;
    AtLevel at;
};

/// Whether one says nothing that the other doesn't: they share samples or hold the same sound,
/// either way up.
bool depend(const Window& a, const Window& b) {
    constexpr auto middle = static_cast<Eigen::Index>(PeakInContext::reach);
    if (frames_between(*a.peak, *b.peak) <= 2 * PeakInContext::reach) {
        return true;
    }
    const auto around_peak = [](const Window& window, Eigen::Index shift) {
        return window.x.segment(middle - alike_reach + shift, 2 * alike_reach + 1);
    };
    const auto of_a = around_peak(a, 0);
    for (Eigen::Index shift = -alike_shift; shift <= alike_shift; ++shift) {
        const auto of_b = around_peak(b, shift);
        if (std::abs(of_a.dot(of_b)) > most_alike * of_a.norm() * of_b.norm()) {
            return true;
        }
    }
    return false;
}

/// The odds of the surest window and of those that agree with it by themselves.
double odds_of(std::span<const InWindow> surest_first) {
    const double level = surest_first.front().at.level;
    double odds = 0.0;
    std::vector<const Window*> counted;
    for (const auto& [window, at] : surest_first) {
        if (std::abs(at.level - level) < agrees_within * level &&
            std::ranges::none_of(counted,
                                 [&](const Window* other) { return depend(*window, *other); })) {
            odds += at.log_odds;
            counted.push_back(window);
        }
    }
    return odds;
}

/// Those of the window's own side, side by side.
void list_runs_of(const Window& window, const AtLevel& found, std::vector<CutRun>& runs) {
    const Interpolated is = interpolated(window.model, window.x, found.at);
    const std::uint64_t before = PeakInContext::reach;
    for (std::size_t i = 0; i < found.at.size(); ++i) {
        const auto n = static_cast<std::uint64_t>(found.at[i]);
        if (window.x[found.at[i]] < 0.0 || window.peak->frame + n < before) {
            continue;
        }
        const std::uint64_t frame = window.peak->frame + n - before;
        const double missing = is.mean[static_cast<Eigen::Index>(i)] / found.level;
        const Gain depth =
            Gain::from_db(std::clamp(20.0 * std::log10(std::max(1.0, missing)), 0.0, 24.0));
        const bool goes_on = i > 0 && found.at[i] == found.at[i - 1] + 1 && !runs.empty() &&
                             runs.back().peak == window.peak &&
                             runs.back().first_frame + runs.back().frames == frame;
        if (goes_on) {
            ++runs.back().frames;
            runs.back().depth = std::max(runs.back().depth, depth);
        } else {
            runs.push_back({frame, 1, depth, window.peak});
        }
    }
}

} // namespace

std::optional<CommonLevelFound> find_common_level(std::span<const PeakInContext> peaks,
                                                  SidesOfZero sides,
                                                  float quantum,
                                                  Hertz rate,
                                                  MissingBand missing) {
    const std::vector<Window> windows = windows_of(peaks, rate, missing);
    if (windows.empty()) {
        return std::nullopt;
    }
    const auto top = static_cast<double>(windows.front().peak->level);
    const auto soon = static_cast<std::size_t>(soon_after_s * rate.value());
    std::vector<double> starts(levels_tried.begin(), levels_tried.end());
    if (missing.from >= 0.5) {
        starts = {1.0};
    }
    std::vector<InWindow> found;
    for (const Window& window : windows) {
        AtLevel best;
        for (const double start : starts) {
            AtLevel at = LevelSearch(window, start, top, sides, missing)
                             .found(static_cast<double>(quantum), soon);
            if (at.log_odds > best.log_odds && !has_no_flanks(window, at)) {
                best = std::move(at);
            }
        }
        if (best.log_odds > 0.0) {
            if (best.log_odds >= least_odds) { // the others' level is known
                starts = {best.level / top};
            }
            found.push_back({&window, std::move(best)});
        }
    }
    std::ranges::sort(found, std::ranges::greater{},
                      [](const InWindow& in) { return in.at.log_odds; });
    if (found.empty() || odds_of(found) < least_odds) {
        return std::nullopt;
    }
    const double level = found.front().at.level;
    CommonLevelFound out{static_cast<float>(level), {}};
    for (const auto& [window, at] : found) {
        if (std::abs(at.level - level) < same_level * level) {
            list_runs_of(*window, at, out.runs);
        }
    }
    std::ranges::sort(out.runs, {}, &CutRun::first_frame);
    const auto twice = std::ranges::unique(out.runs, {}, &CutRun::first_frame);
    out.runs.erase(twice.begin(), twice.end());
    return out;
}

} // namespace gainstage::take
