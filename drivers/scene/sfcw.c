/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stepped frequency: S[i] = sum amplitude exp(-2 pi j f_i t), f_i = start + i step. The water's
 * loss goes with the frequency; a second derivative is -(f / center)^2.
 */
#include <math.h>
#include <stdlib.h>

#include "dsp/phasor.h"
#include "drivers/scene/gpr.h"

static const double ripple_s = 1e-9; /* there and back in the cable */

enum { AGAIN = 32 }; /* steps after which the turning is begun anew, so that errors stay at 1e-14 */

static const double LIGHT_M_S = 299792458.0;

typedef struct sfcw_state {
    const gw_scene *scene;
    size_t n_steps;
    double start_hz, step_hz, shift_s, water; /* nepers a metre at the centre */
    double sums[];                            /* [n_steps][2] */
} sfcw_state;

static gw_status sfcw_create(const gw_scene *scene, void **out)
{
    size_t n = (size_t)scene->gpr.n_samples;
    sfcw_state *sfcw = calloc(1, sizeof *sfcw + 2 * n * sizeof(double));
    *out = sfcw;
    if (!sfcw)
        return GW_ENOMEM;
    sfcw->scene = scene;
    sfcw->n_steps = n;
    sfcw->start_hz = scene->gpr.start_hz;
    sfcw->step_hz = scene->gpr.step_hz;
    sfcw->water = scene->soil.water_db_m / 8.686;
    return GW_OK;
}

/* A sample is the window, one over the step, divided by the number of steps. */
static void sfcw_begin(void *state, double shift_samples)
{
    sfcw_state *sfcw = state;
    sfcw->shift_s = shift_samples / (sfcw->step_hz * (double)sfcw->n_steps);
    memset(sfcw->sums, 0, 2 * sfcw->n_steps * sizeof *sfcw->sums);
}

static void sfcw_add(void *state, const scene_echo *echo)
{
    sfcw_state *sfcw = state;
    double center_hz = sfcw->scene->gpr.center_hz, water = sfcw->water * echo->soil_m;
    double time_s = gw_scene_time_zero_s(sfcw->scene) + echo->optical_m / LIGHT_M_S + sfcw->shift_s;
    phasor turn = phasor_turn(-2 * M_PI * sfcw->step_hz * time_s), at = 0;
    for (size_t k = 0; k < sfcw->n_steps; k++) {
        double hz = sfcw->start_hz + (double)k * sfcw->step_hz, size = echo->amplitude;
        at = k % AGAIN ? at * turn : phasor_turn(-2 * M_PI * fmod(hz * time_s, 1));
        if (echo->order)
            size *= -(hz / center_hz) * (hz / center_hz);
        if (water > 0)
            size *= exp(-water * hz / center_hz);
        sfcw->sums[2 * k] += size * creal(at);
        sfcw->sums[2 * k + 1] += size * cimag(at);
    }
}

/* What the receive path makes of the sums: the wave, and the same again from the cable's end. */
static void ripple_apply(sfcw_state *sfcw)
{
    double ripple = sfcw->scene->device.ripple;
    for (size_t k = 0; ripple > 0 && k < sfcw->n_steps; k++) {
        double hz = sfcw->start_hz + (double)k * sfcw->step_hz;
        phasor at = phasor_of(sfcw->sums[2 * k], sfcw->sums[2 * k + 1]);
        at *= 1 + ripple * phasor_turn(-2 * M_PI * fmod(hz * ripple_s, 1));
        sfcw->sums[2 * k] = creal(at);
        sfcw->sums[2 * k + 1] = cimag(at);
    }
}

static void sfcw_end(void *state, const scene_finish *finish, int32_t *counts)
{
    sfcw_state *sfcw = state;
    ripple_apply(sfcw);
    double high = sfcw->scene->gpr.clip_counts;
    double away = fabs(sfcw->scene->noise.interference_hz - sfcw->start_hz) / sfcw->step_hz;
    for (size_t k = 0; k < 2 * sfcw->n_steps; k++) {
        double value =
            sfcw->sums[k] * finish->gain + finish->noise * gw_random_normal(finish->noise_key, k);
        if (finish->interference > 0 && fabs((double)(k / 2) - away) < 1) /* in the filter */
            value += finish->interference * cos(finish->phase_rad - (k % 2 ? M_PI / 2 : 0));
        counts[k] = (int32_t)lrint(fmin(fmax(value * GW_SCENE_PEAK_COUNTS, -high - 1), high));
    }
}

const scene_wave scene_wave_sfcw = {
    .create = sfcw_create, .begin = sfcw_begin, .add = sfcw_add, .end = sfcw_end};
