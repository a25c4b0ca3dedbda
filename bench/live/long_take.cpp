// SPDX-License-Identifier: MIT
// long_take: hours through `gainstage listen` in minutes: a JACK server without a sound card that
// runs free (as fast as its clients let it), a player that sets the pace, and the listener's
// resident memory meanwhile, as a table. What comes too fast is lost: that is said at the end.
//   build/release/bench/long_take HOURS TIMES_REAL_TIME [arguments of listen…]
#include "live/jack_server.h"
#include "support/argv.h"
#include "support/signals.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <unistd.h>

using namespace gainstage;

namespace {

using Clock = std::chrono::steady_clock;

constexpr int player_channels = 2;
constexpr double rate_hz = 48000.0;

/// Plays a minute again and again, no faster than `times` real time.
class PacedPlayer {
public:
    explicit PacedPlayer(double times)
        : times_(times), sound_(test::programme(60 * 48000, test::Seed{1}, 0.5)),
          client_(jack_client_open("player", JackNoStartServer, nullptr)) {
        for (int c = 1; c <= player_channels; ++c) {
            ports_.push_back(jack_port_register(client_, ("out_" + std::to_string(c)).c_str(),
                                                JACK_DEFAULT_AUDIO_TYPE, JackPortIsOutput, 0));
        }
        jack_set_process_callback(client_, &PacedPlayer::process, this);
        jack_activate(client_);
        for (int c = 1; c <= player_channels; ++c) {
            const std::string input = "gainstage:in_" + std::to_string(c);
            test::wait_until([&] {
                return jack_connect(client_,
                                    jack_port_name(ports_[static_cast<std::size_t>(c - 1)]),
                                    input.c_str()) == 0;
            });
        }
        jack_set_freewheel(client_, 1);
    }

    ~PacedPlayer() { jack_client_close(client_); }

    PacedPlayer(const PacedPlayer&) = delete;
    PacedPlayer& operator=(const PacedPlayer&) = delete;

    [[nodiscard]] double played_s() const { return static_cast<double>(played_.load()) / rate_hz; }

    void end() { jack_set_freewheel(client_, 0); }

private:
    static int process(jack_nframes_t frames, void* self) {
        auto& player = *static_cast<PacedPlayer*>(self);
        const std::size_t from = player.played_.load();
        for (std::size_t c = 0; c < player.ports_.size(); ++c) {
            auto* const out = static_cast<float*>(jack_port_get_buffer(player.ports_[c], frames));
            for (std::size_t n = 0; n < frames; ++n) {
                out[n] = player.sound_[(from + n + 7919 * c) % player.sound_.size()];
            }
        }
        player.played_.store(from + frames);
        // Never faster than that, not even to make up for lost time.
        const std::chrono::duration<double> pause(frames / rate_hz / player.times_);
        player.next_ = std::max(player.next_, Clock::now()) +
                       std::chrono::duration_cast<Clock::duration>(pause);
        std::this_thread::sleep_until(player.next_);
        return 0;
    }

    double times_;
    std::vector<float> sound_;
    std::vector<jack_port_t*> ports_;
    std::atomic<std::size_t> played_{0};
    Clock::time_point next_ = Clock::now();
    jack_client_t* client_;
};

pid_t listen(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {GAINSTAGE_PROGRAM, "listen", "--backend", "jack", "--ports", "none",
                      "--channels", std::to_string(player_channels), "--json"});
    const std::vector<char*> argv = test::argv_of(arguments);
    const pid_t pid = fork();
    if (pid == 0) {
        execv(argv[0], argv.data());
        _exit(127);
    }
    return pid;
}

/// "VmRSS:\t 121304 kB"
std::string memory_of(pid_t pid, const std::string& what) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(what + ":")) {
            return line.substr(line.find_first_not_of(" \t", what.size() + 1));
        }
    }
    return "-";
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fputs("long_take HOURS TIMES_REAL_TIME [arguments of listen...]\n", stderr);
        return 2;
    }
    const double hours = std::atof(argv[1]);
    test::JackServer server(1024);
    const pid_t listener = listen({argv + 3, argv + argc});
    PacedPlayer player(std::atof(argv[2]));
    std::fputs("| played, h | resident | of it anonymous |\n|---:|---:|---:|\n", stderr);
    constexpr int rows = 16;
    for (int row = 1; row <= rows; ++row) {
        while (player.played_s() < hours * 3600.0 * row / rows) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        std::fprintf(stderr, "| %.2f | %s | %s |\n", player.played_s() / 3600.0,
                     memory_of(listener, "VmRSS").c_str(), memory_of(listener, "RssAnon").c_str());
    }
    player.end();
    kill(listener, SIGINT);
    int status = 0;
    waitpid(listener, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
