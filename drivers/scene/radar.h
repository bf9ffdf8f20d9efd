/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/scene/radar.h -- the echoes that one channel of a radar has at one place.
 *
 *     direct wave, surface, its roughness, scatterers in the volume, faces of objects, long roots
 * and wires
 *
 * Each goes down and up by Snell's law; amplitudes have transmission, spreading, loss and a cosine
 * beam, over that of the direct wave.
 */
#ifndef GW_DRIVERS_SCENE_RADAR_H
#define GW_DRIVERS_SCENE_RADAR_H

#include "drivers/scene/impl.h"

/* order 0: the pulse; 2: its second derivative over (2 pi center_hz)^2 */
typedef struct scene_echo {
    double optical_m /* way times index */, amplitude,
        soil_m /* of the way, for the water's loss */;
    int order;
} scene_echo;

typedef void scene_echo_sink(void *user, const scene_echo *echo);

/* One position of the antennas; cross_m and what follows of the channel. */
typedef struct scan_place {
    double along_m, cross_m, lift_m, index;
    double loss; /* nepers a metre of soil, one way */
    double jitter_samples;
} scan_place;

/* One leg of a ray: from an antenna `lift_m` up to a point at depth_m, distance_m aside. */
typedef struct gw_ray {
    double lift_m, depth_m, distance_m, index; /* index: sqrt(eps_r) */
} gw_ray;

double gw_ray_optical_m(const gw_ray *ray, double *soil_m); /* length times index */
/* At a face between two media, for waves from above. */
double gw_reflection(double index_above, double index_below);
double gw_scene_time_zero_s(const gw_scene *scene); /* direct wave left the antenna */

/* Radius that a cylinder has for waves of wave number k_m along its axis: that of geometrical
 * optics, or of a thin wire, sigma / pi = pi / (k (ln^2 (0.8905 k a) + pi^2 / 4)) [Balanis1989]. */
double gw_cylinder_seen_m(double radius_m, double k_m);

typedef struct gw_scene_radar gw_scene_radar;

gw_status gw_scene_radar_create(const gw_scene *scene, gw_scene_radar **out);
scan_place gw_scene_radar_place(const gw_scene_radar *radar, uint64_t row);
/* All echoes of a channel. */
void gw_scene_radar_look(gw_scene_radar *radar, const scan_place *place, size_t channel,
                         scene_echo_sink *sink, void *user);
void gw_scene_radar_destroy(gw_scene_radar *radar);

#endif
