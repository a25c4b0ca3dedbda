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
__all__ = ["measure", "album_integrated_lufs", "Meter", "Measurement", "Channel", "ClippedRun", "Band", "History"]

_READINGS = _gainstage.readings()
_Value = typing.Optional[float]


@dataclasses.dataclass(frozen=True)
class ClippedRun:
    """A run of three or more samples at full scale."""

    channel: int
    start_s: float
    frames: int


@dataclasses.dataclass(frozen=True)
class Band:
    """A third octave (IEC 61260-1) of the whole signal: mathematical RMS, power mean over channels."""

    nominal_hz: float
    level_dbfs: float


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
                          ("dual_mono", bool, "mono measured as played on two loudspeakers, +3.01 LU"),
                          ("gating", str, "how the loudness gates judged: exact, or bins of 0.01 dB")]
                         + _fields(per_channel=False)
                         + [("non_finite_samples", int, "NaN or infinity, taken as silence"),
                            ("momentary_lufs", _Value, "now: of the last 0.4 s; None while there is less"),
                            ("short_term_lufs", _Value, "now: of the last 3 s; None while there is less"),
                            ("clipped_runs_detail", list, "the first 256, as ClippedRun"),
                            ("channels_detail", list, "a Channel for each channel"),
                            ("spectrum", typing.Optional[list], "third octaves, a Band each; None if not asked for"),
                            ("history", History, "levels over time")])


def _measurement(values):
    values["clipped_runs_detail"] = [ClippedRun(**run) for run in values["clipped_runs_detail"]]
    values["channels_detail"] = [Channel(**channel) for channel in values["channels_detail"]]
    if values["spectrum"] is not None:
        values["spectrum"] = [Band(**band) for band in values["spectrum"]]
    values["history"] = History(**values["history"])
    return Measurement(**values)


class Meter(_gainstage.Meter):
    """A signal in pieces: feed() as often as there is something, read() whenever you like, reset() for the next signal.

    The readings are the same however the signal is cut.

    speakers: one loudspeaker a channel, as "L R C LFE Ls Rs" or a list; or
    layout: all of them by name, "5.1", "7.1.4", "22.2"; without either, the usual layout of so many channels
    dual_mono: mono is measured as played on two loudspeakers, +3.01 LU
    exact_gating: the loudness gates judge every block by itself, not in bins of 0.01 dB, for a day at most
    itu_true_peak: also itu_true_peak_dbtp, by the filter printed in BS.1770
    spectrum: also third octaves
    album: album_integrated_lufs() can count this signal in
    """

    def __init__(self, sample_rate_hz, channels, *, dual_mono=False, speakers=None, layout=None, exact_gating=False,
                 itu_true_peak=False, spectrum=False, album=False):
        if speakers is not None and not isinstance(speakers, str):
            speakers = " ".join(speakers)
        super().__init__(sample_rate_hz, channels, speakers, layout, dual_mono, exact_gating, itu_true_peak, spectrum,
                         album)

    def feed(self, samples):
        """Any number of frames (mono) or frames x channels, of floats; full scale is 1.0."""
        super().feed(numpy.asarray(samples))

    def read(self):
        """A Measurement of everything fed so far."""
        return _measurement(self._read())


def measure(samples, sample_rate_hz, **options):
    """A Measurement of one signal: an array of frames (mono) or of frames x channels, of floats; full scale is 1.0.

    float32 whose channels are contiguous (mono, or channels x frames transposed) is read where it lies; anything else
    goes through a small buffer. The array must not be changed meanwhile: other Python threads run on. The options are
    Meter's.
    """
    samples = numpy.asarray(samples)
    meter = Meter(sample_rate_hz, _gainstage.channels_of(samples), **options)
    meter.feed(samples)
    return meter.read()


def album_integrated_lufs(meters):
    """The integrated loudness of several signals as if they were one: of Meters made with album=True."""
    return _gainstage.album_integrated_lufs(meters)
