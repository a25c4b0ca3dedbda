// SPDX-License-Identifier: MIT
#include "support/instruments.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <random>

namespace gainstage::test {
namespace {

using Random = std::mt19937_64;

double uniform(Random& random, double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
}

struct Note {
    std::size_t start = 0;
    std::size_t frames = 0;
    double frequency_hz = 0.0;
    double amplitude = 0.0;
};

/// Notes of 0.2 to 0.8 s over two octaves, levels 12 dB apart at most; every sixth is a pause.
std::vector<Note> melody(Random& random, double lowest_hz, double seconds) {
    std::vector<Note> notes;
    double at_s = 0.5;
    while (at_s < seconds - 1.0) {
        const double length_s = uniform(random, 0.2, 0.8);
        if (notes.size() % 6 == 5) {
            at_s += 0.8;
        }
        notes.push_back({static_cast<std::size_t>(at_s * instrument_rate_hz),
                         static_cast<std::size_t>(length_s * instrument_rate_hz),
                         lowest_hz * std::exp2(std::floor(uniform(random, 0.0, 24.0)) / 12.0),
                         linear(uniform(random, -12.0, 0.0))});
        at_s += length_s;
    }
    return notes;
}

/// Rises and falls over so many frames at the ends of a note: of each frame, as far as `most`.
std::vector<double>
edges(const Note& note, std::size_t most, double rise_frames, double fall_frames) {
    std::vector<double> out(std::min(note.frames, most - std::min(most, note.start)));
    for (std::size_t n = 0; n < out.size(); ++n) {
        out[n] = std::min({1.0, static_cast<double>(n) / rise_frames,
                           static_cast<double>(note.frames - n) / fall_frames});
    }
    return out;
}

/// a * b of finite numbers, without the look for others that std::complex takes: most of the time
/// of many a test is spent here.
std::complex<double> product(std::complex<double> a, std::complex<double> b) {
    return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

/// A sum of harmonics with random phases; `slope_db` an octave down; decaying by `decay_db_s` (more
/// for high ones) or held.
void add_tone(
    std::vector<float>& out, const Note& note, Random& random, double slope_db, double decay_db_s) {
    const int most = std::min(40, static_cast<int>(18000.0 / note.frequency_hz));
    const std::vector<double> edge = edges(note, out.size(), 200.0, 1000.0);
    for (int h = 1; h <= most; ++h) {
        const double amplitude =
            note.amplitude * linear(slope_db * std::log2(h) + uniform(random, -4.0, 4.0));
        const double phase = uniform(random, 0.0, 2.0 * std::numbers::pi);
        const double inharmonic = 1.0 + 1e-5 * h * h;
        const double step =
            2.0 * std::numbers::pi * note.frequency_hz * h * inharmonic / instrument_rate_hz;
        const double fall =
            std::pow(10.0, -decay_db_s * (1.0 + 0.15 * h) / 20.0 / instrument_rate_hz);
        std::complex<double> tone = std::polar(amplitude, phase);
        const std::complex<double> turn = std::polar(fall, step);
        float* const at = out.data() + note.start;
        for (std::size_t n = 0; n < edge.size(); ++n) {
            at[n] += static_cast<float>(edge[n] * tone.imag());
            tone = product(tone, turn);
        }
    }
}

/// A drum: a sine that falls in pitch, and a burst of noise.
void add_hit(std::vector<float>& out, const Note& note, Random& random, double tone, double noise) {
    double phase = 0.0;
    std::normal_distribution<double> normal;
    for (std::size_t n = 0; n < note.frames && note.start + n < out.size(); ++n) {
        const double t = static_cast<double>(n) / instrument_rate_hz;
        phase += 2.0 * std::numbers::pi * note.frequency_hz * (1.0 + 3.0 * std::exp(-t / 0.02)) /
                 instrument_rate_hz;
        const double body = tone * std::sin(phase) * std::exp(-t / 0.12);
        out[note.start + n] += static_cast<float>(
            note.amplitude * (body + noise * normal(random) * std::exp(-t / 0.05)));
    }
}

/// Two resonances over a buzz: a vowel.
void add_vowel(std::vector<float>& out, const Note& note, Random& random) {
    const double formants_hz[] = {uniform(random, 300.0, 800.0), uniform(random, 900.0, 2400.0)};
    const std::vector<double> edge = edges(note, out.size(), 2400.0, 2400.0);
    for (int h = 1; h * note.frequency_hz < 8000.0; ++h) {
        const double hz = h * note.frequency_hz;
        double resonance = 0.05;
        for (const double formant_hz : formants_hz) {
            resonance += 1.0 / (1.0 + std::pow((hz - formant_hz) / 80.0, 2.0));
        }
        const double amplitude = note.amplitude * resonance / std::sqrt(h);
        const double phase = -0.3 * h + uniform(random, -0.2, 0.2);
        std::complex<double> tone = std::polar(amplitude, phase);
        std::complex<double> turn;
        float* const at = out.data() + note.start;
        for (std::size_t n = 0; n < edge.size(); ++n) {
            if (n % 64 == 0) { // vibrato of 5.5 Hz, 3 % either way, in steps
                const double t = static_cast<double>(n) / instrument_rate_hz;
                const double bend = 1.0 + 0.03 * std::sin(2.0 * std::numbers::pi * 5.5 * t);
                turn = std::polar(1.0, 2.0 * std::numbers::pi * hz * bend / instrument_rate_hz);
            }
            at[n] += static_cast<float>(edge[n] * tone.imag());
            tone = product(tone, turn);
        }
    }
}

void play(Instrument instrument, std::vector<float>& out, Random& random, double seconds) {
    const auto each = [&](double lowest_hz, auto&& add) {
        for (const Note& note : melody(random, lowest_hz, seconds)) {
            add(note);
        }
    };
    switch (instrument) {
    case Instrument::bass:
        return each(41.2, [&](const Note& n) { add_tone(out, n, random, -9.0, 12.0); });
    case Instrument::guitar:
        return each(110.0, [&](const Note& n) { add_tone(out, n, random, -7.0, 25.0); });
    case Instrument::organ:
        return each(130.8, [&](const Note& n) { add_tone(out, n, random, -9.0, 0.0); });
    case Instrument::voice:
        return each(120.0, [&](const Note& n) { add_vowel(out, n, random); });
    case Instrument::kick:
        return each(48.0, [&](const Note& n) {
            add_hit(out, {n.start, n.frames, 48.0, n.amplitude}, random, 1.0, 0.05);
        });
    case Instrument::snare:
        return each(180.0, [&](const Note& n) {
            add_hit(out, {n.start, n.frames, 180.0, n.amplitude}, random, 1.0, 0.3);
        });
    case Instrument::strings:
        return each(196.0, [&](const Note& n) {
            for (const double detune : {0.997, 1.0, 1.004}) {
                add_tone(out, {n.start, n.frames, n.frequency_hz * detune, n.amplitude}, random,
                         -6.0, 0.0);
            }
        });
    }
}

} // namespace

std::string name(Instrument instrument) {
    static const char* const names[] = {"bass", "guitar", "organ",  "voice",
                                        "kick", "snare",  "strings"};
    return names[static_cast<std::size_t>(instrument)];
}

std::vector<float> phrase(Instrument instrument, Seed seed, double seconds) {
    Random random(seed.value * 101 + static_cast<std::uint64_t>(instrument));
    std::vector<float> out(static_cast<std::size_t>(seconds * instrument_rate_hz));
    play(instrument, out, random, seconds);
    float peak = 0.0f;
    for (const float x : out) {
        peak = std::max(peak, std::abs(x));
    }
    for (float& x : out) {
        x /= peak;
    }
    return out;
}

std::vector<float> clipped(std::vector<float> signal, double depth_db) {
    const auto level = static_cast<float>(linear(-depth_db));
    for (float& x : signal) {
        x = std::clamp(x, -level, level);
    }
    return signal;
}

std::vector<float>
recorded(std::vector<float> signal, double gain_db, double noise_dbfs, Seed seed) {
    Random random(seed.value);
    std::normal_distribution<double> noise(0.0, linear(noise_dbfs));
    const double gain_lin = linear(gain_db);
    for (float& x : signal) {
        const double sample = static_cast<double>(x) * gain_lin + noise(random);
        x = static_cast<float>(std::round(sample * 8388608.0) / 8388608.0); // 2^23: 24 bit
    }
    return signal;
}

audio::AudioBuffer through_a_clipping_preamp(double seconds) {
    const std::vector<float> played = phrase(Instrument::guitar, Seed{5}, seconds);
    return planar({recorded(clipped(played, 3.0), -6.0, -92.0, Seed{1}),
                   recorded(played, -9.0, -92.0, Seed{2})});
}

} // namespace gainstage::test
