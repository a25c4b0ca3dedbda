// SPDX-License-Identifier: MIT
// A terminal of a test's own (pseudo-terminal), with a program on it: what it draws, the keys it is
// sent, its size.
#pragma once

#include "live/jack_server.h"

#include "support/argv.h"

#include <fcntl.h>
#include <poll.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <vector>

namespace gainstage::test {

class Terminal {
public:
    Terminal(std::vector<std::string> arguments, int columns, int rows)
        : master_(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
        if (master_ < 0 || grantpt(master_) != 0 || unlockpt(master_) != 0) {
            throw std::runtime_error("no pseudo-terminal");
        }
        resize(columns, rows);
        const std::string name = ptsname(master_);
        slave_ = open(name.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
        arguments.insert(arguments.begin(), GAINSTAGE_PROGRAM);
        const std::vector<char*> argv = argv_of(arguments);
        pid_ = fork();
        if (pid_ == 0) {
            setsid();
            ioctl(slave_, TIOCSCTTY, 0);
            for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
                dup2(slave_, stream);
            }
            execv(GAINSTAGE_PROGRAM, argv.data());
            _exit(127);
        }
    }

    ~Terminal() {
        if (pid_ > 0) {
            kill(pid_, SIGKILL);
            waitpid(pid_, nullptr, 0);
        }
        close(slave_);
        close(master_);
    }

    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    void resize(int columns, int rows) const {
        const winsize size{static_cast<unsigned short>(rows), static_cast<unsigned short>(columns),
                           0, 0};
        ioctl(master_, TIOCSWINSZ, &size);
    }

    void send(const std::string& keys) const {
        if (write(master_, keys.data(), keys.size()) < 0) {
            throw std::runtime_error("the terminal takes no keys");
        }
    }

    /// From now on; false: it doesn't come.
    bool shows(const std::string& text) {
        drawn_.clear();
        return wait_until([&] {
            read_some();
            return drawn_.find(text) != std::string::npos;
        });
    }

    /// Everything since shows() was called last.
    [[nodiscard]] const std::string& drawn() const { return drawn_; }

    [[nodiscard]] termios mode() const {
        termios mode{};
        tcgetattr(slave_, &mode);
        return mode;
    }

    /// Its exit code.
    int wait() {
        int status = 0;
        wait_until([&] {
            read_some();
            return waitpid(pid_, &status, WNOHANG) == pid_;
        });
        read_some();
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

private:
    void read_some() {
        pollfd there{master_, POLLIN, 0};
        char bytes[4096];
        while (poll(&there, 1, 0) == 1 && (there.revents & POLLIN) != 0) {
            const ssize_t got = read(master_, bytes, sizeof bytes);
            if (got <= 0) {
                return;
            }
            drawn_.append(bytes, static_cast<std::size_t>(got));
        }
    }

    int master_;
    int slave_ = -1;
    pid_t pid_ = -1;
    std::string drawn_;
};

} // namespace gainstage::test
