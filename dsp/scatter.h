/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/scatter.h -- what the ground does by itself: the covariance of vectors of which some belong
 * to targets, and the whitening by it.
 *
 *     R      covariance of that part of all vectors that lies nearest, found by eight concentration
 *            steps from their componentwise scale, and scaled to what the median of a normal
 *            variable asks for
 *     W      R^(-1/2), with no eigenvalue of R taken below the receiver's own noise
 *
 * Vectors of targets, up to half of all, do not enter: they lie far. Few of them need to be known
 * beforehand.
 *
 * Source: minimum covariance determinant [Rousseeuw1999]
 */
#ifndef GW_DSP_SCATTER_H
#define GW_DSP_SCATTER_H

#include <stdbool.h>
#include <stddef.h>

#include "dsp/status.h"

typedef struct gw_scatter gw_scatter;

enum { GW_SCATTER_KNOWN_MAX = 4 };

/* What a row is good for. */
typedef enum {
    GW_SCATTER_NOTHING,
    GW_SCATTER_GROUND, /* how much the ground does in its own direction, no more */
    GW_SCATTER_QUIET   /* all */
} gw_scatter_use;

/* n_columns: 1..64; max_rows: 1..4096. GW_EINVAL, GW_ENOMEM. */
gw_status gw_scatter_create(size_t n_columns, size_t max_rows, gw_scatter **out);

/* rows: [n_rows][n_columns], n_rows <= max_rows, and use [n_rows]: 0 leaves a row out. part: 0..1
 * of them that R is made of; floor: the least eigenvalue. Fewer rows than 4 n_columns: W stays what
 * it was. */
void gw_scatter_fit(gw_scatter *scatter, const double *rows, const unsigned char *use,
                    size_t n_rows, double part, double floor);

/* The same of all rows that are QUIET, however far they lie, and W as it was: gw_scatter_settle
 * makes it. */
void gw_scatter_gather(gw_scatter *scatter, const double *rows, const unsigned char *use,
                       size_t n_rows);

/* From the next fit on the rows count without their parts along these directions, [n][n_columns],
 * orthonormal, and so does what is whitened: they are known to be the ground's. n: at most
 * GW_SCATTER_KNOWN_MAX. */
void gw_scatter_know(gw_scatter *scatter, const double *directions, size_t n);

/* W again, of the last fit: without its parts along these directions, [n][n_columns], orthonormal,
 * and with the receiver's noise, of variance floor in every direction, for all that is not `over`
 * times that: so few rows tell more of themselves than of the ground. n: at most
 * GW_SCATTER_KNOWN_MAX; over: 1 and more, INFINITY: all is noise. Before the first fit: nothing. */
void gw_scatter_settle(gw_scatter *scatter, const double *directions, size_t n, double floor,
                       double over);

/* W v, [n_columns] each. */
void gw_scatter_whiten(const gw_scatter *scatter, const double *v, double *out);

/* A direction of the last fit, strongest first from 0, of norm 1 and either sign, [n_columns], and
 * its variance; 0, and nothing written, before the first fit. */
double gw_scatter_strong(const gw_scatter *scatter, size_t which, double *direction);

/* R as given, [n_columns][n_columns], is what the ground does; floor: the least eigenvalue. Nothing
 * is known beside it. */
void gw_scatter_set(gw_scatter *scatter, const double *covariance, double floor);

/* R of the last fit, [n_columns][n_columns]; false, and nothing written, before the first. */
bool gw_scatter_covariance(const gw_scatter *scatter, double *covariance);

/* |W|^2: the mean of |W v|^2 over vectors v of independent columns of variance 1. */
double gw_scatter_gain(const gw_scatter *scatter);

/* W is the identity again. */
void gw_scatter_reset(gw_scatter *scatter);
void gw_scatter_destroy(gw_scatter *scatter);

#endif
