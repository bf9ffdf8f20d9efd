/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scene/device.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/identity.h"
#include "drivers/scene/impl.h"

enum { OPTIONAL = CYAML_FLAG_OPTIONAL };

static const struct {
    const char *key;
    size_t at; /* in scene_device */
    double fallback, least, most;
} numbers[] = {
    {"gain", offsetof(scene_device, gain), 1, 0.1, 10},
    {"phase_deg", offsetof(scene_device, phase_deg), 0, -180, 180},
    {"time_zero_samples", offsetof(scene_device, time_zero_samples), 0, -100, 100},
    {"coupling", offsetof(scene_device, coupling), 1, 0, 10},
    {"radar_gain", offsetof(scene_device, radar_gain), 1, 0.01, 10},
    {"channel_gain_rms", offsetof(scene_device, channel_gain), 0, 0, 0.3},
    {"channel_delay_samples_rms", offsetof(scene_device, channel_delay_samples), 0, 0, 10},
    {"ripple", offsetof(scene_device, ripple), 0, 0, 0.5}};

static const cyaml_schema_field_t tone_fields[] = {
    CYAML_FIELD_FLOAT("hz", CYAML_FLAG_DEFAULT, raw_tone, hz),
    CYAML_FIELD_FLOAT_PTR("gain", OPTIONAL, raw_tone, gain),
    CYAML_FIELD_FLOAT_PTR("phase_deg", OPTIONAL, raw_tone, phase_deg), CYAML_FIELD_END};
static const cyaml_schema_value_t tone_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_tone, tone_fields)};

const cyaml_schema_field_t gw_scene_device_fields[] = {
    CYAML_FIELD_STRING_PTR("serial", CYAML_FLAG_POINTER | OPTIONAL, raw_device, serial, 1,
                           GW_SERIAL_MAX - 1),
    CYAML_FIELD_FLOAT_PTR("gain", OPTIONAL, raw_device, value[0]),
    CYAML_FIELD_FLOAT_PTR("phase_deg", OPTIONAL, raw_device, value[1]),
    CYAML_FIELD_FLOAT_PTR("time_zero_samples", OPTIONAL, raw_device, value[2]),
    CYAML_FIELD_FLOAT_PTR("coupling", OPTIONAL, raw_device, value[3]),
    CYAML_FIELD_FLOAT_PTR("radar_gain", OPTIONAL, raw_device, value[4]),
    CYAML_FIELD_FLOAT_PTR("channel_gain_rms", OPTIONAL, raw_device, value[5]),
    CYAML_FIELD_FLOAT_PTR("channel_delay_samples_rms", OPTIONAL, raw_device, value[6]),
    CYAML_FIELD_FLOAT_PTR("ripple", OPTIONAL, raw_device, value[7]),
    CYAML_FIELD_SEQUENCE("tones", CYAML_FLAG_POINTER | OPTIONAL, raw_device, tones, &tone_value, 0,
                         GW_TONES_MAX),
    CYAML_FIELD_END};
static const cyaml_schema_value_t device_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, raw_device, gw_scene_device_fields)};

static bool tone_is(double a_hz, double b_hz)
{
    return fabs(a_hz - b_hz) < 0.5;
}

static gw_status range_check(const char *key, double value, double least, double most,
                             gw_error *error)
{
    if (value >= least && value <= most)
        return GW_OK;
    return gw_error_set(error, GW_EFORMAT, "device.%s: %.9g is not in %.9g..%.9g", key, value,
                        least, most);
}

/* A tone that is not there would change nothing, and a second entry would change it again. */
static gw_status tone_check(const scene_device *device, const scene_coils *coils, double hz,
                            unsigned index, gw_error *error)
{
    bool is_known = false;
    char all[16 * GW_TONES_MAX] = "";
    for (size_t k = 0, n = 0; k < coils->n_tones; k++) {
        is_known = is_known || tone_is(coils->tones_hz[k], hz);
        n += (size_t)snprintf(all + n, sizeof all - n, k ? ", %.7g" : "%.7g", coils->tones_hz[k]);
    }
    if (!is_known)
        return gw_error_set(error, GW_EFORMAT, "device.tones[%u].hz: %.9g is none of %s", index, hz,
                            all);
    for (size_t k = 0; k < index; k++)
        if (tone_is(device->tones[k].hz, hz))
            return gw_error_set(error, GW_EFORMAT, "device.tones[%u].hz: %.9g is there already",
                                index, hz);
    return GW_OK;
}

static gw_status tone_take(const raw_tone *raw, const scene_coils *coils, unsigned index,
                           scene_device *device, gw_error *error)
{
    char key[40];
    scene_tone *tone = &device->tones[device->n_tones++];
    *tone = (scene_tone){.hz = raw->hz,
                         .gain = raw->gain ? *raw->gain : 1,
                         .phase_deg = raw->phase_deg ? *raw->phase_deg : 0};
    gw_status status = tone_check(device, coils, tone->hz, index, error);
    snprintf(key, sizeof key, "tones[%u].gain", index);
    if (status == GW_OK)
        status = range_check(key, tone->gain, 0.1, 10, error);
    snprintf(key, sizeof key, "tones[%u].phase_deg", index);
    return status == GW_OK ? range_check(key, tone->phase_deg, -180, 180, error) : status;
}

gw_status gw_scene_device_take(const raw_device *raw, const scene_coils *coils,
                               scene_device *device, gw_error *error)
{
    gw_status status = GW_OK;
    memset(device, 0, sizeof *device);
    gw_serial_set(device->serial, raw ? raw->serial : NULL);
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers && status == GW_OK; k++) {
        double value = raw && raw->value[k] ? *raw->value[k] : numbers[k].fallback;
        status = range_check(numbers[k].key, value, numbers[k].least, numbers[k].most, error);
        memcpy((char *)device + numbers[k].at, &value, sizeof value);
    }
    for (unsigned k = 0; raw && k < raw->tones_count && status == GW_OK; k++)
        status = tone_take(&raw->tones[k], coils, k, device, error);
    return status;
}

gw_status gw_scene_device_load(const char *path, const scene_coils *coils, scene_device *device,
                               raw_text *text, gw_error *error)
{
    void *raw = NULL;
    gw_status status = gw_yaml_slurp(path, GW_EFORMAT, &text->bytes, &text->n, error);
    if (status == GW_OK)
        status = gw_yaml_parse(path, text->bytes, text->n, &device_value, GW_EFORMAT, &raw, error);
    if (status != GW_OK)
        return status;
    status = gw_scene_device_take(raw, coils, device, error);
    gw_yaml_free(&device_value, raw);
    if (status != GW_OK) {
        gw_error inner = *error;
        const char *cause = inner.text + strlen("device.");
        char key[64];
        snprintf(key, sizeof key, "%.*s", (int)strcspn(cause, ":"), cause);
        gw_error_set(error, status, "%.200s:%d: %.250s", path,
                     gw_yaml_line(text->bytes, text->n, key), cause);
    }
    return status;
}

void gw_scene_device_tone(const scene_device *device, double hz, double *gain, double *phase_deg)
{
    *gain = device->gain;
    *phase_deg = device->phase_deg;
    for (size_t k = 0; k < device->n_tones; k++)
        if (tone_is(device->tones[k].hz, hz)) {
            *gain *= device->tones[k].gain;
            *phase_deg += device->tones[k].phase_deg;
        }
}
