/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/detection_json.h"

#include <math.h>

#include "drivers/geodesy.h"

static int real_set(json_t *object, const char *key, double value)
{
    return isfinite(value) ? json_object_set_new(object, key, json_real(value)) : 0;
}

static int count_set(json_t *object, const char *key, int64_t value)
{
    return value >= 0 ? json_object_set_new(object, key, json_integer(value)) : 0;
}

static int true_set(json_t *object, const char *key, bool value)
{
    return value ? json_object_set_new(object, key, json_true()) : 0;
}

/* A file name need not be UTF-8; JSON must be. */
static json_t *name_encode(const char *name)
{
    json_t *string = json_string(name);
    return string ? string : json_string("(name is not UTF-8)");
}

json_t *gw_detection_encode(const gw_detection *detection, const char *recording)
{
    const gw_detection *d = detection;
    json_t *object = json_object();
    int failed = object == NULL;
    if (recording)
        failed |= json_object_set_new(object, "recording", name_encode(recording));
    failed |= json_object_set_new(object, "sensor", json_string(gw_sensor_name(d->sensor)));
    failed |= real_set(object, "along_m", d->along_m) | real_set(object, "cross_m", d->cross_m);
    failed |= count_set(object, "scan", d->scan) | count_set(object, "channel", d->channel) |
              count_set(object, "sample", d->sample);
    failed |= real_set(object, "depth_m", d->depth_m) |
              real_set(object, "depth_sd_m", d->depth_sd_m) |
              real_set(object, "speed_m_per_ns", d->speed_m_per_ns);
    if (isfinite(d->amplitude) && d->tone_hz > 0) {
        failed |= real_set(object, "amplitude", d->amplitude) |
                  real_set(object, "phase_deg", d->phase_deg) |
                  real_set(object, "tone_hz", d->tone_hz);
        failed |= json_object_set_new(object, "amplitude_unit",
                                      json_string(d->is_in_balls ? "ball" : "ratio"));
    }
    failed |= real_set(object, "score", d->score) | real_set(object, "far_per_m", d->far_per_m);
    failed |= json_object_set_new(object, "alarm", json_boolean(d->alarm));
    failed |= true_set(object, "unlikely", d->unlikely);
    failed |= true_set(object, "spacing_assumed", d->spacing_assumed);
    if (failed) {
        json_decref(object);
        return NULL;
    }
    return object;
}

void gw_origin_encode(const gw_origin *origin, double along_m, double cross_m, json_t *object)
{
    if (!origin || !origin->is_known || !isfinite(along_m))
        return;
    gw_wgs84 place = gw_origin_place(origin, along_m, isfinite(cross_m) ? cross_m : 0);
    real_set(object, "lat", place.lat_deg);
    real_set(object, "lon", place.lon_deg);
    json_object_set_new(object, "placed", json_string("configured"));
}
