// SPDX-License-Identifier: MIT
// Any text as each of the TOML documents that users write: a session, targets, rules, roles, gear.
#include "circuit/gear.h"
#include "mix/roles.h"
#include "mix/session.h"
#include "verdict/finding.h"
#include "verdict/target.h"

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>

using namespace gainstage;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 5) { // the first byte chooses; corpora begin with a digit
    case 0:
        (void)verdict::Targets::parse(text, "fuzz.toml");
        break;
    case 1:
        (void)verdict::Rules::parse(text, "fuzz.toml");
        break;
    case 2:
        (void)mix::Roles::parse(text, "fuzz.toml");
        break;
    case 3:
        (void)circuit::GearLibrary::parse(text, "fuzz.toml");
        break;
    default: {
        static const std::filesystem::path file = [] {
            std::string folder =
                (std::filesystem::temp_directory_path() / "gainstage-fuzz-XXXXXX").string();
            if (mkdtemp(folder.data()) == nullptr) {
                std::abort();
            }
            return std::filesystem::path(folder) / "session.toml";
        }();
        std::ofstream(file, std::ios::binary) << text;
        (void)mix::load_session(file);
    }
    }
    return 0;
}
