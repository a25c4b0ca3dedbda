// SPDX-License-Identifier: MIT
// A JACK server that changes its sample rate while it runs, as jackd can't, but JACK can (another
// driver becomes its master): switching_jackd NAME PERIOD_FRAMES. At 48 kHz on the dummy driver, at
// 44.1 kHz after the first byte on its standard input, and it ends after the next one.
#include <jack/control.h>
#include <jack/jslist.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <unistd.h>

namespace {

void set(const JSList* parameters, const std::string& name, jackctl_parameter_value value) {
    for (const JSList* entry = parameters; entry != nullptr; entry = entry->next) {
        auto* const parameter = static_cast<jackctl_parameter_t*>(entry->data);
        if (name == jackctl_parameter_get_name(parameter)) {
            jackctl_parameter_set_value(parameter, &value);
        }
    }
}

jackctl_parameter_value number(unsigned value) {
    jackctl_parameter_value out{};
    out.ui = value;
    return out;
}

jackctl_parameter_value choice(bool value) {
    jackctl_parameter_value out{};
    out.b = value;
    return out;
}

jackctl_parameter_value text(const char* value) {
    jackctl_parameter_value out{};
    std::strncpy(out.str, value, sizeof out.str - 1);
    return out;
}

jackctl_driver_t* dummy_driver(jackctl_server_t* server) {
    for (const JSList* entry = jackctl_server_get_drivers_list(server); entry != nullptr;
         entry = entry->next) {
        auto* const driver = static_cast<jackctl_driver_t*>(entry->data);
        if (std::strcmp(jackctl_driver_get_name(driver), "dummy") == 0) {
            return driver;
        }
    }
    return nullptr;
}

/// false: nobody is there any more.
bool is_told() {
    char byte = 0;
    return read(STDIN_FILENO, &byte, 1) == 1;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        return 2;
    }
    jackctl_server_t* const server =
        jackctl_server_create2([](const char*) { return false; }, [](const char*) {}, nullptr);
    jackctl_driver_t* const driver = server != nullptr ? dummy_driver(server) : nullptr;
    if (driver == nullptr) {
        return 1;
    }
    const JSList* const options = jackctl_server_get_parameters(server);
    set(options, "name", text(argv[1]));
    set(options, "realtime", choice(false));
    set(options, "sync", choice(true));
    set(options, "client-timeout", number(20000)); // ms
    const JSList* const of_driver = jackctl_driver_get_parameters(driver);
    set(of_driver, "rate", number(48000));
    set(of_driver, "period", number(static_cast<unsigned>(std::atoi(argv[2]))));
    bool works = jackctl_server_open(server, driver) && jackctl_server_start(server);
    if (works && is_told()) {
        set(of_driver, "rate", number(44100));
        works = jackctl_server_switch_master(server, driver);
        is_told();
    }
    jackctl_server_stop(server);
    jackctl_server_close(server);
    jackctl_server_destroy(server);
    return works ? 0 : 1;
}
