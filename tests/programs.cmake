# SPDX-License-Identifier: GPL-3.0-or-later
foreach(part calib plot console sound map log)
  if(TARGET gw_${part})
    list(APPEND parts gw_${part})
  endif()
endforeach()

file(GLOB units CONFIGURE_DEPENDS test_*.c)
foreach(unit ${units})
  get_filename_component(file ${unit} NAME_WE)
  string(REPLACE "test_" "" name ${file})
  add_executable(${file} ${unit})
  target_link_libraries(${file} PRIVATE gw_flags gw_gate gw_daemon gw_client ${parts}
    PkgConfig::cmocka)
  gw_test(${name} unit ${file})
endforeach()

# With GW_FUZZ (clang, fuzzer-no-link in GW_SANITIZE) each is a libFuzzer program that runs so long.
set(GW_FUZZ "" CACHE STRING "seconds for each fuzz target under libFuzzer")
file(GLOB fuzzers CONFIGURE_DEPENDS fuzz_*.c)
list(FILTER fuzzers EXCLUDE REGEX "/fuzz_main\\.c$")
foreach(fuzzer ${fuzzers})
  get_filename_component(file ${fuzzer} NAME_WE)
  string(REPLACE "fuzz_" "" name ${file})
  set(corpus ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
  if(GW_FUZZ)
    add_executable(${file} ${fuzzer})
    target_link_options(${file} PRIVATE -fsanitize=fuzzer)
    file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/found/${name})
    gw_test(${name} fuzz ${file} -max_total_time=${GW_FUZZ} -timeout=10 -print_final_stats=1
      -seed=1 -error_exitcode=1 # the default, 77, would pass for a skip
      -artifact_prefix=found/${name}. found/${name} ${corpus})
  else()
    add_executable(${file} ${fuzzer} fuzz_main.c)
    gw_test(${name} fuzz ${file} ${corpus})
  endif()
  target_link_libraries(${file} PRIVATE gw_flags gw_gate gw_daemon gw_client ${parts})
endforeach()

file(GLOB scenarios CONFIGURE_DEPENDS e2e_*.py heavy_*.py)
foreach(scenario ${scenarios})
  get_filename_component(file ${scenario} NAME_WE)
  string(REGEX REPLACE "^(e2e|heavy)_.*" "\\1" label ${file})
  string(REGEX REPLACE "^(e2e|heavy)_" "" name ${file})
  gw_test(${name} ${label} /usr/bin/python3 ${scenario})
endforeach()

# plays/*.yaml: scenarios of the player (docs/testing.md).
file(GLOB plays CONFIGURE_DEPENDS plays/*.yaml)
foreach(play ${plays})
  get_filename_component(name ${play} NAME_WE)
  gw_test(play_${name} e2e /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/player.py ${play})
endforeach()

# tool_*.c: stand-ins that the scenarios start, beside the tests' programs.
file(GLOB tools CONFIGURE_DEPENDS tool_*.c)
foreach(tool ${tools})
  get_filename_component(file ${tool} NAME_WE)
  add_executable(${file} ${tool})
  target_link_libraries(${file} PRIVATE gw_flags gw_gate gw_daemon gw_client ${parts})
endforeach()
target_link_libraries(tool_gate PRIVATE gw_gate_sockets)
target_link_libraries(tool_hdf5 PRIVATE PkgConfig::hdf5-serial)
foreach(unit array detector waveform)
  target_link_options(test_${unit} PRIVATE
    -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=qsort)
endforeach()
set_tests_properties(e2e.scenes PROPERTIES PROCESSORS 2) # two lanes at a time
set_tests_properties(e2e.balls heavy.balls PROPERTIES PROCESSORS 2) # the same
set_tests_properties(heavy.reference PROPERTIES PROCESSORS 2 TIMEOUT 7200) # soils at a time
