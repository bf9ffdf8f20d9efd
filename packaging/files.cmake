# SPDX-License-Identifier: GPL-3.0-or-later
# The programs and their files, and what Debian wants of every package.
set(packages groundwatch libgroundwatch${GW_ABI} libgroundwatch-dev
  libgroundwatch-client${GW_ABI} libgroundwatch-client-dev)
set(shared_dir ${CMAKE_INSTALL_DATADIR}/groundwatch)

# The daemon looks for its gate beside itself.
install(TARGETS groundwatch groundwatchd groundwatch-gate COMPONENT groundwatch
  DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS groundwatch-import COMPONENT groundwatch # beside themselves, or there
  DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/groundwatch)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/drivers/scenes DESTINATION ${shared_dir}
  COMPONENT groundwatch)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs/schemas DESTINATION ${shared_dir}
  COMPONENT groundwatch)
gw_install_filled(groundwatchd.service.in lib/systemd/system/groundwatchd.service groundwatch)
install(FILES completion.bash RENAME groundwatch COMPONENT groundwatch
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${CMAKE_SOURCE_DIR}/docs/groundwatch.example.yaml RENAME groundwatch.yaml
  DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT groundwatch)
foreach(package libgroundwatch libgroundwatch-client)
  file(GLOB examples ${CMAKE_SOURCE_DIR}/docs/examples/${package}/*)
  install(FILES ${examples} COMPONENT ${package}-dev
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package}-dev/examples)
endforeach()

function(gw_compress from to)
  execute_process(COMMAND gzip -9nc ${from} OUTPUT_FILE ${to} COMMAND_ERROR_IS_FATAL ANY)
endfunction()
configure_file(copyright copyright @ONLY)
configure_file(changelog changelog @ONLY)
gw_compress(${made}/changelog ${made}/changelog.Debian.gz)
gw_compress(${CMAKE_SOURCE_DIR}/CHANGELOG.md ${made}/changelog.gz)
foreach(package ${packages})
  install(FILES ${made}/copyright ${made}/changelog.gz ${made}/changelog.Debian.gz
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} COMPONENT ${package})
endforeach()
