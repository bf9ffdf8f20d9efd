/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * benches/lane.h -- a lane in memory, fed to the chains in the order of time, as a head feeds them.
 */
#ifndef GW_BENCHES_LANE_H
#define GW_BENCHES_LANE_H

#include "drivers/emulator/clock.h"
#include "dsp/detector.h"

typedef struct lane_stream {
    gw_recording *recording; /* NULL: there is no such stream */
    const gw_stream *stream;
    emulator_pace pace; /* when each row is due, as the emulator plays it */
    size_t n_rows;
    int32_t *counts; /* [n_rows][row_counts] */
} lane_stream;

typedef struct gw_lane {
    lane_stream streams[GW_KIND_COUNT];
    double seconds; /* until its last row */
} gw_lane;

/* What is being fed: read by whoever is told of a finding. */
typedef struct lane_cursor {
    gw_kind kind;
    size_t row; /* the last of its block */
    bool is_ending;
} lane_cursor;

gw_status lane_load(const char *path, gw_lane *lane, gw_error *error);

/* Everything of the kinds (bits 1 << gw_kind), block_rows of each at a time, then their ends.
 * cursor: may be NULL. */
void lane_feed(const gw_lane *lane, gw_detector *detector, unsigned kinds,
               const size_t block_rows[GW_KIND_COUNT], lane_cursor *cursor);

void lane_free(gw_lane *lane);

#endif
