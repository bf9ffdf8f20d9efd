# SPDX-License-Identifier: GPL-3.0-or-later
# Read by CPack: `./dev package`.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME groundwatch)
set(CPACK_PACKAGE_VENDOR Groundwatch)
set(CPACK_PACKAGE_CONTACT "Groundwatch maintainers <groundwatch@packages.invalid>")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/package)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES TRUE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 0.1) # a distribution's own package, -1, comes after it
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)

set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY >=)
set(CPACK_POST_BUILD_SCRIPTS ${here}/deb_finish.cmake)
set(CPACK_COMPONENTS_ALL "")

# usage: gw_package(NAME SECTION SUMMARY DESCRIPTION DEPENDS...)
function(gw_package name section summary text)
  string(TOUPPER ${name} key)
  list(JOIN ARGN ", " depends)
  set(CPACK_DEBIAN_${key}_PACKAGE_NAME ${name} PARENT_SCOPE)
  set(CPACK_DEBIAN_${key}_PACKAGE_SECTION ${section} PARENT_SCOPE)
  set(CPACK_DEBIAN_${key}_PACKAGE_DEPENDS "${depends}" PARENT_SCOPE)
  set(CPACK_COMPONENT_${key}_DESCRIPTION "${summary}\n${what}\n.\n${text}" PARENT_SCOPE)
  set(CPACK_COMPONENTS_ALL ${CPACK_COMPONENTS_ALL} ${name} PARENT_SCOPE)
endfunction()

set(version "(= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")
set(what "Groundwatch reads a metal detector and a ground-penetrating radar, detects
anomalies, and publishes them over ZeroMQ to mapping and logging layers. What
it does not know it calls BLIND. That it indicates nothing does not mean that
the ground holds no mine. It is not certified for clearance.")
set(development "This package holds the headers, the static library, and what pkg-config and
CMake need.")
gw_package(groundwatch science "detection of buried mines: daemon and commands"
  "This package holds the daemon, and the commands to calibrate, record, detect,
watch, log, map and score." adduser "init-system-helpers (>= 1.54~)" libjs-leaflet libjs-dygraphs)
gw_package(libgroundwatch${GW_ABI} libs "detection of buried mines: chains and readers"
  "This package holds the signal chains and the readers of recordings and\ndevices.")
gw_package(libgroundwatch-dev libdevel "detection of buried mines: development files"
  "${development}" "libgroundwatch${GW_ABI} ${version}" libjansson-dev libfftw3-dev libiio-dev
  libcyaml-dev libyaml-dev libmd-dev)
gw_package(libgroundwatch-client${GW_ABI} libs "subscriber to Groundwatch daemons"
  "This package holds the library of subscribers: every record exactly once, and
BLIND when nothing comes.")
gw_package(libgroundwatch-client-dev libdevel "subscriber to Groundwatch daemons: development"
  "${development}" "libgroundwatch-client${GW_ABI} ${version}" libjansson-dev libzmq3-dev)
string(TOUPPER libgroundwatch${GW_ABI} library)
set(CPACK_DEBIAN_${library}_PACKAGE_SUGGESTS groundwatch) # SEG-Y, HDF5 and MAT behind walls
set(CPACK_DEBIAN_GROUNDWATCH_PACKAGE_CONTROL_EXTRA ${here}/postinst ${here}/prerm ${here}/postrm)
