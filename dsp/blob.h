/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/blob.h -- local maxima over place and depth of the focused energy, and their shape.
 *
 *     r_k[b] = e_k[b] / f_k[b];   (k, b) is a blob when r_k[b] >= ratio_least and no r within
 *     `reach` rows and `apart` bins is larger (of equal ones the first stands)
 *
 * of energy e, its floor f and the spread g of dsp/focus.h. The shape is what tells a mine
 * from a stone: e along depth through the blob, in quarters of a period; e / g, how much of it adds
 * up in phase; the echo's mean frequency; and how much stronger the strongest r is that stands
 * `beside`, whose tails and multiples this may be.
 *
 * A flat top is strongest at an edge: its middle is that of the energy over half of the blob's, of
 * `half_wide` rows on either side.
 *
 * State:   the rows from `beside_to` behind to `ahead` in front. A row is done `ahead` rows late.
 * Cost:    (2 reach + 1) (2 apart + 1) comparisons a bin at most; two or three in the mean.
 * Source:  docs/numerics.md [Wilson2007], features on candidates only.
 */
#ifndef GW_DSP_BLOB_H
#define GW_DSP_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dsp/focus.h"

enum { GW_BLOB_ABOVE = 5, GW_BLOB_PROFILE = 18 }; /* quarters of a period, in all */

typedef struct gw_blob gw_blob;

typedef struct gw_blob_config {
    size_t n_bins_max;
    size_t reach, beside_from, beside_to, ahead; /* rows; reach <= ahead <= beside_to <= 1024 */
    size_t half_wide;                            /* rows, <= ahead */
    size_t apart, quarter;                       /* bins; quarter of a period */
    size_t top;                                  /* first bin that may be a blob */
    float ratio_least;
} gw_blob_config;

typedef struct gw_blob_shape {
    uint64_t row; /* from 0 since reset */
    size_t bin;
    float energy, ratio;
    float focus;                       /* e / g */
    float cycles;                      /* a period: the frequency, 1 at the centre of the band */
    float wide_cycles;                 /* the same in the wide band; the caller's to fill in */
    float offset;                      /* rows to the middle of what is half as strong or more */
    float wide;                        /* rows with a quarter of it or more, 1 at least */
    float beside_db;                   /* of the strongest r beside, over this one; 0: no rows */
    float profile_db[GW_BLOB_PROFILE]; /* e over this one's at quarters -ABOVE..; -30: none */
} gw_blob_shape;

/* GW_EINVAL, GW_ENOMEM. */
gw_status gw_blob_create(const gw_blob_config *config, gw_blob **out);

/* Rows have n_bins from now on. */
void gw_blob_place(gw_blob *blob, size_t n_bins);

/* row: [GW_FOCUS_PLANES][n_bins_max]; floor: [n_bins]. Pop until false before the next push. */
void gw_blob_push(gw_blob *blob, const float *row, const float *floor);
bool gw_blob_pop(gw_blob *blob, gw_blob_shape *shape);

/* Rows whose blobs have all come out. */
uint64_t gw_blob_done(const gw_blob *blob);

void gw_blob_finish(gw_blob *blob);
void gw_blob_reset(gw_blob *blob);
void gw_blob_destroy(gw_blob *blob);

#endif
