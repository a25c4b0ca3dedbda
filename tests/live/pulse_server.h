// SPDX-License-Identifier: MIT
// A PulseAudio server of a test's own: no sound card, a sink without sound (module-null-sink) whose
// monitor is what is listened to. It runs in real time: its clock is the machine's.
#pragma once

#include "live/wait_until.h"
#include "support/argv.h"
#include "support/temporary_folder.h"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace gainstage::test {

class PulseServer {
public:
    explicit PulseServer(int channels) {
        start({GAINSTAGE_PULSEAUDIO, "-n", "--daemonize=no", "--exit-idle-time=-1",
               "--use-pid-file=no", "--realtime=no", "--high-priority=no", "-L",
               "module-native-protocol-unix auth-anonymous=1 socket=" + socket().string(), "-L",
               "module-null-sink sink_name=silent format=float32le rate=48000 channels=" +
                   std::to_string(channels)},
              pid_);
    }

    ~PulseServer() { end(SIGTERM); }

    PulseServer(const PulseServer&) = delete;
    PulseServer& operator=(const PulseServer&) = delete;

    /// false: it ended, or doesn't answer. Some containers let none start.
    bool runs() {
        return wait_until([&] {
                   return waitpid(pid_, nullptr, WNOHANG) != 0 || std::filesystem::exists(socket());
               }) &&
               std::filesystem::exists(socket());
    }

    /// For whoever is to use it: in its process, before the program starts.
    void use() const {
        setenv("PULSE_SERVER", ("unix:" + socket().string()).c_str(), 1);
        setenv("HOME", folder_.path().c_str(), 1);
        setenv("XDG_RUNTIME_DIR", folder_.path().c_str(), 1);
        setenv("JACK_DEFAULT_SERVER", "gainstage-nobody", 1);
    }

    /// To its end.
    bool play(const std::filesystem::path& file) const {
        pid_t player = -1;
        start({GAINSTAGE_PAPLAY, "--device=silent", file.string()}, player);
        int status = -1;
        return waitpid(player, &status, 0) == player && status == 0;
    }

    void kill() { end(SIGKILL); }

private:
    [[nodiscard]] std::filesystem::path socket() const { return folder_.path() / "native"; }

    void start(std::vector<std::string> arguments, pid_t& pid) const {
        const std::vector<char*> argv = argv_of(arguments);
        pid = fork();
        if (pid == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL); // also when the test is killed
            use();
            const int nowhere = open("/dev/null", O_RDWR);
            dup2(nowhere, STDOUT_FILENO);
            dup2(nowhere, STDERR_FILENO);
            execv(argv[0], argv.data());
            _exit(127);
        }
    }

    void end(int signal) {
        if (pid_ > 0) {
            ::kill(pid_, signal);
            waitpid(pid_, nullptr, 0);
            pid_ = -1;
        }
    }

    TemporaryFolder folder_;
    pid_t pid_ = -1;
};

} // namespace gainstage::test
