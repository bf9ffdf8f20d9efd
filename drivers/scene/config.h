/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/scene/config.h -- from the YAML of a scene to the scene: what the parts of the parser
 * share. Errors are "KEY: cause".
 */
#ifndef GW_DRIVERS_SCENE_CONFIG_H
#define GW_DRIVERS_SCENE_CONFIG_H

#include "drivers/scene/impl.h"
#include "drivers/scene/yaml.h"

/* config_ground.c: soil, lift_off, speed, noise, drops, densities, origin */
gw_status scene_ground_take(gw_scene *scene, const raw_scene *raw, gw_error *error);
/* config_sensor.c: gpr, md, pose */
gw_status scene_sensors_take(gw_scene *scene, const raw_scene *raw, gw_error *error);
/* config_object.c: targets, clutter, rows, wires, meshes */
gw_status scene_objects_take(gw_scene *scene, const raw_scene *raw, gw_error *error);

/* Each item of a list by its table into an array of `size` bytes an element; "KEY[k].…: cause". */
gw_status scene_list_take(scene_table table, const char *key, const raw_items *raw, void *to,
                          size_t size, gw_error *error);

#endif
