/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/scene/md.h -- the metal detector of a scene: rows of counts from what its coils feel
 * (drivers/scene/head.h).
 *
 *     adc     receive coil and transmit current, 16 bits
 *     iq      ratio of both at each tone, 2^20 counts to one, 32 bits
 *     pulse   means over gates after the current's end, 4e-7 m/s a count, 24 of 32 bits
 */
#ifndef GW_DRIVERS_SCENE_MD_H
#define GW_DRIVERS_SCENE_MD_H

#include "drivers/scene/head.h"

typedef struct gw_scene_md gw_scene_md;

gw_status gw_scene_md_create(const gw_scene *scene, gw_scene_md **out);
size_t gw_scene_md_channels(const gw_scene *scene);
uint64_t gw_scene_md_rows(const gw_scene *scene);
/* counts: [n_rows][n_channels]. Rows in any order. */
void gw_scene_md_read(gw_scene_md *md, uint64_t row, size_t n_rows, int32_t *counts);
void gw_scene_md_destroy(gw_scene_md *md);

/* What each form does. One allocation each, in its own file. */
typedef struct scene_md_type {
    gw_status (*create)(const gw_scene *scene, void **out);
    void (*read)(void *state, uint64_t row, size_t n_rows, int32_t *counts);
    void (*destroy)(void *state);
} scene_md_type;

extern const scene_md_type scene_md_adc, scene_md_iq, scene_md_pulse;

/* carrier.c: the analog part that both forms of a continuous wave have. */
#define GW_SCENE_FULL_COUNTS 30000.0
#define GW_SCENE_TRANSMIT_COUNTS (30000 / 3.2)

typedef struct scene_carrier {
    const gw_scene *scene;
    gw_scene_head *head;
    phasor imbalance[GW_TONES_MAX], drift[GW_TONES_MAX];
    phasor device[GW_TONES_MAX];  /* factor of the receive path */
    phasor unit[GW_TONES_MAX];    /* of the current: its share and phase */
    phasor receive[GW_TONES_MAX]; /* counts of the receive channel per m, over unit */
    double noise_counts;          /* rms of the receive channel at noise_rate_hz */
    double noise_rate_hz;
} scene_carrier;

/* At one time: over unit, receive in m and transmit over its amplitude, [n_tones] each. */
typedef struct scene_carried {
    phasor receive[GW_TONES_MAX], transmit[GW_TONES_MAX];
} scene_carried;

gw_status gw_scene_carrier_create(const gw_scene *scene, scene_carrier *carrier);
void gw_scene_carrier_at(const scene_carrier *carrier, double time_s, scene_carried *out);
void gw_scene_carrier_destroy(scene_carrier *carrier);

/* Coils are out of balance in their own way: a device with a serial number in the same way in every
 * scene. */
uint64_t gw_scene_device_key(const gw_scene *scene, unsigned stream);

/* Rows of a stretch that holds one impulse of n_rows; 0: there are none. */
uint64_t gw_scene_impulse_slot(const gw_scene *scene, uint64_t n_rows);
/* Of a 10 mm ball of steel, 0.20 m under the coils, the values of a basis. */
void gw_scene_ball_values(const gw_scene *scene, const scene_basis *basis, scene_values *values);

#endif
