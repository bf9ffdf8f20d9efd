/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every echo is a Ricker pulse, or its second derivative, placed at a fraction of a sample by a
 * table of its phases.
 */
#include <math.h>
#include <stdlib.h>

#include "drivers/scene/gpr.h"

enum { PHASES = 32 };

static const double LIGHT_M_S = 299792458.0, wow_s = 2e-9;

typedef struct impulse_state {
    const gw_scene *scene;
    size_t n_samples;
    long half;                            /* samples of the pulse to each side */
    double rate_hz, shift_samples, water; /* nepers a metre */
    float *trace;                         /* [n_samples] */
    float *bend;                          /* as pulse */
    float pulse[]; /* [PHASES + 1][2 half + 1], then the bend, then the trace */
} impulse_state;

/* (1 - 2 a^2) exp(-a^2), a = pi f t; its second derivative over (2 pi f)^2. */
static void pulse_fill(impulse_state *impulse)
{
    long taps = 2 * impulse->half + 1;
    for (long phase = 0; phase <= PHASES; phase++)
        for (long k = 0; k < taps; k++) {
            double t = ((double)(k - impulse->half) - (double)phase / PHASES) / impulse->rate_hz;
            double a = M_PI * impulse->scene->gpr.center_hz * t, b = a * a;
            impulse->pulse[phase * taps + k] = (float)((1 - 2 * b) * exp(-b));
            impulse->bend[phase * taps + k] = (float)((-2 * b * b + 6 * b - 1.5) * exp(-b));
        }
}

static gw_status impulse_create(const gw_scene *scene, void **out)
{
    double rate_hz = scene->gpr.n_samples / (scene->gpr.window_ns * 1e-9);
    size_t half =
        (size_t)(1.42 * rate_hz / scene->gpr.center_hz) + 2; /* 1e-7 of the peak is left */
    size_t n_pulse = (PHASES + 1) * (2 * half + 1), n_samples = (size_t)scene->gpr.n_samples;
    impulse_state *impulse = calloc(1, sizeof *impulse + (2 * n_pulse + n_samples) * sizeof(float));
    *out = impulse;
    if (!impulse)
        return GW_ENOMEM;
    impulse->scene = scene;
    impulse->n_samples = n_samples;
    impulse->half = (long)half;
    impulse->rate_hz = rate_hz;
    impulse->water = scene->soil.water_db_m / 8.686;
    impulse->bend = impulse->pulse + n_pulse;
    impulse->trace = impulse->bend + n_pulse;
    pulse_fill(impulse);
    return GW_OK;
}

static void impulse_begin(void *state, double shift_samples)
{
    impulse_state *impulse = state;
    impulse->shift_samples = shift_samples;
    memset(impulse->trace, 0, impulse->n_samples * sizeof *impulse->trace);
}

static void impulse_add(void *state, const scene_echo *echo)
{
    impulse_state *impulse = state;
    double time_s = gw_scene_time_zero_s(impulse->scene) + echo->optical_m / LIGHT_M_S;
    double delay = time_s * impulse->rate_hz + impulse->shift_samples;
    double whole = floor(delay), phase = (delay - whole) * PHASES, amplitude = echo->amplitude;
    if (!(whole > -1e6 && whole < (double)impulse->n_samples + (double)impulse->half))
        return;
    if (impulse->water > 0)
        amplitude *= exp(-impulse->water * echo->soil_m);
    long taps = 2 * impulse->half + 1, row = (long)phase, first = (long)whole - impulse->half;
    long from = first < 0 ? -first : 0, to = (long)impulse->n_samples - first;
    const float *low = (echo->order ? impulse->bend : impulse->pulse) + row * taps;
    const float *high = low + taps;
    float part = (float)(phase - (double)row), a = (float)amplitude;
    float a_high = a * part, a_low = a - a_high;
    to = to < taps ? to : taps;
    float *trace = impulse->trace + first;
    for (long k = from; k < to; k++)
        trace[k] += a_low * low[k] + a_high * high[k];
}

/* x e^(1 - x), from the direct wave on: 1 at most. */
static double wow_at(const impulse_state *impulse, double sample)
{
    double since_s = sample / impulse->rate_hz - gw_scene_time_zero_s(impulse->scene);
    double x = since_s / wow_s;
    return x > 0 ? x * exp(1 - x) : 0;
}

static void impulse_end(void *state, const scene_finish *finish, int32_t *counts)
{
    const impulse_state *impulse = state;
    double high = impulse->scene->gpr.clip_counts;
    double turn = 2 * M_PI * impulse->scene->noise.interference_hz / impulse->rate_hz;
    for (size_t k = 0; k < impulse->n_samples; k++) {
        double value = (double)impulse->trace[k] * finish->gain +
                       finish->noise * gw_random_normal(finish->noise_key, k);
        if (finish->wow != 0)
            value += finish->wow * wow_at(impulse, (double)k);
        if (finish->interference > 0)
            value += finish->interference * cos(turn * (double)k + finish->phase_rad);
        counts[k] = (int32_t)lrint(fmin(fmax(value * GW_SCENE_PEAK_COUNTS, -high - 1), high));
    }
}

const scene_wave scene_wave_impulse = {
    .create = impulse_create, .begin = impulse_begin, .add = impulse_add, .end = impulse_end};
