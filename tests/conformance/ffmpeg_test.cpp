// SPDX-License-Identifier: MIT
// The bridge beside FFmpeg's filters ebur128 and astats on the same samples, within what they
// print.
#include <catch2/catch.hpp>

#include "meter/loudness.h"
#include "meter/rms.h"
#include "meter/sample_peak.h"
#include "meter/true_peak.h"
#include "support/measured.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <unistd.h>

using namespace gainstage;
using namespace gainstage::meter;

namespace {

std::string output_of(const std::string& command) {
    std::string text;
    std::array<char, 4096> piece{};
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    while (pipe &&
           std::fgets(piece.data(), static_cast<int>(piece.size()), pipe.get()) != nullptr) {
        text += piece.data();
    }
    return text;
}

/// The number after the last `label`.
double number_after(const std::string& text, const std::string& label) {
    const std::size_t at = text.rfind(label);
    INFO("looking for '" << label << "' in:\n" << text);
    REQUIRE(at != std::string::npos);
    return std::stod(text.substr(at + label.size()));
}

} // namespace

TEST_CASE("FFmpeg: ebur128 and astats agree within their resolution") {
    const int channels = GENERATE(1, 2);
    std::vector<std::vector<float>> signals;
    for (int c = 0; c < channels; ++c) {
        signals.push_back(
            test::programme(20 * 48000, test::Seed{50 + static_cast<std::uint64_t>(c)}, 0.7));
        for (std::size_t n = 0; n < signals.back().size(); ++n) {
            signals.back()[n] *=
                static_cast<float>(test::linear(5.0 * std::sin(static_cast<double>(n) / 48000.0)));
        }
    }
    const auto audio = test::planar(signals);
    const auto file = std::filesystem::temp_directory_path() /
                      ("gainstage_ffmpeg_" + std::to_string(getpid()) + ".f32");
    {
        std::ofstream out(file, std::ios::binary);
        for (std::size_t n = 0; n < audio.frames(); ++n) {
            for (int c = 0; c < channels; ++c) {
                out.write(reinterpret_cast<const char*>(&audio.channel(c)[n]), sizeof(float));
            }
        }
    }
    const std::string input = "ffmpeg -nostdin -hide_banner -nostats -f f32le -ar 48000 -ac " +
                              std::to_string(channels) + " -i '" + file.string() + "' -af ";
    const std::string loudness =
        output_of(input + "ebur128=peak=true+sample:framelog=verbose -f null - 2>&1");
    const std::string stats = output_of(input + "astats=measure_perchannel=none -f null - 2>&1");
    std::filesystem::remove(file);

    const Measurement m = test::measured(audio);
    // ebur128 prints tenths
    CHECK(m[integrated].db() == Approx(number_after(loudness, "    I:  ")).margin(0.06));
    CHECK(m[loudness_range].db() ==
          Approx(number_after(loudness, "LRA:  ")).margin(0.15)); // it counts unfilled windows too
    const std::size_t true_peak_at = loudness.rfind("True peak:");
    REQUIRE(true_peak_at != std::string::npos);
    CHECK(m[true_peak].db() ==
          Approx(number_after(loudness.substr(true_peak_at), "Peak:")).margin(0.15));
    // astats prints six digits
    CHECK(m[sample_peak].db() == Approx(number_after(stats, "Peak level dB:")).margin(1e-4));
    CHECK(m[rms].db() == Approx(number_after(stats, "RMS level dB:")).margin(1e-4));
}
