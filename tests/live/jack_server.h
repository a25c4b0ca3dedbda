// SPDX-License-Identifier: MIT
// A JACK server of a test's own, without a sound card (dummy driver) and without real-time rights;
// and a client that plays into gainstage. Nothing here measures time: the server waits for its
// clients (-S), and what was late is counted.
#pragma once

#include "audio/buffer.h"
#include "live/wait_until.h"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <jack/jack.h>
#include <stdexcept>
#include <string>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace gainstage::test {

class JackServer {
public:
    /// switching_jackd: the program of that name, for switch_rate(); otherwise it is jackd.
    explicit JackServer(int period_frames, const char* switching_jackd = nullptr)
        : name_("gainstage-test-" + std::to_string(slot())) {
        setenv("JACK_DEFAULT_SERVER", name_.c_str(), 1); // for all clients started from here
        setenv("JACK_NO_AUDIO_RESERVATION", "1", 1);     // there is no D-Bus to ask
        jack_set_error_function([](const char*) {});
        jack_set_info_function([](const char*) {});
        const std::string period = std::to_string(period_frames);
        if (pipe2(orders_, O_CLOEXEC) != 0) {
            throw std::runtime_error("no pipe");
        }
        pid_ = fork();
        if (pid_ == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL); // also when the test is killed
            const int nowhere = open("/dev/null", O_RDWR);
            dup2(orders_[0], STDIN_FILENO);
            dup2(nowhere, STDOUT_FILENO);
            dup2(nowhere, STDERR_FILENO);
            if (switching_jackd != nullptr) {
                execl(switching_jackd, switching_jackd, name_.c_str(), period.c_str(), nullptr);
                _exit(127);
            }
            // -t: how long it waits for a client, in ms
            execl(GAINSTAGE_JACKD, "jackd", "-n", name_.c_str(), "-r", "-m", "-S", "-t", "20000",
                  "-p", "256", "-d", "dummy", "-r", "48000", "-p", period.c_str(), nullptr);
            _exit(127);
        }
        const bool is_up = wait_until([] {
            jack_client_t* const client = jack_client_open("probe", JackNoStartServer, nullptr);
            return client != nullptr && jack_client_close(client) == 0;
        });
        if (!is_up) {
            kill();
            throw std::runtime_error("jackd doesn't start");
        }
    }

    ~JackServer() {
        end(SIGTERM);
        close(orders_[0]);
        close(orders_[1]);
        close(lock_);
    }

    JackServer(const JackServer&) = delete;
    JackServer& operator=(const JackServer&) = delete;

    void kill() { end(SIGKILL); }

    /// From 48 to 44.1 kHz, while clients are there.
    void switch_rate() const {
        if (write(orders_[1], "s", 1) != 1) {
            throw std::runtime_error("jackd takes no orders");
        }
    }

private:
    /// JACK's registry in shared memory has room for eight names and forgets a server that was
    /// killed only when its name is used again: few names, and each of one server at a time.
    int slot() {
        for (int number = 0;; number = (number + 1) % 4) {
            const std::string file = "/tmp/gainstage-test-jack-" + std::to_string(number);
            lock_ = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
            if (lock_ >= 0 && flock(lock_, LOCK_EX | LOCK_NB) == 0) {
                return number;
            }
            close(lock_);
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }

    void end(int signal) {
        if (pid_ > 0) {
            ::kill(pid_, signal);
            waitpid(pid_, nullptr, 0);
            pid_ = -1;
        }
    }

    int lock_ = -1;
    int orders_[2] = {-1, -1};
    std::string name_; ///< after it: slot() locks
    pid_t pid_ = -1;
};

/// Plays a sound once into gainstage's inputs, then silence.
class Player {
public:
    explicit Player(const audio::AudioBuffer& sound)
        : sound_(sound), client_(jack_client_open("player", JackNoStartServer, nullptr)) {
        if (client_ == nullptr) {
            throw std::runtime_error("no JACK for the player");
        }
        for (int c = 1; c <= sound.channels(); ++c) {
            ports_.push_back(jack_port_register(client_, ("out_" + std::to_string(c)).c_str(),
                                                JACK_DEFAULT_AUDIO_TYPE, JackPortIsOutput, 0));
        }
        jack_set_process_callback(client_, &Player::process, this);
        jack_activate(client_);
    }

    ~Player() { jack_client_close(client_); }

    Player(const Player&) = delete;
    Player& operator=(const Player&) = delete;

    /// Once gainstage is there and connected.
    bool play() {
        for (std::size_t c = 0; c < ports_.size(); ++c) {
            const std::string input = "gainstage:in_" + std::to_string(c + 1);
            const bool is_connected = wait_until([&] {
                return jack_connect(client_, jack_port_name(ports_[c]), input.c_str()) == 0;
            });
            if (!is_connected) {
                return false;
            }
        }
        plays_.store(true);
        return true;
    }

    [[nodiscard]] std::size_t played() const { return played_.load(); }

    /// The sound, and `after` frames of silence.
    bool wait_for_end(std::size_t after) {
        return wait_until([&] { return played() >= sound_.frames() + after; });
    }

private:
    static int process(jack_nframes_t frames, void* self) {
        auto& player = *static_cast<Player*>(self);
        const std::size_t from = player.played_.load();
        const bool plays = player.plays_.load();
        for (std::size_t c = 0; c < player.ports_.size(); ++c) {
            auto* const out = static_cast<float*>(jack_port_get_buffer(player.ports_[c], frames));
            const auto in = player.sound_.channel(static_cast<int>(c));
            for (std::size_t n = 0; n < frames; ++n) {
                out[n] = plays && from + n < in.size() ? in[from + n] : 0.0f;
            }
        }
        player.played_.store(plays ? from + frames : from);
        return 0;
    }

    const audio::AudioBuffer& sound_;
    std::vector<jack_port_t*> ports_;
    std::atomic<bool> plays_{false};
    std::atomic<std::size_t> played_{0};
    jack_client_t* client_;
};

} // namespace gainstage::test
