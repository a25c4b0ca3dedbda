# SPDX-License-Identifier: MIT
"""Loudness and true peak of raw 32-bit float samples on standard input, in Python. With any decoder:

    ffmpeg -v error -i song.flac -f f32le - | python3 loudness.py 44100 2
"""
import sys

import gainstage
import numpy

if len(sys.argv) != 3:
    sys.exit("usage: loudness.py SAMPLE_RATE_HZ CHANNELS < samples")
sample_rate_hz, channels = float(sys.argv[1]), int(sys.argv[2])
samples = numpy.frombuffer(sys.stdin.buffer.read(), dtype="<f4").reshape(-1, channels)
try:
    levels = gainstage.measure(samples, sample_rate_hz)
except ValueError as error:
    sys.exit(f"loudness.py: {error}")

print(f"integrated {levels.integrated_lufs:.2f} LUFS")
print(f"true peak {levels.true_peak_dbtp:.2f} dBTP")
print(f"RMS {levels.rms_aes17_dbfs:.2f} dBFS")
