/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * n pieces on a lane are split, by as many throws of a coin, into those on its left and its right
 * half, and so on down to the cells: exactly n, each anywhere with the same chance, and a cell is
 * found without looking at the others.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/scene/impl.h"

static const double DEEPEST_M = 0.22, SHALLOWEST_M = 0.01, CROSS_RMS_M = 0.06;

size_t gw_scene_n_cells(const gw_scene *scene)
{
    size_t n = 1;
    while (scene->path.length_m / (double)n > 2)
        n *= 2;
    return n;
}

double gw_scene_cell_m(const gw_scene *scene)
{
    return scene->path.length_m / (double)gw_scene_n_cells(scene);
}

int gw_scene_object_order(const void *a, const void *b)
{
    const gw_truth *p = &((const gw_scene_object *)a)->truth;
    const gw_truth *q = &((const gw_scene_object *)b)->truth;
    if (p->along_m != q->along_m)
        return p->along_m < q->along_m ? -1 : 1;
    if (p->depth_m != q->depth_m)
        return p->depth_m < q->depth_m ? -1 : 1;
    if (p->cross_m != q->cross_m)
        return p->cross_m < q->cross_m ? -1 : 1;
    return strcmp(p->name, q->name);
}

size_t gw_scene_given_from(const gw_scene *scene, double along_m)
{
    size_t low = 0, high = scene->n_given;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (scene->given[middle].truth.along_m < along_m)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* How many of n coins fall on the left. */
static uint64_t coins_throw(uint64_t key, uint64_t n)
{
    uint64_t n_left = 0;
    for (uint64_t k = 0; 64 * k < n; k++) {
        uint64_t bits = gw_random_bits(key, k);
        if (n - 64 * k < 64)
            bits &= (UINT64_C(1) << (n - 64 * k)) - 1;
        n_left += (uint64_t)__builtin_popcountll(bits);
    }
    return n_left;
}

static uint64_t cell_share(uint64_t key, uint64_t n, size_t cell, size_t n_cells)
{
    for (uint64_t node = 1; n_cells > 1; n_cells /= 2) {
        uint64_t n_left = coins_throw(gw_random_bits(key, node), n);
        bool is_right = cell >= n_cells / 2;
        n = is_right ? n - n_left : n_left;
        cell -= is_right ? n_cells / 2 : 0;
        node = 2 * node + is_right;
    }
    return n;
}

static bool is_beside(const gw_truth *target, const gw_truth *place)
{
    double reach = 0.5 * (target->diameter_m + place->diameter_m) + 0.01;
    return fabs(target->along_m - place->along_m) < reach &&
           fabs(target->cross_m - place->cross_m) < reach + 0.2;
}

/* ---- rows ---- */

static double row_along(const gw_scene *scene, size_t row, int64_t k)
{
    const scene_row *r = &scene->rows[row];
    uint64_t key = gw_random_key(scene->seed, (uint64_t)SCENE_ROWS << 8 | row);
    double shift = r->jitter * (gw_random_uniform(gw_random_bits(key, (uint64_t)k), 0) - 0.5);
    return r->from_m + ((double)k + shift) * r->every_m;
}

static bool row_has(const gw_scene *scene, size_t row, int64_t k)
{
    const scene_row *r = &scene->rows[row];
    double along = row_along(scene, row, k);
    return k >= 0 && r->from_m + (double)k * r->every_m <= r->to_m + 1e-9 && along >= 0 &&
           along <= scene->path.length_m;
}

static void row_make(const gw_scene *scene, size_t row, int64_t k, gw_scene_object *object)
{
    const scene_row *r = &scene->rows[row];
    uint64_t key =
        gw_random_bits(gw_random_key(scene->seed, (uint64_t)SCENE_ROWS << 8 | row), (uint64_t)k);
    gw_truth place = {.along_m = row_along(scene, row, k),
                      .depth_m = r->depth_least_m +
                                 (r->depth_most_m - r->depth_least_m) * gw_random_uniform(key, 1),
                      .cross_m = r->cross_least_m +
                                 (r->cross_most_m - r->cross_least_m) * gw_random_uniform(key, 2),
                      .diameter_m = r->size_m > 0
                                        ? r->size_m
                                        : gw_clutter_size(r->kind, gw_random_uniform(key, 3))};
    if (r->mine)
        gw_scene_mine_make(r->mine, &place, object);
    else
        gw_scene_clutter_make(r->kind, &place, gw_random_bits(key, 4), scene->soil.stone_chi,
                              object);
}

/* The first member of a row that can lie at or beyond along_m. */
static int64_t row_first(const scene_row *row, double along_m)
{
    double k = floor((along_m - row->from_m) / row->every_m) - 1;
    return k > 0 ? (int64_t)k : 0;
}

static size_t rows_lay(const gw_scene *scene, double from_m, double to_m, gw_scene_object *out)
{
    size_t n = 0;
    for (size_t row = 0; row < scene->n_rows; row++)
        for (int64_t k = row_first(&scene->rows[row], from_m);; k++) {
            const scene_row *r = &scene->rows[row];
            double even_m = r->from_m + (double)k * r->every_m;
            if (even_m > to_m + r->every_m || even_m > r->to_m + 1e-9)
                break;
            double along = row_along(scene, row, k);
            if (row_has(scene, row, k) && along >= from_m && along < to_m && n < SCENE_CELL_MAX)
                row_make(scene, row, k, &out[n++]);
        }
    return n;
}

/* ---- at random ---- */

static bool is_at_target(const gw_scene *scene, const gw_truth *place)
{
    for (size_t k = gw_scene_given_from(scene, place->along_m - 0.5);
         k < scene->n_given && scene->given[k].truth.along_m < place->along_m + 0.5; k++)
        if (scene->given[k].truth.is_target && is_beside(&scene->given[k].truth, place))
            return true;
    for (size_t row = 0; row < scene->n_rows; row++) {
        const scene_row *r = &scene->rows[row];
        for (int64_t k = row_first(r, place->along_m - 0.5); r->mine; k++) {
            gw_scene_object object;
            if (r->from_m + (double)k * r->every_m > place->along_m + 0.5 + r->every_m ||
                !(r->from_m + (double)k * r->every_m <= r->to_m + 1e-9))
                break;
            row_make(scene, row, k, &object);
            if (is_beside(&object.truth, place))
                return true;
        }
    }
    return false;
}

static double cross_draw(const gw_scene *scene, bool is_wide, uint64_t key)
{
    if (!is_wide)
        return CROSS_RMS_M * gw_random_normal(key, 11);
    double middle = 0.5 * ((double)scene->gpr.n_channels - 1) * scene->gpr.channel_spacing_m;
    return middle + scene->swath_m * (gw_random_uniform(key, 11) - 0.5);
}

/* is_wide: by square metre, over the whole swath; else by metre, under the head. */
static size_t kind_draw(const gw_scene *scene, unsigned kind, bool is_wide, size_t cell,
                        gw_scene_object *out, size_t n_most)
{
    double density =
        is_wide ? scene->clutter_per_m2[kind] * scene->swath_m : scene->clutter_per_m[kind];
    uint64_t stream = kind + (is_wide ? 16u : 0u);
    uint64_t key = gw_random_key(scene->seed, (uint64_t)SCENE_CLUTTER << 8 | stream);
    double wanted = density * scene->path.length_m, width = gw_scene_cell_m(scene);
    uint64_t n = (uint64_t)(wanted + gw_random_uniform(key, 0));
    n = cell_share(key + 1, n, cell, gw_scene_n_cells(scene));
    uint64_t here = gw_random_bits(key + 2, cell);
    size_t n_out = 0;
    for (uint64_t k = 0; k < n && n_out < n_most; k++) {
        uint64_t one = gw_random_bits(here, k + 1);
        gw_truth place = {.along_m = width * ((double)cell + gw_random_uniform(one, 10)),
                          .cross_m = cross_draw(scene, is_wide, one),
                          .depth_m = SHALLOWEST_M + DEEPEST_M * gw_random_uniform(one, 12),
                          .diameter_m = gw_clutter_size(kind, gw_random_uniform(one, 13))};
        if (!is_at_target(scene, &place))
            gw_scene_clutter_make(kind, &place, one, scene->soil.stone_chi, &out[n_out++]);
    }
    return n_out;
}

size_t gw_scene_cell(const gw_scene *scene, size_t cell, gw_scene_object *out)
{
    double width = gw_scene_cell_m(scene);
    bool is_last = cell + 1 == gw_scene_n_cells(scene);
    double to_m = is_last ? scene->path.length_m + 1e-6 : width * ((double)cell + 1);
    size_t n = rows_lay(scene, width * (double)cell, to_m, out);
    for (unsigned kind = 0; kind < SCENE_KINDS; kind++) {
        n += kind_draw(scene, kind, false, cell, out + n, SCENE_CELL_MAX - n);
        n += kind_draw(scene, kind, true, cell, out + n, SCENE_CELL_MAX - n);
    }
    qsort(out, n, sizeof *out, gw_scene_object_order);
    return n;
}
