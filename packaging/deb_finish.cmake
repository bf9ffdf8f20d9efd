# SPDX-License-Identifier: GPL-3.0-or-later
# After CPack: a package of a shared library triggers ldconfig, in place of CPack's two scripts.
foreach(package ${CPACK_PACKAGE_FILES})
  if(package MATCHES "/lib[a-z-]*[0-9]+_[^/]*\\.deb$")
    set(tree ${CPACK_TEMPORARY_DIRECTORY}/finish)
    file(REMOVE_RECURSE ${tree})
    execute_process(COMMAND dpkg-deb -R ${package} ${tree} COMMAND_ERROR_IS_FATAL ANY)
    file(REMOVE ${tree}/DEBIAN/postinst ${tree}/DEBIAN/postrm)
    file(WRITE ${tree}/DEBIAN/triggers "activate-noawait ldconfig\n")
    execute_process(COMMAND dpkg-deb --root-owner-group -b ${tree} ${package}
      COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
  endif()
endforeach()
