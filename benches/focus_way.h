/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * benches/focus_way.h -- the radar chain with another focus than its own: the linker leads the
 * chain's calls of dsp/focus.h through here (--wrap), where the stack, or f-k in its place,
 * answers. All else is the chain as it is. Of one chain at a time.
 *
 * f-k knows no spread without a phase: that plane stays the stack's, so that the share in phase is
 * out of the same.
 */
#ifndef GW_BENCHES_FOCUS_WAY_H
#define GW_BENCHES_FOCUS_WAY_H

#include <stdbool.h>
#include <stddef.h>

#include "benches/fk.h"

typedef struct focus_way {
    bool is_fk;
    size_t block, margin;  /* rows, of f-k */
    double angle_deg;      /* of f-k, 0..90 */
    size_t aperture;       /* rows on either side, of the stack; 0: the chain's */
    double speed_m_per_ns; /* of the wave; 0: the chain's */
} focus_way;

void focus_way_set(const focus_way *way);

/* m: [n_bins]; row: energy and turns as of the stack, its spread stays. */
void focus_way_planes(const gw_complex *m, size_t n_bins, size_t n_bins_max, float *row);

/* f-k as the chain's configuration of the stack would have it. size: of the rows' transforms. */
fk_config focus_way_fk(const focus_way *way, double spacing_samples, size_t size);

#endif
