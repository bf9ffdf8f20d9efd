/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/scene/head.h -- what the coils of a metal detector feel at a time: the change of their
 * mutual inductance over mu0, m, in the numbers of drivers/scene/basis.h.
 *
 *     ground   chi / 2 M(2 h) and the ground's eddies (dsp/loop_field.h)
 *     bodies   h_r A h_t: fields of both loops at the body, along its axis and across it
 *     wires    drivers/line_field.h
 *
 * Bodies farther than 1.5 m along the lane are left out.
 */
#ifndef GW_DRIVERS_SCENE_HEAD_H
#define GW_DRIVERS_SCENE_HEAD_H

#include "drivers/scene/basis.h"

typedef struct gw_scene_head gw_scene_head;

gw_status gw_scene_head_create(const gw_scene *scene, gw_scene_head **out);
const scene_basis *gw_scene_head_basis(const gw_scene_head *head);
void gw_scene_head_feel(gw_scene_head *head, double time_s, scene_values *values);
void gw_scene_head_destroy(gw_scene_head *head);

#endif
