/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/groundwatch/score_file.h -- detections that were written down: lines of `groundwatch
 * detect`, or records of a log in lines.
 */
#ifndef GW_CLIENTS_SCORE_FILE_H
#define GW_CLIENTS_SCORE_FILE_H

#include "clients/groundwatch/detect.h"

/* Those of one recording into result->items, and the ground that coverage records name into
 * result->searched_m (0: there are none). A line of `detect` counts when its `recording` is this
 * file's name; records of a log all count. Of a detection with several records the first counts.
 * GW_ENOENT, GW_EIO, GW_EFORMAT with file, line, cause. */
gw_status score_file_load(const char *path, const char *recording, detect_result *result,
                          gw_error *error);

#endif
