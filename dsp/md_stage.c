/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "dsp/md_impl.h"
#include "dsp/md_look.h"

enum { REACH = 100 }; /* cells to each side: all that is known ahead */

static void cell_show(const gw_md *md, uint64_t index, gw_stage_cell *cell)
{
    gw_md_look look;
    gw_md_window_look(md->window, (size_t)(index - md->window_from), &look);
    cell->along_m = md_cell_at(md, index)->hop.along_m;
    cell->is_good = md_cell_at(md, index)->weight >= MD_WEIGHT_LEAST;
    cell->heard = look.heard;
    cell->over = look.over;
    cell->score_all = look.score_all;
    cell->score = look.score;
    md->config.show(md->config.show_user, cell);
}

void md_stage_show(const gw_md *md, double at, const gw_detection *decision)
{
    if (!md->config.show)
        return;
    uint64_t middle = (uint64_t)(at + 0.5);
    uint64_t from = middle > md->window_from + REACH ? middle - REACH : md->window_from;
    uint64_t to = middle + REACH < md->n_cells ? middle + REACH : md->n_cells - 1;
    gw_stage_cell cell = {.decision = decision,
                          .n = (size_t)(to - from) + 1,
                          .at_m = md_cell_at(md, middle)->hop.along_m +
                                  (at - floor(at + 0.5)) * MD_CELL_M,
                          .n_tones = md->config.n_tones,
                          .tones_hz = md->tones_hz,
                          .score_least = md_score_least(md, gw_md_window_has_spectra(md->window))};
    for (; from <= to; from++, cell.k++)
        cell_show(md, from, &cell);
}
