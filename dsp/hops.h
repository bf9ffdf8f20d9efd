/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/hops.h -- rows that a metal detector made itself, gathered to hops: means over two hops of
 * about 10 ms, as the lock-in gives them (dsp/lockin.h), without the rows that an impulse spoiled.
 *
 *     mean[c]   = mean of x[c] over the good rows of two hops
 *     d_k[c]    = x_(k-2) - 4 x_(k-1) + 6 x_k - 4 x_(k+1) + x_(k+2): of white noise s sqrt(70); of
 *                 what the head passes next to nothing
 *     good      mean over c of d^2 / (usual d^2 + (range of the five / 20)^2) <= 9
 *     noise[c]  = usual d / sqrt(70 n), n good rows; where none is good, what they have
 *
 * The range is there for metal: a row does not count as spoiled for being steep.
 *
 * State:   five rows, two hops of sums, the usual |d| of each column (running median).
 * Shapes:  row, mean, noise [n_columns], counts. An impulse spoils the five rows around it.
 * Cost:    about twenty operations a row and column. No allocation after create.
 * Source:  noise from differences [Neumann1941]
 */
#ifndef GW_DSP_HOPS_H
#define GW_DSP_HOPS_H

#include <stdbool.h>
#include <stddef.h>

#include "dsp/status.h"

typedef struct gw_hops gw_hops;

/* n_columns: 1..64; row_rate_hz: > 0. GW_EINVAL, GW_ENOMEM. */
gw_status gw_hops_create(size_t n_columns, double row_rate_hz, gw_hops **out);

/* Rows of a hop. */
size_t gw_hops_rows(const gw_hops *hops);

/* Rows from the middle of a mean to the newest row. */
size_t gw_hops_late(const gw_hops *hops);

/* is_saturated: the row is spoiled, whatever it looks like; a hop of nothing else has 20 times its
 * noise. True once a hop, from the second on: mean and noise (rms of the mean) were written. */
bool gw_hops_process(gw_hops *hops, const double *row, bool is_saturated, double *mean,
                     double *noise);

void gw_hops_reset(gw_hops *hops);
void gw_hops_destroy(gw_hops *hops);

#endif
