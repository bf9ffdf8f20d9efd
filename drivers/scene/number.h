/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/scene/number.h -- numbers of a scene: their keys, places, defaults and ranges in tables.
 */
#ifndef GW_DRIVERS_SCENE_NUMBER_H
#define GW_DRIVERS_SCENE_NUMBER_H

#include "drivers/yaml.h"

enum { SCENE_GROUP_MAX = 20 };

typedef struct raw_items {
    struct raw_group *items;
    unsigned items_count;
} raw_items;

/* What libcyaml fills of a mapping; NULL where the file says nothing. */
typedef struct raw_group {
    char *name, *word;
    double *value[SCENE_GROUP_MAX];
    double *list;
    unsigned list_count;
    raw_items lists[2];
} raw_group;

typedef struct scene_number {
    const char *key;
    size_t at; /* where it belongs, bytes */
    double fallback, least, most;
} scene_number;

typedef struct scene_table {
    const scene_number *numbers;
    size_t n;
} scene_table;

#define GW_TABLE(numbers) ((scene_table){numbers, sizeof(numbers) / sizeof *(numbers)})

/* The numbers of one mapping: value[k] is of numbers[k]. GW_EFORMAT: "PLACE.KEY: cause". raw NULL:
 * the defaults. */
gw_status gw_scene_numbers_take(scene_table table, const char *place, const raw_group *raw,
                                void *to, gw_error *error);

#define GW_NUMBER(key, index)                                                                      \
    CYAML_FIELD_FLOAT_PTR(key, CYAML_FLAG_OPTIONAL, raw_group, value[index])
#define GW_NUMBER_NEEDED(key, index)                                                               \
    CYAML_FIELD_FLOAT_PTR(key, CYAML_FLAG_POINTER, raw_group, value[index])
#define GW_WORD(key, member, needed)                                                               \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | (needed ? 0 : CYAML_FLAG_OPTIONAL),           \
                           raw_group, member, 1, 31)
#define GW_ITEMS(key, index, value, most)                                                          \
    CYAML_FIELD_SEQUENCE(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, raw_group,                 \
                         lists[index].items, &value, 0, most)

#endif
