// SPDX-License-Identifier: MIT
// TerminalScreen: the whole terminal for a while, drawn line by line in plain ANSI; and the keys
// that are pressed meanwhile. What was there before comes back at the end.
#pragma once

#include <optional>
#include <string>
#include <termios.h>
#include <vector>

namespace gainstage::app {

class TerminalScreen {
public:
    TerminalScreen();
    ~TerminalScreen();
    TerminalScreen(const TerminalScreen&) = delete;
    TerminalScreen& operator=(const TerminalScreen&) = delete;

    /// In one write, over what was drawn before: no flicker.
    void draw(const std::vector<std::string>& lines);

    /// Keys that have no character stand for these (and Ctrl with p, n, b, f for them).
    static constexpr char up = '\x10';
    static constexpr char down = '\x0e';
    static constexpr char page_up = '\x02';
    static constexpr char page_down = '\x06';

    /// A key, if one was pressed; none that stands for nothing here.
    [[nodiscard]] std::optional<char> key() const;

private:
    [[nodiscard]] std::optional<char> next_byte() const;

    std::optional<termios> before_; ///< how standard input was, if it is a terminal
};

} // namespace gainstage::app
