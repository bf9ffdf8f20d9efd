/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every slot of rows has one gap of n_lost rows, somewhere after its head: the way from a row that
 * is left to its number needs no search.
 */
#include <math.h>

#include "drivers/scene/impl.h"

scene_holes gw_scene_holes(const gw_scene *scene, gw_kind kind, double rows_per_m)
{
    bool is_gpr = kind == GW_KIND_GPR;
    double per_m = is_gpr ? scene->drops.gpr_per_m : scene->drops.md_per_m;
    scene_holes holes = {.slot_rows = 0};
    if (kind == GW_KIND_POSE || !(per_m > 0))
        return holes;
    holes.n_lost = (uint64_t)(is_gpr ? scene->drops.gpr_rows : scene->drops.md_rows);
    holes.slot_rows = (uint64_t)(rows_per_m / per_m);
    if (holes.slot_rows < 2 * holes.n_lost + 2) /* at most half of them */
        holes.slot_rows = 2 * holes.n_lost + 2;
    holes.key = gw_random_key(scene->seed, is_gpr ? SCENE_DROPS_GPR : SCENE_DROPS_MD);
    return holes;
}

/* The gap's place in its slot: 1.. what is left of it. */
static uint64_t gap_place(const scene_holes *holes, uint64_t slot)
{
    uint64_t n_left = holes->slot_rows - holes->n_lost;
    return 1 + (uint64_t)((double)(n_left - 1) * gw_random_uniform(holes->key, slot));
}

uint64_t gw_scene_holes_left(const scene_holes *holes, uint64_t n)
{
    if (!holes->slot_rows)
        return n;
    uint64_t slot = n / holes->slot_rows, rest = n % holes->slot_rows, at = gap_place(holes, slot);
    uint64_t n_cut = rest <= at ? 0 : rest - at < holes->n_lost ? rest - at : holes->n_lost;
    return n - slot * holes->n_lost - n_cut;
}

uint64_t gw_scene_holes_row(const scene_holes *holes, uint64_t row, uint64_t *n_lost)
{
    *n_lost = 0;
    if (!holes->slot_rows)
        return row;
    uint64_t slot = row / (holes->slot_rows - holes->n_lost);
    uint64_t rest = row % (holes->slot_rows - holes->n_lost), at = gap_place(holes, slot);
    if (rest == at)
        *n_lost = holes->n_lost;
    return slot * holes->slot_rows + rest + (rest >= at ? holes->n_lost : 0);
}
