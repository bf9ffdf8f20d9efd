/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calib/truth.h -- what lies in a lane, from a CSV file with a header line.
 */
#ifndef GW_CALIB_TRUTH_H
#define GW_CALIB_TRUTH_H

#include <stddef.h>

#include "dsp/status.h"

enum { GW_TRUTH_MAX = 20000 };

typedef struct gw_truth_item {
    double along_m, depth_m, diameter_m; /* depth to the top, NAN unknown; diameter 0 unknown */
    char class_name[8], name[32];
    double cross_m; /* NAN unknown */
} gw_truth_item;

/* Column along_m is needed; class, name, diameter_m, depth_m (or cover_mm), cross_m are taken where
 * they are, others left out. items: [GW_TRUTH_MAX]. GW_ENOENT, GW_EIO, GW_EFORMAT with file, line,
 * cause. */
gw_status gw_truth_load(const char *path, gw_truth_item *items, size_t *n, gw_error *error);
/* The same from memory; `path` only names it in messages. */
gw_status gw_truth_parse(const char *path, const char *text, size_t n_text, gw_truth_item *items,
                         size_t *n, gw_error *error);

#endif
