/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/cube.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES_MAX = 65536, CHANNELS_MAX = 64, ALONG_MAX = 64, CROSS_MAX = 16, STRIDE_MAX = 64 };
enum { BINS_MAX = 4096, SPAN = 4 };

/* On the ground there is no way through air: what comes up beyond the critical angle creeps along
 * the surface, and is not what antennas this low hear. */
static const double height_least_m = 0.02;

/* What is fainter than this adds nothing but noise. */
static const double weight_least = 0.05;

typedef struct tap {
    uint32_t index;     /* of the sample below */
    float below, above; /* weights of that one and of the next; 0: not used */
} tap;

struct gw_cube {
    gw_cube_config config;
    size_t n_rows, width; /* width: of a sample's channels, with `cross` empty ones on each side */
    uint64_t n_pushed, n_popped;
    bool is_ended;
    float *ring;    /* [n_rows][n_samples][re, im][width] */
    float *sum;     /* [re, im][span of n_channels] */
    float *power;   /* [along + 1][n_bins][n_channels] sum of w^2 over the channels there are */
    float *powers;  /* [n_bins][n_channels] of a row */
    tap *taps;      /* [along + 1][cross + 1][n_bins] */
    size_t n_lanes; /* n_channels, in whole spans */
};

static bool is_good(const gw_cube_config *config)
{
    return config->n_samples >= 2 && config->n_samples <= SAMPLES_MAX && config->n_channels >= 1 &&
           config->n_channels <= CHANNELS_MAX && config->along <= ALONG_MAX &&
           config->cross <= CROSS_MAX && config->stride >= 1 && config->stride <= STRIDE_MAX &&
           config->n_bins >= 1 && config->n_bins <= BINS_MAX;
}

gw_status gw_cube_create(const gw_cube_config *config, gw_cube **out)
{
    *out = NULL;
    if (!is_good(config))
        return GW_EINVAL;
    size_t n_lanes = (config->n_channels + SPAN - 1) / SPAN * SPAN;
    size_t width = n_lanes + 2 * config->cross, n_bins = config->n_bins;
    size_t n_rows = 2 * config->along * config->stride + 1;
    size_t n_ring = n_rows * config->n_samples * 2 * width;
    size_t n_power = (config->along + 2) * n_bins * config->n_channels;
    size_t n_taps = (config->along + 1) * (config->cross + 1) * n_bins;
    gw_cube *cube = calloc(1, sizeof *cube + n_taps * sizeof(tap) +
                                  (n_ring + 2 * n_lanes + n_power) * sizeof(float));
    if (!cube)
        return GW_ENOMEM;
    cube->config = *config;
    cube->n_rows = n_rows;
    cube->width = width;
    cube->n_lanes = n_lanes;
    cube->taps = (tap *)(cube + 1);
    cube->ring = (float *)(cube->taps + n_taps);
    cube->sum = cube->ring + n_ring;
    cube->power = cube->sum + 2 * n_lanes;
    cube->powers = cube->power + (config->along + 1) * n_bins * config->n_channels;
    *out = cube;
    return GW_OK;
}

static double leg_m(const gw_depth_ground *ways, double depth_m, double aside_m)
{
    if (ways->height_m < height_least_m)
        return ways->height_m + hypot(depth_m, aside_m) * GW_LIGHT_M_PER_NS / ways->speed_m_per_ns;
    return gw_depth_leg_m(ways, depth_m, aside_m);
}

static tap tap_of(const gw_cube *cube, const gw_cube_ground *ground, double depth_m, double x,
                  double y)
{
    const gw_depth_ground *ways = &ground->ways;
    double a = 0.5 * ways->offset_m, ahead = hypot(x - a, y), behind = hypot(x + a, y);
    double way = leg_m(ways, depth_m, ahead) + leg_m(ways, depth_m, behind);
    double at = ground->t0_samples + ground->samples_per_m * way, down = ways->height_m + depth_m;
    double weight = down / hypot(down, ahead) * down / hypot(down, behind);
    tap made = {0, 0, 0};
    if (!(down > 0) || at < 0 || at >= (double)(cube->config.n_samples - 1) ||
        weight < weight_least)
        return made;
    made.index = (uint32_t)at;
    made.above = (float)(weight * (at - floor(at)));
    made.below = (float)weight - made.above;
    return made;
}

static const tap *taps_of(const gw_cube *cube, size_t i, size_t j)
{
    return cube->taps + (i * (cube->config.cross + 1) + j) * cube->config.n_bins;
}

/* Of row i positions off: what the channels around channel c may give. */
static float power_of(const gw_cube *cube, size_t i, size_t c, size_t bin)
{
    float sum = 0;
    for (size_t other = 0; other < cube->config.n_channels; other++) {
        size_t j = other > c ? other - c : c - other;
        if (j > cube->config.cross)
            continue;
        const tap *t = taps_of(cube, i, j) + bin;
        sum += (t->below + t->above) * (t->below + t->above);
    }
    return sum;
}

void gw_cube_place(gw_cube *cube, const gw_cube_ground *ground)
{
    const gw_cube_config *config = &cube->config;
    tap *t = cube->taps;
    float *power = cube->power;
    for (size_t i = 0; i <= config->along; i++)
        for (size_t j = 0; j <= config->cross; j++)
            for (size_t b = 0; b < config->n_bins; b++)
                *t++ = tap_of(cube, ground, ground->depth_m + (double)b * ground->depth_step_m,
                              (double)(i * config->stride) * ground->spacing_m,
                              (double)j * ground->channel_spacing_m);
    for (size_t i = 0; i <= config->along; i++)
        for (size_t b = 0; b < config->n_bins; b++)
            for (size_t c = 0; c < config->n_channels; c++)
                *power++ = power_of(cube, i, c, b);
}

void gw_cube_set(gw_cube *cube, size_t channel, const gw_complex *z)
{
    size_t n = cube->config.n_samples, width = cube->width;
    float *at = cube->ring + cube->n_pushed % cube->n_rows * n * 2 * width;
    at += cube->config.cross + channel;
    for (size_t k = 0; k < n; k++, at += 2 * width) {
        at[0] = z[k].re;
        at[width] = z[k].im;
    }
    if (channel + 1 == cube->config.n_channels)
        cube->n_pushed++;
}

/* One position of the aperture, all channels at once. at: channel 0's neighbour, sample below. */
static void position_add(const gw_cube *cube, const float *at, const tap *t)
{
    float *re = cube->sum, *im = cube->sum + cube->n_lanes, below = t->below, above = t->above;
    size_t width = cube->width, n = cube->n_lanes;
    const float *re_0 = at, *im_0 = at + width, *re_1 = at + 2 * width, *im_1 = at + 3 * width;
    for (size_t c = 0; c < n; c += SPAN)
        for (size_t k = c; k < c + SPAN; k++) {
            re[k] += below * re_0[k] + above * re_1[k];
            im[k] += below * im_0[k] + above * im_1[k];
        }
}

static void row_add(const gw_cube *cube, uint64_t row, size_t i, size_t bin)
{
    const gw_cube_config *config = &cube->config;
    const float *scan = cube->ring + row % cube->n_rows * config->n_samples * 2 * cube->width;
    for (size_t j = 0; j <= config->cross; j++) {
        const tap *t = taps_of(cube, i, j) + bin;
        const float *at = scan + (size_t)t->index * 2 * cube->width + config->cross;
        if (!(t->below + t->above > 0))
            continue;
        position_add(cube, at + j, t);
        if (j)
            position_add(cube, at - j, t);
    }
}

/* Positions of the aperture around row k: -before..after. */
typedef struct span {
    size_t before, after;
} span;

static span span_of(const gw_cube *cube, uint64_t k)
{
    size_t along = cube->config.along, stride = cube->config.stride;
    uint64_t ahead = (cube->n_pushed - 1 - k) / stride, behind = k / stride;
    return (span){behind < along ? (size_t)behind : along, ahead < along ? (size_t)ahead : along};
}

static void powers_sum(gw_cube *cube, span s)
{
    size_t n = cube->config.n_bins * cube->config.n_channels;
    memset(cube->powers, 0, n * sizeof *cube->powers);
    for (size_t i = 0; i <= cube->config.along; i++) {
        float times = (float)((i <= s.before) + (i && i <= s.after));
        for (size_t k = 0; k < n; k++)
            cube->powers[k] += times * cube->power[i * n + k];
    }
}

bool gw_cube_is_due(const gw_cube *cube)
{
    uint64_t reach = cube->config.along * cube->config.stride;
    return cube->n_popped < cube->n_pushed &&
           (cube->is_ended || cube->n_popped + reach < cube->n_pushed);
}

bool gw_cube_pop(gw_cube *cube, gw_complex *m)
{
    const gw_cube_config *config = &cube->config;
    uint64_t k = cube->n_popped;
    if (!gw_cube_is_due(cube))
        return false;
    span s = span_of(cube, k);
    powers_sum(cube, s);
    for (size_t b = 0; b < config->n_bins; b++) {
        memset(cube->sum, 0, 2 * cube->n_lanes * sizeof *cube->sum);
        for (size_t i = 0; i <= s.before; i++)
            row_add(cube, k - i * config->stride, i, b);
        for (size_t i = 1; i <= s.after; i++)
            row_add(cube, k + i * config->stride, i, b);
        for (size_t c = 0; c < config->n_channels; c++) {
            float power = cube->powers[b * config->n_channels + c];
            float scale = power > 0 ? 1 / sqrtf(power) : 0;
            m[c * config->n_bins + b] =
                (gw_complex){cube->sum[c] * scale, cube->sum[cube->n_lanes + c] * scale};
        }
    }
    cube->n_popped++;
    return true;
}

void gw_cube_finish(gw_cube *cube)
{
    cube->is_ended = true;
}

void gw_cube_reset(gw_cube *cube)
{
    cube->n_pushed = cube->n_popped = 0;
    cube->is_ended = false;
}

void gw_cube_destroy(gw_cube *cube)
{
    free(cube);
}
