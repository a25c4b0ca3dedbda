// SPDX-License-Identifier: MIT
#include "app/terminal_screen.h"

#include <poll.h>
#include <string>
#include <string_view>
#include <unistd.h>

namespace gainstage::app {
namespace {

void put(std::string_view text) {
    while (!text.empty()) {
        const ssize_t done = ::write(STDOUT_FILENO, text.data(), text.size());
        if (done <= 0) {
            return; // a terminal that is gone shows nothing; the next frame tries again
        }
        text.remove_prefix(static_cast<std::size_t>(done));
    }
}

} // namespace

TerminalScreen::TerminalScreen() {
    termios mode{};
    if (tcgetattr(STDIN_FILENO, &mode) == 0) {
        before_ = mode;
        mode.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO); // each key at once, unseen
        tcsetattr(STDIN_FILENO, TCSANOW, &mode);
    }
    put("\033[?1049h\033[?25l\033[2J"); // xterm: the other screen, no cursor, empty
}

TerminalScreen::~TerminalScreen() {
    put("\033[?25h\033[?1049l");
    if (before_) {
        tcsetattr(STDIN_FILENO, TCSANOW, &*before_);
    }
}

void TerminalScreen::draw(const std::vector<std::string>& lines) {
    std::string text = "\033[H"; // home
    for (std::size_t i = 0; i < lines.size(); ++i) {
        text += lines[i] + "\033[K" + (i + 1 < lines.size() ? "\r\n" : ""); // clear to line's end
    }
    put(text + "\033[J"); // and below
}

std::optional<char> TerminalScreen::next_byte() const {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    char byte = 0;
    if (before_ && poll(&input, 1, 0) == 1 && ::read(STDIN_FILENO, &byte, 1) == 1) {
        return byte;
    }
    return std::nullopt;
}

std::optional<char> TerminalScreen::key() const {
    constexpr char escape = '\033';
    const auto key = next_byte();
    if (key != escape) {
        return key;
    }
    const auto bracket = next_byte();
    if (!bracket) {
        return escape; // the key itself
    }
    // ECMA-48, 5.4: ESC [ parameters, up to a letter or a tilde. xterm: A up, B down, 5~ and 6~
    // the pages; ESC O A where a program before us chose application mode.
    std::string rest;
    while (const auto byte = next_byte()) {
        rest += *byte;
        if (*byte >= '@' && *byte <= '~') {
            break;
        }
    }
    return rest == "A"    ? up
           : rest == "B"  ? down
           : rest == "5~" ? page_up
           : rest == "6~" ? page_down
                          : '\0';
}

} // namespace gainstage::app
