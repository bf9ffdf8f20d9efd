/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/box.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 200000, HALF_MAX = 256 };

struct gw_box {
    size_t n_columns, half, n_rows;
    uint64_t n_pushed, n_popped;
    bool is_ended;
    float ring[]; /* [n_rows][n_columns] */
};

gw_status gw_box_create(size_t n_columns, size_t half, gw_box **out)
{
    *out = NULL;
    if (!n_columns || n_columns > COLUMNS_MAX || half > HALF_MAX)
        return GW_EINVAL;
    size_t n_rows = 2 * half + 1;
    gw_box *box = calloc(1, sizeof *box + n_rows * n_columns * sizeof(float));
    if (!box)
        return GW_ENOMEM;
    box->n_columns = n_columns;
    box->half = half;
    box->n_rows = n_rows;
    *out = box;
    return GW_OK;
}

void gw_box_push(gw_box *box, const float *row)
{
    memcpy(box->ring + (box->n_pushed++ % box->n_rows) * box->n_columns, row,
           box->n_columns * sizeof *row);
}

bool gw_box_pop(gw_box *box, float *mean)
{
    uint64_t k = box->n_popped;
    if (k >= box->n_pushed || (k + box->half >= box->n_pushed && !box->is_ended))
        return false;
    uint64_t from = k > box->half ? k - box->half : 0;
    uint64_t to = k + box->half < box->n_pushed ? k + box->half : box->n_pushed - 1;
    float scale = 1.0f / (float)(to - from + 1);
    memset(mean, 0, box->n_columns * sizeof *mean);
    for (uint64_t j = from; j <= to; j++) {
        const float *row = box->ring + (j % box->n_rows) * box->n_columns;
        for (size_t c = 0; c < box->n_columns; c++)
            mean[c] += row[c] * scale;
    }
    box->n_popped++;
    return true;
}

void gw_box_finish(gw_box *box)
{
    box->is_ended = true;
}

void gw_box_reset(gw_box *box)
{
    box->n_pushed = box->n_popped = 0;
    box->is_ended = false;
}

void gw_box_destroy(gw_box *box)
{
    free(box);
}
