# SPDX-License-Identifier: GPL-3.0-or-later
# The include check finds each kind of wrong include, and passes a right one.
string(RANDOM LENGTH 12 name)
set(lair ${CMAKE_CURRENT_BINARY_DIR}/style_planted.${name})

function(expect result folder text)
  file(REMOVE_RECURSE ${lair})
  file(WRITE ${lair}/${folder}/planted.c "${text}\n")
  execute_process(COMMAND ${CMAKE_COMMAND} -DROOT=${lair}
    -P ${CMAKE_CURRENT_LIST_DIR}/style_includes.cmake RESULT_VARIABLE got ERROR_VARIABLE said)
  file(REMOVE_RECURSE ${lair})
  if((result STREQUAL right AND got) OR (result STREQUAL wrong AND NOT said MATCHES "planted.c"))
    message(SEND_ERROR "${folder}: ${text}: expected to be ${result}; the check said: ${said}")
  endif()
endfunction()

expect(right drivers "#include \"dsp/frame.h\"\n#include <math.h>")
expect(wrong drivers "#include \"daemon/ring.h\"")
expect(wrong dsp "#  include \"drivers/source.h\"")
expect(wrong daemon "#include \"clients/client.h\"")
expect(wrong clients "#include \"daemon/link.h\"")
expect(wrong dsp "#include \"frame.h\"")
expect(wrong dsp "#include \"../dsp/frame.h\"")
expect(wrong dsp "#include \"dsp/../daemon/ring.h\"")
expect(wrong daemon "#include <zmq.h>")
expect(wrong clients/groundwatch "#include <zmq.h>")
expect(wrong dsp "#include <fftw3.h>")
expect(wrong drivers "#include <iio.h>")
expect(wrong daemon/gate "#include <sqlite3.h>")
