/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/blob.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 1024, BINS_MAX = 65536 };

static const float nothing_db = -30, two_pi = 6.2831853f;

struct gw_blob {
    gw_blob_config config;
    size_t n_rows, n_bins;
    uint64_t n_pushed, n_done;
    size_t next_bin; /* of row n_done */
    bool is_ended;
    float *rows;    /* [n_rows][GW_FOCUS_PLANES][n_bins_max] */
    float *ratios;  /* [n_rows][n_bins_max] */
    float *highest; /* [n_rows] ratio */
};

gw_status gw_blob_create(const gw_blob_config *config, gw_blob **out)
{
    *out = NULL;
    if (!config->n_bins_max || config->n_bins_max > BINS_MAX || config->beside_to > ROWS_MAX ||
        config->reach > config->ahead || config->ahead > config->beside_to ||
        config->beside_from > config->beside_to || config->half_wide > config->ahead)
        return GW_EINVAL;
    size_t n_rows = config->beside_to + config->ahead + 1, n = n_rows * config->n_bins_max;
    gw_blob *blob = calloc(1, sizeof *blob + ((GW_FOCUS_PLANES + 1) * n + n_rows) * sizeof(float));
    if (!blob)
        return GW_ENOMEM;
    blob->config = *config;
    blob->n_rows = n_rows;
    blob->rows = (float *)(blob + 1);
    blob->ratios = blob->rows + GW_FOCUS_PLANES * n;
    blob->highest = blob->ratios + n;
    *out = blob;
    return GW_OK;
}

void gw_blob_place(gw_blob *blob, size_t n_bins)
{
    blob->n_bins = n_bins < blob->config.n_bins_max ? n_bins : blob->config.n_bins_max;
}

static float *ratios_of(const gw_blob *blob, uint64_t row)
{
    return blob->ratios + row % blob->n_rows * blob->config.n_bins_max;
}

static float *plane_of(const gw_blob *blob, uint64_t row, size_t plane)
{
    return blob->rows + (row % blob->n_rows * GW_FOCUS_PLANES + plane) * blob->config.n_bins_max;
}

void gw_blob_push(gw_blob *blob, const float *row, const float *floor)
{
    float *ratios = ratios_of(blob, blob->n_pushed), highest = 0;
    memcpy(plane_of(blob, blob->n_pushed, 0), row,
           GW_FOCUS_PLANES * blob->config.n_bins_max * sizeof *row);
    for (size_t b = 0; b < blob->n_bins; b++) {
        ratios[b] = row[GW_FOCUS_ENERGY * blob->config.n_bins_max + b] / (floor[b] + 1e-9f);
        highest = fmaxf(highest, ratios[b]);
    }
    blob->highest[blob->n_pushed++ % blob->n_rows] = highest;
}

/* Rows of the window from - to that there are. */
static uint64_t rows_from(uint64_t row, size_t before)
{
    return row > before ? row - before : 0;
}

static uint64_t rows_to(const gw_blob *blob, uint64_t row, size_t after)
{
    return row + after < blob->n_pushed ? row + after : blob->n_pushed - 1;
}

static bool is_blob(const gw_blob *blob, uint64_t row, size_t bin)
{
    float at = ratios_of(blob, row)[bin];
    if (!(at >= blob->config.ratio_least) || bin < blob->config.top)
        return false;
    size_t apart = blob->config.apart, from = bin > apart ? bin - apart : 0;
    size_t to = bin + apart < blob->n_bins ? bin + apart : blob->n_bins - 1;
    uint64_t last = rows_to(blob, row, blob->config.reach);
    for (uint64_t k = rows_from(row, blob->config.reach); k <= last; k++) {
        const float *ratios = ratios_of(blob, k);
        for (size_t b = from; b <= to; b++)
            if (ratios[b] > at || (ratios[b] == at && (k < row || (k == row && b < bin))))
                return false;
    }
    return true;
}

static float db_of(float ratio)
{
    return 10 * log10f(fmaxf(ratio, 1e-12f));
}

static void profile_take(const gw_blob *blob, const float *energy, gw_blob_shape *shape)
{
    for (int q = 0; q < GW_BLOB_PROFILE; q++) {
        size_t above = GW_BLOB_ABOVE * blob->config.quarter;
        size_t at = shape->bin + (size_t)q * blob->config.quarter; /* above too deep */
        bool is_there = at >= above && at - above < blob->n_bins;
        shape->profile_db[q] =
            is_there ? db_of(energy[at - above] / shape->energy + 1e-3f) : nothing_db;
    }
}

static float beside_highest(const gw_blob *blob, uint64_t row)
{
    const gw_blob_config *config = &blob->config;
    float highest = 0;
    uint64_t last = rows_to(blob, row, config->ahead);
    for (uint64_t k = rows_from(row, config->beside_to); k <= last; k++)
        if (k + config->beside_from <= row || k >= row + config->beside_from)
            highest = fmaxf(highest, blob->highest[k % blob->n_rows]);
    return highest;
}

/* The turn from bin to bin, over half a period on either side. */
static float cycles_of(const gw_blob *blob, uint64_t row, size_t bin)
{
    const float *turn_re = plane_of(blob, row, GW_FOCUS_TURN_RE);
    const float *turn_im = plane_of(blob, row, GW_FOCUS_TURN_IM);
    size_t half = 2 * blob->config.quarter, from = bin > half ? bin - half : 0;
    size_t to = bin + half < blob->n_bins ? bin + half : blob->n_bins - 1;
    float re = 0, im = 0;
    for (size_t b = from; b <= to; b++) {
        re += turn_re[b];
        im += turn_im[b];
    }
    return atan2f(im, re) / two_pi * (float)(4 * blob->config.quarter);
}

/* What a row has at the blob's depth. */
static float energy_near(const gw_blob *blob, uint64_t row, size_t bin)
{
    const float *energy = plane_of(blob, row, GW_FOCUS_ENERGY);
    size_t apart = blob->config.apart, from = bin > apart ? bin - apart : 0;
    size_t to = bin + apart < blob->n_bins ? bin + apart : blob->n_bins - 1;
    float highest = 0;
    for (size_t b = from; b <= to; b++)
        highest = fmaxf(highest, energy[b]);
    return highest;
}

static float offset_of(const gw_blob *blob, uint64_t row, size_t bin)
{
    float least = energy_near(blob, row, bin) / 2, sum = 0, moment = 0;
    uint64_t last = rows_to(blob, row, blob->config.half_wide);
    for (uint64_t k = rows_from(row, blob->config.half_wide); k <= last; k++) {
        float over = fmaxf(energy_near(blob, k, bin) - least, 0);
        sum += over;
        moment += over * (float)((double)k - (double)row);
    }
    return sum > 0 ? moment / sum : 0;
}

/* From the row aside, as far as a quarter of the energy, half the amplitude, stays; between two
 * rows on a straight line. */
static float wide_aside(const gw_blob *blob, uint64_t row, size_t bin, int step)
{
    float before = energy_near(blob, row, bin), least = before / 4;
    for (size_t k = 1; k <= blob->config.half_wide; k++) {
        if (step < 0 ? row < k : row + k >= blob->n_pushed)
            return (float)(k - 1);
        float now = energy_near(blob, step < 0 ? row - k : row + k, bin);
        if (now < least)
            return (float)(k - 1) + (before - least) / (before - now);
        before = now;
    }
    return (float)blob->config.half_wide;
}

static void shape_take(const gw_blob *blob, gw_blob_shape *shape)
{
    float beside = beside_highest(blob, shape->row);
    const float *energy = plane_of(blob, shape->row, GW_FOCUS_ENERGY);
    shape->energy = energy[shape->bin];
    shape->ratio = ratios_of(blob, shape->row)[shape->bin];
    shape->focus =
        shape->energy / (plane_of(blob, shape->row, GW_FOCUS_SPREAD)[shape->bin] + 1e-9f);
    shape->cycles = cycles_of(blob, shape->row, shape->bin);
    shape->beside_db = beside > 0 ? db_of(beside / shape->ratio) : 0;
    shape->offset = offset_of(blob, shape->row, shape->bin);
    shape->wide = fmaxf(wide_aside(blob, shape->row, shape->bin, -1) +
                            wide_aside(blob, shape->row, shape->bin, 1),
                        1);
    profile_take(blob, energy, shape);
}

bool gw_blob_pop(gw_blob *blob, gw_blob_shape *shape)
{
    while (blob->n_done < blob->n_pushed &&
           (blob->is_ended || blob->n_done + blob->config.ahead < blob->n_pushed)) {
        while (blob->next_bin < blob->n_bins) {
            *shape = (gw_blob_shape){.row = blob->n_done, .bin = blob->next_bin++};
            if (is_blob(blob, shape->row, shape->bin)) {
                shape_take(blob, shape);
                return true;
            }
        }
        blob->next_bin = 0;
        blob->n_done++;
    }
    return false;
}

uint64_t gw_blob_done(const gw_blob *blob)
{
    return blob->n_done;
}

void gw_blob_finish(gw_blob *blob)
{
    blob->is_ended = true;
}

void gw_blob_reset(gw_blob *blob)
{
    blob->n_pushed = blob->n_done = 0;
    blob->next_bin = 0;
    blob->is_ended = false;
}

void gw_blob_destroy(gw_blob *blob)
{
    free(blob);
}
