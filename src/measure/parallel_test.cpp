// SPDX-License-Identifier: MIT
#include "measure/parallel.h"

#include <catch2/catch.hpp>

#include <set>
#include <stdexcept>

using gainstage::measure::parallel_for;

TEST_CASE("parallel_for: each job once, for any numbers of jobs and threads") {
    const std::size_t count = GENERATE(0u, 1u, 2u, 7u, 1000u);
    const int threads = GENERATE(-1, 0, 1, 2, 16);
    std::vector<std::atomic<int>> runs(count);
    parallel_for(count, threads, [&](std::size_t index) { runs[index] += 1; });
    CHECK(std::ranges::all_of(runs, [](const auto& run) { return run == 1; }));
}

TEST_CASE("parallel_for: one thread is the caller's own, in order") {
    std::vector<std::size_t> order;
    std::set<std::thread::id> threads;
    parallel_for(5, 1, [&](std::size_t index) {
        order.push_back(index);
        threads.insert(std::this_thread::get_id());
    });
    CHECK(order == std::vector<std::size_t>{0, 1, 2, 3, 4});
    CHECK(threads == std::set{std::this_thread::get_id()});
}

TEST_CASE("parallel_for: what a job throws arrives here, and no job begins after it") {
    const int threads = GENERATE(1, 3);
    std::atomic<int> begun{0};
    const auto job = [&](std::size_t index) {
        begun += 1;
        if (index == 2) {
            throw std::runtime_error("the third");
        }
    };
    CHECK_THROWS_WITH(parallel_for(100'000, threads, job), "the third");
    if (threads == 1) { // with more, the others may have begun any number before it was thrown
        CHECK(begun == 3);
    }
}
