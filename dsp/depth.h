/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/depth.h -- how deep a point lies below two antennas over ground, from the path of its echo.
 *
 *     path(d) = 2 min_x [ sqrt(h^2 + x^2) + (c / v) sqrt(d^2 + (a - x)^2) ],   a = offset / 2
 *
 * The ray is refracted at x by Fermat's principle. path is c times the echo's time since time zero;
 * the ground's own echo has path(0) = 2 sqrt(h^2 + a^2).
 *
 * Accuracy: 0.1 mm (tests/test_depth.c).
 */
#ifndef GW_DSP_DEPTH_H
#define GW_DSP_DEPTH_H

#define GW_LIGHT_M_PER_NS 0.299792458

typedef struct gw_depth_ground {
    double offset_m;       /* between the antennas */
    double height_m;       /* of both over the ground */
    double speed_m_per_ns; /* of the wave in the ground */
} gw_depth_ground;

/* Height of the antennas whose ground echo has this path; 0 when the path is shorter than the way
 * between them. */
double gw_depth_height_m(double path_m, double offset_m);

/* One way, from an antenna to a point that lies aside_m off below it. */
double gw_depth_leg_m(const gw_depth_ground *ground, double depth_m, double aside_m);

double gw_depth_path_m(const gw_depth_ground *ground, double depth_m);

/* Depth, 0..2 m, whose echo has this path. */
double gw_depth_m(const gw_depth_ground *ground, double path_m);

#endif
