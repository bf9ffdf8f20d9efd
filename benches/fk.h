/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * benches/fk.h -- what the diffraction stack of dsp/focus.h is measured against: migration along
 * the lane in frequency and wave number, block by block of rows.
 *
 *     M(s, g) = w D(s, sqrt(g^2 + s^2)),   w = cos(theta) = g / sqrt(g^2 + s^2)
 *     m_k[b] = sum over s and g of M exp(2 pi i (s x_k + g t_b))
 *
 * of the rows' spectra D, time counted from the surface; s: wave number along the lane times v / 2,
 * g: frequency of the time below the apex, f = sqrt(g^2 + s^2): of the echo, all in cycles a
 * sample. Echoes from beyond an angle (sin(theta) = s / f) may be left out: an aperture that grows
 * with the depth, where the stack's is as wide at every depth.
 *
 * State:   the spectra of a block of rows. Its first and last `margin` rows are the edges of a
 *          circle and give nothing: the rows between come out when the block is whole.
 * Cost:    two transforms along the lane and one along depth a row, 8 products between.
 * Accuracy: 40 dB, 22 dB at the deepest bins, against 24 products; rows of the training lanes.
 * Source:  Stolt: migration by Fourier transform, Geophysics 43, 1978, 23.
 */
#ifndef GW_BENCHES_FK_H
#define GW_BENCHES_FK_H

#include <stdbool.h>
#include <stddef.h>

#include "dsp/complex.h"
#include "dsp/status.h"

typedef struct fk fk;

typedef struct fk_config {
    size_t size;            /* of the rows' transforms; 2 n_samples or more */
    size_t block, margin;   /* rows: the block even, 2 margin < block */
    size_t n_bins;          /* 1.. */
    double t0, first, step; /* samples: surface, first bin, bin to bin (dsp/focus.h) */
    double spacing_samples; /* 2 dx / v */
    double sin_most;        /* of the angle, 0..1 */
} fk_config;

/* GW_EINVAL, GW_ENOMEM. */
gw_status fk_create(const fk_config *config, fk **out);

/* Frequencies of a row that are used, from 0 on. */
size_t fk_n_used(const fk *f);

/* spectrum: [n_used] of an analytic row. Pop until false before the next push. */
void fk_push(fk *f, const gw_complex *spectrum);

/* m: [n_bins] of the next row that is due. */
bool fk_pop(fk *f, gw_complex *m);

/* Rows after the last one are nothing. */
void fk_finish(fk *f);
void fk_reset(fk *f);
void fk_destroy(fk *f);

#endif
