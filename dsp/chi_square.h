/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/chi_square.h -- quantiles of the chi-square distribution, to 1 %.
 *
 * Source: [Wilson1931]
 */
#ifndef GW_DSP_CHI_SQUARE_H
#define GW_DSP_CHI_SQUARE_H

/* Below which `part`, 0..1, of a sum of `freedom` squares of normal variables lies. */
double gw_chi_square(double freedom, double part);

#endif
