/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/groundwatch/watch_csv.h -- the targets of a lane, from a CSV file with a header line.
 */
#ifndef GW_CLIENTS_WATCH_CSV_H
#define GW_CLIENTS_WATCH_CSV_H

#include <stddef.h>

#include "dsp/status.h"

enum { WATCH_TARGETS_MAX = 1000 };

typedef struct watch_target {
    double along_m, depth_m, diameter_m; /* depth to the top; NAN unknown */
    char class_name[8], name[32];
} watch_target;

/* Columns along_m and diameter_m are needed, class, name and depth_m taken where they are, others
 * left out. targets: [WATCH_TARGETS_MAX]. GW_ENOENT, GW_EIO, GW_EFORMAT with file, line, cause. */
gw_status watch_csv_load(const char *path, watch_target *targets, size_t *n, gw_error *error);

#endif
