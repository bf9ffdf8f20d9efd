/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "dsp/md_impl.h"

enum { UNHEARD = 10 }; /* so many cells in a row without a good one were not searched */

/* One of a run of cells that the head leapt over, or in which something else was louder. */
static bool is_unheard(const gw_md *md, uint64_t index)
{
    uint64_t from = index, to = index;
    if (md_cell_at(md, index)->weight >= MD_WEIGHT_LEAST)
        return false;
    while (from > 0 && index - from < UNHEARD && md_cell_at(md, from - 1)->weight < MD_WEIGHT_LEAST)
        from--;
    while (to + 1 < md->n_cells && to - index < UNHEARD &&
           md_cell_at(md, to + 1)->weight < MD_WEIGHT_LEAST)
        to++;
    return to - from + 1 >= UNHEARD;
}

static double noise_told(const gw_md *md)
{
    double sum = 0;
    for (size_t k = 0; k < md->config.n_tones; k++)
        sum += md->usual[k];
    return sum / (double)md->config.n_tones;
}

bool gw_md_coverage(gw_md *md, gw_coverage *coverage)
{
    while (md->n_covered < md->n_decided && is_unheard(md, md->n_covered))
        md->n_covered++;
    uint64_t from = md->n_covered, to = from;
    while (to < md->n_decided && !is_unheard(md, to))
        to++;
    if (to == from)
        return false;
    const md_cell *first = md_cell_at(md, from), *last = md_cell_at(md, to - 1);
    double seconds = (double)(last->hop.time_ns - first->hop.time_ns) * 1e-9, best = 0;
    bool is_known = md->config.is_place_known;
    double length = last->hop.along_m - first->hop.along_m;
    for (uint64_t k = from; k < to; k++)
        best = fmax(best, md_cell_at(md, k)->level);
    *coverage = (gw_coverage){.sensor = GW_SENSOR_MD,
                              .first_row = (uint64_t)first->from_row,
                              .n_rows = (uint64_t)(last->end_row - first->from_row),
                              .from_m = is_known ? first->hop.along_m - MD_CELL_M / 2 : (double)NAN,
                              .to_m = is_known ? last->hop.along_m + MD_CELL_M / 2 : (double)NAN,
                              .noise = noise_told(md),
                              .max_score = best,
                              .speed_m_s = is_known && seconds > 0 ? length / seconds : (double)NAN,
                              .from_ns = first->hop.time_ns,
                              .to_ns = last->hop.time_ns};
    md->n_covered = to;
    return true;
}
