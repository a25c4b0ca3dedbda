// SPDX-License-Identifier: MIT
// A sound card for tests, as a plug-in of ALSA (external I/O plug-in and control): it gives a
// file's samples (raw, signed 32 bits, interleaved), then silence, or is unplugged. Its clock may
// run faster than time; and it waits for a reader that is late, so that a busy machine changes
// nothing.
//   pcm.!default { type gainstage_test file "take.raw" channels 2 rate 48000 speed 8 gone_after -1
//   } ctl.!default { type gainstage_test }
#include <alsa/asoundlib.h>
#include <alsa/control_external.h>
#include <alsa/pcm_external.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
#include <vector>

namespace {

double now_s() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

struct Card {
    snd_pcm_ioplug_t plug{};
    std::vector<std::int32_t> samples;
    long channels = 2;
    long rate = 48000;
    long speed = 1;
    long gone_after = -1;  ///< frames after which it is unplugged; -1: never
    long fails_after = -1; ///< frames after which every read finds an overrun; -1: never
    double started_s = 0.0;
    snd_pcm_uframes_t at_start = 0; ///< frames read when it was started
    snd_pcm_uframes_t given = 0;    ///< frames read

    [[nodiscard]] bool is_past(long frames) const {
        return frames >= 0 && given >= static_cast<snd_pcm_uframes_t>(frames);
    }
};

Card& card_of(snd_pcm_ioplug_t* plug) { return *static_cast<Card*>(plug->private_data); }

int start(snd_pcm_ioplug_t* plug) {
    Card& card = card_of(plug);
    card.started_s = now_s();
    card.at_start = card.given;
    return 0;
}

int stop(snd_pcm_ioplug_t*) { return 0; }

/// Where the card writes next: never more than a buffer ahead of the reader.
snd_pcm_sframes_t pointer(snd_pcm_ioplug_t* plug) {
    Card& card = card_of(plug);
    if (card.is_past(card.fails_after)) {
        return -EPIPE;
    }
    const double elapsed = (now_s() - card.started_s) * static_cast<double>(card.rate * card.speed);
    const auto full = card.given + plug->buffer_size - 1;
    const auto position =
        std::min<snd_pcm_uframes_t>(card.at_start + static_cast<snd_pcm_uframes_t>(elapsed), full);
    return static_cast<snd_pcm_sframes_t>(position % plug->buffer_size);
}

snd_pcm_sframes_t transfer(snd_pcm_ioplug_t* plug,
                           const snd_pcm_channel_area_t* areas,
                           snd_pcm_uframes_t offset,
                           snd_pcm_uframes_t frames) {
    Card& card = card_of(plug);
    if (card.is_past(card.gone_after)) {
        snd_pcm_ioplug_set_state(plug, SND_PCM_STATE_DISCONNECTED);
        return -ENODEV;
    }
    const auto channels = static_cast<std::size_t>(card.channels);
    for (std::size_t n = 0; n < frames; ++n) {
        for (std::size_t c = 0; c < plug->channels; ++c) {
            const std::size_t from = (card.given + n) * channels + c;
            const std::int32_t sample = from < card.samples.size() ? card.samples[from] : 0;
            const std::size_t bit = areas[c].first + areas[c].step * (offset + n);
            std::memcpy(static_cast<char*>(areas[c].addr) + bit / 8, &sample, sizeof sample);
        }
    }
    card.given += frames;
    return static_cast<snd_pcm_sframes_t>(frames);
}

int close_card(snd_pcm_ioplug_t* plug) {
    close(plug->poll_fd);
    delete &card_of(plug);
    return 0;
}

int poll_revents(snd_pcm_ioplug_t* plug, pollfd* fds, unsigned, unsigned short* revents) {
    std::uint64_t ticks = 0;
    if ((fds[0].revents & POLLIN) != 0 && read(plug->poll_fd, &ticks, sizeof ticks) < 0) {
        ticks = 0; // another tick will come
    }
    *revents = static_cast<unsigned short>(fds[0].revents);
    return 0;
}

snd_pcm_ioplug_callback_t callbacks() {
    snd_pcm_ioplug_callback_t all{};
    all.start = start;
    all.stop = stop;
    all.pointer = pointer;
    all.transfer = transfer;
    all.close = close_card;
    all.poll_revents = poll_revents;
    return all;
}

const snd_pcm_ioplug_callback_t card_callbacks = callbacks();

std::vector<std::int32_t> samples_of(const char* path) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    std::vector<std::int32_t> samples(bytes.size() / sizeof(std::int32_t));
    std::memcpy(samples.data(), bytes.data(), samples.size() * sizeof(std::int32_t));
    return samples;
}

void configure(Card& card, snd_config_t* config) {
    snd_config_iterator_t i = nullptr;
    snd_config_iterator_t next = nullptr;
    snd_config_for_each(i, next, config) {
        snd_config_t* const entry = snd_config_iterator_entry(i);
        const char* id = nullptr;
        snd_config_get_id(entry, &id);
        const std::string name = id;
        const char* file = nullptr;
        if (name == "file" && snd_config_get_string(entry, &file) == 0) {
            card.samples = samples_of(file);
        }
        for (const auto& [key, value] : {std::pair{"channels", &card.channels},
                                         {"rate", &card.rate},
                                         {"speed", &card.speed},
                                         {"gone_after", &card.gone_after},
                                         {"fails_after", &card.fails_after}}) {
            if (name == key) {
                snd_config_get_integer(entry, value);
            }
        }
    }
}

/// A tick each millisecond: whoever waits looks at pointer() again.
int ticking() {
    const int descriptor = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    const itimerspec each_ms{{0, 1'000'000}, {0, 1'000'000}};
    timerfd_settime(descriptor, 0, &each_ms, nullptr);
    return descriptor;
}

void constrain(Card& card) {
    const unsigned access[] = {SND_PCM_ACCESS_RW_INTERLEAVED};
    const unsigned format[] = {SND_PCM_FORMAT_S32_LE};
    const auto channels = static_cast<unsigned>(card.channels);
    const auto rate = static_cast<unsigned>(card.rate);
    snd_pcm_ioplug_set_param_list(&card.plug, SND_PCM_IOPLUG_HW_ACCESS, 1, access);
    snd_pcm_ioplug_set_param_list(&card.plug, SND_PCM_IOPLUG_HW_FORMAT, 1, format);
    snd_pcm_ioplug_set_param_minmax(&card.plug, SND_PCM_IOPLUG_HW_CHANNELS, 1, channels);
    snd_pcm_ioplug_set_param_minmax(&card.plug, SND_PCM_IOPLUG_HW_RATE, rate, rate);
    snd_pcm_ioplug_set_param_minmax(&card.plug, SND_PCM_IOPLUG_HW_PERIOD_BYTES, 64, 1 << 18);
    snd_pcm_ioplug_set_param_minmax(&card.plug, SND_PCM_IOPLUG_HW_BUFFER_BYTES, 128, 1 << 20);
}

} // namespace

extern "C" {

SND_PCM_PLUGIN_DEFINE_FUNC(gainstage_test) {
    (void)root;
    if (stream != SND_PCM_STREAM_CAPTURE) {
        return -ENODEV; // it has inputs only
    }
    auto* const card = new Card;
    configure(*card, conf);
    card->plug.version = SND_PCM_IOPLUG_VERSION;
    card->plug.name = "gainstage's test card";
    card->plug.callback = &card_callbacks;
    card->plug.private_data = card;
    card->plug.poll_fd = ticking();
    card->plug.poll_events = POLLIN;
    card->plug.mmap_rw = 0;
    const int failed = snd_pcm_ioplug_create(&card->plug, name, stream, mode);
    if (failed < 0) {
        close(card->plug.poll_fd);
        delete card;
        return failed;
    }
    constrain(*card);
    *pcmp = card->plug.pcm;
    return 0;
}

SND_PCM_PLUGIN_SYMBOL(gainstage_test);

/// RtAudio lists the default device only where its control opens. This one has no knobs.
SND_CTL_PLUGIN_DEFINE_FUNC(gainstage_test) {
    (void)root;
    (void)conf;
    static snd_ctl_ext_callback_t nothing{};
    nothing.elem_count = [](snd_ctl_ext_t*) { return 0; };
    nothing.close = [](snd_ctl_ext_t* control) { delete control; };
    auto* const control = new snd_ctl_ext_t{};
    control->version = SND_CTL_EXT_VERSION;
    std::strcpy(control->id, "test");
    std::strcpy(control->name, "gainstage's test card");
    control->poll_fd = -1;
    control->callback = &nothing;
    const int failed = snd_ctl_ext_create(control, name, mode);
    if (failed < 0) {
        delete control;
        return failed;
    }
    *handlep = control->handle;
    return 0;
}

SND_CTL_PLUGIN_SYMBOL(gainstage_test);
}
