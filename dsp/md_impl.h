/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/md_impl.h -- the state of md.c (the signal path), shared with md_coverage.c (what was
 * searched).
 */
#ifndef GW_DSP_MD_IMPL_H
#define GW_DSP_MD_IMPL_H

#include "dsp/md.h"
#include "dsp/md_window.h"
#include "dsp/reference.h"
#include "dsp/stand.h"

#define MD_CELL_M 0.01
#define MD_WEIGHT_LEAST 0.2 /* of a good cell */

enum { MD_CELLS_KEPT = 1024, MD_TOLD = 64 /* remembered, so that none is told twice */ };

typedef struct md_cell {
    gw_md_hop hop; /* first of the cell */
    int64_t from_row, end_row;
    double weight; /* hops, less for noise; 0: the head leapt over it */
    gw_complex response[GW_TONES_MAX];
    double level; /* once decided on */
} md_cell;

struct gw_md {
    gw_md_config config;
    gw_md_window *window;
    gw_md_kinds *kinds;
    double tones_hz[GW_TONES_MAX];
    gw_stand stand;
    double stood_told_s; /* of stand.stood_s */
    bool has_cell;
    int64_t cell; /* index of the open one */
    double sum[GW_TONES_MAX][2], weight;
    size_t n_hops;
    int64_t from_row, end_row; /* of the open cell: rows that no cell before has */
    gw_md_hop first;
    size_t tone; /* that is told */
    double tone_hz, far_scale, alike;
    bool has_reference; /* the ball that is the unit was at a known distance */
    gw_reference reference;
    gw_complex ball[GW_TONES_MAX], at[GW_TONES_MAX]; /* what they give, in balls */
    double ball_coil_m, at_coil_m; /* of the stretch decided on last; NAN unknown */
    double usual[GW_TONES_MAX];    /* noise of a hop: a running median */
    uint64_t n_usual;
    bool is_finished;
    uint64_t n_cells, n_decided, n_covered;
    uint64_t window_from; /* first cell of the window solved last */
    const gw_md_target *targets;
    size_t n_targets, target; /* of that window; next to look at */
    uint64_t target_from;     /* cells whose targets are told now: from here to n_decided */
    gw_md_mesh mesh;          /* of the last look */
    double mesh_loss_db;      /* since the last coverage: the greatest */
    gw_md_row row;            /* of the last look */
    size_t n_row_looks;       /* before it, in turn, that saw the same */
    double row_m;             /* since the last coverage: the greatest; NAN none */
    gw_md_soil soil;          /* since the last coverage: the greatest */
    gw_ground learnt;         /* sums */
    uint64_t n_learnt, n_learnt_cells;
    double told[MD_TOLD][2]; /* cell, score */
    uint64_t n_told;
    md_cell cells[MD_CELLS_KEPT];
};

/* md_coverage.c: the level of the ground that was solved last, where n_cells are decided on. */
void md_soil_take(gw_md *md, uint64_t n_cells);
void md_soil_reset(gw_md *md);

static inline const md_cell *md_cell_at(const gw_md *md, uint64_t index)
{
    return md->cells + index % MD_CELLS_KEPT;
}

/* md_create.c: the least score that is an alarm. */
double md_score_least(const gw_md *md, bool has_spectra);

/* md_stage.c: to who watches, the cells around a decision at cell `at`. */
void md_stage_show(const gw_md *md, double at, const gw_detection *decision);

/* md_coverage.c: the cell is one of a run that the head leapt over, or in which something else was
 * louder: nothing is known of it, and nothing is told. */
bool gw_md_is_unheard(const gw_md *md, uint64_t index);

#endif
