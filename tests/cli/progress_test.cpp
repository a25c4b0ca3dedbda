// SPDX-License-Identifier: MIT
// How far long work is, as somebody at a terminal sees it.
#include <catch2/catch.hpp>

#include "support/program.h"
#include "support/signals.h"
#include "support/temporary_folder.h"
#include "support/write_stem.h"

#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <unistd.h>

using namespace gainstage;
using test::Run;

namespace {

/// What was written to a terminal's other end, once nobody has it open.
std::string shown_on(int terminal) {
    std::string text;
    char buffer[4096];
    for (ssize_t got = 0; (got = read(terminal, buffer, sizeof buffer)) > 0;) {
        text.append(buffer, static_cast<std::size_t>(got));
    }
    return text;
}

} // namespace

TEST_CASE("progress: a bar on a terminal only, which is left clean") {
    const test::TemporaryFolder folder;
    const std::string file = (folder.path() / "a.wav").string();
    // A minute takes several times as long as the line waits before it is drawn.
    test::write_stem(file, test::planar(test::sine(997.0, 0.25, 60 * 48000, 48000.0), 2));
    const int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    REQUIRE(terminal >= 0);
    REQUIRE(grantpt(terminal) == 0);
    REQUIRE(unlockpt(terminal) == 0);
    const std::string name = ptsname(terminal);

    const Run on_terminal = test::run_gainstage(
        {"take", file},
        {.before_exec = [&] { dup2(open(name.c_str(), O_WRONLY | O_NOCTTY), STDERR_FILENO); }});
    CHECK(on_terminal.exit_code == 0);
    const std::string shown = shown_on(terminal);
    close(terminal);
    CAPTURE(shown);
    CHECK(shown.find("\rlistening [") != std::string::npos);
    CHECK(shown.find(" %, ") != std::string::npos);
    CHECK(shown.find(" s left\033[K") != std::string::npos);
    CHECK(shown.ends_with("\r\033[K"));

    const Run elsewhere = test::run_gainstage({"take", file});
    CHECK(elsewhere.exit_code == 0);
    CHECK(elsewhere.err.empty());
    CHECK(elsewhere.out == on_terminal.out);
}
