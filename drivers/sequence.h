/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/sequence.h -- numbers of rows from what a device counts: 32-bit counters, or only a
 * clock.
 *
 * State: the last number. What is missing between two rows is counted, never filled in.
 */
#ifndef GW_DRIVERS_SEQUENCE_H
#define GW_DRIVERS_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct gw_sequence {
    bool has_last;
    uint64_t last;    /* row */
    int64_t last_ns;  /* device's clock */
    double period_ns; /* of a row; 0 unknown */
} gw_sequence;

typedef struct gw_sequence_step {
    uint64_t row;
    uint64_t n_lost;  /* rows missing just before */
    bool is_repeated; /* this row or a later one was already seen: leave it out */
} gw_sequence_step;

void gw_sequence_reset(gw_sequence *sequence, double period_ns);

/* The next row by its 32-bit counter, which wraps. */
gw_sequence_step gw_sequence_count(gw_sequence *sequence, uint32_t counter);

/* The next row by its time: a step of more than 1.5 periods is a loss. */
gw_sequence_step gw_sequence_clock(gw_sequence *sequence, int64_t time_ns);

#endif
