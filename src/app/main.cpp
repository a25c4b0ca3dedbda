// SPDX-License-Identifier: MIT
#include <fmt/core.h>

int main() {
    fmt::print("gainstage {}\n", GAINSTAGE_VERSION);
    return 0;
}
