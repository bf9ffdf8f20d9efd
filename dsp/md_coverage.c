/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "dsp/md_impl.h"

enum {
    SPEED_CELLS = 50,
    UNHEARD = 10, /* so many cells in a row without a good one were not searched */
    ROW_LOOKS = 2 /* after the first, in turn, that see the same row */
};

static const double row_same_m = 0.045;

bool gw_md_is_unheard(const gw_md *md, uint64_t index)
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

/* The cell that its hop fell into: those that the head leapt over carry the hop before. */
static uint64_t hop_cell(const gw_md *md, uint64_t index)
{
    int64_t row = md_cell_at(md, index)->hop.row;
    while (index > 0 && md_cell_at(md, index - 1)->hop.row == row)
        index--;
    return index;
}

/* To the edge that two cells share, the same for both. */
static double edge_m(double along_m)
{
    return nearbyint(along_m / MD_CELL_M) * MD_CELL_M;
}

static double speed_told(const gw_md *md, uint64_t from, uint64_t to)
{
    uint64_t first = hop_cell(md, from), last = hop_cell(md, to - 1);
    if (first == last && first > 0)
        first = hop_cell(md, first - 1);
    int64_t took_ns = md_cell_at(md, last)->hop.time_ns - md_cell_at(md, first)->hop.time_ns;
    return took_ns > 0 ? (double)(last - first) * MD_CELL_M / ((double)took_ns * 1e-9)
                       : (double)NAN;
}

void md_soil_reset(gw_md *md)
{
    md->soil = (gw_md_soil){(double)NAN, (double)NAN};
    md->mesh_loss_db = 0;
    md->row_m = (double)NAN;
}

/* A row is seen by look after look: one alone is chance, on blank ground one of fifty. */
static void row_take(gw_md *md)
{
    gw_md_row now = gw_md_window_row(md->window);
    bool is_same = fabs(now.spacing_m - md->row.spacing_m) < row_same_m;
    md->n_row_looks = is_same ? md->n_row_looks + 1 : 0;
    md->row = now;
    if (!gw_md_is_row(md))
        return;
    md->row_m = fmax(md->row_m, md->row.spacing_m);
    if (md->row.is_lost && isfinite(md->ball_coil_m))
        md->ball_coil_m = 0;
    if (md->row.is_lost && isfinite(md->at_coil_m))
        md->at_coil_m = 0;
}

void md_soil_take(gw_md *md, uint64_t n_cells)
{
    gw_md_soil now = gw_md_window_soil(md->window);
    md->soil.heard_db = fmax(md->soil.heard_db, now.heard_db);
    md->soil.residual_db = fmax(md->soil.residual_db, now.residual_db);
    md->mesh = gw_md_window_mesh(md->window);
    md->mesh_loss_db = fmax(md->mesh_loss_db, md->mesh.loss_db);
    row_take(md);
    if (!md->config.is_learning || !gw_md_window_learn(md->window, md->learnt.covariance))
        return;
    md->n_learnt++;
    md->n_learnt_cells += n_cells;
}

bool gw_md_is_mesh(const gw_md *md)
{
    return isfinite(md->mesh.spacing_m);
}

bool gw_md_is_row(const gw_md *md)
{
    return md->n_row_looks >= ROW_LOOKS;
}

void gw_md_ground(const gw_md *md, gw_ground *ground)
{
    *ground = md->learnt;
    ground->n_tones = md->n_learnt ? md->config.n_tones : 0;
    ground->length_m = (double)md->n_learnt_cells * MD_CELL_M;
    for (size_t k = 0; k < md->config.n_tones; k++)
        ground->tones_hz[k] = md->tones_hz[k];
    for (size_t k = 0; k < gw_ground_values(ground->n_tones); k++)
        ground->covariance[k] /= (double)md->n_learnt;
}

bool gw_md_coverage(gw_md *md, gw_coverage *coverage)
{
    while (md->n_covered < md->n_decided && gw_md_is_unheard(md, md->n_covered))
        md->n_covered++;
    uint64_t from = md->n_covered, to = from;
    while (to < md->n_decided && !gw_md_is_unheard(md, to))
        to++;
    if (to == from)
        return false;
    const md_cell *first = md_cell_at(md, from), *last = md_cell_at(md, to - 1);
    double best = 0;
    bool is_known = md->config.is_place_known;
    for (uint64_t k = from; k < to; k++)
        best = fmax(best, md_cell_at(md, k)->level);
    *coverage = gw_coverage_unknown(GW_SENSOR_MD);
    coverage->first_row = (uint64_t)first->from_row;
    coverage->n_rows = (uint64_t)(last->end_row - first->from_row);
    coverage->from_m = is_known ? edge_m(first->hop.along_m - MD_CELL_M / 2) : (double)NAN;
    coverage->to_m = is_known ? edge_m(last->hop.along_m + MD_CELL_M / 2) : (double)NAN;
    coverage->noise = noise_told(md);
    coverage->max_score = best;
    coverage->speed_m_s = is_known ? speed_told(md, from, to) : (double)NAN;
    coverage->ball_coil_m = md->ball_coil_m;
    coverage->at_coil_m = md->at_coil_m;
    coverage->untold = !md->has_reference       ? GW_UNTOLD_BALL
                       : isnan(md->ball_coil_m) ? GW_UNTOLD_LEARNING
                       : isnan(md->at_coil_m)   ? GW_UNTOLD_WAVEFORM
                                                : GW_UNTOLD_NOT;
    coverage->from_ns = first->hop.time_ns;
    coverage->to_ns = last->hop.time_ns;
    coverage->balance = md->config.balance.mode;
    coverage->soil_db = md->soil.heard_db;
    coverage->soil_residual_db = md->soil.residual_db;
    coverage->mesh_m = md->mesh.spacing_m;
    coverage->mesh_loss_db = md->mesh_loss_db;
    coverage->row_m = md->row_m;
    coverage->stood_s = md->stand.stood_s - md->stood_told_s;
    md->stood_told_s = md->stand.stood_s;
    md_soil_reset(md);
    md->n_covered = to;
    return true;
}
