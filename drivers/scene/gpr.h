/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/scene/gpr.h -- the radar of a scene: scans of counts from its echoes
 * (drivers/scene/radar.h).
 *
 *     impulse  a Ricker pulse an echo, placed at a fraction of a sample
 *     sfcw     exp(-2 pi j f t) an echo at each step f, in-phase and quadrature
 */
#ifndef GW_DRIVERS_SCENE_GPR_H
#define GW_DRIVERS_SCENE_GPR_H

#include "drivers/scene/radar.h"

#define GW_SCENE_PEAK_COUNTS 20000.0 /* of the direct wave */

typedef struct gw_scene_gpr gw_scene_gpr;

size_t gw_scene_gpr_rows(const gw_scene *scene);
/* Numbers of a scan: n_channels n_samples, twice that of stepped frequency. */
size_t gw_scene_gpr_row_counts(const gw_scene *scene);
gw_status gw_scene_gpr_create(const gw_scene *scene, gw_scene_gpr **out);
/* counts: [n_channels][n_samples], of stepped frequency [n_channels][n_samples][2]. */
void gw_scene_gpr_read(gw_scene_gpr *gpr, uint64_t row, int32_t *counts);
void gw_scene_gpr_destroy(gw_scene_gpr *gpr);

/* Rows a metre: where gaps lie. */
double gw_scene_gpr_rows_per_m(const gw_scene *scene);

/* What is done to the sum of a channel's echoes; sizes over the peak of the direct wave. */
typedef struct scene_finish {
    double gain;  /* of all but the noise */
    double noise; /* rms */
    uint64_t noise_key;
    double interference, phase_rad; /* of a foreign transmitter; 0: none now */
    double wow;                     /* what the direct wave leaves in the amplifier; 0: nothing */
} scene_finish;

/* What each waveform does with the echoes of one channel, as they come. One allocation. */
typedef struct scene_wave {
    gw_status (*create)(const gw_scene *scene, void **out);
    void (*begin)(void *state, double shift_samples /* of all echoes */);
    scene_echo_sink *add;
    void (*end)(void *state, const scene_finish *finish, int32_t *counts);
} scene_wave;

extern const scene_wave scene_wave_impulse, scene_wave_sfcw;

#endif
