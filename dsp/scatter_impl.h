/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/scatter_impl.h -- the state of scatter.c (learning), shared with scatter_told.c (what is told
 * of it).
 */
#ifndef GW_DSP_SCATTER_IMPL_H
#define GW_DSP_SCATTER_IMPL_H

#include "dsp/scatter.h"

struct gw_scatter {
    size_t n, max_rows;
    double *white;            /* [n][n] */
    double *r, *vectors;      /* [n][n] */
    double *whole, *fitted;   /* [n][n] R of the last fit, and its directions */
    double *variance;         /* [n] of these */
    double *factor, *solved;  /* Cholesky factor of R, and L^-1 v */
    double *distance, *order; /* [max_rows] */
    size_t n_known;
    double *known; /* [n_known][n] */
    double *rows;  /* [max_rows][n], without what is known */
    bool is_fit;
};

#endif
