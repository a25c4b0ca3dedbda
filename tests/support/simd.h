// SPDX-License-Identifier: MIT
// for_each_simd_target: runs a test once for every SIMD target that was built and that this machine
// has.
#pragma once

#include <catch2/catch.hpp>
#include <hwy/targets.h>

namespace gainstage::test {

template <typename Function>
void for_each_simd_target(Function&& function) {
    const auto choose = [](std::int64_t targets) {
        hwy::SetSupportedTargetsForTest(targets);
        hwy::GetChosenTarget().DeInit(); // the next dispatch chooses anew
    };
    choose(0);
    for (const std::int64_t target : {HWY_SSSE3, HWY_SSE4, HWY_AVX2, HWY_AVX3, HWY_NEON}) {
        choose(0);
        if ((hwy::SupportedTargets() & target) != 0) {
            INFO("SIMD target " << hwy::TargetName(target));
            choose(target);
            function();
        }
    }
    choose(0);
}

} // namespace gainstage::test
