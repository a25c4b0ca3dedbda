#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The Python module: any array of floats in, the same figures out; what can't be measured is said in a sentence.

usage: PYTHONPATH=FOLDER module_test.py
"""
import threading
import unittest

import gainstage
import numpy

rate_hz = 48000


def noise(frames, channels=2, seed=3):
    return (0.1 * numpy.random.default_rng(seed).standard_normal((frames, channels))).astype("f4")


def values(measurement):
    return {key: value for key, value in vars(measurement).items() if key not in ("history", "channels_detail")}


class Module(unittest.TestCase):
    def test_a_sine_reads_what_its_formula_says(self):
        t = numpy.arange(10 * rate_hz) / rate_hz
        levels = gainstage.measure(0.5 * numpy.sin(2 * numpy.pi * 1000 * t), rate_hz)
        self.assertAlmostEqual(levels.sample_peak_dbfs, 20 * numpy.log10(0.5), places=5)
        self.assertAlmostEqual(levels.rms_aes17_dbfs, 20 * numpy.log10(0.5), places=5)
        self.assertAlmostEqual(levels.integrated_lufs, 20 * numpy.log10(0.5) - 3.01, delta=0.02)  # 997 Hz reads so
        self.assertEqual((levels.channels, levels.layout, levels.frames), (1, "mono", 10 * rate_hz))
        self.assertIsInstance(levels.clipped_runs, int)
        self.assertIsNone(levels.correlation)

    def test_layout_in_memory_and_precision_change_nothing(self):
        samples = noise(2 * rate_hz)
        expected = values(gainstage.measure(samples, rate_hz))
        padded = numpy.zeros((2 * len(samples), 5), "f4")
        padded[::2, 1:4:2] = samples
        unaligned = numpy.frombuffer(b"x" + samples.tobytes(), dtype="u1")[1:].view("f4").reshape(samples.shape)
        for name, array in {"planar": numpy.asfortranarray(samples), "transposed": samples.T.copy().T,
                            "double": samples.astype("f8"), "long double": samples.astype("g"),
                            "big-endian": samples.astype(">f4"), "strided": padded[::2, 1:4:2],
                            "backwards": samples[::-1].copy()[::-1], "unaligned": unaligned}.items():
            with self.subTest(name):
                self.assertEqual(values(gainstage.measure(array, rate_hz)), expected)

    def test_pieces_of_any_length_are_the_whole(self):
        samples = noise(rate_hz + 123)
        meter = gainstage.Meter(rate_hz, 2)
        at = 0
        for frames in [0, 1, 7, 480, 1023, 1024, 1025, 4096] + [9973] * 6:
            meter.feed(samples[at:at + frames])
            at += frames
        self.assertEqual(values(meter.read()), values(gainstage.measure(samples, rate_hz)))
        meter.reset()
        self.assertEqual(meter.read().frames, 0)

    def test_silence_is_minus_infinity_and_nothing_is_none(self):
        silence = gainstage.measure(numpy.zeros((rate_hz, 2)), rate_hz)
        self.assertEqual(silence.sample_peak_dbfs, -numpy.inf)
        self.assertIsNone(silence.correlation)
        self.assertEqual(gainstage.measure(numpy.zeros(0), rate_hz).frames, 0)
        self.assertEqual(gainstage.measure([0.25], rate_hz).frames, 1)

    def test_what_is_no_number_is_counted(self):
        samples = noise(rate_hz).astype("f8")
        samples[100, 0], samples[200, 1], samples[300, 1] = numpy.nan, numpy.inf, 1e300
        levels = gainstage.measure(samples, rate_hz)
        self.assertEqual(levels.non_finite_samples, 3)
        self.assertTrue(numpy.isfinite(levels.integrated_lufs))

    def test_loudspeakers_weigh_as_bs1770_says(self):
        samples = noise(2 * rate_hz)
        plain = gainstage.measure(samples, rate_hz).integrated_lufs
        around = gainstage.measure(samples, rate_hz, speakers="Ls Rs").integrated_lufs
        self.assertAlmostEqual(around - plain, 10 * numpy.log10(1.41), places=3)
        mono = samples[:, 0]
        doubled = gainstage.measure(mono, rate_hz, dual_mono=True).integrated_lufs
        self.assertAlmostEqual(doubled - gainstage.measure(mono, rate_hz).integrated_lufs, 10 * numpy.log10(2), places=3)
        self.assertEqual([c.speaker for c in gainstage.measure(samples, rate_hz, speakers=["C", "LFE"]).channels_detail],
                         ["C", "LFE"])

    def test_a_layout_by_name_weighs_as_its_speakers(self):
        samples = noise(2 * rate_hz, 6)
        by_name = gainstage.measure(samples, rate_hz, layout="5.1")
        self.assertEqual(by_name.layout, "5.1")
        self.assertEqual(by_name.integrated_lufs,
                         gainstage.measure(samples, rate_hz, speakers="L R C LFE Ls Rs").integrated_lufs)

    def test_what_is_asked_for_is_there_and_else_it_is_none(self):
        samples = noise(4 * rate_hz)
        plain = gainstage.measure(samples, rate_hz)
        self.assertEqual((plain.itu_true_peak_dbtp, plain.spectrum, plain.gating), (None, None, "bins of 0.01 dB"))
        levels = gainstage.measure(samples, rate_hz, exact_gating=True, itu_true_peak=True, spectrum=True)
        self.assertEqual(levels.gating, "exact")
        self.assertAlmostEqual(levels.integrated_lufs, plain.integrated_lufs, delta=0.01)
        self.assertAlmostEqual(levels.itu_true_peak_dbtp, plain.true_peak_dbtp, delta=0.6)  # its filter's own error
        self.assertEqual((len(levels.spectrum), levels.spectrum[0].nominal_hz), (31, 20))
        together = sum(10 ** (band.level_dbfs / 10) for band in levels.spectrum)
        # White noise: the octaves to 20 kHz have all but what lies above 22.4 kHz, and below 18.
        self.assertAlmostEqual(10 * numpy.log10(together), plain.rms_dbfs + 10 * numpy.log10(22.4 / 24), delta=0.1)

    def test_loudness_now_is_of_the_last_windows(self):
        meter = gainstage.Meter(rate_hz, 2)
        self.assertIsNone(meter.read().momentary_lufs)
        samples = noise(4 * rate_hz)
        meter.feed(samples)
        meter.feed(0.1 * samples[:rate_hz // 2])  # 20 dB less for half a second
        levels = meter.read()
        self.assertAlmostEqual(levels.momentary_lufs, levels.max_momentary_lufs - 20, delta=0.5)
        self.assertAlmostEqual(levels.short_term_lufs, levels.max_short_term_lufs + 10 * numpy.log10(2.505 / 3), delta=0.2)

    def test_an_album_is_its_signals_one_after_the_other(self):
        meters = []
        for gain in (1, 0.3):
            meters.append(gainstage.Meter(rate_hz, 2, album=True))
            meters[-1].feed(gain * noise(5 * rate_hz))
        whole = gainstage.measure(numpy.concatenate([noise(5 * rate_hz), 0.3 * noise(5 * rate_hz)]), rate_hz)
        self.assertAlmostEqual(gainstage.album_integrated_lufs(meters), whole.integrated_lufs, delta=0.15)  # the seam's blocks
        self.assertEqual(gainstage.album_integrated_lufs([meters[0]]), meters[0].read().integrated_lufs)
        self.assertEqual(gainstage.album_integrated_lufs([]), -numpy.inf)

    def test_history_has_the_maxima(self):
        levels = gainstage.measure(noise(20 * rate_hz), rate_hz)
        self.assertAlmostEqual(float(levels.history.true_peak_dbtp.max()), levels.true_peak_dbtp, places=3)
        self.assertAlmostEqual(float(levels.history.momentary_lufs.max()), levels.max_momentary_lufs, places=3)

    def test_mistakes_are_answered_with_what_to_do(self):
        good = noise(rate_hz)
        for words, kind, call in [
                ("samples.T", ValueError, lambda: gainstage.measure(good.T, rate_hz)),
                ("frames x channels", ValueError, lambda: gainstage.measure(good[None], rate_hz)),
                ("frames x channels", ValueError, lambda: gainstage.measure(0.5, rate_hz)),
                ("/ 32768", TypeError, lambda: gainstage.measure((good * 32767).astype("i2"), rate_hz)),
                ("of floats", TypeError, lambda: gainstage.measure(["loud"], rate_hz)),
                ("8 kHz to 768 kHz", ValueError, lambda: gainstage.measure(good, 0)),
                ("8 kHz to 768 kHz", ValueError, lambda: gainstage.measure(good, numpy.nan)),
                ("1 to 64", ValueError, lambda: gainstage.Meter(rate_hz, 65)),
                ("1 to 64", ValueError, lambda: gainstage.Meter(rate_hz, -1)),
                ("L R C LFE", ValueError, lambda: gainstage.measure(good, rate_hz, speakers="L X")),
                ("L R C LFE", ValueError, lambda: gainstage.measure(good, rate_hz, speakers="L R C")),
                ("known: 5.1", ValueError, lambda: gainstage.Meter(rate_hz, 6, layout="5.2")),
                ("not a known layout of 2", ValueError, lambda: gainstage.measure(good, rate_hz, layout="5.1")),
                ("one of them", ValueError, lambda: gainstage.measure(good, rate_hz, layout="stereo", speakers="L R")),
                ("album=True", ValueError, lambda: gainstage.album_integrated_lufs([gainstage.Meter(rate_hz, 2)])),
                ("made for 1", ValueError, lambda: gainstage.Meter(rate_hz, 1).feed(good))]:
            with self.subTest(words), self.assertRaisesRegex(kind, words):
                call()

    def test_threads_measure_side_by_side_and_may_share_a_meter(self):
        samples = numpy.tile(noise(rate_hz), (5, 1))
        meter = gainstage.Meter(rate_hz, 2)
        own = [None] * 4

        def work(index):
            own[index] = gainstage.measure(samples, rate_hz).integrated_lufs
            meter.feed(samples)

        threads = [threading.Thread(target=work, args=(index,)) for index in range(len(own))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(set(own)), 1)
        self.assertEqual(meter.read().frames, len(samples) * len(own))


unittest.main()
