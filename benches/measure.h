/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * benches/measure.h -- CPU time of two pieces of work, run in turns; and how it is told.
 *
 *     ratio = median over pairs of (CPU time of ours / CPU time of the other)
 *
 * CPU time of the calling thread: other load makes it wander by half within minutes, the ratio
 * within a pair hardly. The order within a pair alternates. The first pair warms up, uncounted.
 */
#ifndef GW_BENCHES_MEASURE_H
#define GW_BENCHES_MEASURE_H

#include <stddef.h>

enum { MEASURE_PAIRS = 11, MEASURE_PAIRS_MAX = 101 };

typedef struct measure_work {
    void (*prepare)(void *user); /* before each run, not counted; NULL: nothing */
    void (*run)(void *user);
    void *user;
} measure_work;

typedef struct measure_spread {
    double median, least, most;
} measure_spread;

typedef struct measure_pairs {
    measure_spread ours_s, other_s, ratio; /* of a whole run */
    size_t n_pairs;
} measure_pairs;

/* n_pairs: 1..MEASURE_PAIRS_MAX. */
measure_pairs measure_run(const measure_work *ours, const measure_work *other, size_t n_pairs);

/* values: [n], put in order. */
measure_spread measure_spread_of(double *values, size_t n);

/* Number of pairs from the command line, 0 when the text is none. */
size_t measure_pairs_parse(const char *text);

/* What one line tells: one unit of work of a stage or chain. */
typedef struct measure_line {
    const char *bench, *unit; /* "stage.align"; "scan" */
    double n_units;           /* of one run */
    const char *beside;       /* what the other side is */
    double real_time_s;       /* that the units take as they are sensed; 0: not told */
} measure_line;

/* One JSON object on standard output: times in microseconds a unit. */
void measure_tell(const measure_line *line, const measure_pairs *pairs);

#endif
