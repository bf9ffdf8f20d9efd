/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/jacobi.h -- eigenvalues and eigenvectors of a symmetric matrix.
 *
 * Source: cyclic Jacobi rotations [Golub2013]
 */
#ifndef GW_DSP_JACOBI_H
#define GW_DSP_JACOBI_H

#include <stddef.h>

/* r, vectors: [n][n]. r becomes diagonal, and column k of vectors belongs to r[k][k]. */
void gw_jacobi(double *r, double *vectors, size_t n);

#endif
