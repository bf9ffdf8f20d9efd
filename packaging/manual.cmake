# SPDX-License-Identifier: GPL-3.0-or-later
# docs/man/NAME.SECTION.scd becomes share/man/manSECTION/NAME.SECTION.gz
find_program(SCDOC scdoc REQUIRED)
file(GLOB pages CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/docs/man/*.scd)
file(MAKE_DIRECTORY ${made}/man)
foreach(source ${pages})
  get_filename_component(page ${source} NAME_WLE)
  string(REGEX REPLACE ".*\\." "" section ${page})
  add_custom_command(OUTPUT ${made}/man/${page}.gz DEPENDS ${source} VERBATIM
    COMMAND sh -c "${SCDOC} <'${source}' >'${made}/man/${page}'"
    COMMAND gzip -9nf ${made}/man/${page})
  list(APPEND manual ${made}/man/${page}.gz)
  install(FILES ${made}/man/${page}.gz COMPONENT groundwatch
    DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
add_custom_target(manual ALL DEPENDS ${manual})
