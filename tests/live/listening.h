// SPDX-License-Identifier: MIT
// `gainstage listen` beside a test, and its readings held to those of what was played.
#pragma once

#include <catch2/catch.hpp>

#include "audio/buffer.h"
#include "meter/bridge.h"
#include "meter/loudness.h"
#include "meter/sample_peak.h"
#include "meter/true_peak.h"
#include "support/program.h"
#include "support/signals.h"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <future>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace gainstage::test {

/// `gainstage listen`, running beside the test.
class Listening {
public:
    /// before_exec: in its process, before the program starts.
    explicit Listening(
        std::vector<std::string> arguments, const std::function<void()>& before_exec = [] {}) {
        arguments.insert(arguments.begin(), "listen");
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) {
            throw std::runtime_error("no pipe");
        }
        const int to_test = ends[1];
        run_ = std::async(std::launch::async, [arguments, to_test, before_exec] {
            return run_gainstage(arguments, {.before_exec = [&] {
                                     const pid_t self = getpid();
                                     if (write(to_test, &self, sizeof self) < 0) {
                                         _exit(126);
                                     }
                                     before_exec();
                                 }});
        });
        if (read(ends[0], &pid_, sizeof pid_) != static_cast<ssize_t>(sizeof pid_)) {
            throw std::runtime_error("gainstage doesn't start");
        }
        close(ends[0]);
        close(ends[1]);
    }

    Run end_by(int signal) {
        kill(pid_, signal);
        return run_.get();
    }

    Run wait() { return run_.get(); }

private:
    std::future<Run> run_;
    pid_t pid_ = 0;
};

inline void check_readings(const nlohmann::json& heard, const audio::AudioBuffer& sound) {
    const audio::Spec spec{.sample_rate = Hertz{48000.0},
                           .layout = audio::ChannelLayout::default_for(sound.channels())};
    meter::Bridge bridge;
    bridge.prepare(spec);
    bridge.process(sound.view());
    const auto silence = planar(std::vector<float>(24000), sound.channels());
    bridge.process(silence.view()); // gating blocks that lie across the end, as live
    const auto played = bridge.measurement();
    for (const meter::ReadingSpec* reading : std::initializer_list<const meter::ReadingSpec*>{
             &meter::sample_peak, &meter::true_peak, &meter::integrated, &meter::max_momentary,
             &meter::max_short_term}) {
        CAPTURE(reading->key);
        if (!played.value(reading->key)) { // too short for it; then live there is silence around
            continue;
        }
        // 10 ms cells and 100 ms blocks lie otherwise on the sound: up to 0.1 LU
        CHECK(heard[std::string(reading->key)].get<double>() ==
              Approx(played.value(reading->key).value()).margin(0.1));
    }
    for (int c = 0; c < sound.channels(); ++c) {
        CHECK(heard["inputs"][static_cast<std::size_t>(c)]["sample_peak_dbfs"].get<double>() ==
              Approx(played.value(meter::sample_peak.key, c).value()).margin(1e-6));
    }
}

/// The recording holds the sound, sample by sample, with silence around it.
inline bool holds(const audio::AudioBuffer& recorded, const audio::AudioBuffer& sound) {
    const auto left = recorded.channel(0);
    const auto begin = std::search(left.begin(), left.end(), sound.channel(0).begin(),
                                   sound.channel(0).begin() + 100);
    const auto offset = static_cast<std::size_t>(begin - left.begin());
    if (offset + sound.frames() > recorded.frames()) {
        return false;
    }
    for (int c = 0; c < sound.channels(); ++c) {
        const auto from = recorded.channel(c).subspan(offset, sound.frames());
        if (!std::equal(from.begin(), from.end(), sound.channel(c).begin())) {
            return false;
        }
    }
    return true;
}

} // namespace gainstage::test
