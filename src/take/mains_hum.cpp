// SPDX-License-Identifier: MIT
#include "take/mains_hum.h"

#include "take/fft_planner.h"

#include <fftw3.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <numbers>
#include <span>

namespace gainstage::take {
namespace {

constexpr std::array mains_hz = {50.0, 60.0};
constexpr std::size_t harmonics = 6;
// Grids are held within 0.2 Hz in normal operation (Continental Europe: 49.8 to 50.2 Hz); 0.05 Hz
// beyond for a recorder's clock. At the sixth harmonic a step is 0.3 Hz, just over one bin of the
// long windows.
constexpr double deviation_hz = 0.25;
constexpr double step_hz = 0.05;
constexpr std::size_t steps = 11;

constexpr double analysed_hz = 4000.0; // rate after decimation: aliases of 360 Hz lie at 3640 Hz
constexpr double stop_band_db = 80.0;  // of the decimator

constexpr int least_harmonics = 3;
constexpr double most_wander = 4.0; // 6 dB: what noise and a soft note beside do to a steady line
constexpr float silent_share = 0.1f;

constexpr double lowest_line_db = -160.0;
constexpr double line_bin_db = 0.5;
constexpr std::size_t levels = 400; // to +40 dB: float files may exceed full scale

/// Windows of one length, and what is asked of them.
struct ScaleDesign {
    double window_s;
    /// Of a cosine-sum window. Long: Blackman-Harris, because a held note 1 Hz away may be 80 dB
    /// louder (Harris, "On the use of windows", 1978, minimum 4-term: side lobes -92 dB). Short:
    /// Hann, as nothing but noise is there beside the hum in a pause.
    std::array<double, 4> window;
    std::size_t lobe_bins; ///< half a main lobe's width
    double beside_from_hz;
    double beside_to_hz;
    double beside_quantile; ///< of the bins there: lines that a repeating rhythm makes must show
    double margin_db;
    double always;               ///< the quantile of time that a level is read at
    std::uint64_t least_windows; ///< fewer don't show what lasts: 6 s, 1.5 s
    bool interpolate;            ///< the bins are too coarse: the exact frequency is estimated
};

constexpr std::array scale_designs = {
    ScaleDesign{4.0, {0.35875, 0.48829, 0.14128, 0.01168}, 4, 3.0, 14.0, 0.9, 12.0, 0.15, 3, false},
    ScaleDesign{0.5, {0.5, 0.5, 0.0, 0.0}, 2, 6.0, 20.0, 0.5, 8.0, 0.05, 9, true},
};

/// How often each level was seen.
using Histogram = std::array<std::uint32_t, levels>;

void add(Histogram& histogram, double power) noexcept {
    const double db = 10.0 * std::log10(std::max(power, 1e-30));
    const double place = std::clamp((db - lowest_line_db) / line_bin_db, 0.0, levels - 1.0);
    ++histogram[static_cast<std::size_t>(place)];
}

/// The level that was reached in all but `always` of the time, within 0.25 dB.
double lasting_db(const Histogram& histogram, double always) {
    double total = 0.0;
    for (const auto count : histogram) {
        total += count;
    }
    double below = 0.0;
    std::size_t bin = 0;
    while (bin + 1 < levels && below + histogram[bin] <= always * total) {
        below += histogram[bin++];
    }
    return lowest_line_db + (static_cast<double>(bin) + 0.5) * line_bin_db;
}

/// One window, as far as one harmonic is concerned: powers.
struct Moment {
    double beside = std::numeric_limits<double>::infinity();
    std::array<double, steps> at{}; ///< for each exact frequency that the mains may have
};

/// One harmonic of one mains frequency.
struct Line {
    std::array<Histogram, steps> at{};
    Histogram beside{};
    /// Those with least beside them, that one first: where music doesn't add to the hum or cancel
    /// it, its level is read.
    std::array<Moment, 9> clearest{};

    void note(const Moment& moment) noexcept {
        for (std::size_t i = 0; i < steps; ++i) {
            add(at[i], moment.at[i]);
        }
        add(beside, moment.beside);
        if (moment.beside < clearest.back().beside) {
            clearest.back() = moment;
            for (std::size_t k = clearest.size() - 1;
                 k > 0 && clearest[k].beside < clearest[k - 1].beside; --k) {
                std::swap(clearest[k], clearest[k - 1]);
            }
        }
    }

    /// The power at exact frequency `i` in the clearest of `windows`, if it is the same in all of
    /// them: a decaying note's isn't.
    [[nodiscard]] std::optional<double> steady_power(std::size_t i, std::uint64_t windows) const {
        std::array<double, std::tuple_size_v<decltype(clearest)>> powers{};
        for (std::size_t k = 0; k < clearest.size(); ++k) {
            powers[k] = clearest[k].at[i];
        }
        const auto count = std::min<std::uint64_t>(windows, powers.size());
        std::sort(powers.begin(), powers.begin() + static_cast<std::ptrdiff_t>(count));
        const bool steady = powers[count - 1] <= most_wander * powers[0];
        return steady ? std::optional(powers[count / 2]) : std::nullopt;
    }
};

/// What one channel showed in windows of one length.
struct Seen {
    std::array<std::array<Line, harmonics>, mains_hz.size()> lines{};
    std::uint64_t windows = 0;
};

struct Channel {
    std::vector<float>
        history; ///< the decimator's last samples, twice over so that any stretch is contiguous
    std::size_t write = 0;
    std::size_t until_output = 0;
    std::vector<float> decimated; ///< a ring of one long window
    std::size_t position = 0;
    std::uint64_t filled = 0;
    std::vector<Seen> seen; ///< by scale
};

struct PlanFree {
    void operator()(fftwf_plan plan) const noexcept {
        const std::lock_guard lock(fft_planner());
        fftwf_destroy_plan(plan);
    }
};

struct FftwFree {
    void operator()(void* p) const noexcept { fftwf_free(p); }
};

std::size_t power_of_two_near(double value) {
    return std::size_t{1} << static_cast<unsigned>(std::lround(std::log2(value)));
}

/// Kaiser's formulas (Kaiser, "Nonrecursive digital filter design using the I0-sinh window
/// function", 1974): a low-pass that is flat to 360 Hz and down `stop_band_db` where that aliases.
std::vector<float> decimation_filter(double rate_hz, std::size_t factor) {
    const double decimated_hz = rate_hz / static_cast<double>(factor);
    const double pass_hz = 370.0;
    const double transition = 2.0 * std::numbers::pi * (decimated_hz - 2.0 * pass_hz) / rate_hz;
    const auto half =
        static_cast<int>(std::ceil((stop_band_db - 7.95) / (2.285 * transition) / 2.0)) + 1;
    const double beta = 0.1102 * (stop_band_db - 8.7);
    const double cutoff = decimated_hz / 2.0 / rate_hz; // cycles per sample
    std::vector<float> taps;
    double sum = 0.0;
    for (int n = -half; n <= half; ++n) {
        const double x = 2.0 * std::numbers::pi * cutoff * n;
        const double sinc = n == 0 ? 1.0 : std::sin(x) / x;
        const double r = static_cast<double>(n) / (half + 1);
        taps.push_back(
            static_cast<float>(sinc * std::cyl_bessel_i(0.0, beta * std::sqrt(1.0 - r * r))));
        sum += static_cast<double>(taps.back());
    }
    for (float& tap : taps) {
        tap = static_cast<float>(static_cast<double>(tap) / sum);
    }
    return taps;
}

/// Four sums side by side, so that additions don't wait for each other.
float dot(const float* a, const float* b, std::size_t count) noexcept {
    float sums[4] = {};
    std::size_t n = 0;
    for (; n + 4 <= count; n += 4) {
        for (std::size_t k = 0; k < 4; ++k) {
            sums[k] += a[n + k] * b[n + k];
        }
    }
    for (; n < count; ++n) {
        sums[0] += a[n] * b[n];
    }
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

} // namespace

namespace {

/// The spectrum of windows of one length.
class LineScale {
public:
    LineScale(const ScaleDesign& design, double decimated_hz);

    [[nodiscard]] const ScaleDesign& design() const noexcept { return design_; }

    [[nodiscard]] std::size_t frames() const noexcept { return window_.size(); }

    /// `filled` samples went by; `ring` holds the last of them, the oldest at `position`.
    void analyse(const std::vector<float>& ring, std::size_t position, Seen& seen) noexcept;

private:
    ScaleDesign design_;
    double bin_hz_;
    std::vector<float> window_;
    double window_power_ = 0.0; ///< sum of its squares
    std::unique_ptr<float, FftwFree> time_;
    std::unique_ptr<fftwf_complex, FftwFree> spectrum_;
    std::unique_ptr<fftwf_plan_s, PlanFree> plan_;
    std::vector<double> powers_; ///< of a window, by bin
    std::vector<double> beside_;

    void note(Line& line, double mains_hz, double times) noexcept;
    [[nodiscard]] double line_power(double frequency_hz) const noexcept;
    [[nodiscard]] double beside_power(double frequency_hz) noexcept;
    [[nodiscard]] bool peaks_at(double frequency_hz, double tolerance_hz) const noexcept;
};

LineScale::LineScale(const ScaleDesign& design, double decimated_hz) : design_(design) {
    const std::size_t count = power_of_two_near(design.window_s * decimated_hz);
    bin_hz_ = decimated_hz / static_cast<double>(count);
    for (std::size_t n = 0; n < count; ++n) {
        const double turn =
            2.0 * std::numbers::pi * static_cast<double>(n) / static_cast<double>(count);
        double weight = 0.0;
        for (std::size_t k = 0; k < design.window.size(); ++k) {
            weight += (k % 2 == 0 ? 1.0 : -1.0) * design.window[k] *
                      std::cos(static_cast<double>(k) * turn);
        }
        window_.push_back(static_cast<float>(weight));
        window_power_ += weight * weight;
    }
    powers_.resize(count / 2 + 1);
    beside_.resize(2 * static_cast<std::size_t>(design.beside_to_hz / bin_hz_) + 4);
    time_.reset(fftwf_alloc_real(count));
    spectrum_.reset(fftwf_alloc_complex(powers_.size()));
    const std::lock_guard lock(fft_planner());
    plan_.reset(fftwf_plan_dft_r2c_1d(static_cast<int>(count), time_.get(), spectrum_.get(),
                                      FFTW_ESTIMATE));
}

void LineScale::analyse(const std::vector<float>& ring, std::size_t position, Seen& seen) noexcept {
    std::size_t silent = 0;
    const std::size_t from = position + ring.size() - frames();
    for (std::size_t n = 0; n < frames(); ++n) {
        const float x = ring[(from + n) % ring.size()];
        silent += x == 0.0f ? 1 : 0;
        time_.get()[n] = x * window_[n];
    }
    if (static_cast<float>(silent) > silent_share * static_cast<float>(frames())) {
        return; // an edit or a gate: hum isn't there because nothing is
    }
    fftwf_execute(plan_.get());
    for (std::size_t k = 0; k < powers_.size(); ++k) {
        const double re = static_cast<double>(spectrum_.get()[k][0]);
        const double im = static_cast<double>(spectrum_.get()[k][1]);
        powers_[k] = re * re + im * im;
    }
    ++seen.windows;
    for (std::size_t m = 0; m < mains_hz.size(); ++m) {
        for (std::size_t h = 0; h < harmonics; ++h) {
            note(seen.lines[m][h], mains_hz[m], static_cast<double>(h + 1));
        }
    }
}

void LineScale::note(Line& line, double mains, double times) noexcept {
    Moment moment;
    moment.beside = beside_power(times * mains);
    if (design_.interpolate) {
        // 0.4 Hz: what noise 8 dB below does to the estimate
        const bool there = peaks_at(times * mains, times * deviation_hz + 0.4);
        const double power = line_power(times * mains);
        moment.at.fill(there ? power : std::min(moment.beside, power));
    } else {
        for (std::size_t i = 0; i < steps; ++i) {
            const double exact_hz = mains - deviation_hz + step_hz * static_cast<double>(i);
            moment.at[i] = line_power(times * exact_hz);
        }
    }
    line.note(moment);
}

/// The power (mean square) of a tone there: the bins of the main lobe hold all of it.
/// sum |X|^2 = A^2/4 N sum w^2, and a tone's power is A^2/2.
double LineScale::line_power(double frequency_hz) const noexcept {
    const auto middle = static_cast<std::size_t>(std::lround(frequency_hz / bin_hz_));
    double sum = 0.0;
    for (std::size_t k = middle - design_.lobe_bins; k <= middle + design_.lobe_bins; ++k) {
        sum += powers_[k];
    }
    return 2.0 * sum / (static_cast<double>(frames()) * window_power_);
}

/// What line_power() would read on the noise beside the line, from a quantile of the bins there: a
/// note or two in them don't count. A loop does: what repeats 2 to 12 times a second is nothing but
/// lines, and some of them meet the mains' harmonics.
double LineScale::beside_power(double frequency_hz) noexcept {
    const auto bin = [&](double hz) { return static_cast<std::size_t>(std::lround(hz / bin_hz_)); };
    const double from_hz = design_.beside_from_hz;
    const double to_hz = design_.beside_to_hz;
    std::size_t count = 0;
    for (const auto& [from, to] : {std::pair{-to_hz, -from_hz}, {from_hz, to_hz}}) {
        for (std::size_t k = bin(frequency_hz + from); k < bin(frequency_hz + to); ++k) {
            beside_[count++] = powers_[k];
        }
    }
    const auto place =
        static_cast<std::size_t>(design_.beside_quantile * static_cast<double>(count));
    const auto middle = beside_.begin() + static_cast<std::ptrdiff_t>(place);
    std::nth_element(beside_.begin(), middle, beside_.begin() + static_cast<std::ptrdiff_t>(count));
    const auto line_bins = static_cast<double>(2 * design_.lobe_bins + 1);
    // The power of noise in a bin is distributed exponentially: quantile q is -ln(1 - q) means.
    return 2.0 * line_bins * *middle / -std::log(1.0 - design_.beside_quantile) /
           (static_cast<double>(frames()) * window_power_);
}

/// The strongest bin near `frequency_hz` and its stronger neighbour say where between them the tone
/// is: for a Hann window (2r - 1) / (r + 1) bins from the stronger, r their ratio of amplitudes.
bool LineScale::peaks_at(double frequency_hz, double tolerance_hz) const noexcept {
    const auto near = static_cast<std::size_t>(std::lround(frequency_hz / bin_hz_));
    std::size_t peak = near - design_.lobe_bins;
    for (std::size_t k = peak; k <= near + design_.lobe_bins; ++k) {
        peak = powers_[k] > powers_[peak] ? k : peak;
    }
    const bool above = powers_[peak + 1] > powers_[peak - 1];
    const double ratio =
        std::sqrt(powers_[above ? peak + 1 : peak - 1] / std::max(powers_[peak], 1e-30));
    const double offset = (2.0 * ratio - 1.0) / (ratio + 1.0) * (above ? 1.0 : -1.0);
    return std::abs((static_cast<double>(peak) + offset) * bin_hz_ - frequency_hz) <= tolerance_hz;
}

/// Of all frequencies within the deviation of one mains frequency, the one with the most hum.
std::optional<Hum> judge(const Seen& seen, std::size_t mains, const ScaleDesign& design) {
    std::optional<Hum> best;
    for (std::size_t i = 0; i < steps; ++i) {
        int standing_out = 0;
        double power = 0.0;
        std::array<DbfsRmsMath, harmonics> each{};
        for (std::size_t h = 0; h < harmonics; ++h) {
            const Line& line = seen.lines[mains][h];
            const double above_db =
                lasting_db(line.at[i], design.always) - lasting_db(line.beside, design.always);
            const auto steady = line.steady_power(i, seen.windows);
            if (above_db >= design.margin_db && steady) {
                ++standing_out;
                power += *steady;
                each[h] = DbfsRmsMath::from_amplitude(std::sqrt(*steady));
            }
        }
        const auto level = DbfsRmsMath::from_amplitude(std::sqrt(power));
        if (standing_out >= least_harmonics && (!best || level > best->level)) {
            best = Hum{Hertz{mains_hz[mains]}, level, each};
        }
    }
    return best;
}

std::optional<Hum> judge(const Seen& seen, const ScaleDesign& design) {
    if (seen.windows < design.least_windows) {
        return std::nullopt;
    }
    const auto at_50 = judge(seen, 0, design);
    const auto at_60 = judge(seen, 1, design);
    if (at_50 && at_60) {
        return std::nullopt; // a rhythm of 10 a second, whose lines are both's: no room has two
                             // mains
    }
    return at_50 ? at_50 : at_60;
}

} // namespace

struct MainsHum::State {
    std::vector<float> taps;
    std::size_t factor = 1;
    std::vector<LineScale> scales;
    std::vector<Channel> channels;

    void push(Channel& channel, float x) noexcept;
};

MainsHum::MainsHum() = default;
MainsHum::~MainsHum() = default;
MainsHum::MainsHum(MainsHum&&) noexcept = default;
MainsHum& MainsHum::operator=(MainsHum&&) noexcept = default;

void MainsHum::prepare(const audio::Spec& spec) {
    state_ = std::make_unique<State>();
    State& s = *state_;
    const double rate_hz = spec.sample_rate.value();
    s.factor = std::max<std::size_t>(1, static_cast<std::size_t>(rate_hz / analysed_hz));
    s.taps = decimation_filter(rate_hz, s.factor);
    for (const ScaleDesign& design : scale_designs) {
        s.scales.emplace_back(design, rate_hz / static_cast<double>(s.factor));
    }
    s.channels.resize(static_cast<std::size_t>(spec.channels()));
    for (Channel& channel : s.channels) {
        channel.history.resize(2 * s.taps.size());
        channel.decimated.resize(s.scales.front().frames());
        channel.seen.resize(s.scales.size());
    }
    reset();
}

void MainsHum::reset() noexcept {
    for (Channel& channel : state_->channels) {
        std::ranges::fill(channel.history, 0.0f);
        std::ranges::fill(channel.decimated, 0.0f);
        channel.write = 0;
        channel.until_output = state_->factor;
        channel.position = 0;
        channel.filled = 0;
        std::ranges::fill(channel.seen, Seen{});
    }
}

void MainsHum::process(audio::ConstAudioView block) noexcept {
    for (int c = 0; c < block.channels(); ++c) {
        Channel& channel = state_->channels[static_cast<std::size_t>(c)];
        for (const float x : block.channel(c)) {
            state_->push(channel, std::isfinite(x) ? x : 0.0f);
        }
    }
}

void MainsHum::State::push(Channel& channel, float x) noexcept {
    const std::size_t length = taps.size();
    channel.history[channel.write] = x;
    channel.history[channel.write + length] = x;
    channel.write = channel.write + 1 == length ? 0 : channel.write + 1;
    if (--channel.until_output > 0) {
        return;
    }
    channel.until_output = factor;
    channel.decimated[channel.position] = dot(&channel.history[channel.write], taps.data(), length);
    channel.position = (channel.position + 1) % channel.decimated.size();
    ++channel.filled;
    for (std::size_t i = 0; i < scales.size(); ++i) {
        const std::size_t frames = scales[i].frames();
        if (channel.filled >= frames && (channel.filled - frames) % (frames / 4) == 0) {
            scales[i].analyse(channel.decimated, channel.position, channel.seen[i]);
        }
    }
}

std::optional<Hum> MainsHum::found() const {
    std::optional<Hum> worst;
    for (const Channel& channel : state_->channels) {
        for (std::size_t i = 0; i < channel.seen.size(); ++i) {
            const auto hum = judge(channel.seen[i], scale_designs[i]);
            if (hum && (!worst || hum->level > worst->level)) {
                worst = hum;
            }
        }
    }
    return worst;
}

} // namespace gainstage::take
