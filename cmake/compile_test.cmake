# must_compile(NAME "CODE") and must_not_compile(NAME "CODE"): a test that builds CODE inside a function, with every
# units header included. Each refusal has an accepted twin, so that a typing slip can't pass for a refusal.
function(compile_test name code expected)
    set(source "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp")
    file(CONFIGURE OUTPUT "${source}" CONTENT [[
#include "units/all.h"
using namespace gainstage;
void example() {
    @code@;
}
]] @ONLY)
    add_test(NAME "compile: ${name}"
             COMMAND "${CMAKE_CXX_COMPILER}" -std=c++20 -fsyntax-only -Wno-unused "-I${CMAKE_SOURCE_DIR}/src" "${source}")
    if(expected STREQUAL refused)
        set_tests_properties("compile: ${name}" PROPERTIES WILL_FAIL TRUE)
    endif()
endfunction()

function(must_compile name code)
    compile_test(${name} "${code}" accepted)
endfunction()

function(must_not_compile name code)
    compile_test(${name} "${code}" refused)
endfunction()
