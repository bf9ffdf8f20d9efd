/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/look.h"

#include <math.h>
#include <string.h>

static const double near_m = 0.35, reach_m = 0.5, step_m = 0.05;
enum { BAR = 20, DECADES = 4 };

static double rows_off(const look *l, const gw_detection *candidate)
{
    return fabs((double)(candidate->sample - l->wanted.sample));
}

static bool is_better(const look *l, const gw_detection *candidate)
{
    if (l->wanted.sample < 0 ||
        fabs(candidate->along_m - l->wanted.along_m) > near_m) /* NAN is not */
        return false;
    if (!l->n || rows_off(l, candidate) != rows_off(l, &l->decision))
        return !l->n || rows_off(l, candidate) < rows_off(l, &l->decision);
    return fabs(candidate->score - l->wanted.score) <= fabs(l->decision.score - l->wanted.score);
}

static bool is_same(const gw_detection *a, const gw_detection *b)
{
    return a->sample == b->sample && a->score == b->score && a->first_row == b->first_row;
}

void look_take(look *l, const gw_stage_cell *cell)
{
    size_t k = cell->k;
    bool goes_on = k > 0 && k == l->n && is_same(&l->decision, cell->decision);
    if (k >= LOOK_CELLS_MAX || (!goes_on && (k > 0 || !is_better(l, cell->decision))))
        return;
    l->decision = *cell->decision;
    l->at_m = cell->at_m;
    l->score_least = cell->score_least;
    l->n_tones = cell->n_tones;
    memcpy(l->tones_hz, cell->tones_hz, cell->n_tones * sizeof *l->tones_hz);
    l->along_m[k] = cell->along_m;
    l->score_all[k] = cell->score_all;
    l->score[k] = cell->score;
    for (size_t t = 0; t < cell->n_tones; t++) {
        l->heard[t][k] = cell->is_good ? cell->heard[t] : (double)NAN;
        l->over[t][k] = cell->over[t];
    }
    l->n = k + 1;
}

/* Its own cell. */
static size_t middle_of(const look *l)
{
    size_t best = 0;
    for (size_t k = 1; k < l->n; k++)
        if (fabs(l->along_m[k] - l->at_m) < fabs(l->along_m[best] - l->at_m))
            best = k;
    return best;
}

static void bar_print(double score, double least, FILE *to)
{
    int n = (int)lround(BAR * log10(fmax(score, 1)) / DECADES);
    int at = (int)lround(BAR * log10(fmax(least, 1)) / DECADES);
    fputs("  ", to);
    for (int k = 0; k <= BAR; k++)
        fputc(k < n ? '#' : k == at ? '|' : ' ', to);
}

static void cell_print(const look *l, size_t k, bool is_it, FILE *to)
{
    fprintf(to, "%c %9.3f", is_it ? '>' : ' ', l->along_m[k]);
    for (size_t t = 0; t < l->n_tones; t++)
        fprintf(to, " %10.4g", l->over[t][k]);
    fprintf(to, " %12.5g %12.5g", l->score_all[k], l->score[k]);
    bar_print(l->score[k], l->score_least, to);
    fputc('\n', to);
}

void look_print(const look *l, FILE *to)
{
    const gw_detection *decision = &l->decision;
    if (!l->n)
        return;
    fprintf(to,
            "metal detector: amplitude over the ground, %s, by tone; score, from %.5g on an "
            "alarm (|)\n  %9s",
            decision->is_in_balls ? "in 10 mm balls" : "as a ratio", l->score_least,
            isfinite(decision->along_m) ? "along m" : "about m");
    for (size_t t = 0; t < l->n_tones; t++)
        if (l->tones_hz[t] > 0)
            fprintf(to, " %7.5g Hz", l->tones_hz[t]);
        else
            fprintf(to, "    pair %2zu", t + 1);
    fprintf(to, " %12s %12s\n", "score of all", "as judged");
    size_t middle = middle_of(l), step = (size_t)lround(step_m / 0.01);
    for (size_t k = middle % step; k < l->n; k += step)
        if (fabs(l->along_m[k] - l->along_m[middle]) <= reach_m + 1e-6)
            cell_print(l, k, k == middle, to);
    fputs("  as judged: the nearest candidate, all that is stronger taken out\n", to);
}
