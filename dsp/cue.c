/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/cue.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES_MIN = 16, SAMPLES_MAX = 65536, SCANS_MAX = 4096 };

static const double from_db = 6, range_db = 18;
static const float clip = 4; /* of the level: what stands out is not the usual */

struct gw_cue {
    gw_cue_config config;
    uint64_t n_scans;
    float *ring; /* [guard][n_samples] */
    float *background, *level, *power;
};

gw_status gw_cue_create(const gw_cue_config *config, gw_cue **out)
{
    size_t n = config->n_samples;
    *out = NULL;
    if (n < SAMPLES_MIN || n > SAMPLES_MAX || !config->wavelet || config->wavelet > n / 2 ||
        !config->guard || config->guard > SCANS_MAX || !config->memory ||
        config->memory > SCANS_MAX || !config->least || config->least > SCANS_MAX)
        return GW_EINVAL;
    gw_cue *cue = calloc(1, sizeof *cue + (config->guard + 3) * n * sizeof(float));
    if (!cue)
        return GW_ENOMEM;
    cue->config = *config;
    cue->ring = (float *)(cue + 1);
    cue->background = cue->ring + config->guard * n;
    cue->level = cue->background + n;
    cue->power = cue->level + n;
    *out = cue;
    return GW_OK;
}

/* Weight of the newest of n so far in a running mean. */
static float weight(const gw_cue *cue, uint64_t n)
{
    return 1 / (float)(n < cue->config.memory ? n + 1 : cue->config.memory);
}

/* The scan that has been behind the guard long enough becomes background. */
static void background_learn(gw_cue *cue, const float *x)
{
    size_t n = cue->config.n_samples, guard = cue->config.guard;
    float *oldest = cue->ring + cue->n_scans % guard * n;
    if (cue->n_scans >= guard) {
        float slow = weight(cue, cue->n_scans - guard);
        for (size_t k = 0; k < n; k++)
            cue->background[k] += slow * (oldest[k] - cue->background[k]);
    }
    memcpy(oldest, x, n * sizeof *x);
}

/* Mean of the residual's square over a wavelet around each sample. */
static void power_take(gw_cue *cue, const float *x)
{
    size_t n = cue->config.n_samples, half = cue->config.wavelet / 2, end = 0, begin = 0;
    double sum = 0;
    for (size_t k = 0; k < n; k++) {
        for (; end < n && end <= k + half; end++) {
            double r = (double)(x[end] - cue->background[end]);
            sum += r * r;
        }
        for (; begin + half < k; begin++) {
            double r = (double)(x[begin] - cue->background[begin]);
            sum -= r * r;
        }
        cue->power[k] = (float)(fmax(sum, 0) / (double)(end - begin));
    }
}

/* First sample beyond the strongest arrival. */
static size_t beyond_direct(const gw_cue *cue)
{
    size_t peak = 0;
    for (size_t k = 1; k < cue->config.n_samples; k++)
        if (fabsf(cue->background[k]) > fabsf(cue->background[peak]))
            peak = k;
    return peak + cue->config.wavelet;
}

static float levels_compare(gw_cue *cue)
{
    uint64_t n_learnt = cue->n_scans - cue->config.guard - 1;
    float slow = weight(cue, n_learnt), highest = 0;
    for (size_t k = beyond_direct(cue); k < cue->config.n_samples; k++) {
        float level = cue->level[k], power = cue->power[k];
        if (level > 0)
            highest = fmaxf(highest, power / level);
        cue->level[k] += slow * ((n_learnt ? fminf(power, clip * level) : power) - level);
    }
    return highest;
}

float gw_cue_process(gw_cue *cue, const float *x)
{
    float highest = 0;
    background_learn(cue, x);
    if (cue->n_scans > cue->config.guard) { /* else the background is nothing yet */
        power_take(cue, x);
        highest = levels_compare(cue);
    }
    if (cue->n_scans++ < cue->config.least + cue->config.guard || !(highest > 0))
        return 0;
    double db = 10 * log10((double)highest);
    return (float)fmin(fmax((db - from_db) / range_db, 0), 1);
}

void gw_cue_reset(gw_cue *cue)
{
    cue->n_scans = 0;
    memset(cue->background, 0, 2 * cue->config.n_samples * sizeof(float));
}

void gw_cue_destroy(gw_cue *cue)
{
    free(cue);
}
