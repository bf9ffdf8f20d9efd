/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/md_look.h"

#include <math.h>
#include <string.h>

#include "dsp/md_window_impl.h"

static double score_of(const gw_md_window *window, double at, const double *v, size_t n_stronger)
{
    double white[WINDOW_COLUMNS_MAX];
    gw_scatter_whiten(window->scatter, v, white);
    return score_masked(window, at, white, n_stronger);
}

static double away_m(double at, double from)
{
    return (at - from) * WINDOW_CELL_M;
}

static double all_score(const gw_md_window *window, size_t cell)
{
    double v[WINDOW_COLUMNS_MAX];
    memcpy(v, window->matched + cell * window->n_columns, window->n_columns * sizeof *v);
    for (size_t j = 0; j < window->n_dipoles; j++)
        window_put_back(window, j, away_m((double)cell, window->dipoles[j].at), v);
    return score_of(window, (double)cell, v, 0);
}

/* NULL: there is none. */
static const gw_md_target *target_next_to(const gw_md_window *window, size_t cell)
{
    const gw_md_target *next = NULL;
    for (size_t k = 0; k < window->n_targets; k++) {
        const gw_md_target *target = &window->targets[k];
        if (!next || fabs(target->at - (double)cell) < fabs(next->at - (double)cell))
            next = target;
    }
    return next;
}

/* The dipole that a target is; n_dipoles: it is none. */
static size_t dipole_of(const gw_md_window *window, const gw_md_target *target)
{
    size_t j = 0;
    while (target && j < window->n_dipoles && window->dipoles[j].at != target->at)
        j++;
    return target ? j : window->n_dipoles;
}

static double judged_score(const gw_md_window *window, size_t cell)
{
    double v[WINDOW_COLUMNS_MAX], at = (double)cell;
    const gw_md_target *target = target_next_to(window, cell);
    size_t j = dipole_of(window, target);
    if (target && window_cell_of(window, target->at) == cell)
        at = target->at;
    memcpy(v, window->matched + cell * window->n_columns, window->n_columns * sizeof *v);
    if (j < window->n_dipoles)
        window_put_back(window, j, away_m(at, target->at), v);
    return score_of(window, at, v, j);
}

void gw_md_window_look(const gw_md_window *window, size_t cell, gw_md_look *look)
{
    const double *raw = window->raw[cell], *field = window->field[cell];
    for (size_t t = 0; t < window->n_tones; t++) {
        look->heard[t] = hypot(raw[t], raw[t + window->n_tones]) * window->sigma[t];
        look->over[t] = hypot(field[t], field[t + window->n_tones]) * window->sigma[t];
    }
    look->score_all = all_score(window, cell);
    look->score = judged_score(window, cell);
}
