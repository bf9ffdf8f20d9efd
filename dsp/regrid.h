/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/regrid.h -- scans taken at a fixed rate become scans at a fixed spacing.
 *
 *     y_g = x_a + (g dx - s_a) / (s_b - s_a) (x_b - x_a),   s_a < g dx <= s_b
 *
 * between the two neighbours in place. Standing still gives no scan; going back gives none until
 * the head is beyond where it was.
 *
 * State:   the last two scans and their places.
 * Cost:    one multiplication a sample and grid scan.
 * Source:  linear interpolation, docs/numerics.md [AS1964] 25.2.
 */
#ifndef GW_DSP_REGRID_H
#define GW_DSP_REGRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dsp/gpr.h"
#include "dsp/status.h"

typedef struct gw_regrid gw_regrid;

/* n: floats a scan; spacing_m > 0. */
gw_status gw_regrid_create(size_t n, double spacing_m, gw_regrid **out);

/* x: [n]. Pop until false before the next push. False, and nothing taken, when the head has jumped
 * by more than 0.5 m: reset first. */
bool gw_regrid_push(gw_regrid *regrid, const float *x, const gw_gpr_scan *scan);
bool gw_regrid_pop(gw_regrid *regrid, float *y, gw_gpr_scan *scan);

void gw_regrid_reset(gw_regrid *regrid);
void gw_regrid_destroy(gw_regrid *regrid);

#endif
