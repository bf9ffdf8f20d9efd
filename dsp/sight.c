/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/sight.h"

#include <math.h>
#include <string.h>

enum { SURFACE, UNDER, GROUND };

static const double times_periods[GW_SIGHT_TIMES] = {1.5, 2.25, 3.75};
static const double from_periods = 3, length_periods = 1.5;
static const double fall_most_db = 18.5, fall_under_most_db = 8.5, alike_least = 0.48;
static const double light_m_per_ns = 0.299792458, index_least = 2.55; /* permittivity 6.5 */

void gw_sight_make(gw_sight *sight, const gw_sight_config *config)
{
    double v = config->speed_m_per_ns, period = config->period_samples;
    double from = config->peak_samples + from_periods * period, n = length_periods * period;
    *sight = (gw_sight){.config = *config};
    sight->is_able = config->is_fitted && !(v > 0 && light_m_per_ns / v < index_least) && n >= 2 &&
                     n <= GW_SIGHT_SAMPLES && from + n <= (double)config->n_samples;
    for (int k = 0; k < GW_SIGHT_TIMES; k++) {
        double samples = times_periods[k] * period - config->first_samples;
        double bin = samples / config->step_samples + 0.5;
        bool is_searched = bin >= 1 && bin + 1 < (double)config->n_bins;
        sight->bins[k] = is_searched ? (size_t)bin : 0;
        sight->is_able = sight->is_able && is_searched;
    }
    sight->from = sight->is_able ? (size_t)from : 0;
    sight->n = sight->is_able ? (size_t)n : 0;
}

double gw_sight_hear(gw_sight *sight, const float *residual)
{
    const float *own = residual + sight->from;
    double energy = 0, both = 0;
    if (!sight->is_able)
        return 0;
    for (size_t k = 0; k < sight->n; k++) {
        energy += (double)own[k] * (double)own[k];
        both += (double)own[k] * (double)sight->before[k];
    }
    sight->n_heard += sight->n_heard < sight->config.rows;
    double alike = both / (sqrt(energy * sight->before_energy) + 1e-30);
    sight->alike += (alike - sight->alike) / (double)sight->n_heard;
    sight->before_energy = energy;
    memcpy(sight->before, own, sight->n * sizeof *own);
    return sight->alike;
}

/* Over a quarter of a period. */
static double floor_look(const float *levels, size_t bin, double scale)
{
    double sum = 0;
    for (size_t b = bin - 1; b <= bin + 1; b++)
        sum += (double)levels[b] * scale;
    return 10 * log10(sum / 3 + 1e-15);
}

void gw_sight_push(gw_sight *sight, const float *levels, double direct, double alike)
{
    if (!sight->is_able)
        return;
    sight->n_rows += sight->n_rows < sight->config.rows;
    for (int k = 0; k < GW_SIGHT_TIMES; k++) {
        double own_db = floor_look(levels, sight->bins[k], 1 / (direct + 1e-9));
        sight->floor_db[k] += (own_db - sight->floor_db[k]) / (double)sight->n_rows;
    }
    sight->floors_alike = alike;
}

bool gw_sight_tells(const gw_sight *sight)
{
    const double *f = sight->floor_db;
    double fall = f[SURFACE] - f[GROUND], under = f[UNDER] - f[GROUND];
    if (!sight->is_able || sight->n_rows == 0 || 3 * sight->n_rows < sight->config.rows)
        return false;
    return fall >= 0 && fall <= fall_most_db && under <= fall_under_most_db &&
           sight->floors_alike >= alike_least;
}
