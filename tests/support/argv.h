// SPDX-License-Identifier: MIT
// argv_of: a program's arguments as execv wants them.
#pragma once

#include <string>
#include <vector>

namespace gainstage::test {

/// Points into `arguments`, the program's name first; a null pointer ends it.
inline std::vector<char*> argv_of(std::vector<std::string>& arguments) {
    std::vector<char*> argv;
    for (std::string& argument : arguments) {
        argv.push_back(argument.data());
    }
    argv.push_back(nullptr);
    return argv;
}

} // namespace gainstage::test
