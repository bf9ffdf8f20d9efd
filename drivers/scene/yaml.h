/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/scene/yaml.h -- the YAML of a scene as libcyaml reads it.
 */
#ifndef GW_DRIVERS_SCENE_YAML_H
#define GW_DRIVERS_SCENE_YAML_H

#include "drivers/scene/device.h"
#include "drivers/scene/number.h"

enum {
    RAW_SOIL,  /* name; lists: steps */
    RAW_LIFT,  /* lists: raises */
    RAW_SPEED, /* lists: stops, changes */
    RAW_NOISE,
    RAW_GPR, /* name: waveform */
    RAW_MD,  /* name: waveform, word: output; list: tones */
    RAW_POSE,
    RAW_PER_M,
    RAW_PER_M2,
    RAW_ORIGIN,
    RAW_DROPS,
    RAW_GROUPS
};
enum { RAW_TARGETS, RAW_CLUTTER, RAW_ROWS, RAW_WIRES, RAW_MESHES, RAW_LISTS };

typedef struct raw_scene {
    char *name;
    uint64_t seed;
    double length_m;
    char **sensors;
    unsigned sensors_count;
    raw_group *groups[RAW_GROUPS];
    raw_items lists[RAW_LISTS];
    raw_device *device;
    char *device_file;
} raw_scene;

extern const cyaml_schema_value_t gw_scene_yaml;

#endif
