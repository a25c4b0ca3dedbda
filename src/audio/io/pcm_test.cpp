// SPDX-License-Identifier: MIT
#include "audio/io/pcm.h"

#include "audio/buffer.h"
#include "support/simd.h"

#include <catch2/catch.hpp>

#include <bit>
#include <random>
#include <vector>

using namespace gainstage::audio;
using io::PcmEncoding;
using io::PcmFormat;

TEST_CASE("PCM: every encoding, number of channels and length as the scalar sibling") {
    std::mt19937 random(7);
    gainstage::test::for_each_simd_target([&] {
        for (const auto encoding :
             {PcmEncoding::int16, PcmEncoding::int24, PcmEncoding::int32, PcmEncoding::float32}) {
            for (const bool big_endian : {false, true}) {
                for (const int channels : {1, 2, 3, 6}) {
                    for (const std::size_t frames : {0u, 1u, 3u, 4u, 5u, 8u, 31u, 100u}) {
                        const PcmFormat format{encoding, big_endian};
                        const std::size_t bytes =
                            frames * static_cast<std::size_t>(channels) * format.bytes_a_sample();
                        std::vector<std::uint8_t> in(bytes + io::pcm_beyond);
                        for (auto& byte : in) {
                            byte = static_cast<std::uint8_t>(random());
                        }
                        AudioBuffer fast(channels, frames);
                        AudioBuffer exact(channels, frames);
                        io::convert_pcm(format, in.data(), fast.view());
                        io::convert_pcm_scalar(format, in.data(), exact.view());
                        for (int c = 0; c < channels; ++c) {
                            for (std::size_t n = 0; n < frames; ++n) { // NaN payloads too
                                REQUIRE(std::bit_cast<std::uint32_t>(fast.channel(c)[n]) ==
                                        std::bit_cast<std::uint32_t>(exact.channel(c)[n]));
                            }
                        }
                    }
                }
            }
        }
    });
}

TEST_CASE("PCM: known samples") {
    AudioBuffer out(1, 3);
    std::vector<std::uint8_t> in = {0x00, 0x00, 0x80, 0xFF, 0xFF, 0x7F, 0x01, 0x00, 0x00};
    in.resize(in.size() + io::pcm_beyond);
    io::convert_pcm({PcmEncoding::int24, false}, in.data(), out.view());
    CHECK(out.channel(0)[0] == -1.0f);
    CHECK(out.channel(0)[1] == 8388607.0f / 8388608.0f);
    CHECK(out.channel(0)[2] == 1.0f / 8388608.0f);
    io::convert_pcm({PcmEncoding::int16, true}, in.data(), out.view());
    CHECK(out.channel(0)[1] == -32513.0f / 32768.0f); // 0x80FF
}

TEST_CASE("PCM: a decoder's integers, the same on every SIMD target") {
    std::vector<std::int32_t> in;
    for (int n = 0; n < 100; ++n) {
        in.push_back((n % 2 == 0 ? 1 : -1) * (n * 84713 + 1));
    }
    in.front() = -(1 << 23);
    in.back() = (1 << 23) - 1;
    gainstage::test::for_each_simd_target([&] {
        for (std::size_t samples = 0; samples <= in.size(); ++samples) {
            std::vector<float> out(samples + 1, 7.0f);
            io::scale_ints(in.data(), 0x1p-23f, std::span(out).first(samples));
            for (std::size_t n = 0; n < samples; ++n) {
                REQUIRE(out[n] == static_cast<float>(in[n] / 8388608.0));
            }
            REQUIRE(out.back() == 7.0f);
        }
    });
}
