/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/level.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 200000, ROWS_MAX = 4096, SPAN = 4 };

struct gw_level {
    gw_level_config config;
    size_t n_rows;               /* of the ring */
    size_t n_places, stride;     /* of a column in order; n_places: whole spans */
    uint64_t n_pushed, n_popped; /* rows */
    uint64_t n_in, n_gone;       /* rows that were put in order, and taken out again */
    bool is_ended;
    float *ring;   /* [n_rows][n_columns] */
    float *sorted; /* [n_ranked][stride]: -INFINITY, the values ascending, INFINITY to the end */
    float *levels; /* [n_ranked] */
    float memory[];
};

/* Every place holds infinity: an empty window. */
static void order_clear(gw_level *level)
{
    for (size_t c = 0; c < level->config.n_ranked; c++) {
        float *sorted = level->sorted + c * level->stride;
        sorted[0] = -INFINITY;
        for (size_t k = 1; k < level->stride; k++)
            sorted[k] = INFINITY;
    }
}

gw_status gw_level_create(const gw_level_config *config, gw_level **out)
{
    *out = NULL;
    if (!config->n_ranked || config->n_ranked > config->n_columns ||
        config->n_columns > COLUMNS_MAX || !(config->quantile >= 0 && config->quantile <= 1) ||
        config->before + config->after + config->least > ROWS_MAX)
        return GW_EINVAL;
    size_t ahead = config->after > config->least ? config->after : config->least;
    size_t n_rows = config->before + ahead + 2;
    size_t window = config->before + config->after;
    size_t n_most = (window > config->least ? window : config->least) + 1; /* rows in order */
    size_t n_places = (n_most + SPAN - 1) / SPAN * SPAN, stride = n_places + 2;
    size_t n_floats = n_rows * config->n_columns + (stride + 1) * config->n_ranked;
    gw_level *level = calloc(1, sizeof *level + n_floats * sizeof(float));
    if (!level)
        return GW_ENOMEM;
    level->config = *config;
    level->n_rows = n_rows;
    level->n_places = n_places;
    level->stride = stride;
    level->ring = level->memory;
    level->sorted = level->ring + n_rows * config->n_columns;
    level->levels = level->sorted + stride * config->n_ranked;
    order_clear(level);
    *out = level;
    return GW_OK;
}

static float *ring_row(gw_level *level, uint64_t row)
{
    return level->ring + (row % level->n_rows) * level->config.n_columns;
}

/* In an ascending column, `leaves` gives its place to `comes`: what lies between moves by one
 * place.
 *
 *     comes >= leaves:  s[k] = max(s[k], min(s[k + 1], comes))  where s[k] >= leaves
 *     else:             s[k] = min(s[k], max(s[k - 1], comes))  where s[k] <= leaves
 *
 * Every place is looked at, without a branch, SPAN at a time in the order in which no span reads
 * what another has written: compilers make vectors of it, which is faster than to search and move.
 */
static void value_replace(float *sorted, size_t n_places, float leaves, float comes)
{
    float moved[SPAN];
    if (comes >= leaves)
        for (float *s = sorted; s < sorted + n_places; s += SPAN) {
            for (int k = 0; k < SPAN; k++) {
                float least = s[k + 1] < comes ? s[k + 1] : comes;
                float most = least > s[k] ? least : s[k];
                moved[k] = s[k] < leaves ? s[k] : most;
            }
            memcpy(s, moved, sizeof moved);
        }
    else
        for (float *s = sorted + n_places; s > sorted;) {
            s -= SPAN;
            for (int k = 0; k < SPAN; k++) {
                float most = s[k - 1] > comes ? s[k - 1] : comes;
                float least = most < s[k] ? most : s[k];
                moved[k] = s[k] > leaves ? s[k] : least;
            }
            memcpy(s, moved, sizeof moved);
        }
}

/* Put the next row in order, take the oldest one out, or both at the cost of one. */
static void order_step(gw_level *level, bool has_in, bool has_gone)
{
    assert(!has_in || has_gone || level->n_in - level->n_gone < level->n_places);
    const float *in = has_in ? ring_row(level, level->n_in) : NULL;
    const float *gone = has_gone ? ring_row(level, level->n_gone) : NULL;
    for (size_t c = 0; c < level->config.n_ranked; c++)
        value_replace(level->sorted + c * level->stride + 1, level->n_places,
                      gone ? gone[c] : INFINITY, in ? in[c] : INFINITY);
    level->n_in += has_in;
    level->n_gone += has_gone;
}

void gw_level_push(gw_level *level, const float *row)
{
    assert(level->n_pushed - level->n_gone < level->n_rows);
    while (level->n_in < level->n_pushed) /* no row of before waited for a pop */
        order_step(level, true, false);
    memcpy(ring_row(level, level->n_pushed++), row, level->config.n_columns * sizeof *row);
}

static void levels_update(gw_level *level)
{
    size_t n = (size_t)(level->n_in - level->n_gone);
    double at = level->config.quantile * (double)(n - 1);
    size_t below = (size_t)at, above = below + 1 < n ? below + 1 : below;
    float part = (float)(at - (double)below);
    for (size_t c = 0; c < level->config.n_ranked; c++) {
        const float *sorted = level->sorted + c * level->stride + 1;
        level->levels[c] = sorted[below] + part * (sorted[above] - sorted[below]);
    }
}

bool gw_level_pop(gw_level *level, const float **row, const float **levels)
{
    const gw_level_config *config = &level->config;
    uint64_t k = level->n_popped;
    uint64_t last = k + config->after > config->least ? k + config->after : config->least;
    if (k >= level->n_pushed || (level->n_pushed <= last && !level->is_ended))
        return false;
    while (level->n_in < level->n_pushed || level->n_gone + config->before < k)
        order_step(level, level->n_in < level->n_pushed, level->n_gone + config->before < k);
    levels_update(level);
    *row = ring_row(level, k);
    *levels = level->levels;
    level->n_popped++;
    return true;
}

void gw_level_finish(gw_level *level)
{
    level->is_ended = true;
}

void gw_level_reset(gw_level *level)
{
    level->n_pushed = level->n_popped = level->n_in = level->n_gone = 0;
    level->is_ended = false;
    order_clear(level);
}

void gw_level_destroy(gw_level *level)
{
    free(level);
}
