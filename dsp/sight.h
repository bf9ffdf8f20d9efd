/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/sight.h -- whether what one radar channel does not see says anything of the ground.
 *
 *     f(t)  floor t periods after the strongest arrival, dB over the direct wave
 *     r     correlation of each scan's residual with the one before, 3 to 4.5 periods after it
 *     a = f(1.5) - f(3.75),   b = f(2.25) - f(3.75),   all means over 1.5 m
 *     it does where  0 <= a <= 18.5,   b <= 8.5,   r >= 0.48
 *     and n >= 2.55, where the wave's speed is told
 *
 * What comes back from ground that lets the wave through is clutter: it falls slowly, and two
 * centimetres on it is nearly the same. Where the ground swallows the wave the floor falls at once
 * (a, b), to the receiver's noise, which is another in every scan (r). Antennas that are lifted
 * have the surface's echo where the ground's should be (a, b). A mine's plastic has n = 1.73: in
 * ground of little more (n = c / v) it hardly reflects; of a speed that is only assumed nothing is
 * known.
 *
 * The limits are of scenes of 1.5 GHz (docs/messages.md); other radars are told apart by the
 * caller.
 *
 * Cost:    six logarithms and some 100 products a scan.
 */
#ifndef GW_DSP_SIGHT_H
#define GW_DSP_SIGHT_H

#include <stdbool.h>
#include <stddef.h>

enum { GW_SIGHT_TIMES = 3, GW_SIGHT_SAMPLES = 256 };

typedef struct gw_sight_config {
    double speed_m_per_ns;              /* of the wave; 0: only assumed */
    double period_samples;              /* of the centre */
    double peak_samples;                /* the strongest arrival's place in a scan */
    double first_samples, step_samples; /* of the bins, after that */
    size_t n_samples, n_bins, rows;     /* rows: that the means are over */
    bool is_fitted;                     /* such a radar is what the limits are of */
} gw_sight_config;

typedef struct gw_sight {
    gw_sight_config config;
    size_t bins[GW_SIGHT_TIMES]; /* in the middle of each time */
    size_t from, n;              /* samples that are compared */
    bool is_able;                /* all of these are there, of a radar and in ground of such */
    size_t n_heard, n_rows;
    double alike, before_energy;
    double floor_db[GW_SIGHT_TIMES], floors_alike;
    float before[GW_SIGHT_SAMPLES];
} gw_sight;

void gw_sight_make(gw_sight *sight, const gw_sight_config *config);

/* residual: [n_samples] of the next scan. Its r, which goes with that scan's levels. */
double gw_sight_hear(gw_sight *sight, const float *residual);

/* levels: [n_bins] energy, of the next scan; direct: mean power of the direct wave; alike: r. */
void gw_sight_push(gw_sight *sight, const float *levels, double direct, double alike);

/* False until a third of the rows came. */
bool gw_sight_tells(const gw_sight *sight);

#endif
