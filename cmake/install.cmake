# What others build on: the permissive rooms (docs/decisions, licences) as static libraries for C++, libgainstage.so for C, the
# Python module, and the packages that find them. Nothing here may link a codec or FFTW. Components: library, python, program.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(GAINSTAGE_PACKAGE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/gainstage")
set(GAINSTAGE_HEADER_DIR "${CMAKE_INSTALL_INCLUDEDIR}/gainstage") # "meter/bridge.h" is found below it

# install_rooms(NAMES...): their headers and libraries, as gainstage::NAME of the package. Code is position-independent and
# symbols are hidden, so that they can go into a shared library, which then exports none of them.
function(install_rooms)
    foreach(name ${ARGN})
        get_target_property(type gainstage_${name} TYPE)
        set_target_properties(gainstage_${name} PROPERTIES EXPORT_NAME ${name})
        if(NOT type STREQUAL "INTERFACE_LIBRARY")
            target_compile_features(gainstage_${name} PUBLIC cxx_std_20)
        endif()
        install(TARGETS gainstage_${name} EXPORT gainstage ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT library)
        file(GLOB headers CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/${name}/*.h")
        install(FILES ${headers} DESTINATION "${GAINSTAGE_HEADER_DIR}/${name}" COMPONENT library)
    endforeach()
endfunction()

install_rooms(units audio dsp meter)

# The C interface: shared, because it alone promises to stay as it is from version to version. The version script keeps all
# but gs_* inside, also what templates of the standard library leave behind.
add_library(gainstage_c SHARED src/library/gainstage.cpp src/library/stream_meter.cpp)
set(version_script "${CMAKE_SOURCE_DIR}/cmake/libgainstage.map")
target_link_libraries(gainstage_c PRIVATE $<BUILD_INTERFACE:gainstage_meter> $<BUILD_INTERFACE:gainstage_flags>)
target_link_options(gainstage_c PRIVATE "-Wl,--version-script=${version_script}")
target_compile_definitions(gainstage_c PRIVATE GAINSTAGE_VERSION="${PROJECT_VERSION}")
target_include_directories(gainstage_c INTERFACE "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
set_target_properties(gainstage_c PROPERTIES OUTPUT_NAME gainstage EXPORT_NAME c LINK_DEPENDS "${version_script}"
    VERSION "${PROJECT_VERSION}" SOVERSION "${PROJECT_VERSION_MAJOR}")
install(TARGETS gainstage_c EXPORT gainstage LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT library)
install(FILES src/library/gainstage.h DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT library)

# find_package(gainstage)
install(EXPORT gainstage FILE gainstageTargets.cmake NAMESPACE gainstage:: DESTINATION "${GAINSTAGE_PACKAGE_DIR}" COMPONENT library)
file(WRITE "${CMAKE_BINARY_DIR}/gainstageConfig.cmake" [[
include(CMakeFindDependencyMacro)
find_dependency(hwy)
include("${CMAKE_CURRENT_LIST_DIR}/gainstageTargets.cmake")
]])
write_basic_package_version_file("${CMAKE_BINARY_DIR}/gainstageConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_BINARY_DIR}/gainstageConfig.cmake" "${CMAKE_BINARY_DIR}/gainstageConfigVersion.cmake"
        DESTINATION "${GAINSTAGE_PACKAGE_DIR}" COMPONENT library)

# pkg-config: gainstage for C, gainstage-meter for C++. Paths are relative to the .pc file, so that a prefix can be moved.
file(RELATIVE_PATH pc_prefix "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/") # lib/pkgconfig: ../../
foreach(package gainstage gainstage-meter)
    configure_file("${CMAKE_SOURCE_DIR}/cmake/${package}.pc.in" "${CMAKE_BINARY_DIR}/${package}.pc" @ONLY)
    install(FILES "${CMAKE_BINARY_DIR}/${package}.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT library)
endforeach()

install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT library)
install(TARGETS gainstage RUNTIME COMPONENT program)
