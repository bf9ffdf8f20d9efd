/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/usual.h"

#include <math.h>
#include <stdbool.h>

/* Of 4.4 candidates a metre on blank ground 0.18 are over m, near enough to alarms to tell of them,
 * and 0.9 over l. What is likelier a mine than not is none of the ground. A ground 3 times as loud
 * as usual is learnt in some 50 m. */
static const double high = -1.98, low = -3.75, ground_most = 1.5;

typedef struct law {
    double quantile, step, least, most;
} law;

static const law of_loud = {0.96, 0.07, -2.5, 1.5}, of_quiet = {0.8, 0.05, -3.5, 2.5};
static const double spread_least = 0.5, spread_most = 2;

void gw_usual_reset(gw_usual *usual)
{
    *usual = (gw_usual){0, 0, 1};
}

double gw_usual_score(const gw_usual *usual, double score)
{
    return exp(high + (log(score) - high - usual->loud) / usual->spread);
}

double gw_usual_raw(const gw_usual *usual, double score)
{
    return exp(high + usual->loud + (log(score) - high) * usual->spread);
}

static double level_step(const law *of, double at, bool is_over)
{
    double next = at + of->step * (is_over ? of->quantile : of->quantile - 1);
    return fmin(fmax(next, of->least), of->most);
}

void gw_usual_learn(gw_usual *usual, double score)
{
    if (score > ground_most)
        return;
    usual->loud = level_step(&of_loud, usual->loud, log(score) > high);
    usual->quiet = level_step(&of_quiet, usual->quiet, log(score) > low);
    double spread = 1 + (usual->loud - usual->quiet) / (high - low);
    usual->spread = fmin(fmax(spread, spread_least), spread_most);
}
