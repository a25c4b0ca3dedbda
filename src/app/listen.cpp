// SPDX-License-Identifier: MIT
// gainstage listen: meters on what comes in now, and what to do with the preamp.
#include "app/inputs.h"
#include "app/interrupt.h"
#include "app/needles.h"
#include "app/next_take_options.h"
#include "app/outcome.h"
#include "app/recorded_through.h"
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
    NeedleOptions meters{.names = "digital,vu,lufs-m,lufs-s,lufs-i"};
    std::optional<double> k_zero_spl;
    std::optional<double> say_above_dbfs;
    std::string log;
    std::string record;
    double seconds = 0.0;
    bool json = false;
    bool lists_devices = false;
    TargetOptions targets;
    NextTakeOptions next_take;
    RecordedThrough through;
};

Result<live::ListenerOptions> listener_options(const ListenOptions& options,
                                               const verdict::Targets& figures) {
    auto meters = options.meters.rack();
    auto preamp = options.through.preamp(figures);
    if (!meters || !preamp) {
        return meters ? preamp.error() : meters.error();
    }
    const auto next_take = options.next_take.next_take(figures, *preamp);
    if (!next_take) {
        return next_take.error();
    }
    return live::ListenerOptions{
        .meters = std::move(*meters), .next_take = *next_take, .preamp = std::move(*preamp)};
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
            live::Worker& worker,
            std::vector<ballistics::Kind> kinds)
        : options_(options), console_(console), capture_(capture), worker_(worker),
          kinds_(std::move(kinds)) {
        view_.k_zero =
            options.k_zero_spl ? std::optional(DbSpl{*options.k_zero_spl}) : std::nullopt;
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
            ioctl(STDOUT_FILENO, TIOCGWINSZ, &size); // each time: windows change
            view_.height = size.ws_row;
            shown_ = worker_.picture();
            screen.draw(report::live_screen(shown_, facts(), view_, console_.style()));
            while (const auto key = screen.key()) {
                if (!act_on(*key)) {
                    return;
                }
            }
            next = std::max(next + frame, std::chrono::steady_clock::now());
            std::this_thread::sleep_until(next);
        }
    }

    /// false: the end is wished.
    bool act_on(char key) {
        if (key == TerminalScreen::up || key == TerminalScreen::down) {
            view_.first_row += key == TerminalScreen::up ? -1 : 1;
        } else if (key == TerminalScreen::page_up || key == TerminalScreen::page_down) {
            const int page = std::max(1, view_.height / 2);
            view_.first_row += key == TerminalScreen::page_up ? -page : page;
        } else if (view_.chooses) {
            choose(key);
        } else if (key == 'q') {
            return false;
        } else if (key == 'c') {
            worker_.reset_lamps();
        } else if (key == 'n') {
            worker_.start_again();
        } else if (key == 'm') {
            view_.chooses = true;
            view_.first_row = 0;
        }
        return true;
    }

    /// In the list of meters.
    void choose(char key) {
        const auto kind = report::meter_of_key(key);
        if (!kind) { // Enter, Escape, space…
            view_.chooses = false;
            view_.first_row = 0;
            return;
        }
        const auto at = std::ranges::find(kinds_, *kind);
        if (at == kinds_.end()) {
            kinds_.push_back(*kind);
        } else if (kinds_.size() > 1) { // one at least
            kinds_.erase(at);
        }
        worker_.choose(kinds_);
    }

    void run_lines() {
        report::Speaker speaker(Dbfs{options_.say_above_dbfs.value_or(0.0)});
        auto next = std::chrono::steady_clock::now();
        while (goes_on() && std::ferror(stdout) == 0) {
            next += std::chrono::seconds(1);
            while (goes_on() && std::chrono::steady_clock::now() < next) {
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            }
            if (!options_.json) {
                const auto picture = worker_.picture();
                say(options_.say_above_dbfs ? speaker.line(picture) : report::live_line(picture));
            }
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
    report::ScreenView view_;
    live::Picture shown_;
    std::vector<ballistics::Kind> kinds_;
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
    const bool is_well =
        facts.ending == live::Ending::none && facts.lost_frames == 0 && !has_error(facts.findings);
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
    Display display(options, console, **capture, worker, listening->meters.kinds);
    if (const Status started = (*capture)->start(); !started) {
        return fail(started.error(), console);
    }
    display.run();
    worker.stop();
    report::LiveFacts facts = display.facts(); // what comes in from here on isn't missed
    const auto failures = listener.finish();
    facts.glitches = listener.glitches();
    facts.findings = listener.findings(facts.device, verdict::Rules::built_in());
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
    verb->add_option("--ports", options->capture.inputs,
                     "JACK: ports to listen to (regular expressions; none: connect nothing)");
    verb->add_option("--channels", options->capture.channels, "How many (default: all there are)")
        ->check(CLI::Range(1, audio::max_channels));
    verb->add_option("--rate", options->capture.sample_rate_hz, "Sound card: sample rate in Hz")
        ->check(CLI::Range(8000.0, 768000.0));
    options->meters.add_to(*verb, "Which meters");
    verb->add_option("--spl", options->k_zero_spl,
                     "K-System: also show dB SPL, where its 0 is so loud in this room "
                     "(Katz: 83, C-weighted, slow, one loudspeaker)")
        ->check(CLI::Range(40.0, 110.0));
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
    options->next_take.add_to(*verb);
    options->through.add_to(*verb);
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
