#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The library as others meet it: installed into a folder of its own, found by CMake, pkg-config and Python, its examples
built and run, their figures beside those of the program.

usage: installed_test.py CMAKE BUILD_FOLDER SOURCE_FOLDER PROGRAM PYTHON_FOLDER
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import numpy

cmake, build, source, program, python_folder = sys.argv[1:6]
examples = pathlib.Path(source, "examples", "library")
rate_hz = 44100


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout.decode()}{done.stderr.decode()}")
    return done.stdout


def programme():
    """Three seconds of stereo with a level that moves, as frames x channels."""
    noise = numpy.random.default_rng(11).standard_normal((3 * rate_hz, 2))
    swell = 0.06 + 0.05 * numpy.sin(2 * numpy.pi * 0.7 * numpy.arange(len(noise)) / rate_hz)
    return (noise * swell[:, None]).clip(-1, 1).astype("<f4")


def write_float_wav(path, samples):
    data, channels = samples.tobytes(), samples.shape[1]
    fields = [(3, 2), (channels, 2), (rate_hz, 4), (rate_hz * channels * 4, 4), (channels * 4, 2), (32, 2)]
    form = b"".join(value.to_bytes(size, "little") for value, size in fields)
    body = b"WAVEfmt " + len(form).to_bytes(4, "little") + form + b"data" + len(data).to_bytes(4, "little") + data
    path.write_bytes(b"RIFF" + len(body).to_bytes(4, "little") + body)


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="gainstage-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.prefix = cls.folder / "a prefix"
        for component in ("library", "python"):
            run(cmake, "--install", build, "--component", component, "--prefix", cls.prefix)
        cls.libraries = next(cls.prefix.rglob("libgainstage.so")).parent
        cls.samples = programme()
        write_float_wav(cls.folder / "programme.wav", cls.samples)
        cls.levels = json.loads(run(program, "meter", "--json", cls.folder / "programme.wav"))["files"][0]
        # What a package manager would do for the user.
        cls.environment = dict(os.environ, LD_LIBRARY_PATH=str(cls.libraries),
                               PKG_CONFIG_PATH=str(cls.libraries / "pkgconfig"),
                               PYTHONPATH=str(cls.prefix / python_folder))

    def assert_same_figures(self, *command):
        out = run(*command, rate_hz, 2, input=self.samples.tobytes(), env=self.environment).decode()
        numbers = [float(number) for number in re.findall(r"(-?\d+\.\d+) ", out)]
        keys = ("integrated_lufs", "true_peak_dbtp", "rms_aes17_dbfs")
        self.assertEqual(len(numbers), len(keys), out)
        for number, key in zip(numbers, keys):
            self.assertAlmostEqual(number, self.levels[key], delta=0.00501, msg=key)  # they print two decimals

    def test_the_examples_build_with_find_package_and_agree_with_the_program(self):
        folder = self.folder / "with_cmake"
        run(cmake, "-S", examples, "-B", folder, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={self.prefix}")
        run(cmake, "--build", folder)
        for example in ("loudness_cpp", "loudness_c"):
            with self.subTest(example):
                self.assert_same_figures(folder / example)

    def test_the_examples_build_with_pkg_config_and_agree_with_the_program(self):
        for compiler, package, name in (("gcc", "gainstage", "loudness.c"),
                                        ("g++ -std=c++20", "gainstage-meter", "loudness.cpp")):
            with self.subTest(name):
                out = self.folder / (name + ".out")
                strict = "-Wall -Wextra -Werror" + (" -std=c99 -pedantic" if name.endswith(".c") else "")
                # The shell, as a user would: a prefix with a space stays one word in what pkg-config says.
                run("sh", "-c", f'eval "{compiler} {strict} \\"$1\\" $(pkg-config --cflags --libs {package}) -o \\"$2\\""',
                    "sh", examples / name, out, env=self.environment)
                self.assert_same_figures(out)

    def test_the_python_example_agrees_with_the_program(self):
        self.assert_same_figures(sys.executable, examples / "loudness.py")

    def test_python_gives_every_number_that_the_program_gives(self):
        code = ("import dataclasses, gainstage, numpy, json, sys\n"
                "x = numpy.frombuffer(sys.stdin.buffer.read(), '<f4').reshape(-1, 2)\n"
                f"m = dataclasses.asdict(gainstage.measure(x, {rate_hz}))\n"
                "del m['history'], m['spectrum'], m['momentary_lufs'], m['short_term_lufs']\n"
                "print(json.dumps(m))")
        mine = json.loads(run(sys.executable, "-c", code, input=self.samples.tobytes(), env=self.environment))
        theirs = {key: value for key, value in self.levels.items() if key not in ("path", "container", "codec")}
        # What has to be asked for is None in Python and no key in JSON.
        self.assertEqual({key for key in mine if mine[key] is not None} - set(theirs), set())
        for here, there in zip(mine["channels_detail"], theirs["channels_detail"]):
            there.update({key: None for key in here if key not in there and here[key] is None})
        self.assertEqual(mine, {key: theirs.get(key) for key in mine})
        self.assertGreater(len(mine), 20)

    def test_the_shared_library_shows_the_c_interface_and_nothing_else(self):
        symbols = run("nm", "-D", "--defined-only", self.libraries / "libgainstage.so").decode().split("\n")
        names = {line.split()[2].split("@")[0] for line in symbols if " T " in line or " W " in line or " B " in line}
        header = (self.prefix / "include" / "gainstage.h").read_text()
        self.assertEqual(names, set(re.findall(r"\b(gs_\w+)\(", re.sub(r"//.*", "", header))))

    def test_what_is_installed_links_nothing_but_permissive_libraries(self):
        for library in [*self.prefix.rglob("*.so")]:
            needed = re.findall(r"NEEDED.*\[(\w+)", run("readelf", "-d", library).decode())
            self.assertLessEqual(set(needed), {"libhwy", "libstdc", "libm", "libgcc_s", "libc", "ld"}, library)


unittest.main(argv=[sys.argv[0]])
