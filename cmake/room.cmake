# room(NAME [USES rooms...] [LIBRARIES targets...]): the folder src/NAME as the library gainstage::NAME, from every
# .cpp in it but the tests, and its *_test.cpp files as one test program. USES is the whole list of rooms whose headers
# it may include (with theirs); it is also written to rooms.txt, which tests/layering compares with the includes.
set_property(GLOBAL PROPERTY GAINSTAGE_ROOMS "")

# The standard library and fmt, precompiled once for all rooms; position-independent, as some go into shared libraries.
# Every file still includes what it uses: a build with -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DCMAKE_UNITY_BUILD=OFF
# shows what doesn't.
set(common_headers <algorithm> <array> <atomic> <cmath> <complex> <cstdint> <cstring> <filesystem> <fstream> <functional>
    <limits> <map> <memory> <mutex> <numbers> <numeric> <optional> <set> <span> <string> <string_view> <utility> <vector>
    <fmt/format.h>)
add_library(room_headers STATIC "${CMAKE_SOURCE_DIR}/cmake/precompiled.cpp")
target_link_libraries(room_headers PRIVATE fmt::fmt gainstage_flags)
set_target_properties(room_headers PROPERTIES POSITION_INDEPENDENT_CODE ON)
target_precompile_headers(room_headers PRIVATE ${common_headers})

# Catch2's main and its precompiled header, compiled once for all test programs.
add_library(test_main STATIC "${CMAKE_SOURCE_DIR}/tests/support/main.cpp" "${CMAKE_SOURCE_DIR}/cmake/precompiled.cpp")
if(GAINSTAGE_SANITIZE) # Catch2 itself: a minute of the compiler's time, and not what is tested
    set_source_files_properties("${CMAKE_SOURCE_DIR}/tests/support/main.cpp" PROPERTIES
                                COMPILE_OPTIONS "-fno-sanitize=all" SKIP_PRECOMPILE_HEADERS ON)
endif()
target_link_libraries(test_main PUBLIC Catch2::Catch2 rapidcheck gainstage_flags)
target_include_directories(test_main PUBLIC "${CMAKE_SOURCE_DIR}/src" "${CMAKE_SOURCE_DIR}/tests")
target_precompile_headers(test_main PRIVATE ${common_headers} <catch2/catch.hpp> <rapidcheck/catch.h>)
set_source_files_properties("${CMAKE_SOURCE_DIR}/tests/support/main.cpp" PROPERTIES SKIP_PRECOMPILE_HEADERS ON
                            SKIP_UNITY_BUILD_INCLUSION ON)

function(test_program name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES;LABELS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE test_main test_support ${ARG_LIBRARIES})
    # A header of this size compiled once, not once a program; its templates once for some files.
    set_target_properties(${name} PROPERTIES PRECOMPILE_HEADERS_REUSE_FROM test_main)
    include(Catch)
    # A name that matches no case is an error: one with a semicolon, say, which CMake takes for a list.
    # The sanitizers learn nothing from a case that does one thing a hundred times, and make it ten times slower.
    set(spec "")
    if(GAINSTAGE_SANITIZE)
        set(spec TEST_SPEC "~[repeats]~[.]")
    endif()
    catch_discover_tests(${name} ${spec} TEST_PREFIX "${name}: " EXTRA_ARGS --warn NoTests PROPERTIES TIMEOUT 900 LABELS "${ARG_LABELS}")
endfunction()

function(room name)
    cmake_parse_arguments(ARG "" "" "USES;LIBRARIES" ${ARGN})
    string(REPLACE "/" "_" target "${name}")
    set(folder "${CMAKE_SOURCE_DIR}/src/${name}")
    file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.cpp")
    set(tests ${sources})
    list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
    list(FILTER tests INCLUDE REGEX "_test\\.cpp$")

    set(room_includes "$<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/src>" "$<INSTALL_INTERFACE:include/gainstage>")
    set(used "")
    foreach(room ${ARG_USES})
        string(REPLACE "/" "_" used_target "${room}")
        list(APPEND used gainstage_${used_target})
    endforeach()
    if(sources)
        add_library(gainstage_${target} STATIC ${sources})
        set_target_properties(gainstage_${target} PROPERTIES PRECOMPILE_HEADERS_REUSE_FROM room_headers POSITION_INDEPENDENT_CODE ON)
        foreach(source ${sources}) # Highway compiles such a file once for each kind of processor
            file(STRINGS "${source}" is_highway REGEX "HWY_TARGET_INCLUDE" LIMIT_COUNT 1)
            if(is_highway)
                set_source_files_properties("${source}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
                if(GAINSTAGE_SANITIZE OR GAINSTAGE_FUZZ) # minutes of Clang's time; AddressSanitizer tells of the same accesses
                    set_source_files_properties("${source}" PROPERTIES COMPILE_OPTIONS "-fno-sanitize=pointer-overflow")
                endif()
            endif()
        endforeach()
        target_include_directories(gainstage_${target} PUBLIC ${room_includes})
        target_link_libraries(gainstage_${target} PUBLIC ${used} ${ARG_LIBRARIES} PRIVATE $<BUILD_INTERFACE:gainstage_flags>)
        if(GAINSTAGE_SANITIZE)
            target_link_libraries(gainstage_${target} PUBLIC $<BUILD_INTERFACE:gainstage_flags>)
        endif()
    else()
        add_library(gainstage_${target} INTERFACE)
        target_include_directories(gainstage_${target} INTERFACE ${room_includes})
        target_link_libraries(gainstage_${target} INTERFACE ${used} ${ARG_LIBRARIES})
    endif()
    add_library(gainstage::${target} ALIAS gainstage_${target})
    if(tests)
        test_program(${target}_test SOURCES ${tests} LIBRARIES gainstage_${target})
    endif()
    set_property(GLOBAL APPEND_STRING PROPERTY GAINSTAGE_ROOMS "${name}: ${ARG_USES}\n")
endfunction()
