// SPDX-License-Identifier: MIT
#include "take/clicks.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>

namespace gainstage::take {
namespace {

using detail::Surprise;

// Tuned on bench/take_clicks: each figure costs few of the clicks that are found and many alarms.
constexpr float gate_ratio = 3.0f;
constexpr double wrong_ratio = 8.0;     // several unknowns explain much by chance,
constexpr double one_wrong_ratio = 6.0; // one doesn't
constexpr double jump_ratio = 12.0;     // up to `order` residuals explain anything
constexpr double most_left = 1.5;       // of the residual around, after correcting wrong samples
constexpr double least_wrong = 0.005;   // of the peak around
constexpr double least_jump = 0.02;
constexpr double least_level = 0.001; // -60 dBFS: softer sounds aren't judged

constexpr std::size_t gate_order = 16;
constexpr std::size_t gate_block = 1024; // frames that it is fitted to
constexpr std::size_t order = 32;        // of the prediction that judges
constexpr std::size_t longest = 8;       // wrong samples
// The gate's surprise is at its height up to its order after a click's first sample, or a few more.
constexpr std::size_t slack_before = 28;
constexpr std::size_t slack_after = 10;
constexpr double side_s = 0.04; // two pulses of the lowest voices, two edges of 25 Hz
constexpr double fit_s = 0.02;
constexpr std::size_t least_side = 768; // at low rates there must be enough to predict from
constexpr std::size_t least_fit = 512;

using Whitener = std::array<float, gate_order>;
using Coefficients = std::array<double, order>;

/// The first `size` of `equations` * x = x0, by Cholesky; `x` comes in as x0. Of `equations`, whose
/// lower triangle is looked at, its factor is left. False if they aren't positive definite.
template <std::size_t Most>
bool solve_by_cholesky(std::array<std::array<double, Most>, Most>& equations,
                       std::array<double, Most>& x,
                       std::size_t size = Most) noexcept {
    auto& l = equations;
    for (std::size_t i = 0; i < size; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = l[i][j];
            for (std::size_t k = 0; k < j; ++k) {
                sum -= l[i][k] * l[j][k];
            }
            if (i == j && !(sum > 0.0)) {
                return false;
            }
            l[i][j] = i == j ? std::sqrt(sum) : sum / l[j][j];
        }
    }
    for (std::size_t i = 0; i < size; ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            x[i] -= l[i][k] * x[k];
        }
        x[i] /= l[i][i];
    }
    for (std::size_t i = size; i-- > 0;) {
        for (std::size_t k = i + 1; k < size; ++k) {
            x[i] -= l[k][i] * x[k];
        }
        x[i] /= l[i][i];
    }
    return true;
}

/// Normal equations of the covariance method, sums over as many stretches as are added.
struct Covariance {
    std::array<std::array<double, order + 1>, order + 1> phi{};

    /// Predictions of x[begin..end); `order` frames before that are looked at.
    void add(const double* x, std::size_t begin, std::size_t end) noexcept {
        std::array<double, order + 2> row{};
        for (std::size_t n = begin; n < end; ++n) {
            const double now = x[n];
            const double* past = x + n - order;
            for (std::size_t k = 0; k <= order; ++k) {
                row[k] += now * past[k]; // past[order - lag]
            }
        }
        std::array<std::array<double, order + 1>, order + 1> sum{};
        for (std::size_t lag = 0; lag <= order; ++lag) {
            sum[0][lag] = row[order - lag];
        }
        for (std::size_t i = 1; i <= order; ++i) {
            for (std::size_t j = i; j <= order; ++j) {
                sum[i][j] =
                    sum[i - 1][j - 1] + x[begin - i] * x[begin - j] - x[end - i] * x[end - j];
            }
        }
        for (std::size_t i = 0; i <= order; ++i) {
            for (std::size_t j = i; j <= order; ++j) {
                phi[i][j] += sum[i][j];
            }
        }
    }

    void add(const Covariance& other) noexcept {
        for (std::size_t i = 0; i <= order; ++i) {
            for (std::size_t j = i; j <= order; ++j) {
                phi[i][j] += other.phi[i][j];
            }
        }
    }

    /// False where there is nothing to predict.
    bool solve(Coefficients& a) const noexcept {
        constexpr double regularised = 1e-9; // -90 dB: the converter's noise, more or less
        const double floor = regularised * phi[0][0];
        if (!(floor > 0.0)) {
            return false;
        }
        std::array<std::array<double, order>, order> equations{};
        for (std::size_t i = 0; i < order; ++i) {
            for (std::size_t j = 0; j <= i; ++j) {
                equations[i][j] = phi[j + 1][i + 1] + (i == j ? floor : 0.0);
            }
            a[i] = phi[0][i + 1];
        }
        return solve_by_cholesky(equations, a);
    }
};

/// residual[n] = x[n] - what the `order` before it predict, for n in begin..end.
void predict_all(const Coefficients& a,
                 const double* x,
                 double* residual,
                 std::size_t begin,
                 std::size_t end) noexcept {
    constexpr std::size_t lanes = 8;
    std::size_t n = begin;
    for (; n + lanes <= end; n += lanes) {
        std::array<double, lanes> r{};
        for (std::size_t l = 0; l < lanes; ++l) {
            r[l] = x[n + l];
        }
        for (std::size_t k = 0; k < order; ++k) {
            const double* past = x + n - 1 - k;
            for (std::size_t l = 0; l < lanes; ++l) {
                r[l] -= a[k] * past[l];
            }
        }
        std::copy(r.begin(), r.end(), residual + n);
    }
    for (; n < end; ++n) {
        double r = x[n];
        for (std::size_t k = 0; k < order; ++k) {
            r -= a[k] * x[n - 1 - k];
        }
        residual[n] = r;
    }
}

/// The gate's: an order-16 prediction of a windowed block, by autocorrelation.
Whitener whitener(const float* x, const float* window) noexcept {
    std::array<float, gate_block + gate_order + 1> y{};
    for (std::size_t n = 0; n < gate_block; ++n) {
        y[n] = x[n] * window[n];
    }
    std::array<float, gate_order> sums{};
    float power = 0.0f;
    for (std::size_t n = 0; n < gate_block; ++n) {
        power += y[n] * y[n];
        for (std::size_t k = 0; k < gate_order; ++k) {
            sums[k] += y[n] * y[n + 1 + k];
        }
    }
    // Levinson and Durbin's recursion; 1e-7 of the power is what single precision leaves.
    std::array<double, gate_order> a{};
    double error = static_cast<double>(power) * (1.0 + 1e-7);
    Whitener out{};
    if (!(error > 0.0)) {
        return out;
    }
    for (std::size_t i = 0; i < gate_order; ++i) {
        double reflection = static_cast<double>(sums[i]);
        for (std::size_t k = 0; k < i; ++k) {
            reflection -= a[k] * static_cast<double>(sums[i - 1 - k]);
        }
        reflection /= error;
        if (!(std::abs(reflection) < 1.0)) {
            break;
        }
        const auto old = a;
        a[i] = reflection;
        for (std::size_t k = 0; k < i; ++k) {
            a[k] = old[k] - reflection * old[i - 1 - k];
        }
        error *= 1.0 - reflection * reflection;
    }
    std::ranges::transform(a, out.begin(), [](double c) { return static_cast<float>(c); });
    return out;
}

/// The highest that it mispredicts within a hop; the frames before are looked at.
Surprise surprise(const Whitener& a, const float* x, std::size_t hop) noexcept {
    Surprise most;
    constexpr std::size_t lanes = 16;
    for (std::size_t n = 0; n < hop; n += lanes) {
        std::array<float, lanes> part;
        std::copy_n(x + n, lanes, part.begin());
        for (std::size_t k = 0; k < gate_order; ++k) {
            const float* past = x + n - 1 - k;
            for (std::size_t l = 0; l < lanes; ++l) {
                part[l] -= a[k] * past[l];
            }
        }
        for (std::size_t l = 0; l < lanes; ++l) {
            if (std::abs(part[l]) > most.height) {
                most = {std::abs(part[l]), static_cast<std::uint32_t>(n + l)};
            }
        }
    }
    return most;
}

double peak_of(const double* x, std::size_t begin, std::size_t end) noexcept {
    double high = 0.0;
    for (std::size_t n = begin; n < end; ++n) {
        high = std::max(high, std::abs(x[n]));
    }
    return high;
}

/// What is left of the residual from `first` on if the `width` samples there are corrected such
/// that the least is left (least squares), and the greatest correction.
struct Corrected {
    double left = 0.0;
    double height = 0.0;
};

Corrected correct(const Coefficients& a,
                  const double* residual,
                  std::size_t first,
                  std::size_t width) noexcept {
    // A sample that is off by 1 leaves 1, -a1, -a2, … in the residual.
    const auto error = [&](std::size_t n) { return n == 0 ? 1.0 : (n <= order ? -a[n - 1] : 0.0); };
    std::array<std::array<double, longest>, longest> equations{};
    std::array<double, longest> u{};
    for (std::size_t i = 0; i < width; ++i) {
        for (std::size_t n = i; n <= order; ++n) {
            equations[i][0] += error(n) * error(n - i);
        }
        for (std::size_t j = 1; j <= i; ++j) {
            equations[i][j] = equations[i - j][0];
        }
        for (std::size_t n = 0; n <= order; ++n) {
            u[i] += residual[first + i + n] * error(n);
        }
    }
    // An autocorrelation that begins with 1 for the first sample has no pivot under 1.
    solve_by_cholesky(equations, u, width);
    Corrected corrected;
    for (std::size_t n = 0; n < width + order; ++n) {
        double left = residual[first + n];
        for (std::size_t i = 0; i < width && i <= n; ++i) {
            left -= u[i] * error(n - i);
        }
        corrected.left = std::max(corrected.left, std::abs(left));
    }
    for (std::size_t i = 0; i < width; ++i) {
        corrected.height = std::max(corrected.height, std::abs(u[i]));
    }
    return corrected;
}

/// A stretch around what opened the gate: frames before it, the gap that the click lies in, frames
/// after it.
struct Stretch {
    const double* x = nullptr;
    double* residual = nullptr;
    std::size_t frames = 0;
    std::size_t gap_begin = 0;
    std::size_t gap_end = 0; ///< predicting is back to normal `order` later
    std::size_t fit_begin = 0;
    std::size_t fit_end = 0;

    [[nodiscard]] std::size_t after() const noexcept { return gap_end + order; }
};

double rms_of(const double* x, std::size_t begin, std::size_t end) noexcept {
    double sum = 0.0;
    for (std::size_t n = begin; n < end; ++n) {
        sum += x[n] * x[n];
    }
    return std::sqrt(sum / static_cast<double>(end - begin));
}

/// How much worse a prediction from one side does on the other than one of its own: 1 for a sound
/// that goes on, much for one that begins or ends.
double unlikeness(const Stretch& s, const Covariance& before, const Covariance& after) noexcept {
    Coefficients from_before{};
    Coefficients from_after{};
    if (!before.solve(from_before) || !after.solve(from_after)) {
        return HUGE_VAL;
    }
    const auto left = [&](const Coefficients& a, std::size_t begin, std::size_t end) {
        predict_all(a, s.x, s.residual, begin, end);
        return rms_of(s.residual, begin, end);
    };
    const double on_before =
        left(from_after, s.fit_begin, s.gap_begin) / left(from_before, s.fit_begin, s.gap_begin);
    const double on_after =
        left(from_before, s.after(), s.fit_end) / left(from_after, s.after(), s.fit_end);
    return std::max({1.0, on_before, on_after});
}

/// Clipping held it back at `first` or just before, where it would hardly show in the residual: it
/// stays at the highest of all around on that side.
bool is_cut_top(const Stretch& s, std::size_t first) noexcept {
    constexpr double flat = 0.999; // 0.01 dB
    double high = 0.0;
    double low = 0.0;
    for (std::size_t n = 0; n < s.frames; ++n) {
        high = std::max(high, s.x[n]);
        low = std::min(low, s.x[n]);
    }
    const auto at_top = [&](std::size_t n) {
        return s.x[n] >= flat * high || s.x[n] <= flat * low;
    };
    for (std::size_t n = first - 3; n <= first; ++n) {
        const bool peak = n < first && (s.x[n] == high || s.x[n] == low);
        if (peak || (at_top(n) && at_top(n + 1))) {
            return true;
        }
    }
    const double expected = s.x[first] - s.residual[first];
    return expected > high || expected < low;
}

/// The click in the residual, where the worst of it around is `around`; `first_frame` counts from
/// the stretch's start. `needed` is what a ratio must be more for. None: frames is `none`.
constexpr std::uint64_t none = ~std::uint64_t{0};

Click click_in(const Stretch& s, const Coefficients& a, double around, double doubt) noexcept {
    const double peak = peak_of(s.residual, s.gap_begin, s.gap_end);
    const double ratio = peak / (around * doubt);
    const double level = std::max(peak_of(s.x, 0, s.gap_begin), peak_of(s.x, s.gap_end, s.frames));
    std::size_t first = s.gap_begin;
    while (std::abs(s.residual[first]) <= 1.25 * around) {
        ++first;
    }
    Click click;
    click.first_frame = first;
    click.frames = none;
    if (is_cut_top(s, first)) {
        return click;
    }
    for (std::size_t width = 1; width <= longest; ++width) {
        const Corrected corrected = correct(a, s.residual, first, width);
        if (corrected.left <= most_left * around) {
            if (ratio >= (width == 1 ? one_wrong_ratio : wrong_ratio) &&
                corrected.height >= least_wrong * level) {
                click.frames = width;
                click.height = Dbfs::from_amplitude(corrected.height);
            }
            return click;
        }
    }
    const double height = std::abs(s.residual[first]);
    if (ratio >= jump_ratio && height >= least_jump * level) {
        click.kind = ClickKind::jump;
        click.frames = 0;
        click.height = Dbfs::from_amplitude(height);
    }
    return click;
}

} // namespace

void Clicks::prepare(const audio::Spec& spec) {
    const double rate_hz = spec.sample_rate.value();
    const std::size_t side =
        std::max(least_side, static_cast<std::size_t>(std::ceil(side_s * rate_hz)));
    constexpr std::size_t shortest_hop = 32;
    const auto times = static_cast<std::size_t>(std::max(1.0, rate_hz / 48000.0));
    hop_ = std::min(gate_block, shortest_hop * std::bit_floor(times));
    side_hops_ = (side + hop_ - 1) / hop_;
    fit_frames_ = std::max(least_fit, static_cast<std::size_t>(fit_s * rate_hz));
    const std::size_t hops = std::bit_ceil(2 * (side_hops_ + gate_block / hop_ + 4));
    channels_.assign(static_cast<std::size_t>(spec.channels()), {});
    for (Channel& channel : channels_) {
        channel.samples.resize(hops * hop_);
        channel.surprises.resize(hops);
    }
    full_scale_.prepare(spec);
    moments_.prepare();
    clipped_.prepare();
    window_.resize(gate_block);
    for (std::size_t n = 0; n < gate_block; ++n) {
        const double turn = 2.0 * std::numbers::pi * (static_cast<double>(n) + 0.5);
        window_[n] =
            static_cast<float>(0.5 - 0.5 * std::cos(turn / static_cast<double>(gate_block)));
    }
    segment_.assign((2 * side_hops_ + 1) * hop_, 0.0);
    residual_.assign(segment_.size(), 0.0);
}

void Clicks::reset() noexcept {
    for (Channel& channel : channels_) {
        std::ranges::fill(channel.samples, 0.0f);
        std::ranges::fill(channel.surprises, Surprise{});
        channel.position = channel.deaf_until = 0;
    }
    full_scale_.reset();
    moments_.reset();
    clipped_.reset();
}

void Clicks::process(audio::ConstAudioView block) noexcept {
    by_turns(block, [&](audio::ConstAudioView turn) {
        full_scale_.process(turn);
        for (int c = 0; c < turn.channels(); ++c) {
            push(channels_[static_cast<std::size_t>(c)], c, turn.channel(c));
        }
    });
}

void Clicks::push(Channel& channel, int index, std::span<const float> in) noexcept {
    const std::size_t mask = channel.samples.size() - 1;
    for (std::size_t n = 0; n < in.size();) {
        const std::size_t frames =
            std::min<std::size_t>(in.size() - n, gate_block - channel.position % gate_block);
        float* out = channel.samples.data() + (channel.position & mask);
        for (std::size_t i = 0; i < frames; ++i) {
            out[i] = std::isfinite(in[n + i]) ? in[n + i] : 0.0f;
        }
        n += frames;
        channel.position += frames;
        if (channel.position % gate_block == 0) {
            end_block(channel, index);
        }
    }
}

/// Whitens the last block roughly, remembers where it surprises, and judges what has been heard on
/// both sides now.
void Clicks::end_block(Channel& channel, int index) noexcept {
    const std::size_t mask = channel.samples.size() - 1;
    const std::uint64_t start = channel.position - gate_block;
    std::array<float, gate_order + gate_block> x;
    for (std::size_t n = 0; n < gate_order; ++n) {
        x[n] = channel.samples[(start - gate_order + n) & mask];
    }
    std::copy_n(channel.samples.data() + (start & mask), gate_block, x.data() + gate_order);
    const float* block = x.data() + gate_order;
    const Whitener a = whitener(block, window_.data());
    const std::size_t hops_mask = channel.surprises.size() - 1;
    const std::uint64_t first_hop = start / hop_;
    const std::size_t hops = gate_block / hop_;
    for (std::size_t h = 0; h < hops; ++h) {
        channel.surprises[(first_hop + h) & hops_mask] = surprise(a, block + h * hop_, hop_);
    }
    for (std::uint64_t now = first_hop; now < first_hop + hops; ++now) {
        if (now >= 2 * side_hops_ && opens(channel, now - side_hops_)) {
            judge(channel, index, now - side_hops_);
        }
    }
}

/// It is higher there than in the hops beside, and towers over those before and after.
bool Clicks::opens(const Channel& channel, std::uint64_t centre) const noexcept {
    const std::size_t mask = channel.surprises.size() - 1;
    const auto at = [&](std::uint64_t hop) { return channel.surprises[hop & mask].height; };
    const float here = at(centre);
    if (!(here > at(centre - 1)) || here < at(centre + 1)) {
        return false;
    }
    float before = 0.0f;
    float after = 0.0f;
    for (std::uint64_t i = 2; i <= side_hops_; ++i) {
        before += at(centre - i);
        after += at(centre + i);
    }
    return here * static_cast<float>(side_hops_ - 1) > gate_ratio * std::max(before, after);
}

void Clicks::judge(Channel& channel, int index, std::uint64_t centre) noexcept {
    const std::size_t mask = channel.samples.size() - 1;
    const std::uint64_t start = (centre - side_hops_) * hop_;
    for (std::size_t n = 0; n < segment_.size(); ++n) {
        segment_[n] = static_cast<double>(channel.samples[(start + n) & mask]);
    }
    const std::size_t surprise_at =
        side_hops_ * hop_ + channel.surprises[centre & (channel.surprises.size() - 1)].frame;
    Stretch s{segment_.data(), residual_.data(), segment_.size()};
    s.gap_begin = surprise_at - slack_before;
    s.gap_end = surprise_at + slack_after;
    s.fit_begin = std::max(order, s.gap_begin - std::min(s.gap_begin, fit_frames_));
    s.fit_end = std::min(s.frames, s.after() + fit_frames_);
    if (!(peak_of(s.x, 0, s.gap_begin) > least_level &&
          peak_of(s.x, s.after(), s.frames) > least_level)) {
        return;
    }
    Covariance before;
    Covariance after;
    before.add(s.x, s.fit_begin, s.gap_begin);
    after.add(s.x, s.after(), s.fit_end);
    Covariance both = before;
    both.add(after);
    Coefficients a{};
    if (!both.solve(a)) {
        return;
    }
    const auto predict = [&] { predict_all(a, s.x, s.residual, order, s.frames); };
    predict();
    const double around =
        std::max(peak_of(s.residual, order, s.gap_begin), peak_of(s.residual, s.after(), s.frames));
    if (!(peak_of(s.residual, s.gap_begin, s.gap_end) > one_wrong_ratio * around)) {
        return;
    }
    const double different = unlikeness(s, before, after); // overwrites the residual
    predict();
    Click click = click_in(s, a, around, different * different);
    click.channel = index;
    click.first_frame += start;
    if (click.frames == none || click.first_frame < channel.deaf_until) {
        return;
    }
    channel.deaf_until = click.first_frame + s.after() - s.gap_begin;
    (full_scale_.is_near(click.first_frame) ? clipped_ : moments_).add(click);
}

ClicksFound Clicks::found(bool over_is_safe) const {
    ClicksFound found = moments_.found();
    if (!over_is_safe) {
        return found;
    }
    const ClicksFound beside = clipped_.found();
    found.count += beside.count;
    found.first.insert(found.first.end(), beside.first.begin(), beside.first.end());
    std::ranges::stable_sort(found.first, {}, &Click::first_frame);
    found.first.resize(std::min(found.first.size(), ClicksFound::max_listed));
    if (beside.last && (!found.last || found.last->first_frame < beside.last->first_frame)) {
        found.last = beside.last;
    }
    return found;
}

} // namespace gainstage::take
