/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/depth.h"

#include <math.h>

static const double deepest_m = 2;

double gw_depth_height_m(double path_m, double offset_m)
{
    double square = 0.25 * (path_m * path_m - offset_m * offset_m);
    return path_m > 0 && square > 0 ? sqrt(square) : 0;
}

static double ray_m(const gw_depth_ground *ground, double depth_m, double aside_m, double x)
{
    double index = GW_LIGHT_M_PER_NS / ground->speed_m_per_ns, rest = aside_m - x;
    return sqrt(ground->height_m * ground->height_m + x * x) +
           index * sqrt(depth_m * depth_m + rest * rest);
}

/* The path has one minimum in x: halving by thirds, to 1e-6 of the way aside. */
double gw_depth_leg_m(const gw_depth_ground *ground, double depth_m, double aside_m)
{
    double from = 0, to = aside_m;
    for (int k = 0; k < 34; k++) {
        double third = (to - from) / 3;
        if (ray_m(ground, depth_m, aside_m, from + third) <
            ray_m(ground, depth_m, aside_m, to - third))
            to -= third;
        else
            from += third;
    }
    return ray_m(ground, depth_m, aside_m, 0.5 * (from + to));
}

double gw_depth_path_m(const gw_depth_ground *ground, double depth_m)
{
    return 2 * gw_depth_leg_m(ground, depth_m, 0.5 * ground->offset_m);
}

double gw_depth_m(const gw_depth_ground *ground, double path_m)
{
    double from = 0, to = deepest_m;
    for (int k = 0; k < 30; k++) {
        double middle = 0.5 * (from + to);
        if (gw_depth_path_m(ground, middle) < path_m)
            from = middle;
        else
            to = middle;
    }
    return 0.5 * (from + to);
}
