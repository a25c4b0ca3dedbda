// SPDX-License-Identifier: MIT
// gainstage meter: every level there is, of every file named.
#include "app/inputs.h"
#include "app/interrupt.h"
#include "app/needles.h"
#include "app/outcome.h"
#include "app/tagging.h"
#include "app/verbs.h"
#include "audio/io/sink.h"
#include "audio/io/spool.h"
#include "audio/io/temporary_file.h"
#include "measure/measure.h"
#include "report/csv.h"
#include "report/html_meter.h"
#include "report/json.h"
#include "report/text.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <memory>
#include <optional>
#include <unistd.h>

namespace gainstage::app {
namespace {

using Measured = report::Outcome<measure::MeasuredFile>;

enum class Format { text, json, json_lines, csv, tsv };

struct MeterOptions {
    FileOptions files;
    bool json = false;
    bool json_lines = false;
    bool csv = false;
    bool tsv = false;
    std::string series;
    NeedleOptions needles;
    std::string html;
    TargetOptions targets;
    bool dual_mono = false;
    bool exact_gating = false;
    bool itu_true_peak = false;
    bool spectrum = false;
    std::string layout;
    int threads = 0;
    bool verify = false;
    TagFlags tagging;

    [[nodiscard]] Format format() const {
        return json         ? Format::json
               : json_lines ? Format::json_lines
               : csv        ? Format::csv
               : tsv        ? Format::tsv
                            : Format::text;
    }
};

/// Results on standard output as they come; only the text waits, for a table's worth of files.
class Output {
public:
    Output(Format format, Needles& needles, Console& console)
        : format_(format), all_needles_(needles), needles_(needles.columns()), console_(console) {
        switch (format_) {
        case Format::json:
            console_.result(document_.begin());
            break;
        case Format::csv:
            console_.result(report::meter_header(report::Rows::csv, needles_));
            break;
        case Format::tsv:
            console_.result(report::meter_header(report::Rows::tsv, needles_));
            break;
        case Format::json_lines:
        case Format::text:
            break;
        }
    }

    void add(Measured file) {
        switch (format_) {
        case Format::json:
            console_.result(document_.file(file));
            break;
        case Format::json_lines:
            console_.result(report::meter_json_line(file));
            break;
        case Format::csv:
            console_.result(report::meter_row(file, report::Rows::csv, needles_));
            break;
        case Format::tsv:
            console_.result(report::meter_row(file, report::Rows::tsv, needles_));
            break;
        case Format::text:
            if (file.result) {
                file.result->measurement.history = {}; // no table shows them
                file.result->needles = {};
            }
            table_.push_back(std::move(file));
            break;
        }
    }

    /// A table is full: time to make way for it.
    [[nodiscard]] bool is_full() const noexcept {
        return table_.size() >= files_a_table + least_files;
    }

    void show_full() { show(files_a_table); }

    void end() {
        if (format_ == Format::json) {
            console_.result(document_.end());
        } else if (format_ == Format::text && !interrupted()) {
            show(table_.size());
        }
    }

private:
    // Memory stays the same whatever the number of files. One alone would be shown as a list.
    static constexpr std::size_t files_a_table = 1000;
    static constexpr std::size_t least_files = 2;

    /// The first `files` of them.
    void show(std::size_t files) {
        console_.result(report::meter_text(std::span(table_).first(files), console_.style()) +
                        all_needles_.take_text() + (files < table_.size() ? "\n" : ""));
        table_.erase(table_.begin(), table_.begin() + static_cast<std::ptrdiff_t>(files));
    }

    Format format_;
    Needles& all_needles_;
    report::NeedleColumns needles_;
    Console& console_;
    report::MeterDocument document_;
    std::vector<Measured> table_;
};

/// --series: a file that is there when all is in it.
class Series {
public:
    static Result<Series> create(const std::string& path, const report::NeedleColumns& needles) {
        Series series;
        series.channels_ = needles.channels;
        if (path.empty()) {
            return series;
        }
        auto file = audio::io::TemporaryFile::beside(path);
        if (!file) {
            return file.error();
        }
        series.file_ = std::move(*file);
        series.write(report::series_header(needles));
        return series;
    }

    [[nodiscard]] bool wanted() const noexcept { return file_.has_value(); }

    void add(const Measured& file) {
        if (file_ && !failure_) {
            write(report::series_rows(file, channels_));
        }
    }

    Status commit() {
        if (failure_) {
            return *failure_;
        }
        return file_ ? file_->commit() : Status{Done{}};
    }

private:
    void write(std::string_view text) {
        while (!text.empty() && !failure_) {
            const ssize_t done = ::write(file_->descriptor(), text.data(), text.size());
            if (done < 0 && errno != EINTR) {
                failure_ = audio::io::write_error(file_->target(), errno);
            }
            text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(done, 0)));
        }
    }

    int channels_ = 0;
    std::optional<audio::io::TemporaryFile> file_;
    std::optional<Error> failure_;
};

/// `-` is standard input: the paths with its copy in its place.
Result<std::optional<audio::io::Spool>> spool_input(std::vector<std::filesystem::path>& paths,
                                                    Console& console) {
    const auto dash = std::ranges::find(paths, std::filesystem::path("-"));
    if (dash == paths.end()) {
        return std::optional<audio::io::Spool>{};
    }
    const Progress progress(console, "reading standard input", 0);
    auto spool = audio::io::Spool::from(STDIN_FILENO, "standard input", progress.watch());
    if (!spool) {
        return spool.error();
    }
    *dash = spool->path();
    return std::optional(std::move(*spool));
}

/// A line for a file that failed or is damaged, and for samples that are no numbers; true for files
/// that were measured all the same.
bool say_faults(const Measured& file, Console& console) {
    if (!file.result) {
        console.error(file.result.error());
        return false;
    }
    if (file.result->damage) {
        console.error(*file.result->damage);
    }
    const std::uint64_t samples = file.result->measurement.non_finite_samples;
    if (samples > 0) {
        console.error({ErrorKind::unreadable, file.path.string(),
                       fmt::format("{} {} NaN or infinite; measured as silence", samples,
                                   samples == 1 ? "sample is" : "samples are"),
                       "export the file again, and look for the plug-in that made them"});
    }
    return samples > 0 || file.result->damage;
}

void name_standard_input(Result<measure::MeasuredFile>& result) {
    if (result) {
        if (result->damage) {
            result->damage->where = "standard input";
        }
        return;
    }
    Error error = result.error();
    error.where = "standard input";
    result = std::move(error);
}

/// Loudness counts every loudspeaker by its place: where that isn't known, it is a guess.
void say_unknown_layout(const Measured& file, Console& console) {
    if (!file.result || !file.result->measurement.layout.is_unknown()) {
        return;
    }
    const int channels = file.result->measurement.layout.channels();
    std::string action;
    for (const std::string& name : audio::ChannelLayout::names()) {
        if (audio::ChannelLayout::named(name)->channels() == channels) {
            action += (action.empty() ? "; if it is so, say --layout " : " or ") + name;
        }
    }
    console.say(fmt::format("{}: doesn't say what its {} channels are for: each counts 1.00 in "
                            "loudness, an LFE among them too{}",
                            file.path.string(), channels, action));
}

/// What to measure, and how, for what is asked for.
meter::BridgeOptions bridge_options(const MeterOptions& options) {
    constexpr std::size_t a_day_of_blocks = 24 * 3600 * 10;
    constexpr std::size_t points_of_29_hours = 1 << 20; // ten a second
    meter::BridgeOptions bridge{.dual_mono = options.dual_mono,
                                .exact_gating_blocks = options.exact_gating ? a_day_of_blocks : 0,
                                .itu_true_peak = options.itu_true_peak,
                                .spectrum = options.spectrum || !options.html.empty(),
                                .vectorscope = !options.html.empty()};
    if (!options.layout.empty()) {
        bridge.layout = audio::ChannelLayout::named(options.layout).value();
    }
    if (!options.series.empty()) {
        bridge.history_points = points_of_29_hours;
    }
    bridge.keep_gate_blocks = options.tagging.tags();
    return bridge;
}

/// Everything that is made of the files, each in its turn.
class Metering {
public:
    /// named: as on the command line. read: the same, standard input's copy in its place.
    Metering(const MeterOptions& options,
             const std::vector<std::filesystem::path>& named,
             const std::vector<std::filesystem::path>& read,
             const verdict::Targets& targets,
             Console& console)
        : options_(options), named_(named), read_(read), console_(console), page_(targets) {}

    /// Opens what is written as the files come.
    Status begin() {
        auto needles = Needles::create(options_.needles, read_);
        if (!needles) {
            return needles.error();
        }
        needles_.emplace(std::move(*needles));
        auto series = Series::create(options_.series, needles_->columns());
        if (!series) {
            return series.error();
        }
        series_.emplace(std::move(*series));
        auto tagging = Tagging::begin(options_.tagging, read_, console_);
        if (!tagging) {
            return tagging.error();
        }
        tagging_.emplace(std::move(*tagging));
        output_.emplace(options_.format(), *needles_, console_);
        return Done{};
    }

    [[nodiscard]] const ballistics::RackOptions& rack() const noexcept { return needles_->rack(); }

    void add(std::size_t index, Result<measure::MeasuredFile> result, Progress& progress) {
        progress.file_done();
        if (named_[index] == "-") { // nobody knows the copy's name
            name_standard_input(result);
        }
        Measured file{named_[index], std::move(result)};
        const bool is_bad =
            !file.result || file.result->damage || file.result->measurement.non_finite_samples > 0;
        if (interrupted() || (is_bad && console_.shows_progress())) {
            progress.make_way();
        }
        if (!file.result && file.result.error().kind == ErrorKind::interrupted) {
            return;
        }
        failed_ += file.result ? 0 : 1;
        is_flawed_ = say_faults(file, console_) || is_flawed_;
        say_unknown_layout(file, console_);
        needles_->add(file);
        series_->add(file);
        tagging_->add(file, progress.watch());
        if (!options_.html.empty()) {
            page_.add(file);
        }
        output_->add(std::move(file));
        if (output_->is_full()) {
            progress.make_way();
            output_->show_full();
        }
    }

    ExitCode end() {
        output_->end();
        if (interrupted()) {
            return exit_interrupted;
        }
        Status written = series_->commit();
        if (written && !options_.html.empty()) {
            written =
                audio::io::write_text(options_.html, page_.str({.version = GAINSTAGE_VERSION}));
        }
        if (!written) {
            return fail(written.error(), console_);
        }
        const ExitCode code = exit_code_of(named_.size() - failed_, failed_);
        const bool is_flawed = is_flawed_ || tagging_->failed() > 0;
        return code == exit_done && is_flawed ? exit_findings : code;
    }

private:
    const MeterOptions& options_;
    const std::vector<std::filesystem::path>& named_;
    const std::vector<std::filesystem::path>& read_;
    Console& console_;
    std::optional<Output> output_;
    report::MeterPage page_;
    std::optional<Needles> needles_;
    std::optional<Series> series_;
    std::optional<Tagging> tagging_;
    std::size_t failed_ = 0;
    bool is_flawed_ = false;
};

/// What can't be asked for.
Status check(const MeterOptions& options, const std::vector<std::filesystem::path>& named) {
    for (const std::string& written : {options.series, options.html}) {
        const Status safe = audio::io::refuse_overwriting_inputs(written, named);
        if (!written.empty() && !safe) {
            return safe;
        }
    }
    if (options.tagging.tags() && std::ranges::find(named, "-") != named.end()) {
        return Error{ErrorKind::usage, "--tag", "standard input has no tags", "name files"};
    }
    return Done{};
}

ExitCode run_meter(const MeterOptions& options, Console& console) {
    if (!options.tagging.undo.empty()) {
        return run_undo(options.tagging, console);
    }
    const auto named = options.files.collect();
    const auto targets = options.targets.load();
    if (!named || !targets) {
        return fail(named ? targets.error() : named.error(), console);
    }
    if (const Status possible = check(options, *named); !possible) {
        return fail(possible.error(), console);
    }
    if (options.tagging.untag) {
        return run_untag(options.tagging, *named, console);
    }
    std::vector<std::filesystem::path> paths = *named;
    const auto spool = spool_input(paths, console);
    if (!spool) {
        return fail(spool.error(), console);
    }
    const meter::BridgeOptions measuring = bridge_options(options);
    Metering metering(options, *named, paths, *targets, console);
    if (const Status begun = metering.begin(); !begun) {
        return fail(begun.error(), console);
    }
    {
        Progress progress(console, "metering", total_bytes(paths), Progress::Unit::bytes,
                          paths.size());
        measure::measure_each(
            paths, options.threads, measuring, progress.watch(),
            [&](std::size_t index, Result<measure::MeasuredFile> result) {
                metering.add(index, std::move(result), progress);
            },
            {.open = {.verify = options.verify}, .keep_partial = true, .needles = metering.rack()});
    }
    return metering.end();
}

} // namespace

void add_meter(CLI::App& program, Console& console, Run& run) {
    auto* verb = program.add_subcommand(
        "meter", "Every level there is: peaks, true peak, RMS, loudness, noise, crest…");
    auto options = std::make_shared<MeterOptions>();
    options->files.add_to(*verb, "Audio files, folders or globs; - for standard input");
    auto* formats = verb->add_option_group("Output", "One of");
    formats->add_flag("--json", options->json, "One JSON document, full precision");
    formats->add_flag("--jsonl", options->json_lines,
                      "A JSON object a line, as soon as a file is done (JSON Lines)");
    formats->add_flag("--csv", options->csv, "A row a file, full precision");
    formats->add_flag("--tsv", options->tsv, "The same, separated by tabs");
    formats->require_option(0, 1);
    verb->add_option("--series,--csv-series", options->series,
                     "Also write levels over time to this CSV file, ten rows a second");
    options->needles.add_to(*verb, "Also read meters with ballistics, into every output");
    verb->add_option("--html", options->html,
                     "Also write a page with pictures: loudness over time, histogram, spectrum, "
                     "vectorscope, zones");
    options->targets.add_to(*verb);
    verb->add_flag("--dual-mono", options->dual_mono,
                   "Measure mono as played on two loudspeakers (+3.01 LU)");
    verb->add_flag("--exact-gating", options->exact_gating,
                   "Judge every block of the loudness gates by itself, not in bins of 0.01 dB");
    verb->add_flag("--itu-true-peak", options->itu_true_peak,
                   "Also the true peak by the filter printed in BS.1770, to compare with meters "
                   "that use it");
    verb->add_flag("--spectrum", options->spectrum,
                   "Also the spectrum in third octaves (text of one file, --json, --jsonl)");
    verb->add_option("--layout", options->layout,
                     "What the channels are for, whatever the files say: 5.1, 7.1, 7.1.4, 22.2…")
        ->check(CLI::IsMember(audio::ChannelLayout::names()));
    verb->add_option("--threads", options->threads, "Files read side by side (0: one a core)")
        ->check(CLI::Range(0, 256));
    verb->add_flag("--verify", options->verify,
                   "Also check that FLAC files hold the sound that they were made from (MD5)");
    options->tagging.add_to(*verb);
    verb->footer("Example: gainstage demo demo-session && gainstage meter demo-session");
    verb->callback(
        [=, &console, &run] { run = [=, &console] { return run_meter(*options, console); }; });
}

} // namespace gainstage::app
