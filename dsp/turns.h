/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/turns.h -- when the head went back over ground that it had been over: the passes, told apart
 * by the pose alone, so that all sensors mean the same pass.
 *
 * A pass ends when the head is more than 0.5 m behind the furthest place of it. While it goes on
 * back there is one pass; it is counted anew only after the head went 0.05 m forward. What counts
 * places afresh ends a pass, too.
 *
 * State:   the times of the last 256 turns.
 */
#ifndef GW_DSP_TURNS_H
#define GW_DSP_TURNS_H

#include <stdbool.h>
#include <stdint.h>

enum { GW_TURNS_KEPT = 256 };

typedef struct gw_turns {
    uint64_t n; /* turns so far */
    int64_t time_ns[GW_TURNS_KEPT];
    bool has_place, is_forward, is_broken;
    double front_m; /* furthest of the pass; while it goes back: the least */
} gw_turns;

/* Readings of the pose in order of time, m. */
void gw_turns_push(gw_turns *turns, int64_t time_ns, double along_m);

/* Places count afresh with the next reading. */
void gw_turns_break(gw_turns *turns);

/* The pass of a time, from 0, as far as readings have told; of a time before those kept, the oldest
 * known. */
uint64_t gw_turns_pass(const gw_turns *turns, int64_t time_ns);

#endif
