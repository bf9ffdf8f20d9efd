/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/far.h -- from a score to the false alarms expected a metre.
 */
#ifndef GW_DSP_FAR_H
#define GW_DSP_FAR_H

#include <stdbool.h>

double gw_far_gpr(double score, bool is_stepped);

/* Whether the rate is that of such radars: a centre of 0.8 to 2.1 GHz, scans at most 6 cm
 * apart, for things of 5 to 35 cm; under 1.4 GHz and beyond 3 cm fewer come than it says
 * (docs/numerics.md). center_hz, spacing_m: 0 unknown. Of others scores have an order, and
 * what they mean is not known. */
bool gw_far_gpr_holds(double center_hz, double spacing_m);
/* Of an array (dsp/array.h), a square metre. */
double gw_far_array(double score);

/* The score of a single channel of an impulse radar that comes as often. */
double gw_far_gpr_score(double far_per_m);

/* has_spectra: the score is that of a spectrum (dsp/md_window.h). */
double gw_far_md(double score, bool has_spectra);

#endif
