/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/random.h -- random numbers by counter: the same key and counter give the same number.
 *
 * Source: [Steele2014] (splitmix64); [BoxMuller1958].
 */
#ifndef GW_DRIVERS_RANDOM_H
#define GW_DRIVERS_RANDOM_H

#include <stdint.h>

enum { GW_SINES = 24 };

/* A correlated Gaussian-like process, as a sum of sinusoids: its value anywhere costs the same. */
typedef struct gw_sines {
    double amplitude;
    double wave_rad[GW_SINES]; /* a unit of x */
    double phase_rad[GW_SINES];
} gw_sines;

/* Key of one independent stream of numbers under a seed. */
uint64_t gw_random_key(uint64_t seed, uint64_t stream);
uint64_t gw_random_bits(uint64_t key, uint64_t counter);

/* In [0, 1). */
double gw_random_uniform(uint64_t key, uint64_t counter);

/* Mean 0, variance 1: the sum of four uniform numbers, so never beyond 3.47. */
double gw_random_normal(uint64_t key, uint64_t counter);

/* Mean 0, variance 1, with the tails of a normal variable [BoxMuller1958]. */
double gw_random_gauss(uint64_t key, uint64_t counter);

/* A Gaussian process of standard deviation 1 and correlation exp(-x^2 / (2 length^2)) that never
 * repeats: white noise on a grid of length / 2 under a Gaussian kernel. */
double gw_field_at(uint64_t key, double length, double x);
/* The same over a plane. */
double gw_field_at2(uint64_t key, double length, double x, double y);

/* Process of standard deviation `rms` and correlation exp(-x^2 / (2 length^2)). */
void gw_sines_draw(gw_sines *sines, uint64_t key, double rms, double length);
double gw_sines_at(const gw_sines *sines, double x);

#endif
