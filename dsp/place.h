/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/place.h -- where the head was at a time: the pose stream, interpolated; and once it is lost,
 * reckoned:
 *
 *     along = newest + v (t - t_newest)
 *
 * v is the last speed forward, over half a second and 0.05 m/s at least, within the readings kept;
 * 0.5 m/s where there was none. So the chains go on, and every place says for how long it was
 * reckoned.
 *
 * State:   the last readings, in a ring; of those before them, height, place across and when a
 *          place was reached, in steps (dsp/past.h); the last times without.
 * Cost:    a binary search a query.
 */
#ifndef GW_DSP_PLACE_H
#define GW_DSP_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "dsp/past.h"

enum { GW_PLACE_ROWS = 4096, GW_PLACE_LOSSES = 8 }; /* 40 s at 100 readings a second */

typedef struct gw_place {
    uint64_t n_rows;
    int64_t time_ns[GW_PLACE_ROWS];
    double along_m[GW_PLACE_ROWS];
    double front_m[GW_PLACE_ROWS];                          /* the furthest up to then */
    double height_m[GW_PLACE_ROWS], cross_m[GW_PLACE_ROWS]; /* NAN unknown */
    bool is_lost;
    double lost_m, lost_m_s; /* where and how fast it was seen last */
    uint64_t n_losses;
    int64_t losses_ns[GW_PLACE_LOSSES][2]; /* last reading before, first one after */
    gw_past past;                          /* all readings but the newest */
} gw_place;

void gw_place_reset(gw_place *place);

/* Readings come in order of time; one that is not later than the last is left out. */
void gw_place_push(gw_place *place, int64_t time_ns, double along_m);

/* No reading comes any more; the next one ends that. Does nothing before the first reading. */
void gw_place_lose(gw_place *place);

/* How long before a time the pose had told a place last, s; 0: it told that place, or was silent
 * for 0.1 s at most. */
double gw_place_reckoned_s(const gw_place *place, int64_t time_ns);

/* The newest reading says the head's height over the ground, or its place across, too. */
void gw_place_lift(gw_place *place, double height_m);
void gw_place_cross(gw_place *place, double cross_m);

typedef enum {
    GW_PLACE_KNOWN, /* along_m was written */
    GW_PLACE_EARLY, /* no reading at or after this time yet: ask again */
    GW_PLACE_NEVER /* before the oldest reading kept: along_m is that, or NAN if it is a second away
                    */
} gw_place_answer;

gw_place_answer gw_place_find(const gw_place *place, int64_t time_ns, double *along_m);

/* When the head came to a place for the first time, interpolated; 0.1 m before the first of all
 * readings counts as there. EARLY: it was not there yet; NEVER: before what is kept. Longer ago to
 * 1 cm. */
gw_place_answer gw_place_reach(const gw_place *place, double along_m, int64_t *time_ns);

/* Newest reading; NAN when there is none. */
double gw_place_newest(const gw_place *place);

/* Mean and greatest height, and mean place across, over a time, of its readings or the one next to
 * it; NAN unknown. */
double gw_place_height(const gw_place *place, int64_t from_ns, int64_t to_ns);
double gw_place_height_most(const gw_place *place, int64_t from_ns, int64_t to_ns);
double gw_place_across(const gw_place *place, int64_t from_ns, int64_t to_ns);

/* Whether they are not known any more: the time lies before all that is kept. */
bool gw_place_is_forgotten(const gw_place *place, int64_t time_ns);

/* Whether anything was. */
bool gw_place_has_forgotten(const gw_place *place);

/* Of the newest reading; NAN unknown. */
double gw_place_height_newest(const gw_place *place);

/* Of the head, over the last quarter of a second, m/s and never negative; NAN unknown. */
double gw_place_speed(const gw_place *place);

#endif
