/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/cells.h -- which ground each sensor has searched, in cells of 5 cm, over all passes of a
 * session; and what was left between a pass and one before it. Pure.
 *
 * A cell was searched when its middle was. Between two passes lies ground when, square to the lane,
 * at most 1 m of it was not searched and searched ground lies on both sides. It is told once, when
 * the pass has gone by; that a later pass searches it is seen in that pass's coverage.
 *
 * State:   up to GW_CELLS_TILES_MAX tiles of 1.6 m x 1.6 m (4 MiB). Ground beyond is not kept, and
 *          gw_cells_are_full says so.
 */
#ifndef GW_DAEMON_CELLS_H
#define GW_DAEMON_CELLS_H

#include <stdbool.h>
#include <stdint.h>

#include "dsp/detection.h"
#include "dsp/status.h"

enum { GW_CELLS_TILES_MAX = 4096, GW_CELL_MM = 50, GW_CELLS_GAP_MAX = 20 };

typedef struct gw_cells gw_cells;

/* Ground in the lane's frame, mm; the ends belong to what comes next. */
typedef struct gw_cells_strip {
    int64_t from_mm, to_mm;    /* along */
    int64_t left_mm, right_mm; /* across, left < right */
} gw_cells_strip;

typedef struct gw_cells_gap {
    gw_sensor sensor;
    gw_cells_strip ground; /* the least rectangle around it */
    uint64_t n_cells;      /* in it that were not searched */
} gw_cells_gap;

typedef void gw_cells_sink(void *user, const gw_cells_gap *gap);

/* GW_ENOMEM. sink: told within cover and finish; NULL: nobody. */
gw_status gw_cells_create(gw_cells_sink *sink, void *user, gw_cells **out);

/* Ground that a sensor has searched, in the order of the pass. */
void gw_cells_cover(gw_cells *cells, gw_sensor sensor, const gw_cells_strip *strip);

/* The pass ends here. */
void gw_cells_finish(gw_cells *cells, gw_sensor sensor);

/* Cells whose middles lie in a strip, and those of them that the sensor searched. */
uint64_t gw_cells_of(const gw_cells_strip *strip);
uint64_t gw_cells_searched(const gw_cells *cells, gw_sensor sensor, const gw_cells_strip *strip);

bool gw_cells_are_full(const gw_cells *cells);
void gw_cells_destroy(gw_cells *cells);

#endif
