// SPDX-License-Identifier: MIT
// Capture: sound that comes in now, from JACK or from a sound card (RtAudio: ALSA, PulseAudio).
// What is done with it is the Listener's.
#pragma once

#include "live/frame_ring.h"
#include "units/quantity.h"
#include "units/result.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace gainstage::live {

/// Why no more sound comes.
enum class Ending { none, device_gone, rate_changed };

/// Where a back end's audio thread delivers.
class Inlet {
public:
    void prepare(int channels, Hertz sample_rate); // [main, inactive]

    /// A block from the device; what finds no room in the ring is counted as lost. [audio]
    void deliver(audio::ConstAudioView block) noexcept;

    void note_xrun() noexcept { xruns_.fetch_add(1, std::memory_order_relaxed); } // [any]

    /// The first ending counts. [any]
    void end(Ending why) noexcept;

    std::size_t read(audio::AudioView out) noexcept { return ring_.read(out); } // [the reader]

    /// More frames than that never wait to be read.
    [[nodiscard]] std::size_t capacity() const noexcept { return ring_.capacity(); }

    [[nodiscard]] Ending ending() const noexcept { return ending_.load(std::memory_order_acquire); }

    /// Blocks that the device or its server reported as missed or late.
    [[nodiscard]] std::uint64_t xruns() const noexcept {
        return xruns_.load(std::memory_order_relaxed);
    }

    /// Frames that we lost: the reader was more than two seconds late.
    [[nodiscard]] std::uint64_t lost_frames() const noexcept {
        return lost_frames_.load(std::memory_order_relaxed);
    }

private:
    FrameRing ring_;
    std::atomic<std::uint64_t> xruns_{0};
    std::atomic<std::uint64_t> lost_frames_{0};
    std::atomic<Ending> ending_{Ending::none};
    static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
};

enum class BackEnd { automatic, jack, rtaudio };

struct CaptureOptions {
    BackEnd back_end = BackEnd::automatic; ///< JACK if its server runs, else the default device
    int channels = 0;                      ///< 0: as many as the device or `inputs` have
    std::string device;                    ///< RtAudio: its number or a part of its name
    double sample_rate_hz = 0.0;           ///< RtAudio; 0: what the device prefers
    int period_frames = 0;                 ///< RtAudio; 0: 512
    /// JACK: ports to listen to, regular expressions as jack_lsp takes; none: the card's. "none"
    /// leaves the connecting to others.
    std::vector<std::string> inputs;
};

class Capture {
public:
    virtual ~Capture() = default;                       ///< stops
    [[nodiscard]] virtual std::string name() const = 0; ///< "JACK", "ALSA: USB Audio"
    [[nodiscard]] virtual Hertz sample_rate() const noexcept = 0;
    [[nodiscard]] virtual int channels() const noexcept = 0;

    /// From here on sound arrives in inlet().
    virtual Status start() = 0;

    [[nodiscard]] Inlet& inlet() noexcept { return inlet_; }

protected:
    Inlet inlet_;
};

/// Ready to start.
///   errors  JACK isn't running: how to start it; no such device; no inputs; more than 64 channels
Result<std::unique_ptr<Capture>> open_capture(const CaptureOptions& options);

struct Device {
    std::string back_end;
    std::string name;
    int channels = 0;
    Hertz sample_rate; ///< preferred
    bool is_default = false;
};

/// Everything there is to listen to: JACK's ports by client, if its server runs; sound cards.
std::vector<Device> devices();

// The back ends; each of its own file.
Result<std::unique_ptr<Capture>> open_jack(const CaptureOptions& options);
Result<std::unique_ptr<Capture>> open_rtaudio(const CaptureOptions& options);
void add_jack_devices(std::vector<Device>& to);
void add_rtaudio_devices(std::vector<Device>& to);

} // namespace gainstage::live
