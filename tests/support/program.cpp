// SPDX-License-Identifier: MIT
#include "support/program.h"

#include "support/argv.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace gainstage::test {
namespace {

/// A file without a name, for a stream to go through.
int unnamed_file() {
    FILE* file = std::tmpfile();
    if (file == nullptr) {
        throw std::runtime_error("no temporary file can be made");
    }
    const int descriptor = dup(fileno(file));
    std::fclose(file);
    return descriptor;
}

std::string contents(int descriptor) {
    std::string text;
    char buffer[4096];
    lseek(descriptor, 0, SEEK_SET);
    for (ssize_t got = 0; (got = read(descriptor, buffer, sizeof buffer)) > 0;) {
        text.append(buffer, static_cast<std::size_t>(got));
    }
    close(descriptor);
    return text;
}

} // namespace

int Run::error_lines() const { return static_cast<int>(std::ranges::count(err, '\n')); }

Run run_gainstage(const std::vector<std::string>& arguments, const RunOptions& options) {
    const int in = unnamed_file();
    if (write(in, options.stdin_text.data(), options.stdin_text.size()) < 0) {
        throw std::runtime_error("the test's standard input can't be written");
    }
    lseek(in, 0, SEEK_SET);
    const int out =
        options.stdout_path.empty() ? unnamed_file() : open(options.stdout_path.c_str(), O_WRONLY);
    const int err = unnamed_file();
    std::vector<std::string> all = {GAINSTAGE_PROGRAM};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const std::vector<char*> argv = argv_of(all);

    // Until the child is the program, an interrupt must end it as it would end any: not run the
    // test runner's handler.
    sigset_t interrupt;
    sigset_t before;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    sigprocmask(SIG_BLOCK, &interrupt, &before);
    const pid_t child = fork();
    if (child == 0) {
        std::signal(SIGINT, SIG_DFL);
        sigprocmask(SIG_SETMASK, &before, nullptr);
        dup2(in, STDIN_FILENO);
        dup2(out, STDOUT_FILENO);
        dup2(err, STDERR_FILENO);
        if (options.before_exec) {
            options.before_exec();
        }
        execv(GAINSTAGE_PROGRAM, argv.data());
        _exit(127);
    }
    sigprocmask(SIG_SETMASK, &before, nullptr);
    if (options.interrupt_after_ms >= 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds(options.interrupt_after_ms));
        kill(child, SIGINT); // not reaped yet: the number is still the child's
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    close(in);
    Run run;
    run.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (options.stdout_path.empty()) {
        run.out = contents(out);
    } else {
        close(out);
    }
    run.err = contents(err);
    return run;
}

} // namespace gainstage::test
