// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "master/drive_search.h"

#include <cmath>
#include <functional>

using namespace gainstage;
using master::DriveSearch;
using master::Trial;

namespace {

/// A programme of -20 LUFS with 6 dB of room, whose loudness then grows by `slope` at worst: softly
/// bent in between.
struct Model {
    double bend_db = 4.0;
    double slope = 0.3;
    double clean_db = 100.0;

    [[nodiscard]] Trial at(Gain drive) const {
        const double over = std::max(drive.db() - 6.0, 0.0);
        const double lost = (1.0 - slope) * (over - bend_db * (1.0 - std::exp(-over / bend_db)));
        const double reduction = over * over / (over + 1.0);
        return {drive, Lufs{-20.0 + drive.db() - lost}, Gain::from_db(reduction - clean_db)};
    }
};

struct Outcome {
    Trial best;
    bool reached;
    std::size_t trials;
};

Outcome search(const Model& model, double target_lufs) {
    DriveSearch search(model.at(Gain::from_db(6.0)), Lufs{target_lufs});
    std::size_t trials = 0;
    while (const auto drive = search.next()) {
        search.add(model.at(*drive));
        ++trials;
    }
    return {search.best(), search.reached(), trials};
}

} // namespace

TEST_CASE("drive search: 1 to 12 dB of limiting are found within 0.02 LU in at most four trials") {
    for (const double target : {-13.5, -13.0, -12.0, -10.0, -8.0, -5.0}) {
        const auto outcome = search({}, target);
        CAPTURE(target, outcome.trials);
        CHECK(std::abs(outcome.best.integrated.db() - target) <= 0.02);
        CHECK(outcome.reached);
        CHECK(outcome.trials <= 4);
    }
}

TEST_CASE(
    "drive search: where the limiter would work too hard, the answer is the loudest clean drive") {
    Model model;
    model.clean_db = 3.0;
    const auto outcome = search(model, -6.0);
    CHECK_FALSE(outcome.reached);
    CHECK(outcome.best.strain.db() <= 0.0);
    CHECK(outcome.best.strain.db() >= -0.1);
    CHECK(outcome.trials <= 6);
    CHECK(search(model, -12.5).reached); // and what is within reach is reached
}

TEST_CASE("drive search: any growing loudness ends in ten trials, at a clean drive that is not too "
          "loud") {
    rc::prop("ends", [] {
        Model model;
        model.bend_db = *rc::gen::inRange(1, 100) / 10.0;
        model.slope = *rc::gen::inRange(0, 100) / 100.0;
        model.clean_db = *rc::gen::inRange(1, 200) / 10.0;
        const double target = -14.0 + *rc::gen::inRange(1, 300) / 10.0;
        const auto outcome = search(model, target);
        RC_ASSERT(outcome.trials <= DriveSearch::most_trials);
        RC_ASSERT(outcome.best.strain.db() <= 0.0);
        RC_ASSERT(outcome.best.integrated.db() <= target + 0.1);
    });
}
