# embed(TARGET SYMBOL FILE): FILE's bytes in TARGET, as `extern "C" const unsigned char SYMBOL[], SYMBOL_end[]`.
# An assembler's .incbin, because a 12 MB array in C++ source would take the compiler minutes.
function(embed target symbol file)
    get_filename_component(path "${file}" ABSOLUTE)
    set(source "${CMAKE_CURRENT_BINARY_DIR}/embed_${symbol}.S")
    file(CONFIGURE OUTPUT "${source}" CONTENT [[
.section .rodata
.global @symbol@
.global @symbol@_end
.balign 16
@symbol@:
.incbin "@path@"
@symbol@_end:
.byte 0
.section .note.GNU-stack,"",%progbits
]] @ONLY)
    set_source_files_properties("${source}" PROPERTIES OBJECT_DEPENDS "${path}")
    target_sources(${target} PRIVATE "${source}")
endfunction()

# embed_demo(TARGET FOLDER): every file that a demo session is made of, behind embedded_demo_files() of app/demo_files.h.
function(embed_demo target folder)
    file(GLOB files CONFIGURE_DEPENDS "${folder}/*.flac" "${folder}/session.toml" "${folder}/README.md")
    set(declarations "")
    set(entries "")
    foreach(file ${files})
        get_filename_component(name "${file}" NAME)
        string(MAKE_C_IDENTIFIER "gainstage_demo_${name}" symbol)
        embed(${target} ${symbol} "${file}")
        string(APPEND declarations "extern const char ${symbol}[];\nextern const char ${symbol}_end[];\n")
        string(APPEND entries "        {\"${name}\", {${symbol}, static_cast<std::size_t>(${symbol}_end - ${symbol})}},\n")
    endforeach()
    set(source "${CMAKE_CURRENT_BINARY_DIR}/demo_files.cpp")
    file(CONFIGURE OUTPUT "${source}" CONTENT [[
#include "app/demo_files.h"

#include <cstddef>

extern "C" {
@declarations@}

std::span<const gainstage::EmbeddedFile> gainstage::embedded_demo_files() {
    static const EmbeddedFile files[] = {
@entries@    };
    return files;
}
]] @ONLY)
    target_sources(${target} PRIVATE "${source}")
    target_include_directories(${target} PRIVATE "${CMAKE_SOURCE_DIR}/src")
endfunction()
