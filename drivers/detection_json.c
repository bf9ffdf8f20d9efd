/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/detection_json.h"

#include <math.h>
#include <stdio.h>

#include "drivers/geodesy.h"

enum { EVIDENCE_MAX = 160 };

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

static const double likely = 0.8;     /* from which on a word is said */
static const double shallow_m = 0.15; /* under the coils */

static const char *metal_word(double ferrous)
{
    return ferrous >= likely ? "ferrous" : ferrous <= 1 - likely ? "non_ferrous" : "unsure";
}

static const char *depth_word(double m, double sd_m)
{
    double deep = 0.5 * erfc((shallow_m - m) / (sd_m * sqrt(2)));
    return deep >= likely ? "deep" : deep <= 1 - likely ? "shallow" : "unsure";
}

/* What the metal detector says of an object beyond its response. */
static int metal_set(json_t *object, const gw_detection *d)
{
    int failed = real_set(object, "ferrous_probability", d->ferrous_probability) |
                 real_set(object, "relaxation_s", d->relaxation_s) |
                 real_set(object, "coil_distance_m", d->coil_distance_m) |
                 real_set(object, "coil_distance_sd_m", d->coil_distance_sd_m);
    if (isfinite(d->ferrous_probability))
        failed |=
            json_object_set_new(object, "metal", json_string(metal_word(d->ferrous_probability)));
    if (isfinite(d->coil_distance_m))
        failed |=
            json_object_set_new(object, "depth_class",
                                json_string(depth_word(d->coil_distance_m, d->coil_distance_sd_m)));
    return failed;
}

/* How sure a sensor must be to be quoted: false alarms a metre. */
static const double sure_far_per_m = 0.1, some_far_per_m = 1;

static const char *metal_words(const gw_detection *d)
{
    double ferrous = d->ferrous_probability;
    if (d->evidence.md_far_per_m > some_far_per_m)
        return "no metal";
    return ferrous >= likely       ? "metal, ferrous"
           : ferrous <= 1 - likely ? "metal, not ferrous"
                                   : "metal";
}

/* What both sensors say, for people. */
static void evidence_print(const gw_detection *d, char text[EVIDENCE_MAX])
{
    const gw_evidence *e = &d->evidence;
    char depth[24] = "", width[24] = "";
    const char *body = "the radar did not search here";
    if (isfinite(d->depth_m))
        snprintf(depth, sizeof depth, " at %.0f cm", d->depth_m * 100);
    if (d->width_m > 0)
        snprintf(width, sizeof width, ", %.0f cm wide", d->width_m * 100);
    if (e->gpr_far_per_m <= sure_far_per_m)
        body = "a body with echoes like a mine's";
    else if (e->gpr_far_per_m <= some_far_per_m)
        body = "a weak body";
    else if (e->is_radar_valid)
        body = "nothing like a mine in the radar";
    bool has_body = e->gpr_far_per_m <= some_far_per_m;
    snprintf(text, EVIDENCE_MAX, "%s; %s%s%s%s", metal_words(d), body, has_body ? width : "",
             has_body ? depth : "", d->unlikely ? "; as scrap metal is" : "");
}

/* [first, last] */
static int range_set(json_t *object, const char *key, int64_t first, int64_t last)
{
    return first >= 0 && last >= first
               ? json_object_set_new(object, key,
                                     json_pack("[I,I]", (json_int_t)first, (json_int_t)last))
               : 0;
}

static int evidence_set(json_t *object, const gw_detection *d)
{
    char text[EVIDENCE_MAX];
    evidence_print(d, text);
    return real_set(object, "gpr_score", d->evidence.gpr_score) |
           real_set(object, "md_score", d->evidence.md_score) |
           count_set(object, "md_sample", d->evidence.md_sample) |
           range_set(object, "gpr_scans", d->evidence.gpr_first, d->evidence.gpr_last) |
           range_set(object, "md_samples", d->evidence.md_first, d->evidence.md_last) |
           json_object_set_new(object, "evidence", json_string(text));
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
    if (d->reckoned_s > 0)
        failed |= real_set(object, "reckoned_s", d->reckoned_s);
    failed |= count_set(object, "scan", d->scan) | count_set(object, "channel", d->channel) |
              count_set(object, "sample", d->sample);
    failed |= real_set(object, "depth_m", d->depth_m) |
              real_set(object, "depth_sd_m", d->depth_sd_m) |
              real_set(object, "speed_m_per_ns", d->speed_m_per_ns) |
              real_set(object, "speed_sd_m_per_ns", d->speed_sd_m_per_ns) |
              (d->width_m > 0 ? real_set(object, "width_m", d->width_m) : 0);
    if (isfinite(d->amplitude) && d->tone_hz > 0) {
        failed |= real_set(object, "amplitude", d->amplitude) |
                  real_set(object, "phase_deg", d->phase_deg) |
                  real_set(object, "tone_hz", d->tone_hz);
        failed |= json_object_set_new(object, "amplitude_unit",
                                      json_string(d->is_in_balls ? "ball" : "ratio"));
    }
    failed |= metal_set(object, d);
    failed |= real_set(object, "score", d->score) | real_set(object, "far_per_m", d->far_per_m);
    if (d->is_provisional) /* of which nothing is decided */
        failed |= json_object_set_new(object, "provisional", json_true());
    else
        failed |= json_object_set_new(object, "alarm", json_boolean(d->alarm));
    failed |= true_set(object, "unlikely", d->unlikely);
    if (d->sensor == GW_SENSOR_FUSED)
        failed |= evidence_set(object, d);
    failed |= true_set(object, "spacing_assumed", d->spacing_assumed) |
              true_set(object, "far_assumed", d->far_assumed);
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

json_t *gw_reference_encode(const gw_coverage *coverage)
{
    const gw_reference_depth *plastic = &coverage->named[GW_NAMED_PLASTIC_112];
    const gw_reference_depth *at = &coverage->named[GW_NAMED_AT_320];
    const struct {
        const char *key;
        double value;
    } members[] = {{"ball_10mm_coil_m", coverage->ball_coil_m},
                   {"ball_10mm_m", coverage->ball_depth_m},
                   {"plastic_112mm_m", plastic->depth_m},
                   {"plastic_112mm_sd_m", plastic->sd_m},
                   {"at_320mm_coil_m", coverage->at_coil_m},
                   {"at_320mm_m", at->depth_m},
                   {"at_320mm_sd_m", at->sd_m}};
    const char *unknown = gw_untold_name(coverage->untold);
    json_t *object = json_object();
    int failed = 0;
    for (size_t k = 0; k < sizeof members / sizeof *members; k++)
        if (isfinite(members[k].value))
            failed |= json_object_set_new(object, members[k].key, json_real(members[k].value));
    if (unknown)
        failed |= json_object_set_new(object, "unknown", json_string(unknown));
    if (!failed)
        return object;
    json_decref(object);
    return NULL;
}
