/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/life.h -- the life of an indication: open, updated by later passes, closed; one id.
 *
 * An indication of the same sensor at the same place in a later pass is an update of the first one.
 * The same place: within 0.15 m, along the lane and across it where both are known; or on the
 * earth, where a receiver measured both to 0.1 m, within 0.15 m and both accuracies. A pass ends
 * when the head goes back by 0.25 m and more. Two indications of one pass are never one; without a
 * place, or after the place's count began anew, nothing is an update.
 *
 * An update repeats the strongest line so far (an alarm goes before none, then the greater score),
 * so that none is ever lowered; a weaker line of the newest pass stands in it as it is. Nothing is
 * muted. An outcome closes its indication; a session's end closes all. At GW_LIFE_MAX open ones the
 * one that was seen longest ago is closed with a record that says so.
 */
#ifndef GW_DAEMON_LIFE_H
#define GW_DAEMON_LIFE_H

#include <jansson.h>
#include <stdbool.h>

#include "drivers/fixes.h"
#include "dsp/detection.h"
#include "dsp/frame.h"
#include "dsp/status.h"

enum { GW_LIFE_MAX = 1024 };

/* A record's data, which the sink owns. NULL: out of memory. */
typedef void gw_life_sink(void *user, json_t *data, int64_t time_ns);

typedef struct gw_life gw_life;

typedef struct gw_life_config {
    gw_origin lane;
    gw_life_sink *sink; /* called within take and close, one at a time */
    void *user;
} gw_life_config;

/* One line of a sensor, and where it comes from. */
typedef struct gw_life_sight {
    gw_detection detection;
    const gw_stream *stream; /* NULL: none; must outlive it */
    uint32_t epoch;
    bool has_fix; /* a receiver is configured */
    gw_fix fix;
    int64_t time_ns; /* UTC */
} gw_life_sight;

gw_status gw_life_create(const gw_life_config *config, gw_life **out, gw_error *error);

/* A line that is to be recorded: a first record or an update goes to the sink. */
void gw_life_take(gw_life *life, const gw_life_sight *sight);

/* Ground that a sensor's chain has finished with: this tells passes apart. */
void gw_life_cover(gw_life *life, const gw_coverage *coverage);

/* The odometer counts afresh: places along the lane do not compare with those before. */
void gw_life_break(gw_life *life);

/* What an indication turned out to be was recorded. Any thread. False: none that is open. */
bool gw_life_close(gw_life *life, const char *id, int64_t time_ns);

/* How many are open. Any thread. */
size_t gw_life_open(gw_life *life);

void gw_life_destroy(gw_life *life);

#endif
