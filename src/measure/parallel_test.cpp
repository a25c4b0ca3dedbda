// SPDX-License-Identifier: MIT
#include "measure/parallel.h"

#include <catch2/catch.hpp>

#include <set>
#include <stdexcept>

using gainstage::measure::parallel_for;
using gainstage::measure::parallel_in_order;
using gainstage::measure::parallel_map;

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

TEST_CASE("parallel_map: what the jobs return, in their order") {
    const int threads = GENERATE(1, 3);
    const auto squares = parallel_map(100, threads, [](std::size_t i) { return i * i; });
    REQUIRE(squares.size() == 100);
    for (std::size_t i = 0; i < squares.size(); ++i) {
        CHECK(squares[i] == i * i);
    }
    CHECK(parallel_map(0, threads, [](std::size_t i) { return i; }).empty());
}

TEST_CASE("parallel_in_order: delivered in order, one at a time, and never many waiting") {
    const int threads = GENERATE(1, 2, 7);
    const std::size_t count = GENERATE(0u, 1u, 1000u);
    std::atomic<std::size_t> begun{0};
    std::atomic<int> inside{0};
    std::size_t delivered = 0;
    std::size_t most_ahead = 0;
    parallel_in_order(
        count, threads,
        [&](std::size_t index) {
            ++begun;
            if (index % 17 == 0) { // some take longer
                std::this_thread::yield();
            }
            return std::to_string(index);
        },
        [&](std::size_t index, std::string value) {
            const int others = inside++;
            REQUIRE(others == 0);
            REQUIRE(index == delivered);
            REQUIRE(value == std::to_string(index));
            most_ahead = std::max(most_ahead, begun.load() - delivered);
            ++delivered;
            --inside;
        });
    CHECK(delivered == count);
    CHECK(most_ahead <= 64 + 7);
}

TEST_CASE("parallel_in_order: what a job or a delivery throws arrives here, and nobody hangs") {
    const int threads = GENERATE(1, 3);
    const bool in_job = GENERATE(true, false);
    const auto act = [&](bool here, std::size_t index) {
        if (here && index == 5) {
            throw std::runtime_error("the sixth");
        }
        return index;
    };
    CHECK_THROWS_WITH(parallel_in_order(
                          10'000, threads, [&](std::size_t i) { return act(in_job, i); },
                          [&](std::size_t i, std::size_t) { act(!in_job, i); }),
                      "the sixth");
}
