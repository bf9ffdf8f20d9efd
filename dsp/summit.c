/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/summit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 4096, REACH_MAX = 1024 };

struct gw_summit {
    size_t n_columns, n_rows, reach; /* reach: whole rows */
    uint64_t n_pushed, n_done;
    size_t next; /* column of row n_done */
    bool is_ended;
    size_t *asides; /* [reach + 1] whole columns, by rows off */
    float *rows;    /* [n_rows][n_columns] */
};

gw_status gw_summit_create(const gw_summit_config *config, gw_summit **out)
{
    *out = NULL;
    if (!config->n_columns || config->n_columns > COLUMNS_MAX || !(config->reach >= 1) ||
        !(config->reach <= REACH_MAX) || !(config->aside >= 0) || !(config->aside <= COLUMNS_MAX))
        return GW_EINVAL;
    size_t reach = (size_t)config->reach, n_rows = 2 * reach + 1;
    gw_summit *summit = calloc(1, sizeof *summit + (reach + 1) * sizeof(size_t) +
                                      n_rows * config->n_columns * sizeof(float));
    if (!summit)
        return GW_ENOMEM;
    summit->n_columns = config->n_columns;
    summit->n_rows = n_rows;
    summit->reach = reach;
    summit->asides = (size_t *)(summit + 1);
    summit->rows = (float *)(summit->asides + reach + 1);
    for (size_t k = 0; k <= reach; k++) {
        double part = (double)k / config->reach;
        summit->asides[k] = (size_t)(config->aside * sqrt(fmax(1 - part * part, 0)) + 1e-9);
    }
    *out = summit;
    return GW_OK;
}

void gw_summit_push(gw_summit *summit, const float *scores)
{
    memcpy(summit->rows + summit->n_pushed++ % summit->n_rows * summit->n_columns, scores,
           summit->n_columns * sizeof *scores);
}

static const float *row_of(const gw_summit *summit, uint64_t row)
{
    return summit->rows + row % summit->n_rows * summit->n_columns;
}

static bool is_summit(const gw_summit *summit, uint64_t row, size_t column)
{
    float at = row_of(summit, row)[column];
    uint64_t from = row > summit->reach ? row - summit->reach : 0;
    uint64_t to =
        row + summit->reach < summit->n_pushed ? row + summit->reach : summit->n_pushed - 1;
    for (uint64_t k = from; at > 0 && k <= to; k++) {
        const float *scores = row_of(summit, k);
        size_t aside = summit->asides[k > row ? k - row : row - k];
        size_t first = column > aside ? column - aside : 0;
        size_t last = column + aside < summit->n_columns ? column + aside : summit->n_columns - 1;
        for (size_t c = first; c <= last; c++)
            if (scores[c] > at || (scores[c] == at && (k < row || (k == row && c < column))))
                return false;
    }
    return at > 0;
}

bool gw_summit_pop(gw_summit *summit, uint64_t *row, size_t *column, float *score)
{
    while (summit->n_done < summit->n_pushed &&
           (summit->is_ended || summit->n_done + summit->reach < summit->n_pushed)) {
        while (summit->next < summit->n_columns) {
            size_t c = summit->next++;
            if (!is_summit(summit, summit->n_done, c))
                continue;
            *row = summit->n_done;
            *column = c;
            *score = row_of(summit, summit->n_done)[c];
            return true;
        }
        summit->next = 0;
        summit->n_done++;
    }
    return false;
}

uint64_t gw_summit_done(const gw_summit *summit)
{
    return summit->n_done;
}

void gw_summit_finish(gw_summit *summit)
{
    summit->is_ended = true;
}

void gw_summit_reset(gw_summit *summit)
{
    summit->n_pushed = summit->n_done = 0;
    summit->next = 0;
    summit->is_ended = false;
}

void gw_summit_destroy(gw_summit *summit)
{
    free(summit);
}
