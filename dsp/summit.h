/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/summit.h -- local maxima of a score over along and cross: one target, one detection.
 *
 * (k, c) is a summit when score[k][c] > 0 and no score within
 *
 *     (dk / reach)^2 + (dc / aside)^2 <= 1
 *
 * is larger; of equal ones the first row, then the lowest column stands.
 *
 * State:   the last 2 reach + 1 rows. Output comes `reach` rows late, column by column.
 * Cost:    the ellipse's comparisons a score at most; two or three in the mean.
 */
#ifndef GW_DSP_SUMMIT_H
#define GW_DSP_SUMMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dsp/status.h"

typedef struct gw_summit gw_summit;

typedef struct gw_summit_config {
    size_t n_columns;    /* 1..4096 */
    double reach, aside; /* rows, columns: 1..1024, 0..4096 */
} gw_summit_config;

/* GW_EINVAL, GW_ENOMEM. */
gw_status gw_summit_create(const gw_summit_config *config, gw_summit **out);

/* scores: [n_columns] of the next row. Pop until false before the next push. */
void gw_summit_push(gw_summit *summit, const float *scores);
bool gw_summit_pop(gw_summit *summit, uint64_t *row, size_t *column, float *score);

/* Rows whose summits have all come out. */
uint64_t gw_summit_done(const gw_summit *summit);

void gw_summit_finish(gw_summit *summit);
void gw_summit_reset(gw_summit *summit);
void gw_summit_destroy(gw_summit *summit);

#endif
