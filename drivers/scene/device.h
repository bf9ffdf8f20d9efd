/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/scene/device.h -- what the device of a scene does to its signals, from YAML: `device:` of
 * a scene, or a file of its own that scenes share.
 */
#ifndef GW_DRIVERS_SCENE_DEVICE_H
#define GW_DRIVERS_SCENE_DEVICE_H

#include "drivers/yaml.h"
#include "dsp/frame.h"

/* What libcyaml fills; NULL where the file says nothing. */
typedef struct raw_tone {
    double hz, *gain, *phase_deg;
} raw_tone;

typedef struct raw_device {
    char *serial;
    double *value[8]; /* in the order of drivers/scene/device.c */
    raw_tone *tones;
    unsigned tones_count;
} raw_device;

typedef struct raw_text {
    unsigned char *bytes;
    size_t n;
} raw_text;

typedef struct scene_tone {
    double hz, gain, phase_deg;
} scene_tone;

typedef struct scene_device {
    char serial[GW_SERIAL_MAX];
    double gain, phase_deg;       /* of the metal detector's receive path, all tones */
    double time_zero_samples;     /* by which all echoes come later */
    double coupling;              /* of the direct wave */
    double radar_gain;            /* of the radar's receive path */
    double channel_gain;          /* rms of that from channel to channel */
    double channel_delay_samples; /* rms */
    double ripple; /* of the radar's steps of frequency: a reflection in its cable, 1 ns later */
    size_t n_tones;
    scene_tone tones[GW_TONES_MAX]; /* beside `gain` and `phase_deg`, for single tones */
} scene_device;

extern const cyaml_schema_field_t gw_scene_device_fields[];

/* raw NULL: a device as it should be; coils: whose tones it has. GW_EFORMAT: "device.KEY: cause".
 */
struct scene_coils;
gw_status gw_scene_device_take(const raw_device *raw, const struct scene_coils *coils,
                               scene_device *device, gw_error *error);

/* The device of a file, and its text, which belongs to the scene's hash; free(text->bytes) in every
 * case.
 */
gw_status gw_scene_device_load(const char *path, const struct scene_coils *coils,
                               scene_device *device, raw_text *text, gw_error *error);

/* Gain and phase at a tone. */
void gw_scene_device_tone(const scene_device *device, double hz, double *gain, double *phase_deg);

#endif
