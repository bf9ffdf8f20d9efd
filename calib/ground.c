/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/ground.h"

#include <math.h>

#include "calib/run.h"

static const double length_least_m = 5;
/* A candidate so rare that one stretch in a hundred has one: something is buried there. */
static const double odds_least = 0.01;

typedef struct rarest {
    double far_per_m, at_m;
    bool is_placed;
} rarest;

static void detection_take(void *user, const gw_detection *detection)
{
    rarest *r = user;
    if (detection->sensor != GW_SENSOR_MD || !(detection->far_per_m < r->far_per_m))
        return;
    r->far_per_m = detection->far_per_m;
    r->at_m = detection->along_m;
}

static void coverage_take(void *user, const gw_coverage *coverage)
{
    rarest *r = user;
    r->is_placed |= coverage->sensor == GW_SENSOR_MD && isfinite(coverage->to_m);
}

static gw_status ground_judge(const rarest *r, const gw_ground *ground, gw_error *error)
{
    if (!r->is_placed)
        return gw_error_set(error, GW_EFORMAT,
                            "md: the places along the ground are unknown: a pose is needed");
    if (!ground->n_tones || ground->length_m < length_least_m)
        return gw_error_set(error, GW_EFORMAT, "md: %.1f m of ground, at least %.0f m are needed",
                            ground->n_tones ? ground->length_m : 0, length_least_m);
    if (r->far_per_m * ground->length_m < odds_least)
        return gw_error_set(error, GW_EFORMAT,
                            "md: a strong indication at %.2f m: this ground is not blank. Mark the "
                            "place, and take other ground",
                            r->at_m);
    return GW_OK;
}

gw_status gw_ground_fit(const gw_takes *takes, const gw_calibration_file *file, gw_ground *out,
                        gw_error *error)
{
    gw_calibration values;
    rarest r = {.far_per_m = (double)INFINITY};
    const gw_detector_sink sink = {
        .detection = detection_take, .coverage = coverage_take, .user = &r};
    const gw_take *take = gw_takes_of(takes, GW_KIND_MD);
    if (!take || take->stream.waveform == GW_WAVEFORM_PULSE)
        return gw_error_set(error, GW_EFORMAT, "md: a metal detector with tones is needed");
    gw_calibration_values(file, &values);
    gw_status status = gw_takes_detect(takes, &values, &sink, out, error);
    return status == GW_OK ? ground_judge(&r, out, error) : status;
}
