// SPDX-License-Identifier: MIT
#include "audio/io/spool.h"

#include "support/bytes_of.h"
#include "support/temporary_folder.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <thread>
#include <unistd.h>

using namespace gainstage;
using audio::io::Spool;

TEST_CASE("spool: everything that a pipe gives, gone with the object") {
    const std::size_t bytes = GENERATE(0u, 1u, 65'536u, 1'000'000u);
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    std::string sent(bytes, '\0');
    for (std::size_t i = 0; i < bytes; ++i) {
        sent[i] = static_cast<char>(i * 31);
    }
    std::jthread writer([&] {
        std::size_t done = 0;
        while (done < bytes) {
            done += static_cast<std::size_t>(::write(ends[1], sent.data() + done, bytes - done));
        }
        ::close(ends[1]);
    });
    std::filesystem::path path;
    {
        const auto spool = Spool::from(ends[0], "standard input");
        REQUIRE(spool);
        path = spool->path();
        CHECK(test::bytes_of(path) == sent);
    }
    CHECK_FALSE(std::filesystem::exists(path));
    ::close(ends[0]);
}

TEST_CASE("spool: what can't be read says so and leaves nothing") {
    const test::TemporaryFolder folder;
    const int descriptor = ::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY);
    const auto spool = Spool::from(descriptor, "standard input");
    REQUIRE_FALSE(spool);
    CHECK(spool.error().where == "standard input");
    ::close(descriptor);
}
