// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "support/signals.h"
#include "take/exposure.h"

#include <numeric>

using namespace gainstage;
using take::Exposure;
using verdict::Zone;

namespace {

Exposure exposed(const std::vector<float>& peaks,
                 std::optional<DbfsRmsMath> floor = std::nullopt,
                 Dbfs clip = Dbfs{0.0}) {
    return take::expose(peaks, Seconds{0.05}, floor, clip, verdict::Targets::built_in());
}

double share(const Exposure& exposure, Zone zone) {
    return exposure.zone_share[static_cast<std::size_t>(zone)];
}

} // namespace

TEST_CASE("exposure: a quarter of the time in each zone") {
    std::vector<float> peaks;
    for (const double level_db : {-80.0, -20.0, -3.0, 0.0}) {
        peaks.insert(peaks.end(), 25, static_cast<float>(test::linear(level_db)));
    }
    const Exposure exposure = exposed(peaks, DbfsRmsMath{-90.0});
    for (const Zone zone : {Zone::noise, Zone::target, Zone::hot, Zone::clip}) {
        CHECK(share(exposure, zone) == Approx(0.25));
    }
    CHECK(exposure.histogram.front() == Approx(0.25));
    CHECK(exposure.histogram.back() == Approx(0.25));
    CHECK(std::accumulate(exposure.histogram.begin(), exposure.histogram.end(), 0.0) ==
          Approx(1.0));
    CHECK(exposure.near_noise.db() == Approx(-72.0));
}

TEST_CASE("exposure: what clipped before the converter is red at its own level") {
    const std::vector<float> peaks(100, static_cast<float>(test::linear(-11.0)));
    CHECK(share(exposed(peaks), Zone::target) == 1.0);
    CHECK(share(exposed(peaks, std::nullopt, Dbfs{-11.0}), Zone::clip) == 1.0);
}

TEST_CASE("exposure: the level over time keeps its highest peak, however long") {
    std::vector<float> peaks(100000, 0.01f);
    peaks[77777] = 0.7f;
    const Exposure exposure = exposed(peaks);
    CHECK(exposure.moments.size() <= Exposure::most_moments);
    const auto highest = std::ranges::max_element(exposure.moments);
    CHECK(highest->db() == Approx(20.0 * std::log10(0.7)).margin(1e-3));
    const double at_s =
        static_cast<double>(highest - exposure.moments.begin()) * exposure.moment.value();
    CHECK(at_s == Approx(77777 * 0.05).margin(exposure.moment.value()));
}

TEST_CASE("exposure: silence and nothing have no zones") {
    for (const std::vector<float>& peaks : {std::vector<float>{}, std::vector<float>(50)}) {
        const Exposure exposure = exposed(peaks);
        for (const double part : exposure.zone_share) {
            CHECK(part == 0.0);
        }
        CHECK(exposure.moments.size() == peaks.size());
    }
}
