// SPDX-License-Identifier: MIT
// Every process() of a meter or processor, under the allocation trap, at 0, 1 and max_frames
// frames.
#include <catch2/catch.hpp>

#include "support/realtime.h"
#include "support/signals.h"

#include <memory>

using namespace gainstage;

TEST_CASE("the trap catches an allocation, and nothing where there is none") {
    int caught = 0;
    {
        test::RealtimeScope scope;
        auto* volatile block = new int(1);
        delete block;
        caught = scope.violations();
    }
    CHECK(caught == 2);
    {
        test::RealtimeScope scope;
        volatile int sum = 0;
        sum = sum + 1;
        caught = scope.violations();
    }
    CHECK(caught == 0);
}
