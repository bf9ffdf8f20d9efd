/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Points under a lane whose echoes are computed, focused by the stack and by f-k: the way of the
 * wave is that which both assume, so each must focus at the point's own row and depth. Gain: how
 * far it stands out of noise after, over how far its apex did before.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "benches/migration.h"
#include "dsp/focus.h"

/* Radar and lane like those of calib/lanes. */
enum { ROWS = 512, SAMPLES = 512, APERTURE = 8, BINS = 75 };
static const double rate_ghz = 42.8, center_ghz = 1.42, spacing_m = 0.02, m_per_ns = 0.12;
static const double surface = 100, two_pi = 6.283185307179586;
static const double place_row = ROWS / 2;

typedef struct lane {
    double spacing_samples, step;
    gw_complex z[ROWS][SAMPLES];
    float row[GW_FOCUS_PLANES * BINS];
    double energy[ROWS][BINS];
} lane;

/* A pulse of some two periods under a Gaussian; echoes fall off as antennas' beams do. */
static void point_lay(lane *l, double depth_m)
{
    double period = rate_ghz / center_ghz, t = 2 * depth_m / m_per_ns * rate_ghz;
    for (size_t k = 0; k < ROWS; k++) {
        double slant = hypot(t, ((double)k - place_row) * l->spacing_samples);
        for (size_t n = 0; n < SAMPLES; n++) {
            double at = ((double)n - surface - slant) / period;
            double size = pow(t / slant, 2) * exp(-3 * at * at);
            l->z[k][n] =
                (gw_complex){(float)(size * cos(two_pi * at)), (float)(size * sin(two_pi * at))};
        }
    }
}

/* The same pulses at places that mean nothing. */
static void noise_lay(lane *l)
{
    double period = rate_ghz / center_ghz;
    srand(1);
    for (size_t k = 0; k < ROWS; k++)
        for (size_t n = 0; n < SAMPLES; n++)
            l->z[k][n] = (gw_complex){0, 0};
    for (size_t k = 0; k < ROWS; k++)
        for (size_t pulse = 0; pulse < SAMPLES / 4; pulse++) {
            double place = (double)SAMPLES * rand() / RAND_MAX, turn = two_pi * rand() / RAND_MAX;
            for (double n = fmax(ceil(place - 2 * period), 0);
                 n < fmin(place + 2 * period, SAMPLES); n++) {
                double at = (n - place) / period, size = exp(-3 * at * at);
                gw_complex *z = &l->z[k][(size_t)n];
                z->re += (float)(size * cos(two_pi * at + turn));
                z->im += (float)(size * sin(two_pi * at + turn));
            }
        }
}

static void lane_focus(lane *l, const focus_way *way)
{
    const gw_focus_config config = {SAMPLES, way ? APERTURE : 0, BINS, l->spacing_samples};
    gw_focus *focus = NULL;
    static const focus_way stack = {.is_fk = false};
    focus_way_set(way ? way : &stack);
    if (gw_focus_create(&config, &focus) != GW_OK)
        exit(gw_status_exit(GW_ENOMEM));
    gw_focus_place(focus, surface, surface + l->step, l->step, BINS);
    size_t done = 0;
    for (size_t k = 0; k <= ROWS; k++) {
        if (k < ROWS)
            gw_focus_push(focus, l->z[k]);
        else
            gw_focus_finish(focus);
        for (; gw_focus_pop(focus, l->row); done++)
            for (size_t b = 0; b < BINS; b++)
                l->energy[done][b] = (double)l->row[GW_FOCUS_ENERGY * BINS + b];
    }
    gw_focus_destroy(focus);
}

/* Mean of what noise has at a bin, away from the lane's ends. */
static double noise_mean(const lane *l, size_t bin)
{
    double sum = 0;
    for (size_t k = ROWS / 4; k < ROWS * 3 / 4; k++)
        sum += l->energy[k][bin];
    return sum / (ROWS / 2);
}

static double ratio_db(lane *l, const focus_way *way, double depth_m, size_t *row, size_t *bin)
{
    *row = *bin = 0;
    point_lay(l, depth_m);
    lane_focus(l, way);
    for (size_t k = 0; k < ROWS; k++)
        for (size_t b = 0; b < BINS; b++)
            if (l->energy[k][b] > l->energy[*row][*bin]) {
                *row = k;
                *bin = b;
            }
    double peak = l->energy[*row][*bin];
    noise_lay(l);
    lane_focus(l, way);
    return 10 * log10(peak / noise_mean(l, *bin));
}

void migration_point(const focus_way *way)
{
    static const double depths_m[] = {0.05, 0.10, 0.20, 0.30};
    const focus_way stack = {.is_fk = false};
    lane *l = calloc(1, sizeof *l);
    size_t row, bin;
    if (!l)
        exit(gw_status_exit(GW_ENOMEM));
    l->spacing_samples = 2 * spacing_m / m_per_ns * rate_ghz;
    l->step = rate_ghz / center_ghz / 8;
    for (size_t k = 0; k < sizeof depths_m / sizeof *depths_m; k++) {
        double before = ratio_db(l, NULL, depths_m[k], &row, &bin);
        for (int is_fk = 0; is_fk <= way->is_fk; is_fk++) {
            double after = ratio_db(l, is_fk ? way : &stack, depths_m[k], &row, &bin);
            double depth_m = (double)(bin + 1) * l->step / rate_ghz * m_per_ns / 2;
            printf("%s, %.2f m deep: %.3f m, %+.2f m along, gain %.1f dB\n",
                   is_fk ? "f-k" : "stack", depths_m[k], depth_m,
                   ((double)row - place_row) * spacing_m, after - before);
        }
    }
    free(l);
}
