/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/random.h"

#include <math.h>

#define GOLDEN 0x9e3779b97f4a7c15u

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t gw_random_key(uint64_t seed, uint64_t stream)
{
    return mix(mix(seed + GOLDEN) + (stream + 1) * GOLDEN);
}

uint64_t gw_random_bits(uint64_t key, uint64_t counter)
{
    return mix(key + (counter + 1) * GOLDEN);
}

double gw_random_uniform(uint64_t key, uint64_t counter)
{
    return (double)(gw_random_bits(key, counter) >> 11) * 0x1p-53;
}

double gw_random_normal(uint64_t key, uint64_t counter)
{
    uint64_t bits = gw_random_bits(key, counter);
    int64_t sum =
        (int64_t)((bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48)) -
        131070;
    return (double)sum / 37837.227; /* sqrt(4 (65536^2 - 1) / 12) */
}

double gw_random_gauss(uint64_t key, uint64_t counter)
{
    double radius = sqrt(-2 * log(1 - gw_random_uniform(key, 2 * counter)));
    return radius * cos(2 * M_PI * gw_random_uniform(key, 2 * counter + 1));
}

enum { FIELD_REACH = 6 }; /* grid points to each side: three lengths, exp(-9) of the kernel */

/* Kernel exp(-x^2 / length^2) on a grid of length / 2: the squares sum to sqrt(2 pi), to 1e-8. */
static const double field_norm = 0.631618777746157; /* (2 pi)^(-1/4) */

double gw_field_at(uint64_t key, double length, double x)
{
    double at = 2 * x / length, sum = 0;
    int64_t middle = (int64_t)floor(at + 0.5);
    for (int64_t k = middle - FIELD_REACH; k <= middle + FIELD_REACH; k++) {
        double away = 0.5 * (at - (double)k);
        sum += exp(-away * away) * gw_random_normal(key, (uint64_t)k);
    }
    return field_norm * sum;
}

double gw_field_at2(uint64_t key, double length, double x, double y)
{
    double at = 2 * y / length, sum = 0;
    int64_t middle = (int64_t)floor(at + 0.5);
    for (int64_t k = middle - FIELD_REACH; k <= middle + FIELD_REACH; k++) {
        double away = 0.5 * (at - (double)k);
        sum += exp(-away * away) * gw_field_at(gw_random_bits(key, (uint64_t)k), length, x);
    }
    return field_norm * sum;
}

void gw_sines_draw(gw_sines *sines, uint64_t key, double rms, double length)
{
    sines->amplitude = rms * sqrt(2.0 / GW_SINES);
    for (uint64_t k = 0; k < GW_SINES; k++) {
        sines->wave_rad[k] = gw_random_normal(key, 2 * k) / length;
        sines->phase_rad[k] = 2 * M_PI * gw_random_uniform(key, 2 * k + 1);
    }
}

double gw_sines_at(const gw_sines *sines, double x)
{
    double sum = 0;
    for (int k = 0; k < GW_SINES; k++)
        sum += sin(sines->wave_rad[k] * x + sines->phase_rad[k]);
    return sines->amplitude * sum;
}
