/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ground that was searched, in stretches of half a metre, and how deep what is named would have
 * been found there. What is not known of all of a stretch is not known of it.
 */
#include "clients/groundwatch/detect.h"

#include <math.h>

#include "drivers/detection_json.h"

static const double stretch_m = 0.5, hole_m = 0.001;

/* Means over the way; the longer reports weigh more. */
static void ground_add(gw_coverage *sum, const gw_coverage *next)
{
    double way_m = sum->to_m - sum->from_m, more_m = next->to_m - sum->to_m;
    double part = more_m > 0 ? more_m / (way_m + more_m) : 0;
#define MEAN(field) (sum->field += part * (next->field - sum->field))
    MEAN(noise);
    MEAN(height_m);
    MEAN(ball_coil_m);
    MEAN(ball_depth_m);
    MEAN(at_coil_m);
    for (int body = 0; body < GW_NAMED_COUNT; body++) {
        MEAN(named[body].depth_m);
        MEAN(named[body].sd_m);
    }
#undef MEAN
    sum->max_score = fmax(sum->max_score, next->max_score);
    sum->untold = next->untold > sum->untold ? next->untold : sum->untold;
    sum->to_m = fmax(sum->to_m, next->to_m);
}

static void real_add(json_t *line, const char *key, double value)
{
    if (isfinite(value))
        json_object_set_new(line, key, json_real(value));
}

static gw_status ground_print(const detect_result *result, const gw_coverage *ground, FILE *to,
                              gw_error *error)
{
    json_t *reference = gw_reference_encode(ground);
    json_t *name = json_string(result->recording); /* a file name need not be UTF-8 */
    json_t *line = json_pack("{s:o, s:s, s:f, s:f, s:o}", "recording",
                             name ? name : json_string("(name is not UTF-8)"), "ground",
                             gw_sensor_name(ground->sensor), "from_m", ground->from_m, "to_m",
                             ground->to_m, "reference", reference);
    if (!line)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", result->recording);
    real_add(line, "noise", ground->noise);
    real_add(line, "max_score", ground->max_score);
    real_add(line, "height_m", ground->height_m);
    json_object_set_new(line, "calibration", json_string(result->calibration));
    json_dumpf(line, to, JSON_COMPACT);
    fputc('\n', to);
    json_decref(line);
    return GW_OK;
}

static gw_status sensor_print(const detect_result *result, gw_sensor sensor, FILE *to,
                              gw_error *error)
{
    gw_coverage sum = {0};
    bool is_open = false;
    gw_status status = GW_OK;
    for (size_t k = 0; k < result->n_grounds && status == GW_OK; k++) {
        const gw_coverage *next = &result->grounds[k];
        if (next->sensor != sensor || !isfinite(next->from_m) || !isfinite(next->to_m))
            continue;
        bool is_near = next->from_m >= sum.from_m && next->from_m < sum.to_m + hole_m;
        if (is_open && (!is_near || sum.to_m - sum.from_m >= stretch_m)) {
            status = ground_print(result, &sum, to, error);
            is_open = false;
        }
        if (is_open)
            ground_add(&sum, next);
        else
            sum = *next;
        is_open = true;
    }
    return is_open && status == GW_OK ? ground_print(result, &sum, to, error) : status;
}

gw_status detect_ground_print(const detect_result *result, FILE *to, gw_error *error)
{
    gw_status status = sensor_print(result, GW_SENSOR_GPR, to, error);
    return status == GW_OK ? sensor_print(result, GW_SENSOR_MD, to, error) : status;
}
