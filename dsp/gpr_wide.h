/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/gpr_wide.h -- the scans of a radar channel in a wider band than the one that it is searched
 * in, for the frequency of what was found (dsp/pitch.h): what lies beyond twice the centre tells a
 * shallow mine from the ground over it, but in it other ground has other rates of false alarms.
 *
 *     0.2 to 3.5 times the centre -> shift -> background of its own, gain -> analytic
 *
 * Shift and gain are those that dsp/gpr_front.c measured in the narrow band. The background is
 * taken at every second or fourth sample where that holds the band, and scans come out at all of
 * them.
 *
 * State:   the window of the background, in step with that of the narrow band.
 * Cost:    3 transforms, two of them as short, and a rank update each of these samples.
 */
#ifndef GW_DSP_GPR_WIDE_H
#define GW_DSP_GPR_WIDE_H

#include <stdbool.h>

#include "dsp/fft.h"
#include "dsp/level.h"

typedef struct gw_gpr_wide gw_gpr_wide;

typedef struct gw_gpr_wide_config {
    size_t n_samples;           /* of a scan */
    size_t size;                /* of the transforms */
    double center_norm;         /* cycles a sample */
    gw_level_config background; /* but for its columns */
    unsigned without;           /* dsp/gpr_without.h */
} gw_gpr_wide_config;

/* GW_EINVAL, GW_ENOMEM. */
gw_status gw_gpr_wide_create(const gw_gpr_wide_config *config, gw_gpr_wide **out);

/* spectrum: [size/2 + 1] of the next scan, before any band; kept. Then push. */
void gw_gpr_wide_take(gw_gpr_wide *wide, const gw_complex *spectrum);
/* shift: samples, as of dsp/align.h. */
void gw_gpr_wide_push(gw_gpr_wide *wide, float shift);

/* The next row, if it is due: it is whenever the narrow band's is. gain: of its scan. */
bool gw_gpr_wide_pop(gw_gpr_wide *wide, float gain);

/* Of the row popped last: [n_samples], until the next push or pop. fft: of size. */
const gw_complex *gw_gpr_wide_analytic(gw_gpr_wide *wide, gw_fft *fft);

void gw_gpr_wide_finish(gw_gpr_wide *wide);
void gw_gpr_wide_reset(gw_gpr_wide *wide);
void gw_gpr_wide_destroy(gw_gpr_wide *wide);

#endif
