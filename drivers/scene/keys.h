/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/scene/keys.h -- the streams of random numbers under the seed of a scene.
 */
#ifndef GW_DRIVERS_SCENE_KEYS_H
#define GW_DRIVERS_SCENE_KEYS_H

/* The order is part of what a scene gives: new ones at the end. */
enum {
    SCENE_HEIGHT,
    SCENE_SOIL,
    SCENE_SWAY,
    SCENE_SPEED,
    SCENE_CLUTTER,
    SCENE_VOLUME,
    SCENE_GPR_NOISE,
    SCENE_GPR_SCAN,
    SCENE_MD_NOISE,
    SCENE_MD_SLOW,
    SCENE_IMPULSE,
    SCENE_DROP_LAW, /* of the frequency dependence of the ground */
    SCENE_ROUGHNESS,
    SCENE_ROWS,
    SCENE_INTERFERENCE,
    SCENE_DROPS_GPR,
    SCENE_DROPS_MD,
    SCENE_DEVICE,
    SCENE_FACETS
};

#endif
