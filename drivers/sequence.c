/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/sequence.h"

void gw_sequence_reset(gw_sequence *sequence, double period_ns)
{
    *sequence = (gw_sequence){.period_ns = period_ns};
}

gw_sequence_step gw_sequence_count(gw_sequence *sequence, uint32_t counter)
{
    gw_sequence_step step = {.row = counter};
    if (sequence->has_last) {
        /* the difference in 32 bits: forwards up to 2^31, else backwards */
        uint32_t ahead = counter - (uint32_t)sequence->last;
        if (ahead == 0 || ahead > UINT32_MAX / 2) {
            step.is_repeated = true;
            step.row = sequence->last;
            return step;
        }
        step.row = sequence->last + ahead;
        step.n_lost = ahead - 1;
    }
    sequence->has_last = true;
    sequence->last = step.row;
    return step;
}

gw_sequence_step gw_sequence_clock(gw_sequence *sequence, int64_t time_ns)
{
    gw_sequence_step step = {.row = 0};
    if (sequence->has_last) {
        double periods = sequence->period_ns > 0
                             ? (double)(time_ns - sequence->last_ns) / sequence->period_ns
                             : 1;
        step.is_repeated = periods < -0.5;
        step.n_lost = periods > 1.5 ? (uint64_t)(periods - 0.5) : 0;
        step.row = step.is_repeated ? sequence->last : sequence->last + 1 + step.n_lost;
    }
    if (!step.is_repeated) {
        sequence->has_last = true;
        sequence->last = step.row;
        sequence->last_ns = time_ns;
    }
    return step;
}
