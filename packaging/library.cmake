# SPDX-License-Identifier: GPL-3.0-or-later
# libgroundwatch (chains and readers) and libgroundwatch-client (the subscriber), shared and static.
# The programs hold the same objects and need neither. *.map names what is exported: all that the
# installed headers declare, nothing else (tests/e2e_outside.py).
set(GW_ABI 0)
set(groundwatch_headers dsp/status.h dsp/frame.h dsp/stream.h dsp/word.h dsp/complex.h
  dsp/array_way.h dsp/balance.h dsp/detection.h dsp/calibration.h dsp/scope_frame.h dsp/stage.h
  dsp/detector.h drivers/recording.h drivers/source.h
  drivers/sigmf.h drivers/calibration_steps.h drivers/calibration.h
  drivers/detection_json.h drivers/playback.h)
set(client_headers clients/client.h)
include(CMakePackageConfigHelpers)

# Installed headers include each other as <groundwatch/...>, and can be used from C++.
function(gw_headers package)
  foreach(header ${ARGN})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${header})
    file(READ ${CMAKE_SOURCE_DIR}/${header} text)
    string(REGEX REPLACE "#include \"([^\"]+)\"" "#include <groundwatch/\\1>" text "${text}")
    string(REGEX REPLACE "(#define GW_[A-Z_]+_H\n)"
      "\\1\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n" text "${text}")
    string(REGEX REPLACE "\n#endif\n$" "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n" text "${text}")
    file(CONFIGURE OUTPUT ${made}/include/groundwatch/${header} CONTENT "${text}" @ONLY)
    get_filename_component(folder ${header} DIRECTORY)
    install(FILES ${made}/include/groundwatch/${header} COMPONENT ${package}
      DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/groundwatch/${folder})
  endforeach()
endfunction()

# Install FROM as TO, with the prefix that is in force then.
function(gw_install_filled from to component)
  install(CODE "
    set(PROJECT_VERSION ${PROJECT_VERSION})
    set(CMAKE_INSTALL_LIBDIR ${CMAKE_INSTALL_LIBDIR})
    set(CMAKE_INSTALL_INCLUDEDIR ${CMAKE_INSTALL_INCLUDEDIR})
    configure_file(${here}/${from} \$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${to} @ONLY)
    list(APPEND CMAKE_INSTALL_MANIFEST_FILES \${CMAKE_INSTALL_PREFIX}/${to})"
    COMPONENT ${component})
endfunction()

# usage: gw_library(TARGET NAME EXPORT PACKAGE-WITHOUT-NUMBER OBJECT-LIBRARIES...)
function(gw_library target name export)
  foreach(part ${ARGN})
    list(APPEND objects $<TARGET_OBJECTS:${part}>)
  endforeach()
  add_library(${target} SHARED ${objects})
  target_link_libraries(${target} PRIVATE gw_flags)
  target_link_options(${target} PRIVATE -Wl,--version-script=${here}/${name}.map)
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name} SOVERSION ${GW_ABI}
    VERSION ${GW_ABI}.${PROJECT_VERSION} EXPORT_NAME ${export} LINKER_LANGUAGE C
    LINK_DEPENDS ${here}/${name}.map)
  target_include_directories(${target} INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  install(TARGETS ${target} EXPORT groundwatch-${export}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT lib${name}${GW_ABI}
    NAMELINK_COMPONENT lib${name}-dev)
  configure_file(${name}Config.cmake.in ${name}Config.cmake @ONLY)
  write_basic_package_version_file(${made}/${name}ConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
  set(cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/${name})
  gw_install_filled(${name}.pc.in ${CMAKE_INSTALL_LIBDIR}/pkgconfig/${name}.pc lib${name}-dev)
  install(FILES ${made}/${name}Config.cmake ${made}/${name}ConfigVersion.cmake
    DESTINATION ${cmake_dir} COMPONENT lib${name}-dev)
  install(EXPORT groundwatch-${export} NAMESPACE groundwatch:: DESTINATION ${cmake_dir}
    FILE ${name}Targets.cmake COMPONENT lib${name}-dev)
endfunction()

gw_library(gw_shared groundwatch groundwatch gw_dsp gw_drivers)
target_link_libraries(gw_shared PRIVATE PkgConfig::fftw3f PkgConfig::libiio PkgConfig::libcyaml
  PkgConfig::yaml-0.1 PkgConfig::libmd Threads::Threads m PUBLIC PkgConfig::jansson)
gw_library(gw_client_shared groundwatch-client client gw_client)
target_link_libraries(gw_client_shared PRIVATE PkgConfig::libzmq PUBLIC PkgConfig::jansson)
gw_headers(libgroundwatch-dev ${groundwatch_headers})
gw_headers(libgroundwatch-client-dev ${client_headers})

add_library(gw_static STATIC $<TARGET_OBJECTS:gw_dsp> $<TARGET_OBJECTS:gw_drivers>)
set_target_properties(gw_static PROPERTIES OUTPUT_NAME groundwatch LINKER_LANGUAGE C)
# Without what debuggers want: CPack strips what runs only.
function(gw_archive target name)
  add_custom_command(TARGET ${target} POST_BUILD COMMAND ${CMAKE_COMMAND} -E make_directory
    ${made}/static COMMAND ${CMAKE_OBJCOPY} --strip-debug $<TARGET_FILE:${target}>
    ${made}/static/lib${name}.a)
  install(FILES ${made}/static/lib${name}.a DESTINATION ${CMAKE_INSTALL_LIBDIR}
    COMPONENT lib${name}-dev)
endfunction()
gw_archive(gw_static groundwatch)
add_library(gw_client_static STATIC $<TARGET_OBJECTS:gw_client>)
set_target_properties(gw_client_static PROPERTIES OUTPUT_NAME groundwatch-client-static
  LINKER_LANGUAGE C)
gw_archive(gw_client_static groundwatch-client)
