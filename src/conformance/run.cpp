// SPDX-License-Identifier: MIT
#include "conformance/run.h"

#include "audio/buffer.h"
#include "audio/io/source.h"
#include "measure/parallel.h"
#include "meter/bridge.h"
#include "meter/loudness.h"
#include "meter/set.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace gainstage::conformance {
namespace {

namespace fs = std::filesystem;

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t block_frames = 4096;

/// Audio that comes in blocks: a Signal's or a file's.
struct Stream {
    Hertz sample_rate;
    audio::ChannelLayout layout;
    std::function<Result<std::size_t>(audio::AudioView)> read; ///< 0 at the end
};

Stream stream_of(const Signal& signal) {
    return {signal.sample_rate, signal.layout,
            [&signal, at = std::uint64_t{0}](audio::AudioView to) mutable -> Result<std::size_t> {
                const std::size_t frames = std::min<std::uint64_t>(to.frames(), signal.frames - at);
                signal.fill(at, to.first(frames));
                at += frames;
                return frames;
            }};
}

/// The same number, both silent included.
double distance(double a, double b) {
    if (a == b) {
        return 0.0;
    }
    const double apart = std::abs(a - b);
    return std::isfinite(apart) ? apart : std::numeric_limits<double>::infinity();
}

/// Of `values`, the one furthest from `expected`.
double worst(const std::vector<double>& values, double expected) {
    double out = nothing;
    double furthest = -1.0;
    for (const double value : values) {
        if (const double apart = distance(value, expected); apart > furthest) {
            furthest = apart;
            out = value;
        }
    }
    return out;
}

/// The lowest and the highest momentary and short-term power, on the meters' grid.
class Extremes {
public:
    static constexpr meter::Needs needs{.loudness = true};
    static constexpr std::array<const meter::ReadingSpec*, 0> readings{};

    void prepare(const audio::Spec&, const meter::BridgeOptions&) {}

    void reset() noexcept { *this = {}; }

    void process(const meter::Cell& cell) noexcept {
        momentary_.include(cell.momentary_power);
        short_term_.include(cell.short_term_power);
    }

    void read(meter::Measurement&) const {}

    /// Whichever is further from `expected`.
    [[nodiscard]] double furthest(const Expectation& expectation) const {
        const Span& span =
            expectation.reading->key == meter::max_short_term.key ? short_term_ : momentary_;
        return span.low > span.high
                   ? nothing
                   : worst({meter::loudness_of(span.low).db(), meter::loudness_of(span.high).db()},
                           expectation.ideal);
    }

private:
    struct Span {
        double low = std::numeric_limits<double>::infinity();
        double high = -std::numeric_limits<double>::infinity();

        void include(const std::optional<double>& power) noexcept {
            low = std::min(low, power.value_or(low));
            high = std::max(high, power.value_or(high));
        }
    };

    Span momentary_;
    Span short_term_;
};

/// One signal through the meters, step by step where the case has steps.
class Pass {
public:
    Pass(const Case& one, const Stream& stream)
        : case_(one), rate_(stream.sample_rate), steps_(one.expectations.size()) {
        const audio::Spec spec{stream.sample_rate, stream.layout, static_cast<int>(block_frames)};
        bridge_.prepare(spec);
        extremes_.prepare(spec);
        has_steady_ = std::ranges::any_of(one.expectations, [](const Expectation& expectation) {
            return expectation.how == How::steady;
        });
    }

    /// No further than to the end of the step.
    [[nodiscard]] std::size_t next_frames() const {
        return case_.step_milliseconds > 0 ? static_cast<std::size_t>(std::min<std::uint64_t>(
                                                 step_end() - at_, block_frames))
                                           : block_frames;
    }

    void process(audio::ConstAudioView block) {
        bridge_.process(block);
        if (has_steady_) {
            extremes_.process(block);
        }
        at_ += block.frames();
        if (case_.step_milliseconds > 0 && at_ == step_end()) {
            end_step();
        }
    }

    [[nodiscard]] std::vector<double> values() const {
        const meter::Measurement measured = bridge_.measurement();
        std::vector<double> values;
        for (std::size_t i = 0; i < case_.expectations.size(); ++i) {
            const Expectation& expectation = case_.expectations[i];
            switch (expectation.how) {
            case How::at_the_end:
                values.push_back(measured.value(expectation.reading->key).value_or(nothing));
                break;
            case How::steady:
                values.push_back(extremes_.get<Extremes>().furthest(expectation));
                break;
            case How::successive:
                values.push_back(worst(steps_[i], expectation.ideal));
                break;
            }
        }
        return values;
    }

private:
    [[nodiscard]] std::uint64_t step_end() const {
        return static_cast<std::uint64_t>(std::llround(
            static_cast<double>(step_ + 1) * case_.step_milliseconds / 1000.0 * rate_.value()));
    }

    void end_step() {
        const meter::Measurement now = bridge_.measurement();
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            steps_[i].push_back(now.value(case_.expectations[i].reading->key).value_or(nothing) -
                                (case_.first_step_dbfs + step_));
        }
        ++step_;
    }

    const Case& case_;
    Hertz rate_;
    meter::Bridge bridge_;
    meter::Set<Extremes> extremes_;
    bool has_steady_ = false;
    std::vector<std::vector<double>> steps_; ///< of each expectation, after each step
    std::uint64_t at_ = 0;
    int step_ = 0;
};

Error stopped() { return {ErrorKind::interrupted, "", "stopped", ""}; }

/// One signal's number for each expectation.
Result<std::vector<double>>
measure(const Case& one, const Stream& stream, const audio::io::Watch& watch) {
    Pass pass(one, stream);
    audio::AudioBuffer buffer(stream.layout.channels(), block_frames);
    for (;;) {
        if (watch.stopped()) {
            return stopped();
        }
        const auto got = stream.read(buffer.view().first(pass.next_frames()));
        if (!got) {
            return got.error();
        }
        if (*got == 0) {
            return pass.values();
        }
        pass.process(buffer.view().first(*got));
    }
}

std::vector<Outcome> outcomes(const Case& one,
                              const std::string& signal,
                              Hertz sample_rate,
                              const std::vector<std::vector<double>>& values,
                              bool synthesised) {
    std::vector<Outcome> out;
    for (std::size_t i = 0; i < one.expectations.size(); ++i) {
        std::vector<double> readings;
        for (const auto& value : values) {
            readings.push_back(value[i]);
        }
        const Expectation& expectation = one.expectations[i];
        const double middle = synthesised ? expectation.ideal : expectation.expected;
        out.push_back({one.document, one.number, signal, sample_rate, expectation,
                       worst(readings, middle), synthesised});
    }
    return out;
}

/// All expectations of a case that couldn't be measured.
std::vector<Outcome> failures(const Case& one,
                              const std::string& signal,
                              Hertz sample_rate,
                              const Error& error,
                              bool synthesised) {
    std::vector<Outcome> out;
    for (const Expectation& expectation : one.expectations) {
        out.push_back({one.document, one.number, signal, sample_rate, expectation, nothing,
                       synthesised, error});
    }
    return out;
}

/// What `body` gives, or what it throws as an error.
template <typename Body>
auto caught(const std::string& where, Body&& body) -> decltype(body()) {
    try {
        return body();
    } catch (const std::exception& failure) {
        return Error{ErrorKind::internal, where,
                     std::string("can't be measured: ") + failure.what(), "report this"};
    }
}

std::vector<Outcome>
run_file(const Case& one, const fs::path& path, const audio::io::Watch& watch) {
    const std::string name = path.filename().string();
    Hertz rate{0.0};
    const auto values = caught(path.string(), [&]() -> Result<std::vector<double>> {
        auto source = audio::io::open(path);
        if (!source) {
            return source.error();
        }
        const audio::io::StreamInfo& info = (*source)->info();
        rate = info.sample_rate;
        return measure(
            one, {rate, info.layout, [&](audio::AudioView to) { return (*source)->read(to); }},
            watch);
    });
    return values ? outcomes(one, name, rate, {*values}, false)
                  : failures(one, name, rate, values.error(), false);
}

Result<std::vector<fs::path>> files_in(const fs::path& folder) {
    std::error_code failure;
    std::vector<fs::path> paths;
    for (fs::recursive_directory_iterator at(folder, failure), end; !failure && at != end;
         at.increment(failure)) {
        if (at->is_regular_file(failure)) {
            paths.push_back(at->path());
        }
    }
    if (failure) {
        return Error{ErrorKind::unreadable, folder.string(), "can't be read: " + failure.message(),
                     "name the folder that holds the EBU's files"};
    }
    std::ranges::sort(paths);
    return paths;
}

bool is_file_of(const Case& one, const fs::path& path) {
    std::string name = path.filename().string();
    std::ranges::transform(name, name.begin(), [](unsigned char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : static_cast<char>(c);
    });
    return !one.file_mark.empty() && name.find(one.file_mark) != std::string::npos;
}

} // namespace

bool Outcome::passes() const noexcept {
    const double expected = expectation.expected;
    const bool in_tolerance =
        measured == expected || (measured >= expected - expectation.below - 1e-9 &&
                                 measured <= expected + expectation.above + 1e-9);
    return in_tolerance &&
           (!synthesised || distance(measured, expectation.ideal) <= expectation.from_ideal);
}

std::vector<Outcome> run(const Case& one, const audio::io::Watch& watch) {
    if (one.signals.empty()) {
        return {};
    }
    const Hertz rate = one.signals.front().sample_rate;
    std::vector<std::vector<double>> values;
    for (const Signal& signal : one.signals) {
        const auto read = caught(one.document + ' ' + one.number,
                                 [&] { return measure(one, stream_of(signal), watch); });
        if (!read) {
            return failures(one, one.signal, rate, read.error(), true);
        }
        values.push_back(*read);
    }
    return outcomes(one, one.signal, rate, values, true);
}

std::vector<Case> all_cases() {
    std::vector<Case> all;
    for (const Hertz rate : case_rates) {
        std::ranges::move(cases(rate), std::back_inserter(all));
    }
    return all;
}

Result<std::vector<Outcome>>
run_all(const std::vector<Case>& list, int threads, const audio::io::Watch& watch) {
    const audio::io::Watch stop_only{.stop = watch.stop, .progress = {}};
    auto parts = measure::parallel_map(list.size(), threads, [&](std::size_t index) {
        auto part = run(list[index], stop_only);
        watch.advance(1);
        return part;
    });
    if (watch.stopped()) {
        return stopped();
    }
    std::vector<Outcome> out;
    for (auto& part : parts) {
        std::ranges::move(part, std::back_inserter(out));
    }
    return out;
}

Result<std::vector<Outcome>> run_files(const fs::path& folder, const audio::io::Watch& watch) {
    const auto paths = files_in(folder);
    if (!paths) {
        return paths.error();
    }
    std::vector<Outcome> out;
    for (const Case& one : cases(Hertz{48000.0})) {
        for (const fs::path& path : *paths) {
            if (!is_file_of(one, path)) {
                continue;
            }
            std::ranges::move(run_file(one, path, watch), std::back_inserter(out));
            if (watch.stopped()) {
                return stopped();
            }
            watch.advance(1);
        }
    }
    if (out.empty()) {
        return Error{ErrorKind::unreadable, folder.string(),
                     "holds none of the EBU's files (seq-3341-1-16bit.wav and so on)",
                     "unpack the EBU loudness test set there: "
                     "https://tech.ebu.ch/publications/ebu_loudness_test_set"};
    }
    return out;
}

} // namespace gainstage::conformance
