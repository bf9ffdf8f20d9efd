/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "dsp/gpr_impl.h"

enum { SPEED_SCANS = 25 };

/* Over 25 scans at least, where so many came before: one alone has no speed. */
static double speed_told(const gw_gpr *gpr, uint64_t from, const gpr_kept *last)
{
    const gpr_kept *first =
        gpr->kept + (from > SPEED_SCANS ? from - SPEED_SCANS : 0) % GPR_SCANS_KEPT;
    double seconds = (double)(last->scan.time_ns - first->scan.time_ns) * 1e-9;
    double length = last->scan.along_m - first->scan.along_m;
    return seconds > 0 ? length / seconds : (double)NAN;
}

/* NAN without a calibration, or where no surface was seen. */
static double height_told(const gw_gpr *gpr, uint64_t from, uint64_t to)
{
    double sum = 0;
    if (!gpr->band.is_calibrated)
        return (double)NAN;
    for (uint64_t k = from; k < to; k++)
        sum += gw_gpr_front_height_m(gpr->front, &gpr->kept[k % GPR_SCANS_KEPT].origin);
    return sum / (double)(to - from);
}

/* Means over the stretch; unknown where one of them is. */
static void named_tell(const gw_gpr *gpr, uint64_t from, uint64_t to, gw_coverage *coverage)
{
    for (int body = 0; body < GW_NAMED_COUNT; body++) {
        gw_reference_depth sum = {0, 0};
        for (uint64_t k = from; k < to; k++) {
            const gw_reference_depth *told = &gpr->kept[k % GPR_SCANS_KEPT].named[body];
            sum.depth_m += told->depth_m / (double)(to - from);
            sum.sd_m += told->sd_m / (double)(to - from);
        }
        coverage->named[body] = sum;
        if (isnan(sum.depth_m))
            coverage->untold = GW_UNTOLD_GROUND;
    }
    if (gpr->reference.untold != GW_UNTOLD_NOT)
        coverage->untold = gpr->reference.untold;
    else if (gpr->reference.is_of_another)
        coverage->untold = GW_UNTOLD_MODEL;
}

bool gw_gpr_coverage(gw_gpr *gpr, gw_coverage *coverage)
{
    uint64_t from = gpr->n_covered, to = gw_peak_done(gpr->peaks);
    if (to == from)
        return false;
    const gpr_kept *first = gpr->kept + from % GPR_SCANS_KEPT;
    const gpr_kept *last = gpr->kept + (to - 1) % GPR_SCANS_KEPT;
    double floor = 0;
    float best = 0;
    bool tells = true;
    for (uint64_t k = from; k < to; k++) {
        floor += (double)gpr->kept[k % GPR_SCANS_KEPT].floor;
        best = fmaxf(best, gpr->kept[k % GPR_SCANS_KEPT].score);
        tells &= gpr->kept[k % GPR_SCANS_KEPT].tells;
    }
    bool is_known = gpr->config.is_spacing_known;
    *coverage = gw_coverage_unknown(GW_SENSOR_GPR);
    coverage->first_row = (uint64_t)first->scan.scan;
    coverage->n_rows = (uint64_t)(last->scan.scan - first->scan.scan + 1);
    coverage->from_m = is_known ? first->scan.along_m : (double)NAN;
    coverage->to_m = is_known ? last->scan.along_m : (double)NAN;
    coverage->noise = sqrt(floor / (double)(to - from));
    coverage->max_score = (double)best;
    coverage->tells = tells;
    coverage->speed_m_s = is_known ? speed_told(gpr, from, last) : (double)NAN;
    coverage->height_m = height_told(gpr, from, to);
    named_tell(gpr, from, to, coverage);
    coverage->from_ns = first->scan.time_ns;
    coverage->to_ns = last->scan.time_ns;
    gpr->n_covered = to;
    return true;
}
