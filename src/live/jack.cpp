// SPDX-License-Identifier: MIT
// JACK as a Capture: an input port a channel, connected to the card's or to what was named.
#include "audio/shared_library.h"
#include "live/capture.h"

#include <array>
#include <jack/jack.h>
#include <map>
#include <optional>

namespace gainstage::live {
namespace {

/// The functions that we call, by their own names.
struct JackLibrary {
    decltype(&::jack_client_open) jack_client_open;
    decltype(&::jack_client_close) jack_client_close;
    decltype(&::jack_activate) jack_activate;
    decltype(&::jack_connect) jack_connect;
    decltype(&::jack_free) jack_free;
    decltype(&::jack_get_ports) jack_get_ports;
    decltype(&::jack_get_sample_rate) jack_get_sample_rate;
    decltype(&::jack_on_info_shutdown) jack_on_info_shutdown;
    decltype(&::jack_port_get_buffer) jack_port_get_buffer;
    decltype(&::jack_port_name) jack_port_name;
    decltype(&::jack_port_register) jack_port_register;
    decltype(&::jack_set_error_function) jack_set_error_function;
    decltype(&::jack_set_info_function) jack_set_info_function;
    decltype(&::jack_set_process_callback) jack_set_process_callback;
    decltype(&::jack_set_sample_rate_callback) jack_set_sample_rate_callback;
    decltype(&::jack_set_xrun_callback) jack_set_xrun_callback;
};

void say_nothing(const char*) {} // a library prints nothing; every error has its own return

std::optional<JackLibrary> load() {
    const audio::SharedLibrary library("libjack.so.0");
    JackLibrary all{};
    const bool complete =
        library.get("jack_client_open", all.jack_client_open) &&
        library.get("jack_client_close", all.jack_client_close) &&
        library.get("jack_activate", all.jack_activate) &&
        library.get("jack_connect", all.jack_connect) && library.get("jack_free", all.jack_free) &&
        library.get("jack_get_ports", all.jack_get_ports) &&
        library.get("jack_get_sample_rate", all.jack_get_sample_rate) &&
        library.get("jack_on_info_shutdown", all.jack_on_info_shutdown) &&
        library.get("jack_port_get_buffer", all.jack_port_get_buffer) &&
        library.get("jack_port_name", all.jack_port_name) &&
        library.get("jack_port_register", all.jack_port_register) &&
        library.get("jack_set_error_function", all.jack_set_error_function) &&
        library.get("jack_set_info_function", all.jack_set_info_function) &&
        library.get("jack_set_process_callback", all.jack_set_process_callback) &&
        library.get("jack_set_sample_rate_callback", all.jack_set_sample_rate_callback) &&
        library.get("jack_set_xrun_callback", all.jack_set_xrun_callback);
    if (!complete) {
        return std::nullopt;
    }
    all.jack_set_error_function(say_nothing);
    all.jack_set_info_function(say_nothing);
    return all;
}

const JackLibrary* find_jack() {
    static const std::optional<JackLibrary> library = load();
    return library ? &*library : nullptr;
}

/// A client that closes itself.
class Client {
public:
    explicit Client(const JackLibrary& jack)
        : jack_(&jack), client_(jack.jack_client_open("gainstage", JackNoStartServer, nullptr)) {}

    ~Client() {
        if (client_ != nullptr) {
            jack_->jack_client_close(client_);
        }
    }

    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    [[nodiscard]] jack_client_t* get() const noexcept { return client_; }

    /// Names of the ports that give sound and match.
    [[nodiscard]] std::vector<std::string> sources(const char* pattern, unsigned long flags) const {
        std::vector<std::string> names;
        const char** const found = jack_->jack_get_ports(client_, pattern, JACK_DEFAULT_AUDIO_TYPE,
                                                         JackPortIsOutput | flags);
        for (const char** name = found; name != nullptr && *name != nullptr; ++name) {
            names.emplace_back(*name);
        }
        if (found != nullptr) {
            jack_->jack_free(found);
        }
        return names;
    }

private:
    const JackLibrary* jack_;
    jack_client_t* client_;
};

class JackCapture final : public Capture {
public:
    explicit JackCapture(const JackLibrary& jack) : jack_(jack), client_(jack) {}

    [[nodiscard]] bool is_connected() const noexcept { return client_.get() != nullptr; }

    /// errors  no such ports, too many
    Status prepare(const CaptureOptions& options) {
        if (const Status found = find_sources(options); !found) {
            return found;
        }
        const int channels =
            options.channels > 0 ? options.channels : static_cast<int>(sources_.size());
        if (channels < 1 || channels > audio::max_channels) {
            return Error{ErrorKind::usage, "JACK",
                         "has " + std::to_string(channels) + " inputs to listen to",
                         "name 1 to 64 with --ports or --channels"};
        }
        sample_rate_ = Hertz{static_cast<double>(jack_.jack_get_sample_rate(client_.get()))};
        inlet_.prepare(channels, sample_rate_);
        jack_.jack_set_process_callback(client_.get(), &JackCapture::process, this);
        jack_.jack_set_xrun_callback(client_.get(), &JackCapture::xrun, this);
        jack_.jack_set_sample_rate_callback(client_.get(), &JackCapture::rate, this);
        jack_.jack_on_info_shutdown(client_.get(), &JackCapture::shutdown, this);
        for (int c = 1; c <= channels; ++c) {
            jack_port_t* const port = jack_.jack_port_register(
                client_.get(), ("in_" + std::to_string(c)).c_str(), JACK_DEFAULT_AUDIO_TYPE,
                JackPortIsInput | JackPortIsTerminal, 0);
            if (port == nullptr) {
                return Error{ErrorKind::unreadable, "JACK", "gives no more ports",
                             "start it with more (jackd -p) or name fewer inputs"};
            }
            ports_.push_back(port);
        }
        return Done{};
    }

    Status start() override {
        if (jack_.jack_activate(client_.get()) != 0) {
            return Error{ErrorKind::unreadable, "JACK", "can't be joined", "start it again"};
        }
        const std::size_t pairs = std::min(sources_.size(), ports_.size());
        for (std::size_t i = 0; i < pairs; ++i) {
            const int failed = jack_.jack_connect(client_.get(), sources_[i].c_str(),
                                                  jack_.jack_port_name(ports_[i]));
            if (failed != 0) {
                return Error{ErrorKind::unreadable, "JACK: " + sources_[i], "can't be connected",
                             "look whether it is still there: jack_lsp"};
            }
        }
        return Done{};
    }

    [[nodiscard]] std::string name() const override { return "JACK"; }

    [[nodiscard]] Hertz sample_rate() const noexcept override { return sample_rate_; }

    [[nodiscard]] int channels() const noexcept override { return static_cast<int>(ports_.size()); }

private:
    Status find_sources(const CaptureOptions& options) {
        if (options.inputs.empty()) {
            sources_ = client_.sources(nullptr, JackPortIsPhysical);
        }
        for (const std::string& pattern : options.inputs) {
            if (pattern == "none") {
                continue;
            }
            const auto found = client_.sources(pattern.c_str(), 0);
            if (found.empty()) {
                return Error{ErrorKind::usage, "--ports " + pattern, "matches no port of JACK",
                             "see what there is: gainstage listen --devices"};
            }
            sources_.insert(sources_.end(), found.begin(), found.end());
        }
        return Done{};
    }

    static int process(jack_nframes_t frames, void* self) noexcept { // [audio]
        auto& capture = *static_cast<JackCapture*>(self);
        // Asked, too: the callback comes from another thread, blocks of the new rate before it.
        rate(capture.jack_.jack_get_sample_rate(capture.client_.get()), self);
        if (capture.inlet_.ending() != Ending::none) {
            return 0; // nothing of another rate after what was heard so far
        }
        std::array<const float*, audio::max_channels> channels{};
        const int count = capture.channels();
        for (int c = 0; c < count; ++c) {
            const auto index = static_cast<std::size_t>(c);
            channels[index] = static_cast<const float*>(
                capture.jack_.jack_port_get_buffer(capture.ports_[index], frames));
        }
        capture.inlet_.deliver({channels.data(), count, frames});
        return 0;
    }

    static int xrun(void* self) noexcept {
        static_cast<JackCapture*>(self)->inlet_.note_xrun();
        return 0;
    }

    static int rate(jack_nframes_t rate_hz, void* self) noexcept {
        auto& capture = *static_cast<JackCapture*>(self);
        if (static_cast<double>(rate_hz) != capture.sample_rate_.value()) {
            capture.inlet_.end(Ending::rate_changed);
        }
        return 0;
    }

    static void shutdown(jack_status_t, const char*, void* self) noexcept {
        static_cast<JackCapture*>(self)->inlet_.end(Ending::device_gone);
    }

    const JackLibrary& jack_;
    std::vector<std::string> sources_;
    std::vector<jack_port_t*> ports_;
    Hertz sample_rate_{48000.0};
    Client client_; // closed first: its thread uses the others
};

} // namespace

Result<std::unique_ptr<Capture>> open_jack(const CaptureOptions& options) {
    const JackLibrary* const jack = find_jack();
    if (jack == nullptr) {
        return Error{ErrorKind::unreadable, "JACK", "JACK isn't installed",
                     "install it (Debian: jackd2), or say --backend rtaudio"};
    }
    auto capture = std::make_unique<JackCapture>(*jack);
    if (!capture->is_connected()) {
        return Error{ErrorKind::unreadable, "JACK", "JACK isn't running",
                     "start it (qjackctl, or: jackd -d alsa -d hw:0 -r 48000), or say --backend "
                     "rtaudio"};
    }
    if (const Status ready = capture->prepare(options); !ready) {
        return ready.error();
    }
    return std::unique_ptr<Capture>(std::move(capture));
}

void add_jack_devices(std::vector<Device>& to) {
    const JackLibrary* const jack = find_jack();
    if (jack == nullptr) {
        return;
    }
    const Client client(*jack);
    if (client.get() == nullptr) {
        return;
    }
    const Hertz rate{static_cast<double>(jack->jack_get_sample_rate(client.get()))};
    std::map<std::string, int> ports;
    for (const std::string& port : client.sources(nullptr, 0)) {
        ++ports[port.substr(0, port.find(':'))];
    }
    const bool has_card = !client.sources(nullptr, JackPortIsPhysical).empty();
    for (const auto& [name, count] : ports) {
        to.push_back({"JACK", name, count, rate, has_card && name == "system"});
    }
}

} // namespace gainstage::live
