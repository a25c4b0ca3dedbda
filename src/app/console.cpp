// SPDX-License-Identifier: MIT
#include "app/console.h"

#include "app/interrupt.h"

#include <fmt/core.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/ioctl.h>
#include <unistd.h>

namespace gainstage::app {

void Console::result(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void Console::say(std::string_view line) {
    std::fflush(stdout); // where both go to one place, in the order in which they were said
    if (!quiet) {
        fmt::print(stderr, "{}\n", line);
    }
}

void Console::error(const Error& error) {
    std::fflush(stdout);
    fmt::print(stderr, "gainstage: {}\n", error.message());
}

ExitCode Console::finish(ExitCode code) {
    errno = 0;
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        if (errno != EPIPE) { // whoever closed the pipe has seen what he wanted
            error({ErrorKind::unwritable, "standard output",
                   fmt::format("can't be written: {}", std::strerror(errno)),
                   "make room or send it elsewhere"});
        }
        return exit_nothing;
    }
    return code;
}

report::TextOptions Console::style() const {
    if (isatty(STDOUT_FILENO) != 1) {
        return {};
    }
    const char* no_colour = std::getenv("NO_COLOR"); // https://no-color.org: set and not empty
    const char* terminal = std::getenv("TERM");
    winsize size = {};
    const bool sized = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    return {.width = sized ? size.ws_col : 0,
            .colour = (no_colour == nullptr || *no_colour == '\0') &&
                      (terminal == nullptr || std::strcmp(terminal, "dumb") != 0)};
}

bool Console::shows_progress() const {
    return !quiet && !no_progress && isatty(STDERR_FILENO) == 1;
}

Progress::Progress(
    const Console& console, std::string label, std::uint64_t total, Unit unit, std::size_t files)
    : shown_(console.shows_progress()), label_(std::move(label)), total_(total), unit_(unit),
      files_(files), begun_(std::chrono::steady_clock::now()), drawn_(begun_) {
    watch_.stop = &interrupted();
    if (shown_) {
        watch_.progress = [this](std::size_t amount) { advance(amount); };
    }
}

Progress::~Progress() { make_way(); }

void Progress::make_way() {
    if (shown_) {
        const std::lock_guard lock(drawing_);
        fmt::print(stderr, "\r\033[K");
    }
}

void Progress::advance(std::uint64_t amount) {
    const std::uint64_t done = done_.fetch_add(amount) + amount;
    const std::unique_lock lock(drawing_,
                                std::try_to_lock); // another thread is drawing: it is shown anyway
    if (lock.owns_lock()) {
        draw(done);
    }
}

void Progress::draw(std::uint64_t done) {
    using namespace std::chrono_literals;
    const auto now = std::chrono::steady_clock::now();
    if (now - drawn_ < 100ms) {
        return;
    }
    drawn_ = now;
    const double elapsed_s = std::chrono::duration<double>(now - begun_).count();
    if (total_ == 0) {
        fmt::print(stderr, "\r{}, {:.0f} s so far\033[K", label_, elapsed_s);
        return;
    }
    const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
    constexpr int bar_width = 24;
    const int filled = static_cast<int>(share * bar_width);
    const double left_s = share > 0.0 ? elapsed_s / share - elapsed_s : 0.0;
    fmt::print(stderr, "\r{} [{:#<{}}{:.<{}}] {:3.0f} %{}, {:.0f} s left\033[K", label_, "", filled,
               "", bar_width - filled, 100.0 * share, details(done, elapsed_s), left_s);
}

std::string Progress::details(std::uint64_t done, double elapsed_s) const {
    std::string out;
    if (files_ > 1) {
        out = fmt::format(", {} of {} files", files_done_.load(), files_);
    }
    if (unit_ == Unit::bytes && elapsed_s > 0.0) {
        out += fmt::format(", {:.2f} GB/s", 1e-9 * static_cast<double>(done) / elapsed_s);
    }
    return out;
}

} // namespace gainstage::app
