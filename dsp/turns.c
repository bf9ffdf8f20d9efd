/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/turns.h"

#include <math.h>

/* The way at which the chains begin anew (dsp/regrid.h, dsp/md.h), and one cell of fusion. */
static const double back_m = 0.5, forward_m = 0.05;

static void turn_add(gw_turns *turns, int64_t time_ns, double along_m)
{
    turns->time_ns[turns->n++ % GW_TURNS_KEPT] = time_ns;
    turns->front_m = along_m;
    turns->is_forward = false;
}

void gw_turns_push(gw_turns *turns, int64_t time_ns, double along_m)
{
    if (!isfinite(along_m))
        return;
    if (!turns->has_place) {
        turns->front_m = along_m;
        turns->is_forward = turns->has_place = true;
    } else if (turns->is_broken || (turns->is_forward && along_m < turns->front_m - back_m)) {
        turn_add(turns, time_ns, along_m);
    } else if (turns->is_forward) {
        turns->front_m = fmax(turns->front_m, along_m);
    } else if (along_m > turns->front_m + forward_m) {
        turns->front_m = along_m;
        turns->is_forward = true;
    } else {
        turns->front_m = fmin(turns->front_m, along_m);
    }
    turns->is_broken = false;
}

void gw_turns_break(gw_turns *turns)
{
    turns->is_broken = true;
}

uint64_t gw_turns_pass(const gw_turns *turns, int64_t time_ns)
{
    uint64_t pass = turns->n, oldest = pass > GW_TURNS_KEPT ? pass - GW_TURNS_KEPT : 0;
    while (pass > oldest && turns->time_ns[(pass - 1) % GW_TURNS_KEPT] > time_ns)
        pass--;
    return pass;
}
