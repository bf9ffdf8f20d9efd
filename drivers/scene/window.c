/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "drivers/scene/impl.h"

struct gw_scene_window {
    gw_scene_window_config config;
    bool has_span;
    size_t from_cell, to_cell; /* both in */
    size_t n_all, first;       /* first: of those sought */
    gw_scene_object *objects;  /* [n_given + SCENE_WINDOW_CELLS SCENE_CELL_MAX] */
    double *extras;            /* [the same][n_extra] */
};

gw_status gw_scene_window_create(const gw_scene_window_config *config, gw_scene_window **out)
{
    size_t n_most = config->scene->n_given + SCENE_WINDOW_CELLS * SCENE_CELL_MAX;
    size_t n_bytes = n_most * (sizeof(gw_scene_object) + config->n_extra * sizeof(double));
    gw_scene_window *window = calloc(1, sizeof *window + n_bytes);
    *out = window;
    if (!window)
        return GW_ENOMEM;
    window->config = *config;
    window->objects = (gw_scene_object *)(window + 1);
    window->extras = (double *)(window->objects + n_most);
    return GW_OK;
}

void gw_scene_window_destroy(gw_scene_window *window)
{
    free(window);
}

static size_t cell_of(const gw_scene *scene, double along_m)
{
    double cell = floor(along_m / gw_scene_cell_m(scene));
    size_t n = gw_scene_n_cells(scene);
    return cell <= 0 ? 0 : cell >= (double)n ? n - 1 : (size_t)cell;
}

static void span_load(gw_scene_window *window)
{
    const gw_scene *scene = window->config.scene;
    double cell_m = gw_scene_cell_m(scene);
    size_t n = 0;
    for (size_t cell = window->from_cell; cell <= window->to_cell; cell++)
        n += gw_scene_cell(scene, cell, window->objects + n);
    size_t k = gw_scene_given_from(scene, cell_m * (double)window->from_cell);
    for (; k < scene->n_given; k++) {
        bool is_beyond = scene->given[k].truth.along_m >= cell_m * (double)(window->to_cell + 1);
        if (is_beyond && window->to_cell + 1 < gw_scene_n_cells(scene))
            break;
        window->objects[n++] = scene->given[k];
    }
    qsort(window->objects, n, sizeof *window->objects, gw_scene_object_order);
    window->n_all = n;
    for (size_t j = 0; j < n && window->config.prepare; j++)
        window->config.prepare(window->config.user, &window->objects[j],
                               window->extras + j * window->config.n_extra);
}

size_t gw_scene_window_seek(gw_scene_window *window, double from_m, double to_m)
{
    const gw_scene *scene = window->config.scene;
    size_t from = cell_of(scene, from_m), to = cell_of(scene, to_m);
    if (to - from >= SCENE_WINDOW_CELLS)
        to = from + SCENE_WINDOW_CELLS - 1;
    if (!window->has_span || from < window->from_cell || to > window->to_cell) {
        window->from_cell = from;
        window->to_cell = to;
        window->has_span = true;
        span_load(window);
    }
    size_t low = 0, high = window->n_all;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (window->objects[middle].truth.along_m < from_m)
            low = middle + 1;
        else
            high = middle;
    }
    window->first = low;
    while (high < window->n_all && window->objects[high].truth.along_m <= to_m)
        high++;
    return high - low;
}

const gw_scene_object *gw_scene_window_object(const gw_scene_window *window, size_t k)
{
    return &window->objects[window->first + k];
}

const double *gw_scene_window_extra(const gw_scene_window *window, size_t k)
{
    return window->extras + (window->first + k) * window->config.n_extra;
}
