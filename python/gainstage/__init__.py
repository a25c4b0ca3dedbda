# SPDX-License-Identifier: MIT
"""Every level there is, of NumPy arrays: loudness, true peak, RMS, noise floor and the rest.

    import gainstage
    levels = gainstage.measure(samples, 48000)     # frames, or frames x channels; full scale is 1.0
    print(levels.integrated_lufs, levels.true_peak_dbtp)

Attributes have the names of the JSON keys of `gainstage meter --json`. Silence is -inf; what can't be measured (the
correlation of mono) is None.
"""
import dataclasses
import typing

import numpy

from . import _gainstage

__version__ = _gainstage.version
__all__ = ["measure", "Meter", "Measurement", "Channel", "ClippedRun", "History"]

_READINGS = _gainstage.readings()
_Value = typing.Optional[float]


@dataclasses.dataclass(frozen=True)
class ClippedRun:
    """A run of three or more samples at full scale."""

    channel: int
    start_s: float
    frames: int


@dataclasses.dataclass(frozen=True, eq=False)
class History:
    """Levels over time as arrays, evenly spaced over the whole signal; each point is the maximum within its hop."""

    hop_s: float
    momentary_lufs: numpy.ndarray
    short_term_lufs: numpy.ndarray
    true_peak_dbtp: numpy.ndarray


def _described(name, summary, fields):
    """A frozen dataclass whose fields are the meters' own table, so that a new meter appears by itself."""
    made = dataclasses.make_dataclass(name, [(field, kind) for field, kind, _ in fields], frozen=True, eq=False)
    made.__doc__ = summary + "\n\n" + "\n".join(f"{field}: {text}" for field, _, text in fields if text)
    made.__module__ = __name__
    return made


def _fields(per_channel):
    return [(r["key"], int if r["count"] else _Value, ", ".join(t for t in (r["label"], r["unit"], r["standard"]) if t))
            for r in _READINGS if r["per_channel"] or not per_channel]


Channel = _described("Channel", "The readings of one channel.",
                     [("channel", int, "from 0"), ("speaker", str, "L, R, C, LFE, Ls...; M mono, ? unknown"),
                      ("loudness_weight", float, "1.41 side pairs, 0 LFE, 1 all others")]
                     + _fields(per_channel=True))

Measurement = _described("Measurement", "What was measured of one signal.",
                         [("sample_rate_hz", float, ""), ("channels", int, ""), ("layout", str, "mono, stereo, 5.1..."),
                          ("frames", int, "samples a channel"), ("duration_s", float, ""),
                          ("dual_mono", bool, "mono measured as played on two loudspeakers, +3.01 LU")]
                         + _fields(per_channel=False)
                         + [("non_finite_samples", int, "NaN or infinity, taken as silence"),
                            ("clipped_runs_detail", list, "the first 256, as ClippedRun"),
                            ("channels_detail", list, "a Channel for each channel"),
                            ("history", History, "levels over time")])


def _measurement(values):
    values["clipped_runs_detail"] = [ClippedRun(**run) for run in values["clipped_runs_detail"]]
    values["channels_detail"] = [Channel(**channel) for channel in values["channels_detail"]]
    values["history"] = History(**values["history"])
    return Measurement(**values)


class Meter(_gainstage.Meter):
    """Meter(sample_rate_hz, channels, *, dual_mono=False, speakers=None): a signal in pieces.

    feed() as often as there is something, read() whenever you like, reset() for the next signal. The readings are the
    same however the signal is cut. `speakers` names one loudspeaker a channel, as "L R C LFE Ls Rs" or a list.
    """

    def __init__(self, sample_rate_hz, channels, *, dual_mono=False, speakers=None):
        if speakers is not None and not isinstance(speakers, str):
            speakers = " ".join(speakers)
        super().__init__(sample_rate_hz, channels, dual_mono, speakers)

    def feed(self, samples):
        """Any number of frames (mono) or frames x channels, of floats; full scale is 1.0."""
        super().feed(numpy.asarray(samples))

    def read(self):
        """A Measurement of everything fed so far."""
        return _measurement(self._read())


def measure(samples, sample_rate_hz, *, dual_mono=False, speakers=None):
    """A Measurement of one signal: an array of frames (mono) or of frames x channels, of floats; full scale is 1.0.

    float32 whose channels are contiguous (mono, or channels x frames transposed) is read where it lies; anything else
    goes through a small buffer. The array must not be changed meanwhile: other Python threads run on.
    """
    samples = numpy.asarray(samples)
    meter = Meter(sample_rate_hz, _gainstage.channels_of(samples), dual_mono=dual_mono, speakers=speakers)
    meter.feed(samples)
    return meter.read()
