/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/scene/object.h -- what can lie in the ground of a scene, and where it lies.
 *
 * The lane is cut into cells of 1..2 m. What a cell holds follows from the seed and the cell alone,
 * so that a lane of any length needs the memory of a few cells.
 */
#ifndef GW_DRIVERS_SCENE_OBJECT_H
#define GW_DRIVERS_SCENE_OBJECT_H

#include "drivers/scene/body.h"
#include "drivers/scene/scene.h"

enum { SCENE_KINDS = 5, SCENE_ROWS_MAX = 32, SCENE_CELL_MAX = 256, SCENE_WINDOW_CELLS = 8 };

typedef struct gw_mine {
    const char *name, *class_name;
    double diameter_m, height_m;
    double eps_r;          /* of the case; 0: metal */
    double metal_fraction; /* depth of the metal's centre below the top, in heights */
    gw_body metal;
} gw_mine;

typedef struct gw_scene_object {
    gw_truth truth;
    double height_m, eps_r /* 0: metal */, metal_depth_m;
    double length_m;             /* > 0: long, as a root or a nail, along heading and dip */
    double heading_rad, dip_rad; /* from the lane to its right; down */
    gw_body metal;
    double volume_m3, chi; /* of what displaces the ground; 0: nothing does */
} gw_scene_object;

/* The same thing again and again along the lane. */
typedef struct scene_row {
    const gw_mine *mine; /* NULL: clutter of `kind` */
    unsigned kind;
    double from_m, to_m, every_m, jitter;
    double depth_least_m, depth_most_m, cross_least_m, cross_most_m, size_m;
} scene_row;

/* catalogue.c */
const gw_mine *gw_mine_find(const char *name); /* NULL when there is none */
const char *gw_mine_names(void);               /* one line, for messages */
const char *gw_clutter_name(unsigned kind);    /* stone, root, void, metal, nail */
unsigned gw_clutter_find(const char *name);    /* SCENE_KINDS when there is none */
/* Size of a random piece, u in 0..1. */
double gw_clutter_size(unsigned kind, double u);
void gw_scene_mine_make(const gw_mine *mine, const gw_truth *place, gw_scene_object *object);
/* place->diameter_m is its size; `key` decides what else it is like; stone_chi: SI, of stones. */
void gw_scene_clutter_make(unsigned kind, const gw_truth *place, uint64_t key, double stone_chi,
                           gw_scene_object *object);

/* cell.c */
struct gw_scene;
/* First given object at or beyond along_m. */
size_t gw_scene_given_from(const struct gw_scene *scene, double along_m);
size_t gw_scene_n_cells(const struct gw_scene *scene);
double gw_scene_cell_m(const struct gw_scene *scene);
/* What is drawn or stands in a row there, ordered along the lane: out [SCENE_CELL_MAX]. */
size_t gw_scene_cell(const struct gw_scene *scene, size_t cell, gw_scene_object *out);
int gw_scene_object_order(const void *a, const void *b);

/* window.c: the objects near the head, each with room for what its user knows of it. */
typedef struct gw_scene_window gw_scene_window;
typedef void gw_scene_prepare(void *user, const gw_scene_object *object, double *extra);

typedef struct gw_scene_window_config {
    const struct gw_scene *scene;
    size_t n_extra;            /* numbers kept for each object */
    gw_scene_prepare *prepare; /* fills them when the object comes into the window; NULL: none */
    void *user;
} gw_scene_window_config;

gw_status gw_scene_window_create(const gw_scene_window_config *config, gw_scene_window **out);
/* Objects whose centre is in [from_m, to_m], at most 8 m, ordered along the lane. */
size_t gw_scene_window_seek(gw_scene_window *window, double from_m, double to_m);
/* The k-th of them, until the next seek. */
const gw_scene_object *gw_scene_window_object(const gw_scene_window *window, size_t k);
const double *gw_scene_window_extra(const gw_scene_window *window, size_t k);
void gw_scene_window_destroy(gw_scene_window *window);

#endif
