/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/terrain.h -- from coverage to cells: where its ground lies in the lane's frame, and what
 * is left between passes, as records.
 *
 * A pass lies aside by the pose (`cross_mm`), or where a receiver measured it, if the lane's origin
 * is known; else all passes lie on one another, and nothing lies between them.
 */
#ifndef GW_DAEMON_TERRAIN_H
#define GW_DAEMON_TERRAIN_H

#include "daemon/cells.h"
#include "daemon/message.h"
#include "daemon/store.h"
#include "dsp/stream.h"

typedef struct gw_terrain gw_terrain;

/* streams: by kind, NULL where there is none; they say how wide a sensor sees. */
gw_status gw_terrain_create(const gw_stream *const streams[GW_KIND_COUNT], const gw_origin *lane,
                            gw_store *store, gw_terrain **out, gw_error *error);

/* Ground that was searched. Where it begins at the end of what was told before, no cell lies
 * between them, however well both were measured. */
void gw_terrain_search(gw_terrain *ground, const gw_coverage *coverage,
                       const gw_message_place *place);

/* What comes next does not touch what was. */
void gw_terrain_break(gw_terrain *ground, gw_sensor sensor);
void gw_terrain_destroy(gw_terrain *ground);

#endif
