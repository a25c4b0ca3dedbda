// SPDX-License-Identifier: MIT
// Sound cards as a Capture, through RtAudio's C interface: ALSA and PulseAudio.
#include "audio/shared_library.h"
#include "live/capture.h"
#include "live/device_watch.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <fmt/core.h>
#include <optional>
#include <rtaudio_c.h>

namespace gainstage::live {
namespace {

/// The functions that we call, by their own names.
struct RtAudioLibrary {
    decltype(&::rtaudio_get_num_compiled_apis) rtaudio_get_num_compiled_apis;
    decltype(&::rtaudio_compiled_api) rtaudio_compiled_api;
    decltype(&::rtaudio_api_display_name) rtaudio_api_display_name;
    decltype(&::rtaudio_create) rtaudio_create;
    decltype(&::rtaudio_destroy) rtaudio_destroy;
    decltype(&::rtaudio_device_count) rtaudio_device_count;
    decltype(&::rtaudio_get_device_info) rtaudio_get_device_info;
    decltype(&::rtaudio_open_stream) rtaudio_open_stream;
    decltype(&::rtaudio_close_stream) rtaudio_close_stream;
    decltype(&::rtaudio_start_stream) rtaudio_start_stream;
    decltype(&::rtaudio_error) rtaudio_error;
    decltype(&::rtaudio_show_warnings) rtaudio_show_warnings;
    decltype(&::rtaudio_get_stream_sample_rate) rtaudio_get_stream_sample_rate;
};

void say_nothing(const char*, int, const char*, int, const char*, ...) {}

/// ALSA writes to standard error about every card that isn't there. snd_lib_error_set_handler() of
/// alsa/error.h, by hand: its header would be one more package for this one line.
void silence_alsa() {
    const audio::SharedLibrary alsa("libasound.so.2");
    int (*set_handler)(decltype(&say_nothing)) = nullptr;
    if (alsa.get("snd_lib_error_set_handler", set_handler)) {
        set_handler(&say_nothing);
    }
}

std::optional<RtAudioLibrary> load() {
    silence_alsa();
    const audio::SharedLibrary library("librtaudio.so.6"); // of RtAudio 5.2, as rtaudio_c.h
    RtAudioLibrary all{};
    const bool complete =
        library.get("rtaudio_get_num_compiled_apis", all.rtaudio_get_num_compiled_apis) &&
        library.get("rtaudio_compiled_api", all.rtaudio_compiled_api) &&
        library.get("rtaudio_api_display_name", all.rtaudio_api_display_name) &&
        library.get("rtaudio_create", all.rtaudio_create) &&
        library.get("rtaudio_destroy", all.rtaudio_destroy) &&
        library.get("rtaudio_device_count", all.rtaudio_device_count) &&
        library.get("rtaudio_get_device_info", all.rtaudio_get_device_info) &&
        library.get("rtaudio_open_stream", all.rtaudio_open_stream) &&
        library.get("rtaudio_close_stream", all.rtaudio_close_stream) &&
        library.get("rtaudio_start_stream", all.rtaudio_start_stream) &&
        library.get("rtaudio_error", all.rtaudio_error) &&
        library.get("rtaudio_show_warnings", all.rtaudio_show_warnings) &&
        library.get("rtaudio_get_stream_sample_rate", all.rtaudio_get_stream_sample_rate);
    return complete ? std::optional(all) : std::nullopt;
}

const RtAudioLibrary* find_rtaudio() {
    static const std::optional<RtAudioLibrary> library = load();
    return library ? &*library : nullptr;
}

struct Found {
    rtaudio_api_t api;
    unsigned number; ///< in its API
    rtaudio_device_info_t info;
};

/// Every device that gives sound. JACK's are left to its own back end.
std::vector<Found> inputs(const RtAudioLibrary& rt) {
    std::vector<Found> all;
    for (unsigned i = 0; i < rt.rtaudio_get_num_compiled_apis(); ++i) {
        const rtaudio_api_t api = rt.rtaudio_compiled_api()[i];
        if (api == RTAUDIO_API_UNIX_JACK || api == RTAUDIO_API_DUMMY) {
            continue;
        }
        const rtaudio_t audio = rt.rtaudio_create(api);
        if (audio == nullptr) {
            continue;
        }
        rt.rtaudio_show_warnings(audio, 0);
        for (int n = 0; n < rt.rtaudio_device_count(audio); ++n) {
            const auto info = rt.rtaudio_get_device_info(audio, n);
            if (info.probed != 0 && info.input_channels > 0) {
                all.push_back({api, static_cast<unsigned>(n), info});
            }
        }
        rt.rtaudio_destroy(audio);
    }
    return all;
}

class RtAudioCapture final : public Capture {
public:
    RtAudioCapture(const RtAudioLibrary& rt, const Found& device)
        : rt_(rt), device_(device), audio_(rt.rtaudio_create(device.api)) {}

    ~RtAudioCapture() override {
        if (audio_ != nullptr) {
            rt_.rtaudio_close_stream(audio_);
            rt_.rtaudio_destroy(audio_);
        }
    }

    RtAudioCapture(const RtAudioCapture&) = delete;
    RtAudioCapture& operator=(const RtAudioCapture&) = delete;

    Status prepare(const CaptureOptions& options) {
        const int most =
            std::min(static_cast<int>(device_.info.input_channels), audio::max_channels);
        if (audio_ == nullptr || options.channels > most) {
            return Error{ErrorKind::usage, device_.info.name,
                         "has " + std::to_string(most) + " inputs", "ask for no more of them"};
        }
        channels_ = options.channels > 0 ? options.channels : most;
        const double rate_hz = options.sample_rate_hz > 0.0
                                   ? options.sample_rate_hz
                                   : static_cast<double>(device_.info.preferred_sample_rate);
        if (!has_rate(rate_hz)) { // RtAudio would take the nearest and say that it is this one
            return Error{ErrorKind::usage, device_.info.name,
                         fmt::format("has no sample rate of {:.0f} Hz", rate_hz),
                         fmt::format("choose one that it has: --rate {:.0f}",
                                     static_cast<double>(device_.info.preferred_sample_rate))};
        }
        rt_.rtaudio_show_warnings(audio_, 0);
        rtaudio_stream_parameters_t input{};
        input.device_id = device_.number;
        input.num_channels = static_cast<unsigned>(channels_);
        rtaudio_stream_options_t how{};
        how.flags = RTAUDIO_FLAGS_NONINTERLEAVED;
        std::strncpy(how.name, "gainstage", sizeof how.name - 1);
        unsigned frames =
            options.period_frames > 0 ? static_cast<unsigned>(options.period_frames) : 512;
        const int failed = rt_.rtaudio_open_stream(audio_, nullptr, &input, RTAUDIO_FORMAT_FLOAT32,
                                                   static_cast<unsigned>(rate_hz), &frames,
                                                   &RtAudioCapture::process, this, &how, nullptr);
        if (failed != 0) {
            return failure("can't be opened");
        }
        sample_rate_ = Hertz{static_cast<double>(rt_.rtaudio_get_stream_sample_rate(audio_))};
        inlet_.prepare(channels_, sample_rate_);
        watch_.prepare(channels_, static_cast<int>(frames), sample_rate_);
        return Done{};
    }

    Status start() override {
        if (rt_.rtaudio_start_stream(audio_) != 0) {
            return failure("can't be started");
        }
        return Done{};
    }

    [[nodiscard]] std::string name() const override {
        return std::string(rt_.rtaudio_api_display_name(device_.api)) + ": " + device_.info.name;
    }

    [[nodiscard]] Hertz sample_rate() const noexcept override { return sample_rate_; }

    [[nodiscard]] int channels() const noexcept override { return channels_; }

private:
    [[nodiscard]] bool has_rate(double rate_hz) const {
        return std::ranges::any_of(device_.info.sample_rates,
                                   [&](int one) { return static_cast<double>(one) == rate_hz; });
    }

    [[nodiscard]] Error failure(const char* what) const {
        const char* const why = rt_.rtaudio_error(audio_);
        return {ErrorKind::unreadable, device_.info.name,
                std::string(what) + (why != nullptr ? std::string(" (") + why + ")" : ""),
                "close other programs that use it, or choose another: gainstage listen --devices"};
    }

    static int process(void*,
                       void* in,
                       unsigned frames,
                       double,
                       rtaudio_stream_status_t status,
                       void* self) noexcept { // [audio]
        auto& capture = *static_cast<RtAudioCapture*>(self);
        if (capture.inlet_.ending() != Ending::none) {
            return 0; // it is called on and on
        }
        const bool is_lost = (status & RTAUDIO_STATUS_INPUT_OVERFLOW) != 0;
        if (is_lost) {
            capture.inlet_.note_xrun();
        }
        std::array<const float*, audio::max_channels> channels{};
        for (int c = 0; c < capture.channels_; ++c) {
            channels[static_cast<std::size_t>(c)] =
                static_cast<const float*>(in) + static_cast<std::size_t>(c) * frames;
        }
        const std::chrono::duration<double> now =
            std::chrono::steady_clock::now().time_since_epoch();
        const bool is_there = capture.watch_.process(
            {channels.data(), capture.channels_, frames}, is_lost, Seconds{now.count()},
            [&](audio::ConstAudioView block) { capture.inlet_.deliver(block); });
        if (!is_there) {
            capture.inlet_.end(Ending::device_gone);
        }
        return 0;
    }

    const RtAudioLibrary& rt_;
    Found device_;
    rtaudio_t audio_;
    int channels_ = 0;
    Hertz sample_rate_{48000.0};
    DeviceWatch watch_;
};

} // namespace

Result<std::unique_ptr<Capture>> open_rtaudio(const CaptureOptions& options) {
    const RtAudioLibrary* const rt = find_rtaudio();
    if (rt == nullptr) {
        return Error{ErrorKind::unreadable, "listen", "RtAudio isn't installed",
                     "install it (Debian: librtaudio6), or use JACK"};
    }
    const std::vector<Found> all = inputs(*rt);
    const Found* chosen = nullptr;
    for (const Found& one : all) {
        const bool is_named = options.device.empty()
                                  ? one.info.is_default_input != 0
                                  : std::strstr(one.info.name, options.device.c_str()) != nullptr;
        chosen = chosen == nullptr && is_named ? &one : chosen;
    }
    if (chosen == nullptr && options.device.empty() && !all.empty()) {
        chosen = &all.front(); // none says that it is the default
    }
    if (chosen == nullptr) {
        return Error{ErrorKind::unreadable, options.device.empty() ? "listen" : options.device,
                     options.device.empty() ? "no sound card with inputs was found"
                                            : "is no sound card with inputs",
                     "plug one in and see whether it is there: gainstage listen --devices"};
    }
    auto capture = std::make_unique<RtAudioCapture>(*rt, *chosen);
    if (const Status ready = capture->prepare(options); !ready) {
        return ready.error();
    }
    return std::unique_ptr<Capture>(std::move(capture));
}

void add_rtaudio_devices(std::vector<Device>& to) {
    const RtAudioLibrary* const rt = find_rtaudio();
    if (rt == nullptr) {
        return;
    }
    for (const Found& one : inputs(*rt)) {
        to.push_back({rt->rtaudio_api_display_name(one.api), one.info.name,
                      static_cast<int>(one.info.input_channels),
                      Hertz{static_cast<double>(one.info.preferred_sample_rate)},
                      one.info.is_default_input != 0});
    }
}

} // namespace gainstage::live
