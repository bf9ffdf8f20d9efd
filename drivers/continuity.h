/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/continuity.h -- numbers of rows, and what is missing between them, from what a device
 * tells.
 *
 *   counter  exact: every row carries its number in up to 32 bits, which wrap
 *   clock    every row carries a time: a step of more than 1.5 periods is a loss, unless it leads
 *            CLOCK_MONOTONIC by more than any row before did: then somebody set the clock
 *   rate     nothing: rows against CLOCK_MONOTONIC, each 10 s; a loss of less than 2 % is not seen
 *
 * State: the last row. What is missing is counted, never filled in.
 */
#ifndef GW_DRIVERS_CONTINUITY_H
#define GW_DRIVERS_CONTINUITY_H

#include <stdbool.h>
#include <stdint.h>

typedef enum { GW_CONTINUITY_RATE, GW_CONTINUITY_CLOCK, GW_CONTINUITY_COUNTER } gw_continuity_by;

typedef struct gw_continuity_config {
    gw_continuity_by by;
    unsigned counter_bits; /* 1..32 */
    uint64_t repeat_rows;  /* a counter that falls back by no more than this repeats itself, by more
                              it began afresh */
    double rate_hz;        /* rows a second; 0 unknown: clock and rate then see no loss */
} gw_continuity_config;

/* What comes with a row. */
typedef struct gw_continuity_mark {
    uint32_t counter;
    int64_t time_ns;    /* device's clock */
    int64_t arrival_ns; /* CLOCK_MONOTONIC when its block came */
} gw_continuity_mark;

typedef struct gw_continuity_step {
    uint64_t row;
    uint64_t n_lost;   /* rows missing just before */
    bool is_repeated;  /* this row was already seen: leave it out */
    bool is_restarted; /* the device began to count afresh: nothing before it joins on */
} gw_continuity_step;

typedef struct gw_continuity {
    gw_continuity_config config;
    bool has_last;
    uint64_t last; /* row */
    int64_t last_ns;
    int64_t first_arrival_ns, lead_ns; /* the most that a time was ahead of its arrival */
    int64_t window_ns;                 /* arrival at which the window began */
    uint64_t n_seen;                   /* rows since the first arrival */
    double behind, behind_before;      /* least shortfall of rows in this window and the last */
    bool has_before;
} gw_continuity;

/* Begin anew: the next row is the first. */
void gw_continuity_reset(gw_continuity *continuity, const gw_continuity_config *config);

gw_continuity_step gw_continuity_next(gw_continuity *continuity, const gw_continuity_mark *mark);

#endif
