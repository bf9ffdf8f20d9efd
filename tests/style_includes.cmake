# SPDX-License-Identifier: GPL-3.0-or-later
# Who may include whom, and the one file of each outside library: cmake -DROOT=. -P THIS
set(own_dsp dsp)
set(own_drivers drivers|dsp)
set(own_calib calib|drivers|dsp)
set(own_daemon daemon|drivers|dsp)
set(own_clients clients|calib|drivers|dsp)
foreach(folder dsp drivers calib daemon clients)
  file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/${folder}/*.[ch])
  foreach(file ${files})
    file(STRINGS ${ROOT}/${file} includes REGEX "^ *# *include")
    foreach(include ${includes})
      if(include MATCHES "\"" AND NOT include MATCHES "\"(${own_${folder}})/[^\"]*\""
          OR include MATCHES "[.][.]/")
        message(SEND_ERROR "${file}: ${include}: only from the root, and from ${own_${folder}}")
      elseif(include MATCHES "<(([a-z0-9/-]+)\\.h)>" AND CMAKE_MATCH_2 MATCHES "^(fftw3|gps|hdf5|\
iio|matio|seccomp|segyio/segy|sqlite3|zlib|zmq|systemd/sd-daemon)$")
        string(REGEX MATCH "[a-z0-9/-]+\\.h" header "${include}")
        list(APPEND users "${header}=${file}")
      endif()
    endforeach()
  endforeach()
endforeach()
# The doorman answers ZAP in a thread with a socket of its own: a part that must stand alone.
foreach(user ${users})
  if(NOT user MATCHES "^(fftw3.h=dsp/fft.c|gps.h=daemon/gnss.c|iio.h=drivers/iio/link.c|\
sqlite3.h=daemon/journal.c|sqlite3.h=clients/log/database.c|\
zmq.h=daemon/gate/(publish|doorman).c|zmq.h=clients/client.c|\
hdf5.h=drivers/formats/import/hdf5.c|matio.h=drivers/formats/import/mat.c|\
zlib.h=drivers/formats/import/mat_check.c|\
segyio/segy.h=drivers/formats/import/segy.c|seccomp.h=drivers/formats/import/jail.c|\
systemd/sd-daemon.h=daemon/notify.c)$")
    message(SEND_ERROR "${user}: each outside library belongs to one file")
  endif()
endforeach()
