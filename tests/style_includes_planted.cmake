# SPDX-License-Identifier: GPL-3.0-or-later
# The include check must see a wrong include: one is planted in a copy.
file(REAL_PATH "${CMAKE_CURRENT_LIST_DIR}" here)
set(copy "${CMAKE_CURRENT_BINARY_DIR}/planted")
foreach(folder dsp drivers calib daemon clients)
  file(MAKE_DIRECTORY ${copy}/${folder})
endforeach()
file(WRITE ${copy}/dsp/x.c "#include \"dsp/status.h\"\n#include \"daemon/state.h\"\n")
execute_process(COMMAND ${CMAKE_COMMAND} -DROOT=${copy} -P ${here}/style_includes.cmake
  RESULT_VARIABLE status ERROR_VARIABLE text OUTPUT_QUIET)
file(REMOVE_RECURSE ${copy})
if(status EQUAL 0 OR NOT text MATCHES "dsp/x.c")
  message(FATAL_ERROR "a planted wrong include was not seen")
endif()
