#!/usr/bin/python3
"""Make the gainstage demo session "One Moment, Please".

Usage:  make_demo.py OUT_DIR [--quick] [--soundfont FILE] [--voice-directory DIR]

Writes ten FLAC stems and session.toml into OUT_DIR. The same package versions
always give the same samples: every random choice comes from a seeded generator.

Debian packages (Debian 12):
    fluidsynth                        plays the instruments
    fluid-soundfont-gm                recorded instruments, MIT licence
    asterisk-core-sounds-en-g722      recorded voice, CC BY-SA 3.0
    ffmpeg                            decodes the voice recordings
    flac                              writes the stems
    python3-numpy, python3-scipy      everything in between

--quick encodes much faster; the files are about one percent larger.
"""

import argparse
import subprocess
import sys
import tempfile
import warnings
import zlib
from pathlib import Path

import numpy as np
from scipy.io import wavfile
from scipy.signal import butter, resample_poly, sosfilt, sosfiltfilt

TITLE = "One Moment, Please"
TEMPO = 112.0                       # beats per minute
BEAT = 60.0 / TEMPO                 # seconds
BAR = 4 * BEAT
DURATION = 35.0                     # sixteen bars and a breath
RATE = 48000
# The stems are 24 bit files, but only the upper 17 bits are used: rounding there
# adds noise at about -107 dBFS, far below the noise of the takes. The seven bits
# below would hold nothing but noise, and noise makes lossless files large.
USED_BITS = 17

DRUM_CHANNEL = 9
KICK, SNARE, TOM_HIGH, TOM_LOW = 36, 38, 48, 43
HAT_CLOSED, HAT_OPEN, CRASH, RIDE = 42, 46, 49, 51


# ---------------------------------------------------------------- the song

# One chord per bar: two bars of intro, four of verse, two that build up,
# six of chorus and a two bar ending.
CHORDS = ["Bm7", "G",
          "D", "A/C#", "Bm7", "G",
          "Em7", "A",
          "G", "D", "A", "Bm7", "G", "A",
          "G", "D"]
VERSE, BUILD, CHORUS, ENDING = range(2, 6), range(6, 8), range(8, 14), range(14, 16)

BASS_NOTE = {"D": 38, "A/C#": 37, "A": 33, "Bm7": 35, "G": 31, "Em7": 28}
KEYS_NOTES = {"D": [50, 57, 62, 66], "A/C#": [49, 57, 61, 64], "A": [45, 57, 61, 64],
              "Bm7": [47, 57, 62, 66], "G": [43, 59, 62, 67], "Em7": [40, 59, 62, 67]}
GUITAR_NOTES = {"D": [50, 57, 62, 66], "A/C#": [49, 52, 57, 61, 64],
                "A": [45, 52, 57, 61, 64], "Bm7": [47, 54, 57, 62, 66],
                "G": [43, 47, 50, 55, 59, 67], "Em7": [40, 47, 50, 55, 59, 64]}
POWER_NOTES = {"D": [50, 57, 62], "A": [45, 52, 57], "Bm7": [47, 54, 59], "G": [43, 50, 55]}
STRING_NOTES = {"D": [62, 69, 74, 78], "A": [57, 64, 73, 76], "Bm7": [59, 66, 74, 78],
                "G": [55, 62, 74, 79], "Em7": [52, 59, 71, 76]}
CHOIR_NOTES = {"D": [57, 62, 66], "A": [57, 61, 64], "Bm7": [59, 62, 66], "G": [59, 62, 67]}

# Bar, beat, recording, sung notes (MIDI numbers, spread over the voiced part),
# and how far the voiced part is drawn out.
LYRICS = [
    (2, 0.0, "hello", [57, 62], 1.6),
    (3, 0.0, "one-moment-please", [64, 61, 59, 61], 1.25),
    (4, 0.0, "im-sorry", [59, 62, 61], 1.4),
    (5, 0.0, "please-try-again", [62, 59, 57, 59], 1.25),
    (7, 0.0, "digits/1", [57], 1.0),
    (7, 1.0, "digits/2", [59], 1.0),
    (7, 2.0, "digits/3", [61], 1.0),
    (7, 3.0, "digits/4", [64], 1.0),
    (8, 0.0, "digits/yesterday", [62, 59, 62], 1.5),
    (9, 0.0, "digits/today", [62, 66], 1.7),
    (10, 0.0, "digits/tomorrow", [61, 64, 61], 1.6),
    (11, 1.0, "im-sorry", [59, 62, 62], 1.4),
    (12, 0.0, "one-moment-please", [62, 62, 59, 62], 1.3),
    (14, 0.0, "goodbye", [62, 59], 1.5),
    (15, 0.0, "goodbye", [59, 57], 1.8),
]


class Player:
    """Collects the notes of one musician, who is never quite on time."""

    def __init__(self, name, timing=0.005, touch=5.0):
        self.random = generator("player " + name)
        self.timing, self.touch = timing, touch
        self.notes = []

    def play(self, bar, beat, notes, velocity, beats, strum=0.0):
        start = bar * BAR + beat * BEAT + self.random.normal(0.0, self.timing)
        for number, note in enumerate(notes):
            level = int(np.clip(velocity + self.random.normal(0.0, self.touch), 1, 127))
            self.notes.append((max(0.0, start + number * strum), note, level, beats * BEAT))


def generator(name):
    """A random generator of its own per purpose: changing one part of the
    song leaves the others as they were."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def kick_beats(bar):
    if bar in VERSE:
        return [0, 1.5, 2]
    if bar == 6:
        return [0, 2]
    if bar == 7:
        return [0, 1, 2, 3]
    if bar in CHORUS:
        return [0, 1.5, 2, 3.5] if bar % 2 else [0, 1.5, 2]
    if bar == 14:
        return [0, 1.5, 2]
    return [0] if bar == 15 else []


def snare_beats(bar):
    if bar == 7:
        return [1, 2, 2.5, 3, 3.25, 3.5, 3.75]      # the fill into the chorus
    if bar == 13:
        return [1, 3, 3.5, 3.75]
    return [1, 3] if 2 <= bar <= 14 else []


def drum_parts():
    """Kick, snare and the rest of the kit, as played."""
    kick, snare, cymbals = (Player("kick", 0.004, 6), Player("snare", 0.004, 4),
                            Player("cymbals", 0.005, 7))
    for bar in range(16):
        for beat in kick_beats(bar):
            kick.play(bar, beat, [KICK], 108 if beat == 0 else 98, 0.5)
        for beat in snare_beats(bar):
            snare.play(bar, beat, [SNARE], 112 if bar in CHORUS else 106, 0.5)
        if bar == 0 or bar == 15:
            continue
        for eighth in range(8):
            beat = eighth / 2
            velocity = 74 if eighth % 2 == 0 else 56
            if bar in CHORUS:
                cymbals.play(bar, beat, [RIDE if eighth < 7 else HAT_OPEN], velocity + 10, 0.5)
            else:
                cymbals.play(bar, beat, [HAT_CLOSED], velocity + 6, 0.5)
    for bar in (8, 12, 14, 15):
        cymbals.play(bar, 0, [CRASH], 100, 3)
    for beat, drum in ((2, TOM_HIGH), (2.5, TOM_HIGH), (3, TOM_LOW), (3.5, TOM_LOW)):
        cymbals.play(7, beat, [drum], 92, 0.5)
    return kick.notes, snare.notes, cymbals.notes


def bass_part():
    """The bass plays with the kick and walks to the next root."""
    bass = Player("bass", 0.005, 5)
    for bar in range(2, 15):
        root = BASS_NOTE[CHORDS[bar]]
        beats = kick_beats(bar)
        for beat, following in zip(beats, beats[1:] + [3.5 if beats[-1] < 3.5 else 4]):
            bass.play(bar, beat, [root], 100 if beat == 0 else 90, 0.9 * (following - beat))
        if beats[-1] < 3:
            following_root = BASS_NOTE[CHORDS[bar + 1]]
            step = 2 if following_root > root else -1
            bass.play(bar, 3.5, [following_root - step], 84, 0.42)
    bass.play(15, 0, [38], 98, 3.2)
    return bass.notes


def keys_part():
    keys = Player("keys", 0.007, 5)
    for bar, chord in enumerate(CHORDS):
        low, upper = KEYS_NOTES[chord][:1], KEYS_NOTES[chord][1:]
        if bar == 15:
            keys.play(bar, 0, low + upper, 78, 3.2, strum=0.012)
        elif bar in CHORUS or bar == 14:
            for beat in (0, 1, 2, 3):
                keys.play(bar, beat, upper, 76 if beat % 2 == 0 else 68, 0.9)
            keys.play(bar, 0, low, 74, 3.8)
        else:
            keys.play(bar, 0, low, 70, 3.8)
            keys.play(bar, 0, upper, 66, 1.4)
            keys.play(bar, 1.5, upper, 60, 2.2)
    return keys.notes


def acoustic_guitar_part():
    guitar = Player("acoustic guitar", 0.006, 7)
    for bar in range(1, 15):
        strings = GUITAR_NOTES[CHORDS[bar]]
        for beat in (0, 1, 1.5, 2.5, 3, 3.5):
            down = beat == int(beat)
            guitar.play(bar, beat, strings if down else strings[::-1][:4],
                        88 if beat == 0 else (76 if down else 64), 0.9, strum=0.009)
    guitar.play(15, 0, GUITAR_NOTES["D"], 84, 3.2, strum=0.025)
    return guitar.notes


def electric_guitar_part():
    """Silent until the chorus, then power chords."""
    guitar = Player("electric guitar", 0.005, 5)
    for bar in CHORUS:
        chord = POWER_NOTES[CHORDS[bar]]
        guitar.play(bar, 0, chord, 104, 1.4, strum=0.004)
        guitar.play(bar, 1.5, chord, 92, 0.45, strum=0.004)
        guitar.play(bar, 2, chord, 98, 1.4 if bar % 2 == 0 else 1.3, strum=0.004)
        guitar.play(bar, 3.5, chord, 90, 0.45, strum=0.004)
    guitar.play(14, 0, POWER_NOTES["G"], 100, 3.8, strum=0.006)
    guitar.play(15, 0, POWER_NOTES["D"], 100, 2.6, strum=0.010)
    return guitar.notes


def sustained_part(name, voicings, bars, velocity):
    """Long chords, one per bar, joined to each other."""
    player = Player(name, 0.010, 4)
    for bar in bars:
        lift = 8 if bar in CHORUS else 0
        player.play(bar, 0, voicings[CHORDS[bar]], velocity + lift, 3.9 if bar < 15 else 2.6)
    return player.notes


# ------------------------------------------------------- MIDI and FluidSynth

def variable_length(number):
    """A MIDI variable length quantity: seven bits per byte, high bits first."""
    encoded = [number & 0x7F]
    while number > 0x7F:
        number >>= 7
        encoded.append((number & 0x7F) | 0x80)
    return bytes(reversed(encoded))


def write_midi(path, notes, program, channel):
    """Write (start, note, velocity, length) tuples in seconds as a MIDI file."""
    ticks_per_beat = 960
    ticks = lambda seconds: int(round(seconds / BEAT * ticks_per_beat))
    events = [(0, 0, bytes([0xC0 | channel, program]))]
    for start, note, velocity, length in notes:
        events.append((ticks(start), 2, bytes([0x90 | channel, note, velocity])))
        events.append((ticks(start + length), 1, bytes([0x80 | channel, note, 0])))
    events.sort()
    track = b"\x00\xff\x51\x03" + int(60e6 / TEMPO).to_bytes(3, "big")
    now = 0
    for tick, _, message in events:
        track += variable_length(tick - now) + message
        now = tick
    # The track lasts a little longer than the stem, so nothing is cut off.
    track += variable_length(max(0, ticks(DURATION + 0.5) - now)) + b"\xff\x2f\x00"
    path.write_bytes(b"MThd" + (6).to_bytes(4, "big") + (0).to_bytes(2, "big")
                     + (1).to_bytes(2, "big") + ticks_per_beat.to_bytes(2, "big")
                     + b"MTrk" + len(track).to_bytes(4, "big") + track)


def perform(soundfont, notes, program=0, channel=0, rate=RATE):
    """Let FluidSynth play the notes, dry; gives two channels of samples."""
    with tempfile.TemporaryDirectory() as folder:
        midi, wave = Path(folder, "part.mid"), Path(folder, "part.wav")
        write_midi(midi, notes, program, channel)
        subprocess.run(["fluidsynth", "-ni", "-q", "-R", "0", "-C", "0", "-g", "0.5",
                        "-r", str(rate), "-O", "float", "-T", "wav", "-F", str(wave),
                        str(soundfont), str(midi)], check=True, stdout=subprocess.DEVNULL)
        with warnings.catch_warnings():
            # FluidSynth adds a chunk that the reader does not know.
            warnings.simplefilter("ignore", wavfile.WavFileWarning)
            found_rate, samples = wavfile.read(wave)
    assert found_rate == rate and samples.dtype == np.float32
    return fit(samples.astype(float), rate)


def fit(samples, rate=RATE):
    """Cut or pad to the length of the session."""
    length = int(round(DURATION * rate))
    padding = [(0, max(0, length - len(samples)))] + [(0, 0)] * (samples.ndim - 1)
    return np.pad(samples[:length], padding)


def mono(samples):
    return samples.mean(axis=1)


# ---------------------------------------------------------------- the voice

def read_voice(path):
    """Decode a G.722 recording (16 kHz) and bring it to the session's rate."""
    decoded = subprocess.run(["ffmpeg", "-v", "error", "-f", "g722", "-i", str(path),
                              "-f", "s16le", "-ac", "1", "-"],
                             check=True, capture_output=True).stdout
    voice = resample_poly(np.frombuffer(decoded, "<i2") / 32768.0, RATE // 16000, 1)
    level = np.convolve(np.abs(voice), np.ones(480) / 480, "same")
    loud = np.flatnonzero(level > 0.03 * level.max())
    return voice[max(0, loud[0] - 480):loud[-1] + 1440]


def find_pitch(voice, hop=240):
    """Period in samples every hop samples; 0 where the voice has no pitch."""
    low = sosfiltfilt(butter(2, [70, 900], "band", fs=RATE, output="sos"), voice)
    shortest, longest, window = RATE // 400, RATE // 110, 1200
    low = np.pad(low, (window, window + longest))
    loudest = np.sqrt(np.mean(low ** 2)) * 0.15
    periods = []
    for start in range(0, len(voice), hop):
        # The frame is centred on the position it describes.
        frame = low[start + window // 2:start + window // 2 + window]
        scores = np.zeros(longest)
        if np.sqrt(np.mean(frame ** 2)) > loudest:
            for lag in range(shortest, longest):
                shifted = low[start + window // 2 + lag:start + window // 2 + lag + window]
                scores[lag] = frame @ shifted / (np.linalg.norm(frame) * np.linalg.norm(shifted) + 1e-12)
        # The shortest good period, or the octave below may win.
        good = np.flatnonzero(scores > 0.9 * scores.max()) if scores.max() > 0.6 else []
        if len(good):
            run = good[:np.argmax(np.diff(good, append=10 ** 9) > 1) + 1]
            periods.append(run[np.argmax(scores[run])])
        else:
            periods.append(0)
    periods = np.array(periods, float)
    # A median over five frames drops single wrong guesses.
    padded = np.pad(periods, 2, mode="edge")
    return np.median(np.stack([padded[i:i + len(periods)] for i in range(5)]), axis=0)


def sing(voice, notes, stretch, vibrato_start=0.28):
    """Retune spoken words by moving one period of the voice at a time.

    Pitch-synchronous overlap-add: the vowels keep their colour (formants)
    while their periods are spaced as the melody asks. Only the pitched
    part is drawn out; consonants keep their length.
    """
    hop = 240
    periods = find_pitch(voice, hop)
    pitched = periods > 0
    unpitched_step = RATE // 200

    # Marks: one per period, on the highest sample nearby.
    marks, mark_periods = [], []
    position = 0.0
    while position < len(voice) - 1:
        frame = min(int(position / hop), len(periods) - 1)
        period = periods[frame] if pitched[frame] else unpitched_step
        here = int(position)
        if pitched[frame]:
            reach = int(0.2 * period)
            first = max(0, here - reach)
            here = first + int(np.argmax(voice[first:here + reach + 1]))
            if marks and here - marks[-1] < 0.5 * period:
                here = int(position)
        marks.append(here)
        mark_periods.append(period)
        position = here + period
    marks = np.array(marks)

    # How output time follows recorded time, frame by frame.
    frame_lengths = np.where(pitched, stretch, 1.0) * hop
    output_times = np.concatenate([[0.0], np.cumsum(frame_lengths)])
    recorded_times = np.arange(len(frame_lengths) + 1) * float(hop)
    pitched_progress = np.concatenate([[0.0], np.cumsum(pitched)]) / max(1, pitched.sum())
    middle_period = np.exp(np.median(np.log(periods[pitched]))) if pitched.any() else unpitched_step

    output = np.zeros(int(output_times[-1]) + RATE // 10)
    weight = np.zeros_like(output)
    time, gliding_note = 0.0, float(notes[0])
    while time < output_times[-1]:
        recorded = np.interp(time, output_times, recorded_times)
        frame = min(int(recorded / hop), len(periods) - 1)
        nearest = int(np.argmin(np.abs(marks - recorded)))
        period = int(mark_periods[nearest])
        if pitched[frame]:
            progress = np.interp(recorded, recorded_times, pitched_progress)
            goal = notes[min(int(progress * len(notes)), len(notes) - 1)]
            gliding_note += (goal - gliding_note) * 0.16      # a singer slides between notes
            vibrato = 0.16 * np.sin(2 * np.pi * 5.4 * time / RATE) * (time > vibrato_start * RATE)
            spoken = 12 * np.log2(middle_period / periods[frame])
            # A tenth of the speech melody stays in, or it sounds like a machine.
            note = gliding_note + vibrato + 0.1 * np.clip(spoken, -3, 3)
            step = RATE / (440.0 * 2 ** ((note - 69) / 12))
        else:
            step = unpitched_step
        start = marks[nearest] - period
        grain = np.zeros(2 * period)
        source = voice[max(0, start):start + 2 * period]
        offset = max(0, -start)
        grain[offset:offset + len(source)] = source
        window = np.hanning(2 * period + 1)[:-1]
        place = int(time) - period
        first = max(0, -place)
        last = min(2 * period, len(output) - place)
        output[place + first:place + last] += (grain * window)[first:last]
        weight[place + first:place + last] += window[first:last]
        time += step
    return output / np.maximum(weight, 0.5)


def vowel_onset(voice):
    """Where the first word gets loud: that moment belongs on the beat."""
    level = np.convolve(np.abs(voice), np.ones(960) / 960, "same")
    return int(np.flatnonzero(level > 0.35 * level.max())[0])


def lead_vocal(voice_directory):
    track = np.zeros(int(DURATION * RATE))
    timing = generator("singer")
    for bar, beat, name, notes, stretch in LYRICS:
        phrase = sing(read_voice(voice_directory / (name + ".g722")), notes, stretch)
        phrase = phrase / np.sqrt(np.mean(phrase ** 2)) * timing.uniform(0.85, 1.15)
        fade = np.minimum(1, np.arange(len(phrase)) / 240)
        phrase = phrase * fade * fade[::-1]
        start = int((bar * BAR + beat * BEAT + timing.normal(0.008, 0.008)) * RATE)
        start = max(0, start - vowel_onset(phrase))
        stop = min(len(track), start + len(phrase))
        track[start:stop] += phrase[:stop - start]
    return track


# ------------------------------------------------------- recording and faults

def decibels(value):
    return 10.0 ** (value / 20.0)


def set_peak(samples, peak):
    return samples * (decibels(peak) / np.max(np.abs(samples)))


def scaled_noise(noise, level):
    return noise * (decibels(level) / np.sqrt(np.mean(noise ** 2)))


def room_noise(name, level, shape, rate=RATE):
    """The quiet of a room: mostly low, and the hiss of a preamplifier below it."""
    random = generator("room " + name)
    noise = random.standard_normal(shape)
    for corner in (120, 2500):
        noise = sosfilt(butter(1, corner, fs=rate, output="sos"), noise, axis=0)
    noise = sosfilt(butter(2, 25, "high", fs=rate, output="sos"), noise, axis=0)
    electronics = scaled_noise(random.standard_normal(shape), -114)
    return scaled_noise(noise, level) + electronics


def record(name, samples, peak, noise_level, rate=RATE):
    """A healthy take: a chosen peak level and a continuous noise floor."""
    # Microphones and pickups pass no direct current; some samples contain it.
    samples = sosfilt(butter(2, 20, "high", fs=rate, output="sos"), samples, axis=0)
    return set_peak(samples, peak) + room_noise(name, noise_level, samples.shape, rate)


def record_clipped_snare(samples, notes):
    """Fault: an overloaded preamplifier, found too late and only turned down."""
    samples = set_peak(samples, 0) + room_noise("snare", -78, samples.shape)
    hit_peaks = []
    for start, _, _, _ in notes:
        first = int(start * RATE)
        hit_peaks.append(np.max(np.abs(samples[first:first + RATE // 10])))
    # All but the softest few hits are driven at least 3 dB beyond the limit.
    drive = decibels(3.0) / np.percentile(hit_peaks, 5)
    clipped = np.clip(samples * drive, -1.0, 1.0)
    clipped += scaled_noise(generator("snare converter").standard_normal(samples.shape), -90)
    return clipped * decibels(-7.0)


def record_quiet_guitar(samples):
    """Fault: hardly any gain at the preamplifier, so its hiss comes along."""
    hiss = generator("acoustic hiss").standard_normal(samples.shape)
    hiss = sosfilt(butter(4, 12000, fs=RATE, output="sos"), hiss)
    return set_peak(samples, -32) + scaled_noise(hiss, -66)


def add_mains_hum(samples):
    """Fault: a bass plugged in through a bad earth."""
    time = np.arange(len(samples)) / RATE
    strengths = {50: 0, 100: -5, 150: -3, 200: -12, 250: -8, 300: -18, 350: -13, 450: -19, 550: -24}
    phases = generator("hum").uniform(0, 2 * np.pi, len(strengths))
    hum = sum(decibels(strength) * np.sin(2 * np.pi * frequency * time + phase)
              for (frequency, strength), phase in zip(strengths.items(), phases))
    return samples + scaled_noise(hum, -50)


def write_flac(path, samples, rate, quick):
    """Quantise and store as 24 bit FLAC. The noise of the recording itself
    is far louder than one step, so it does the work of dither."""
    samples = samples.reshape(len(samples), -1)
    scale = 2 ** (USED_BITS - 1)
    whole = np.clip(np.round(samples * scale), -scale, scale - 1).astype("<i4")
    whole <<= 24 - USED_BITS
    raw = np.ascontiguousarray(whole).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    effort = ["-8"] if quick else ["-8", "-e", "-p"]
    subprocess.run(["flac", "--silent", "--force", *effort, "--force-raw-format",
                    "--endian=little", "--sign=signed", "--bps=24",
                    f"--channels={samples.shape[1]}", f"--sample-rate={rate}",
                    "-o", str(path), "-"], input=raw, check=True)


# ---------------------------------------------------------------- the session

# file, name, role, pan, fader in dB (on stems staged to -18 dBFS active level)
TRACKS = [
    ("kick.flac", "Kick", "kick", 0.0, -3.0),
    ("snare.flac", "Snare", "snare", 0.0, -5.0),
    ("overheads.flac", "Overheads", "overheads", 0.0, -15.0),
    ("bass-di.flac", "Bass DI", "bass", 0.0, -4.0),
    ("electric-guitar.flac", "Electric Guitar", "electric-guitar", 0.45, -10.0),
    ("acoustic-guitar.flac", "Acoustic Guitar", "acoustic-guitar", -0.45, -10.0),
    ("keys.flac", "Keys", "keys", -0.2, -11.0),
    ("strings.flac", "Strings", "strings", 0.25, -13.0),
    ("lead-vocal.flac", "Lead Vocal", "lead-vocal", 0.0, 1.0),
    ("backing-vocals.flac", "Backing Vocals", "backing-vocals", -0.3, -11.0),
]


def write_session(path):
    lines = [f'title = "{TITLE}"', f"tempo = {TEMPO:g}"]
    for file, name, role, pan, fader in TRACKS:
        lines += ["", "[[track]]", f'file = "{file}"', f'name = "{name}"',
                  f'role = "{role}"', f"pan = {pan}", f"fader_db = {fader}"]
    path.write_text("\n".join(lines) + "\n")


def main():
    options = argparse.ArgumentParser(description="Make the gainstage demo session.")
    options.add_argument("out_dir", type=Path)
    options.add_argument("--quick", action="store_true")
    options.add_argument("--soundfont", type=Path,
                         default=Path("/usr/share/sounds/sf2/FluidR3_GM.sf2"))
    options.add_argument("--voice-directory", type=Path,
                         default=Path("/usr/share/asterisk/sounds/en_US_f_Allison"))
    chosen = options.parse_args()
    chosen.out_dir.mkdir(parents=True, exist_ok=True)
    for needed in (chosen.soundfont, chosen.voice_directory / "hello.g722"):
        if not needed.exists():
            sys.exit(f"{needed} is missing; see the packages named at the top of this script")

    def play(notes, program=0, channel=0, rate=RATE):
        return perform(chosen.soundfont, notes, program, channel, rate)

    def save(name, samples, rate=RATE):
        write_flac(chosen.out_dir / f"{name}.flac", samples, rate, chosen.quick)
        print(f"wrote {name}.flac", flush=True)

    kick_notes, snare_notes, cymbal_notes = drum_parts()
    kick = play(kick_notes, channel=DRUM_CHANNEL)
    snare = play(snare_notes, channel=DRUM_CHANNEL)
    cymbals = play(cymbal_notes, channel=DRUM_CHANNEL)
    save("kick", record("kick", mono(kick) + 0.02 * mono(snare), -7.5, -76))
    # Hats and ride leak into the snare's microphone.
    save("snare", record_clipped_snare(mono(snare) + 0.05 * mono(cymbals) + 0.02 * mono(kick),
                                       snare_notes))
    overhead_mix = cymbals + 0.4 * snare + 0.25 * kick
    overhead_mix = sosfilt(butter(4, 13500, fs=RATE, output="sos"), overhead_mix, axis=0)
    save("overheads", record("overheads", overhead_mix, -11.0, -80))

    bass = play(bass_part(), program=33)
    save("bass-di", add_mains_hum(record("bass", mono(bass), -10.5, -85)))
    electric = play(electric_guitar_part(), program=29)
    save("electric-guitar", record("electric guitar", mono(electric), -8.5, -75))
    acoustic = play(acoustic_guitar_part(), program=25)
    save("acoustic-guitar", record_quiet_guitar(mono(acoustic)))

    keys = play(keys_part(), program=4)
    # Fault: the interface adds a constant voltage.
    save("keys", record("keys", mono(keys), -12.0, -83) + 0.02)
    # Fault: this stem comes from a session at another sample rate.
    strings = play(sustained_part("strings", STRING_NOTES, range(6, 16), 84),
                   program=48, rate=44100)
    save("strings", record("strings", mono(strings), -11.0, -80, 44100), 44100)

    lead = record("lead vocal", lead_vocal(chosen.voice_directory), -8.0, -77)
    # Fault: one microphone in a file with two channels.
    save("lead-vocal", np.stack([lead, lead], axis=1))
    choir = play(sustained_part("choir", CHOIR_NOTES, range(8, 16), 88), program=52)
    save("backing-vocals", record("backing vocals", mono(choir), -9.5, -78))
    write_session(chosen.out_dir / "session.toml")


if __name__ == "__main__":
    main()
