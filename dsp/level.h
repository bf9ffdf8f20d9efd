/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/level.h -- a running quantile along the lane, column by column: background, noise floor,
 * CFAR.
 *
 *     level_k[c] = quantile q of { row_j[c] : k - before <= j <= max(k + after, least) }
 *
 * An order statistic, not a mean: a target that fills less than half of the window leaves it alone
 * [Rohling1983]. Rows come out again in order, `after` rows late, each with its level; near the
 * ends of the lane the window is what there is of it.
 *
 * State:   the window's rows, and each column's values in order.
 * Shapes:  row [n_columns], of which the first n_ranked have a level; the others are carried along.
 * Cost:    one pass over the window a row and ranked column, in vectors and without a branch:
 *          faster than to search and to move, for windows of 100 rows and for 600.
 * Source:  [Rohling1983] docs/numerics.md.
 */
#ifndef GW_DSP_LEVEL_H
#define GW_DSP_LEVEL_H

#include <stdbool.h>
#include <stddef.h>

#include "dsp/status.h"

typedef struct gw_level gw_level;

typedef struct gw_level_config {
    size_t n_columns, n_ranked; /* 1..200,000; n_ranked <= n_columns */
    size_t before, after;       /* rows, before + after + least <= 4,096 */
    size_t least;               /* rows that must be there before the first comes out */
    double quantile;            /* 0..1 */
} gw_level_config;

/* GW_EINVAL, GW_ENOMEM. On error *out is NULL. */
gw_status gw_level_create(const gw_level_config *config, gw_level **out);

/* row: [n_columns]. Pop until there is nothing more before the next push. */
void gw_level_push(gw_level *level, const float *row);

/* Next row and its level, if it is due. row: [n_columns] and levels: [n_ranked], valid until the
 * next push. */
bool gw_level_pop(gw_level *level, const float **row, const float **levels);

/* No more rows will come: what is left is due. After the last pop, reset. */
void gw_level_finish(gw_level *level);
void gw_level_reset(gw_level *level);
void gw_level_destroy(gw_level *level);

#endif
