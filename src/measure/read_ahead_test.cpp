// SPDX-License-Identifier: MIT
#include "measure/read_ahead.h"

#include "measure/measure.h"
#include "support/run_tool.h"
#include "support/signals.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"

#include <catch2/catch.hpp>

#include <stdexcept>

using namespace gainstage;

namespace {

/// Counts upwards in blocks of changing length, then an error, an exception or the end.
class Counting final : public audio::io::Source {
public:
    enum class End { quiet, error, thrown };

    Counting(std::size_t length, End end) : length_(length), end_(end) {
        info_.layout = audio::ChannelLayout::default_for(2);
    }

    [[nodiscard]] const audio::io::StreamInfo& info() const noexcept override { return info_; }

    Result<std::size_t> read(audio::AudioView out) override {
        if (at_ == length_ && end_ == End::error) {
            return Error{ErrorKind::unreadable, "x", "breaks off", "copy it"};
        }
        if (at_ == length_ && end_ == End::thrown) {
            throw std::runtime_error("out of order");
        }
        const std::size_t count = std::min({out.frames(), length_ - at_, 1 + at_ % 20'011});
        for (std::size_t n = 0; n < count; ++n, ++at_) {
            out.channel(0)[n] = static_cast<float>(at_);
            out.channel(1)[n] = -static_cast<float>(at_);
        }
        return count;
    }

private:
    audio::io::StreamInfo info_;
    std::size_t length_;
    End end_;
    std::size_t at_ = 0;
};

} // namespace

TEST_CASE("read ahead: every frame in its order, in blocks of any length, then what ended it") {
    for (const Counting::End end :
         {Counting::End::quiet, Counting::End::error, Counting::End::thrown}) {
        for (const std::size_t length : {0u, 1u, 16'384u, 200'000u}) {
            Counting source(length, end);
            measure::ReadAhead ahead(source);
            audio::AudioBuffer block(2, 5000);
            std::size_t at = 0;
            while (at < length) {
                const auto read = ahead.read(block.view().first(1 + at % 5000));
                REQUIRE(read);
                REQUIRE(*read > 0);
                for (std::size_t n = 0; n < *read; ++n, ++at) {
                    REQUIRE(block.channel(0)[n] == static_cast<float>(at));
                    REQUIRE(block.channel(1)[n] == -static_cast<float>(at));
                }
            }
            for (int again = 0; again < 2; ++again) {
                if (end == Counting::End::thrown) {
                    CHECK_THROWS_AS(ahead.read(block.view()), std::runtime_error);
                } else if (end == Counting::End::error) {
                    CHECK(ahead.read(block.view()).error().what == "breaks off");
                } else {
                    CHECK(*ahead.read(block.view()) == 0);
                }
            }
        }
    }
}

TEST_CASE("read ahead: given up in the middle, it stops") {
    Counting source(std::size_t{1} << 40, Counting::End::quiet);
    measure::ReadAhead ahead(source);
    audio::AudioBuffer block(2, 100);
    CHECK(*ahead.read(block.view()) == 100);
}

TEST_CASE("read ahead: a file that can't be cut reads the same on two threads") {
    const test::TemporaryFolder folder;
    test::write_stem(folder.path() / "a.wav",
                     test::planar(test::programme(480'000, test::Seed{8}), 2));
    const auto file = folder.path() / "a.m4a";
    test::encode(folder.path() / "a.wav", "-c:a aac", file);
    std::vector<meter::Measurement> both;
    for (const int threads : {1, 2}) {
        measure::measure_each({file}, threads, {}, {}, [&](std::size_t, auto result) {
            REQUIRE(result.ok());
            both.push_back(std::move(result->measurement));
        });
    }
    CHECK(both.at(0).frames == both.at(1).frames);
    for (const meter::ReadingSpec* reading : meter::Bridge::readings()) {
        CAPTURE(reading->key);
        CHECK(both[0].value(reading->key) == both[1].value(reading->key));
    }
}
