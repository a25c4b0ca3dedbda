// SPDX-License-Identifier: MIT
// SharedLibrary: a library that is loaded when it is first needed: codecs and what speaks to sound
// cards bring many others, which no other verb should wait for; and a machine without them has the
// rest.
#pragma once

#include <dlfcn.h>

namespace gainstage::audio {

class SharedLibrary {
public:
    explicit SharedLibrary(const char* name) : handle_(dlopen(name, RTLD_NOW | RTLD_LOCAL)) {}

    template <typename Function>
    [[nodiscard]] bool get(const char* name, Function& function) const noexcept {
        void* const found = handle_ == nullptr ? nullptr : dlsym(handle_, name);
        function = reinterpret_cast<Function>(found); // what POSIX has dlsym() for
        return found != nullptr;
    }

private:
    void* handle_; // stays loaded
};

} // namespace gainstage::audio
