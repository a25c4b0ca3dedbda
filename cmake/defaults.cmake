# Language standard, warnings, sanitizers and the compiler cache, for everything we build.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG") # -O3 bought nothing measurable: the hot loops are Highway kernels

# What goes into libgainstage.so and the Python module exports nothing of its own.
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

# A room's files are compiled a few at a time (see room.cmake): most of a small file's time goes into headers and templates.
# What is in anonymous namespaces must differ within a room, then; -DCMAKE_UNITY_BUILD=OFF compiles each by itself.
set(CMAKE_UNITY_BUILD ON CACHE BOOL "Compile a room's files a few at a time")
set(CMAKE_UNITY_BUILD_BATCH_SIZE 4)

set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1 -DNDEBUG") # lines for the sanitizers' reports; more takes the compiler minutes

# g++ 12 compiles implicit constructors without the instructions that Highway asks for a target of (NEON: with AES, which is
# never used): they must be those of all. tools/test-arm64 tests it.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-march=armv8-a+crypto>)
endif()

option(GAINSTAGE_WERROR "Warnings are errors (CI)" OFF)
option(GAINSTAGE_FUZZ "Build for libFuzzer (clang; tests/fuzz/run)" OFF)
option(GAINSTAGE_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)

find_program(CCACHE ccache)
if(CCACHE)
    # The sloppiness is what ccache's manual asks for with precompiled headers.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

# A designated initializer leaves members out on purpose: -Wextra's complaint about that is off. What GCC alone is asked for,
# Clang means otherwise: of a unity's files one hides another's names, double{x} isn't explicit.
# No -ffast-math anywhere: a meter must tell silence from NaN.
add_library(gainstage_flags INTERFACE)
target_compile_options(gainstage_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wno-missing-field-initializers>
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wconversion -Wshadow -Wdouble-promotion -fpch-preprocess
    -Wno-subobject-linkage>) # the latter takes a unity's files for headers
target_compile_definitions(gainstage_flags INTERFACE FMT_SHARED) # also where the precompiled header alone uses fmt
if(GAINSTAGE_WERROR)
    target_compile_options(gainstage_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Werror>)
endif()
if(GAINSTAGE_SANITIZE)
    target_compile_options(gainstage_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all
                           -fno-omit-frame-pointer -O1)
    target_link_options(gainstage_flags INTERFACE -fsanitize=address,undefined)
endif()
if(GAINSTAGE_FUZZ)
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fsanitize=fuzzer-no-link,address,undefined>
                        $<$<COMPILE_LANGUAGE:CXX>:-fno-sanitize-recover=all> $<$<COMPILE_LANGUAGE:CXX>:-w>)
    add_link_options(-fsanitize=address,undefined)
endif()
