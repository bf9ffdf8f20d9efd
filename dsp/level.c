/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/level.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 200000, ROWS_MAX = 4096 };

struct gw_level {
    gw_level_config config;
    size_t n_rows;                       /* of the ring */
    uint64_t n_pushed, n_popped, n_gone; /* gone: removed from the order */
    bool is_ended;
    float *ring;   /* [n_rows][n_columns] */
    float *sorted; /* [n_ranked][n_rows], ascending */
    float *levels; /* [n_ranked] */
    float memory[];
};

gw_status gw_level_create(const gw_level_config *config, gw_level **out)
{
    *out = NULL;
    if (!config->n_ranked || config->n_ranked > config->n_columns ||
        config->n_columns > COLUMNS_MAX || !(config->quantile >= 0 && config->quantile <= 1) ||
        config->before + config->after + config->least > ROWS_MAX)
        return GW_EINVAL;
    size_t ahead = config->after > config->least ? config->after : config->least;
    size_t n_rows = config->before + ahead + 2;
    size_t n_floats = n_rows * (config->n_columns + config->n_ranked) + config->n_ranked;
    gw_level *level = calloc(1, sizeof *level + n_floats * sizeof(float));
    if (!level)
        return GW_ENOMEM;
    level->config = *config;
    level->n_rows = n_rows;
    level->ring = level->memory;
    level->sorted = level->ring + n_rows * config->n_columns;
    level->levels = level->sorted + n_rows * config->n_ranked;
    *out = level;
    return GW_OK;
}

static float *ring_row(gw_level *level, uint64_t row)
{
    return level->ring + (row % level->n_rows) * level->config.n_columns;
}

/* First place in sorted[0..n) whose value is not less than x. */
static size_t place_of(const float *sorted, size_t n, float x)
{
    size_t from = 0;
    while (n) {
        size_t half = n / 2;
        if (sorted[from + half] < x) {
            from += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return from;
}

void gw_level_push(gw_level *level, const float *row)
{
    size_t n = (size_t)(level->n_pushed - level->n_gone);
    assert(n < level->n_rows);
    memcpy(ring_row(level, level->n_pushed), row, level->config.n_columns * sizeof *row);
    for (size_t c = 0; c < level->config.n_ranked; c++) {
        float *sorted = level->sorted + c * level->n_rows;
        size_t at = place_of(sorted, n, row[c]);
        memmove(sorted + at + 1, sorted + at, (n - at) * sizeof *sorted);
        sorted[at] = row[c];
    }
    level->n_pushed++;
}

static void oldest_remove(gw_level *level)
{
    size_t n = (size_t)(level->n_pushed - level->n_gone);
    const float *row = ring_row(level, level->n_gone);
    for (size_t c = 0; c < level->config.n_ranked; c++) {
        float *sorted = level->sorted + c * level->n_rows;
        size_t at = place_of(sorted, n, row[c]);
        memmove(sorted + at, sorted + at + 1, (n - at - 1) * sizeof *sorted);
    }
    level->n_gone++;
}

static void levels_update(gw_level *level)
{
    size_t n = (size_t)(level->n_pushed - level->n_gone);
    double at = level->config.quantile * (double)(n - 1);
    size_t below = (size_t)at, above = below + 1 < n ? below + 1 : below;
    float part = (float)(at - (double)below);
    for (size_t c = 0; c < level->config.n_ranked; c++) {
        const float *sorted = level->sorted + c * level->n_rows;
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
    while (level->n_gone + config->before < k)
        oldest_remove(level);
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
    level->n_pushed = level->n_popped = level->n_gone = 0;
    level->is_ended = false;
}

void gw_level_destroy(gw_level *level)
{
    free(level);
}
