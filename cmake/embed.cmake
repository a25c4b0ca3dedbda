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
