// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "live/worker.h"
#include "meter/loudness.h"
#include "support/bytes_of.h"
#include "support/signals.h"
#include "support/temporary_folder.h"

#include <algorithm>
#include <sstream>

using namespace gainstage;
using ballistics::Kind;

namespace {

const audio::Spec stereo{.sample_rate = Hertz{48000.0},
                         .layout = audio::ChannelLayout::default_for(2),
                         .max_frames = 4096};

live::ListenerOptions options() {
    live::ListenerOptions out;
    out.meters.kinds = {Kind::digital, Kind::momentary};
    return out;
}

/// Strokes: bursts that die away, four a second, their heights spread over 6 dB.
audio::AudioBuffer playing(double seconds) {
    auto signal = test::white_noise(static_cast<std::size_t>(48000.0 * seconds), test::Seed{7});
    for (std::size_t n = 0; n < signal.size(); ++n) {
        const std::size_t stroke = n / 12000;
        const double height = test::linear(-20.0 + static_cast<double>(stroke * 7919 % 61) / 10.0);
        const double decay = std::exp(-static_cast<double>(n % 12000) / 3000.0);
        signal[n] = static_cast<float>(static_cast<double>(signal[n]) * height * decay);
    }
    return test::planar(signal, 2);
}

} // namespace

TEST_CASE("listener: says how much longer to play, then what to do with the preamp") {
    const auto targets = verdict::Targets::built_in();
    live::Listener listener(stereo, options(), targets);
    const auto sound = playing(30.0);
    listener.advise();
    CHECK(listener.picture().advice[0].missing().value() == 10.0);
    listener.process(sound.view().first(4 * 48000));
    listener.advise();
    const auto early = listener.picture().advice[1];
    CHECK_FALSE(early.plan.has_value());
    CHECK(early.missing().value() == Approx(6.0).margin(0.3)); // the last stroke died away
    listener.process(sound.view().slice(4 * 48000, 26 * 48000));
    listener.advise();
    const auto later = listener.picture().advice[1];
    REQUIRE(later.plan.has_value());
    CHECK(later.missing().value() == 0.0);
    CHECK(later.plan->prediction.expected.db() > -17.0); // the highest heard: about -14
    CHECK(later.plan->prediction.expected.db() < -9.0);
}

TEST_CASE("listener: through ring and worker, every reading is that of the sound itself") {
    const auto sound = playing(3.0);
    meter::Bridge bridge;
    bridge.prepare(stereo);
    bridge.process(sound.view());

    const auto targets = verdict::Targets::built_in();
    const test::TemporaryFolder folder;
    live::Listener listener(stereo, options(), targets);
    listener.log_to(std::move(live::LogFile::create(folder.path() / "log.csv").value()));
    live::Inlet inlet;
    inlet.prepare(2, stereo.sample_rate);
    {
        live::Worker worker(inlet, listener, stereo, std::nullopt);
        for (std::size_t at = 0; at < sound.frames();) {
            const std::size_t frames = std::min<std::size_t>(64, sound.frames() - at);
            // Faster than any device: waits where a device would have lost it.
            const auto before = inlet.lost_frames();
            inlet.deliver(sound.view().slice(at, frames));
            at += inlet.lost_frames() == before ? frames : 0;
        }
        inlet.end(live::Ending::device_gone);
        worker.stop();
    }
    CHECK(listener.finish().empty());
    CHECK(listener.frames() == sound.frames());
    const auto heard = listener.measurement();
    const auto played = bridge.measurement();
    for (const meter::ReadingSpec* reading : meter::Bridge::readings()) {
        CAPTURE(reading->key);
        CHECK(heard.value(reading->key) == played.value(reading->key));
    }
    std::istringstream rows(test::bytes_of(folder.path() / "log.csv"));
    std::string row;
    std::getline(rows, row);
    CHECK(row == "time_s,clips,digital_peak_dbfs_1,digital_peak_dbfs_2,momentary_lufs\r");
    int count = 0;
    while (std::getline(rows, row)) {
        ++count;
        CHECK(std::ranges::count(row, ',') == 4);
    }
    CHECK(count == 30);
}

TEST_CASE("listener: ends by itself at its length, to the frame") {
    const auto targets = verdict::Targets::built_in();
    live::Listener listener(stereo, options(), targets);
    live::Inlet inlet;
    inlet.prepare(2, stereo.sample_rate);
    const auto sound = playing(1.0);
    inlet.deliver(sound.view());
    live::Worker worker(inlet, listener, stereo, 12345);
    while (!worker.has_ended()) {
        std::this_thread::yield();
    }
    worker.stop();
    CHECK(listener.frames() == 12345);
}
