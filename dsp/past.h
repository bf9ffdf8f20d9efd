/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/past.h -- where the head was longer ago than readings of the pose are kept one by one: in
 * steps, a new one when it has moved on by 1 cm, along or in height, or 2 cm across, or after a
 * second without a reading. A head that stands adds none, however long.
 *
 *     mean     over a time: of the steps in it, each by its readings' mean and the part of its
 *              time that is in it
 *     reached  between the last advance of the step before and the step's begin, or within it
 *
 * State:   the last 4096 steps: 40 m of way at least where the head goes on.
 * Cost:    a reading: a comparison; a query: a binary search and the steps in its time.
 */
#ifndef GW_DSP_PAST_H
#define GW_DSP_PAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GW_PAST_STEPS = 4096 };

/* Of a reading of the pose; height, cross: NAN unknown. */
typedef struct gw_past_reading {
    int64_t time_ns;
    double along_m, height_m, cross_m;
} gw_past_reading;

typedef struct gw_past_step {
    gw_past_reading first;
    int64_t until_ns, front_ns;   /* of its last reading; of its last advance */
    double from_front_m, front_m; /* the furthest up to its first reading, up to front_ns */
    double n, height_sum, height_most, cross_sum;
} gw_past_step;

typedef struct gw_past {
    uint64_t n_steps;
    gw_past_step steps[GW_PAST_STEPS];
} gw_past;

void gw_past_reset(gw_past *past);

/* Readings in order of time. */
void gw_past_push(gw_past *past, const gw_past_reading *reading);

typedef struct gw_past_sums {
    double height_m, height_most_m, cross_m; /* means, and the greatest; NAN unknown */
} gw_past_sums;

/* Over a time; all unknown where there was no reading within a second. */
gw_past_sums gw_past_over(const gw_past *past, int64_t from_ns, int64_t to_ns);

/* Whether a time lies before the steps that are still kept. */
bool gw_past_is_forgotten(const gw_past *past, int64_t time_ns);

/* When the head came to a place for the first time. False: not within what is kept. */
bool gw_past_reach(const gw_past *past, double along_m, int64_t *time_ns);

#endif
