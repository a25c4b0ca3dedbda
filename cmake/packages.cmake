# Every library, found once and given one target name. All are Debian 12 packages, listed in tools/setup.
find_package(PkgConfig REQUIRED)
find_package(hwy REQUIRED)
find_package(fmt REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Catch2 2 REQUIRED)
find_package(rapidcheck REQUIRED)
find_package(benchmark REQUIRED)
find_package(Threads REQUIRED)
find_program(NGSPICE ngspice REQUIRED) # tests only: the circuit simulator that room circuit is held to
# Debian's own Python, for its NumPy: another one first in PATH would be found otherwise.
if(NOT DEFINED Python3_EXECUTABLE AND EXISTS /usr/bin/python3)
    set(Python3_EXECUTABLE /usr/bin/python3)
endif()
find_package(Python3 REQUIRED COMPONENTS Interpreter Development.Module)
set(PYBIND11_NOPYTHON ON) # its headers are all we need; it would look for a Python of its own
find_package(pybind11 REQUIRED)

function(package_from_pkg_config name)
    pkg_check_modules(${name} REQUIRED IMPORTED_TARGET GLOBAL ${ARGN})
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE PkgConfig::${name})
endfunction()

package_from_pkg_config(sndfile sndfile)
package_from_pkg_config(flac flac)
# Headers only: the libraries are loaded when the first file needs them (audio/io/libav_library.h).
pkg_check_modules(libav_headers REQUIRED libavformat libavcodec libavutil)
add_library(libav INTERFACE)
target_include_directories(libav SYSTEM INTERFACE ${libav_headers_INCLUDE_DIRS})
target_link_libraries(libav INTERFACE ${CMAKE_DL_LIBS})
package_from_pkg_config(taglib taglib)
# Headers only, likewise (audio/shared_library.h).
package_from_pkg_config(jack jack) # linked by tests only
find_library(JACKSERVER jackserver REQUIRED) # likewise
add_library(jackserver INTERFACE)
target_include_directories(jackserver SYSTEM INTERFACE ${jack_INCLUDE_DIRS})
target_link_libraries(jackserver INTERFACE ${JACKSERVER})
pkg_check_modules(rtaudio_headers REQUIRED rtaudio)
add_library(live_headers INTERFACE)
target_include_directories(live_headers SYSTEM INTERFACE ${jack_INCLUDE_DIRS} ${rtaudio_headers_INCLUDE_DIRS})
package_from_pkg_config(alsa alsa) # tests only: a sound card of their own
find_program(JACKD jackd REQUIRED) # tests only: what they listen to
find_program(PULSEAUDIO pulseaudio REQUIRED) # likewise
find_program(PAPLAY paplay REQUIRED)
package_from_pkg_config(soxr soxr)
package_from_pkg_config(fftw fftw3f)
package_from_pkg_config(eigen eigen3)
package_from_pkg_config(libebur128 libebur128) # tests and benchmarks only: the peer we compare with
