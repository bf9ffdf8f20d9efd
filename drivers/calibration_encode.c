/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/calibration_json.h"

#include <math.h>
#include <time.h>

void calibration_time_print(int64_t time_ns, char text[32])
{
    time_t seconds = (time_t)(time_ns / 1000000000);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

static json_t *time_encode(int64_t time_ns)
{
    char text[32];
    calibration_time_print(time_ns, text);
    return json_string(text);
}

static json_t *measured_encode(gw_measured m, const char *unit)
{
    return json_pack("{s:f, s:f, s:s}", "value", m.value, "uncertainty", m.sd, "unit", unit);
}

static json_t *plain_encode(double value, const char *unit)
{
    return json_pack("{s:f, s:s}", "value", value, "unit", unit);
}

/* Names of files need not be UTF-8. */
static json_t *name_encode(const char *name)
{
    json_t *text = json_string(name);
    return text ? text : json_string("(not UTF-8)");
}

static json_t *air_encode(const gw_calibration_air *air)
{
    json_t *channels = json_array();
    for (size_t c = 0; c < air->n_channels; c++) {
        json_t *counts = json_array();
        for (size_t k = 0; k < air->n_samples; k++)
            json_array_append_new(counts, json_real((double)air->coupling[c * air->n_samples + k]));
        json_array_append_new(channels,
                              json_pack("{s:o, s:o, s:s}", "time_zero",
                                        measured_encode(air->time_zero_samples[c], "sample"),
                                        "coupling", counts, "coupling_unit", "count"));
    }
    return json_pack("{s:o, s:I, s:I, s:o, s:o, s:o, s:o, s:o}", "date", time_encode(air->date_ns),
                     "scans", (json_int_t)air->n_scans, "samples", (json_int_t)air->n_samples,
                     "sample_rate", plain_encode(air->sample_rate_hz, "Hz"), "center",
                     plain_encode(air->center_hz, "Hz"), "antenna_offset",
                     plain_encode(air->offset_m, "m"), "noise",
                     plain_encode(air->noise_counts, "count"), "channels", channels);
}

/* values: real and imaginary parts in turn. */
static json_t *steps_encode(const gw_calibration_steps *steps, bool is_plate)
{
    json_t *channels = json_array();
    for (size_t c = 0; c < steps->n_channels; c++) {
        json_t *values = json_array();
        for (size_t k = 0; k < steps->n_steps; k++) {
            gw_complex value = steps->values[c * steps->n_steps + k];
            json_array_append_new(values, json_real((double)value.re));
            json_array_append_new(values, json_real((double)value.im));
        }
        json_array_append_new(channels, json_pack("{s:o, s:s}", "values", values, "values_unit",
                                                  is_plate ? "1" : "count"));
    }
    json_t *object =
        json_pack("{s:o, s:I, s:I, s:o, s:o, s:f, s:o}", "date", time_encode(steps->date_ns),
                  "scans", (json_int_t)steps->n_scans, "steps", (json_int_t)steps->n_steps, "start",
                  plain_encode(steps->start_hz, "Hz"), "step", plain_encode(steps->step_hz, "Hz"),
                  "uncertainty", steps->sd, "channels", channels);
    if (is_plate)
        json_object_set_new(
            object, "distance",
            measured_encode((gw_measured){steps->distance_m, steps->distance_sd_m}, "m"));
    return object;
}

static json_t *null_encode(const gw_calibration_null *null)
{
    json_t *tones = json_array();
    for (size_t k = 0; k < null->n_tones; k++)
        json_array_append_new(tones,
                              json_pack("{s:o, s:{s:f, s:f, s:f, s:s}, s:o}", "tone",
                                        plain_encode(null->tones_hz[k], "Hz"), "imbalance", "real",
                                        null->imbalance[k][0], "imaginary", null->imbalance[k][1],
                                        "uncertainty", null->imbalance_sd[k], "unit", "ratio",
                                        "noise", plain_encode(null->noise[k], "ratio")));
    return json_pack("{s:o, s:I, s:o}", "date", time_encode(null->date_ns), "hops",
                     (json_int_t)null->n_hops, "tones", tones);
}

static json_t *ball_encode(const gw_calibration_ball *ball)
{
    json_t *tones = json_array();
    for (size_t k = 0; k < ball->n_tones; k++)
        json_array_append_new(
            tones, json_pack("{s:o, s:o}", "gain", measured_encode(ball->gain[k], "ball/ratio"),
                             "phase", measured_encode(ball->phase_deg[k], "deg")));
    return json_pack("{s:o, s:I, s:o, s:o, s:o}", "date", time_encode(ball->date_ns), "passes",
                     (json_int_t)ball->n_passes, "distance", measured_encode(ball->distance_m, "m"),
                     "diameter", measured_encode(ball->diameter_m, "m"), "tones", tones);
}

static json_t *sensor_encode(const gw_calibration_noise_sensor *sensor, const char *unit)
{
    return json_pack("{s:o, s:I, s:{s:f, s:f, s:f, s:s}, s:o}", "length",
                     plain_encode(sensor->length_m, "m"), "candidates",
                     (json_int_t)sensor->n_candidates, "far_scale", "value", sensor->far_scale,
                     "low", sensor->far_scale_low, "high", sensor->far_scale_high, "unit", "1",
                     "floor", plain_encode(sensor->floor, unit));
}

static json_t *noise_encode(const gw_calibration_file *file)
{
    const gw_calibration_noise *noise = &file->noise;
    json_t *object = json_pack("{s:o, s:o}", "date", time_encode(noise->date_ns), "counted_at",
                               plain_encode(noise->far_per_m, "1/m"));
    if (noise->gpr.length_m > 0)
        json_object_set_new(object, "gpr", sensor_encode(&noise->gpr, "count"));
    if (noise->md.length_m > 0)
        json_object_set_new(object, "md",
                            sensor_encode(&noise->md, file->ball.date_ns ? "ball" : "ratio"));
    return object;
}

static json_t *ground_encode(const gw_calibration_file *file)
{
    const gw_ground *ground = &file->ground.ground;
    json_t *tones = json_array(), *covariance = json_array();
    for (size_t k = 0; k < ground->n_tones; k++)
        json_array_append_new(
            tones, json_pack("{s:o, s:o}", "tone", plain_encode(ground->tones_hz[k], "Hz"), "phase",
                             plain_encode(gw_ground_phase_deg(ground, k), "deg")));
    for (size_t k = 0; k < gw_ground_values(ground->n_tones); k++)
        json_array_append_new(covariance, json_real(ground->covariance[k]));
    return json_pack("{s:o, s:o, s:o, s:o, s:s}", "date", time_encode(file->ground.date_ns),
                     "length", plain_encode(ground->length_m, "m"), "tones", tones, "covariance",
                     covariance, "covariance_unit", file->ball.date_ns ? "ball2" : "ratio2");
}

static json_t *recordings_encode(const gw_calibration_file *file)
{
    json_t *list = json_array();
    for (size_t k = 0; k < file->n_recordings; k++) {
        const gw_calibration_recording *r = &file->recordings[k];
        json_t *one = json_pack("{s:s, s:s, s:o, s:I}", "step", r->step, "kind", r->kind, "uri",
                                name_encode(r->uri), "rows", (json_int_t)r->n_rows);
        if (r->hash[0])
            json_object_set_new(one, "hash", json_string(r->hash));
        json_array_append_new(list, one);
    }
    return list;
}

json_t *calibration_encode(const gw_calibration_file *file)
{
    json_t *root =
        json_pack("{s:s, s:i, s:s, s:o, s:{s:o, s:b}, s:o}", "format", "groundwatch-calibration",
                  "version", 1, "program", "groundwatch " GW_VERSION, "valid_until",
                  time_encode(file->valid_until_ns), "device", "name", name_encode(file->name),
                  "emulated", file->emulated, "recordings", recordings_encode(file));
    int failed = root == NULL;
    if (file->serial[0])
        failed |= json_object_set_new(json_object_get(root, "device"), "serial",
                                      name_encode(file->serial));
    if (file->air.date_ns)
        failed |= json_object_set_new(root, "air", air_encode(&file->air));
    if (file->open.date_ns)
        failed |= json_object_set_new(root, "open", steps_encode(&file->open, false));
    if (file->plate.date_ns)
        failed |= json_object_set_new(root, "plate", steps_encode(&file->plate, true));
    if (file->null.date_ns)
        failed |= json_object_set_new(root, "null", null_encode(&file->null));
    if (file->ball.date_ns)
        failed |= json_object_set_new(root, "ball", ball_encode(&file->ball));
    if (file->noise.date_ns)
        failed |= json_object_set_new(root, "noise", noise_encode(file));
    if (file->ground.date_ns)
        failed |= json_object_set_new(root, "ground", ground_encode(file));
    if (!failed)
        return root;
    json_decref(root);
    return NULL;
}
