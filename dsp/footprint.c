/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/footprint.h"

#include <math.h>

#include "dsp/loop_field.h"

static const double step_m = 0.005, cell_m = 0.01;
static const double radius_default_m = 0.125, receive_over_transmit = 0.8;
static const double matched_depth_m = 0.10; /* of the objects that are hard to find */
static const double depths_m[GW_FOOTPRINT_DEPTHS] = {0.04, 0.06, 0.08, 0.10, 0.12, 0.15,
                                                     0.18, 0.22, 0.27, 0.33, 0.40};

static double response(double radius_m, double rho, double z)
{
    gw_loop_field transmit = gw_loop_field_at(radius_m, rho, z);
    gw_loop_field receive = gw_loop_field_at(receive_over_transmit * radius_m, rho, z);
    return transmit.radial * receive.radial + transmit.axial * receive.axial;
}

static double table_at(const double *table, double d_m)
{
    double at = fabs(d_m) / step_m;
    size_t k = (size_t)at;
    if (k + 1 >= GW_FOOTPRINT_STEPS)
        return 0;
    double part = at - (double)k;
    return (1 - part) * table[k] + part * table[k + 1];
}

double gw_footprint_at(const gw_footprint *footprint, size_t depth, double d_m)
{
    return table_at(footprint->shape[depth], d_m);
}

double gw_footprint_matched(const gw_footprint *footprint, size_t depth, double d_m)
{
    return table_at(footprint->matched_shape[depth], d_m);
}

static void matched_make(gw_footprint *footprint, double radius_m)
{
    double power = 0;
    for (int k = -GW_FOOTPRINT_HALF; k <= GW_FOOTPRINT_HALF; k++) {
        double value = response(radius_m, fabs(k * cell_m), matched_depth_m);
        footprint->matched[k + GW_FOOTPRINT_HALF] = value;
        power += value * value;
    }
    for (int k = 0; k <= 2 * GW_FOOTPRINT_HALF; k++)
        footprint->matched[k] /= sqrt(power);
    for (size_t z = 0; z < GW_FOOTPRINT_DEPTHS; z++)
        for (int s = 0; s < GW_FOOTPRINT_STEPS; s++) {
            double sum = 0;
            for (int k = -GW_FOOTPRINT_HALF; k <= GW_FOOTPRINT_HALF; k++)
                sum += footprint->matched[k + GW_FOOTPRINT_HALF] *
                       table_at(footprint->shape[z], s * step_m + k * cell_m);
            footprint->matched_shape[z][s] = sum;
        }
}

void gw_footprint_make(gw_footprint *footprint, double coil_radius_m)
{
    double radius_m = coil_radius_m > 0 ? coil_radius_m : radius_default_m;
    for (size_t z = 0; z < GW_FOOTPRINT_DEPTHS; z++) {
        double middle = response(radius_m, 0, depths_m[z]);
        footprint->depth_m[z] = depths_m[z];
        for (int s = 0; s < GW_FOOTPRINT_STEPS; s++)
            footprint->shape[z][s] = response(radius_m, s * step_m, depths_m[z]) / middle;
    }
    matched_make(footprint, radius_m);
}
