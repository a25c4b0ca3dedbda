// SPDX-License-Identifier: MIT
// gainstage listen: meters on what comes in now, and what to do with the preamp.
#include "app/inputs.h"
#include "app/interrupt.h"
#include "app/outcome.h"
#include "app/terminal_screen.h"
#include "app/verbs.h"
#include "live/worker.h"
#include "report/figures.h"
#include "report/live.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <chrono>
#include <memory>
#include <optional>
#include <sys/ioctl.h>
#include <thread>
#include <unistd.h>

namespace gainstage::app {
namespace {

struct ListenOptions {
    live::CaptureOptions capture;
    std::string back_end = "auto";
    std::string meters = "digital,vu,lufs-m,lufs-s,lufs-i";
    double alignment_dbfs = ballistics::default_alignment.db();
    std::optional<double> say_above_dbfs;
    std::string log;
    std::string record;
    double seconds = 0.0;
    bool json = false;
    bool lists_devices = false;
    TargetOptions targets;
    double minutes = 0.0; ///< 0: the targets' own
    std::string source = "other";
    std::optional<double> step_db;
};

Result<live::ListenerOptions> listener_options(const ListenOptions& options,
                                               const verdict::Targets& figures) {
    auto kinds = ballistics::meters_named(options.meters);
    const auto allowance = take::allowance_for(options.source, figures);
    if (!kinds || !allowance) {
        return kinds ? allowance.error() : kinds.error();
    }
    live::ListenerOptions out;
    out.meters = {.kinds = std::move(*kinds), .alignment = Dbfs{options.alignment_dbfs}};
    out.next_take.length =
        Seconds{60.0 * (options.minutes > 0.0 ? options.minutes : figures["take.minutes"])};
    out.next_take.allowance = *allowance;
    out.next_take.step =
        options.step_db ? std::optional(Gain::from_db(*options.step_db)) : std::nullopt;
    return out;
}

ExitCode list_devices(Console& console) {
    const auto devices = live::devices();
    for (const live::Device& device : devices) {
        console.result(fmt::format("{}: {}  {} inputs, {}{}\n", device.back_end, device.name,
                                   device.channels, report::rate(device.sample_rate),
                                   device.is_default ? " (default)" : ""));
    }
    if (devices.empty()) {
        return fail({ErrorKind::unreadable, "listen",
                     "no sound card with inputs was found, and JACK isn't running",
                     "plug one in, or start JACK (qjackctl, or: jackd -d alsa -d hw:0)"},
                    console);
    }
    return exit_done;
}

/// Shows pictures until the worker ends or the user does.
class Display {
public:
    Display(const ListenOptions& options,
            Console& console,
            live::Capture& capture,
            live::Worker& worker)
        : options_(options), console_(console), capture_(capture), worker_(worker) {
        facts_.device = capture.name();
        facts_.sample_rate = capture.sample_rate();
        facts_.channels = capture.channels();
        facts_.recording = options.record;
    }

    void run() {
        const bool has_screen =
            isatty(STDOUT_FILENO) == 1 && !options_.json && !options_.say_above_dbfs;
        if (has_screen) {
            run_screen();
        } else {
            run_lines();
        }
    }

    [[nodiscard]] const report::LiveFacts& facts() {
        facts_.xruns = capture_.inlet().xruns();
        facts_.lost_frames = capture_.inlet().lost_frames();
        facts_.ending = capture_.inlet().ending();
        return facts_;
    }

private:
    [[nodiscard]] bool goes_on() const { return !interrupted() && !worker_.has_ended(); }

    void run_screen() {
        TerminalScreen screen;
        constexpr auto frame = std::chrono::microseconds(33333); // 30 a second
        auto next = std::chrono::steady_clock::now();
        while (goes_on()) {
            winsize size = {};
            ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
            screen.draw(
                report::live_screen(worker_.picture(), facts(), size.ws_row, console_.style()));
            const auto key = screen.key();
            if (key == 'q') {
                return;
            }
            if (key == 'c') {
                worker_.reset_lamps();
            }
            next = std::max(next + frame, std::chrono::steady_clock::now());
            std::this_thread::sleep_until(next);
        }
    }

    void run_lines() {
        live::Picture before;
        auto next = std::chrono::steady_clock::now();
        while (goes_on() && std::ferror(stdout) == 0) {
            next += std::chrono::seconds(1);
            while (goes_on() && std::chrono::steady_clock::now() < next) {
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            }
            if (options_.json) {
                continue;
            }
            auto picture = worker_.picture();
            if (options_.say_above_dbfs) {
                say(report::spoken(picture, before, Dbfs{*options_.say_above_dbfs}));
            } else {
                say(report::live_line(picture));
            }
            before = std::move(picture);
        }
    }

    void say(const std::optional<std::string>& line) {
        if (line) {
            console_.result(*line + "\n");
            std::fflush(stdout); // now, also into a pipe
        }
    }

    const ListenOptions& options_;
    Console& console_;
    live::Capture& capture_;
    live::Worker& worker_;
    report::LiveFacts facts_;
};

/// How it ended, in a line; exit_findings if not by the user.
ExitCode
say_ending(const report::LiveFacts& facts, const std::vector<Error>& failures, Console& console) {
    for (const Error& failure : failures) {
        console.error(failure);
    }
    const std::string finished =
        facts.recording.empty() ? "" : "; what came before is in " + facts.recording;
    if (facts.ending == live::Ending::device_gone) {
        console.error({ErrorKind::unreadable, facts.device,
                       "is gone, no more sound comes" + finished,
                       "look at its cable, or start JACK again"});
    } else if (facts.ending == live::Ending::rate_changed) {
        console.error({ErrorKind::unreadable, facts.device, "changed its sample rate" + finished,
                       "start listen again"});
    } else if (facts.lost_frames > 0) {
        console.error({ErrorKind::unreadable, facts.device,
                       fmt::format("{} frames were lost: this machine was too busy or its disk too "
                                   "slow",
                                   facts.lost_frames),
                       "close other programs, or record to another disk"});
    }
    const bool is_well = facts.ending == live::Ending::none && facts.lost_frames == 0;
    return is_well && failures.empty() ? exit_done : exit_findings;
}

/// --record and --log, before the first sound.
Status open_files(const ListenOptions& options, const audio::Spec& spec, live::Listener& listener) {
    if (!options.log.empty()) {
        auto log = live::LogFile::create(options.log);
        if (!log) {
            return log.error();
        }
        listener.log_to(std::move(*log));
    }
    if (!options.record.empty()) {
        auto recorder = live::Recorder::create(options.record, spec);
        if (!recorder) {
            return recorder.error();
        }
        listener.record_to(std::move(*recorder));
    }
    return Done{};
}

ExitCode run_listen(const ListenOptions& options, Console& console) {
    if (options.lists_devices) {
        return list_devices(console);
    }
    const auto targets = options.targets.load();
    if (!targets) {
        return fail(targets.error(), console);
    }
    const auto listening = listener_options(options, *targets);
    if (!listening) {
        return fail(listening.error(), console);
    }
    auto capture = live::open_capture(options.capture);
    if (!capture) {
        return fail(capture.error(), console);
    }
    const audio::Spec spec{.sample_rate = (*capture)->sample_rate(),
                           .layout = audio::ChannelLayout::default_for((*capture)->channels()),
                           .max_frames = 4096};
    live::Listener listener(spec, *listening, *targets);
    if (const Status opened = open_files(options, spec, listener); !opened) {
        return fail(opened.error(), console);
    }
    std::optional<std::uint64_t> length_frames;
    if (options.seconds > 0.0) {
        length_frames =
            static_cast<std::uint64_t>(std::llround(options.seconds * spec.sample_rate.value()));
    }
    live::Worker worker((*capture)->inlet(), listener, spec, length_frames);
    Display display(options, console, **capture, worker);
    if (const Status started = (*capture)->start(); !started) {
        return fail(started.error(), console);
    }
    display.run();
    worker.stop();
    const auto failures = listener.finish();
    const report::LiveFacts facts = display.facts();
    const auto measurement = listener.measurement();
    const auto last = listener.picture();
    console.result(options.json ? report::listen_json(measurement, last, facts)
                                : report::listen_text(measurement, last, facts, console.style()));
    return say_ending(facts, failures, console);
}

} // namespace

void add_listen(CLI::App& program, Console& console, Run& run) {
    auto* verb = program.add_subcommand(
        "listen", "Meters on what comes in now, and what to do with the preamp");
    auto options = std::make_shared<ListenOptions>();
    verb->add_flag("--devices", options->lists_devices, "What there is to listen to, and end");
    verb->add_option("--backend", options->back_end,
                     "auto (JACK if it runs, else the sound card), jack or rtaudio")
        ->check(CLI::IsMember({"auto", "jack", "rtaudio"}))
        ->capture_default_str();
    verb->add_option("--device", options->capture.device, "Sound card: a part of its name");
    verb->add_option("--input", options->capture.inputs,
                     "JACK: ports to listen to (regular expressions; none: connect nothing)");
    verb->add_option("--channels", options->capture.channels, "How many (default: all there are)")
        ->check(CLI::Range(1, audio::max_channels));
    verb->add_option("--rate", options->capture.sample_rate_hz, "Sound card: sample rate in Hz")
        ->check(CLI::Range(8000.0, 768000.0));
    std::string all;
    for (const ballistics::Meter& one : ballistics::meters()) {
        all += (all.empty() ? "" : ", ") + std::string(one.name);
    }
    verb->add_option("--meters", options->meters, "Which meters: any of " + all)
        ->capture_default_str();
    verb->add_option("--alignment", options->alignment_dbfs,
                     "Where VU and PPMs have their alignment mark, in dBFS (default -18)")
        ->check(CLI::Range(-60.0, 0.0));
    verb->add_option(
            "--say-above", options->say_above_dbfs,
            "For screen readers: a line only where an input peaks over this level in dBFS, "
            "or clips")
        ->check(CLI::Range(-100.0, 24.0));
    verb->add_flag("--json", options->json, "No meters, but a JSON document at the end");
    verb->add_option("--log", options->log,
                     "Also write the meters' readings to this file, ten times a second: CSV, or "
                     "JSON lines if it ends in .json or .jsonl");
    verb->add_option(
        "--record", options->record,
        "Also record to this WAV (32-bit float, RF64 beyond 4 GB); safe if the program "
        "is killed");
    verb->add_option("--seconds", options->seconds, "End after so long (default: Ctrl-C or q)")
        ->check(CLI::Range(0.01, 1e6));
    verb->add_option("--minutes", options->minutes, "Length of the take to come (default 4)")
        ->check(CLI::Range(0.1, 1440.0));
    verb->add_option("--source", options->source,
                     "Who plays, for how much louder the take gets: voice, speech, drums, "
                     "acoustic, amp, line, other, take")
        ->capture_default_str();
    verb->add_option("--step", options->step_db, "Step of the preamp's gain in dB (default: none)")
        ->check(CLI::Range(0.01, 40.0));
    options->targets.add_to(*verb);
    verb->footer(
        "Example: gainstage listen --devices; then: gainstage listen --channels 2 --meters "
        "ppm-bbc,lufs-s --record take-1.wav");
    verb->callback([=, &console, &run] {
        options->capture.back_end = options->back_end == "jack"      ? live::BackEnd::jack
                                    : options->back_end == "rtaudio" ? live::BackEnd::rtaudio
                                                                     : live::BackEnd::automatic;
        run = [=, &console] { return run_listen(*options, console); };
    });
}

} // namespace gainstage::app
