/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/hops.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 64, HOP_MAX = 65536, ROWS = 5, MIDDLE = 2, LEARN_ROWS = 32 };
static const double hop_s = 0.010;
static const double square_sum = 70; /* of 1, 4, 6, 4, 1 */
static const double spoiled = 9, saturated = 400, steep = 0.05, step = 1.01;
static const double mean_normal = 0.7978846, median_normal = 0.6744898; /* of |x|, x normal */
static const double quantum = 0.2886751; /* rms of rounding: 1 / sqrt(12) counts */

/* Sums over one hop. */
typedef struct hop_sums {
    size_t n, n_good;
    double worst; /* of the rows that are not good */
    double all[COLUMNS_MAX], good[COLUMNS_MAX];
} hop_sums;

struct gw_hops {
    size_t n_columns, hop;
    uint64_t n_rows, n_judged, n_hops;
    double rows[ROWS][COLUMNS_MAX];
    bool are_saturated[ROWS];
    double usual[COLUMNS_MAX]; /* rms of d */
    hop_sums sums[2];          /* of the hop before, of this one */
};

gw_status gw_hops_create(size_t n_columns, double row_rate_hz, gw_hops **out)
{
    double rows = round(hop_s * row_rate_hz);
    *out = NULL;
    if (!n_columns || n_columns > COLUMNS_MAX || !(row_rate_hz > 0) || rows > HOP_MAX)
        return GW_EINVAL;
    gw_hops *hops = calloc(1, sizeof *hops);
    if (!hops)
        return GW_ENOMEM;
    hops->n_columns = n_columns;
    hops->hop = rows >= 1 ? (size_t)rows : 1;
    *out = hops;
    return GW_OK;
}

size_t gw_hops_rows(const gw_hops *hops)
{
    return hops->hop;
}

size_t gw_hops_late(const gw_hops *hops)
{
    return hops->hop + MIDDLE - 1;
}

static const double *row_at(const gw_hops *hops, uint64_t index)
{
    return hops->rows[index % ROWS];
}

/* Fourth difference of a column, and the range of its five values. */
static double difference_of(const gw_hops *hops, size_t column, double *range)
{
    static const double weights[ROWS] = {1, -4, 6, -4, 1};
    double sum = 0, low = (double)INFINITY, high = -(double)INFINITY;
    for (size_t k = 0; k < ROWS; k++) {
        double value = row_at(hops, hops->n_rows - ROWS + k)[column];
        sum += weights[k] * value;
        low = fmin(low, value);
        high = fmax(high, value);
    }
    *range = high - low;
    return fabs(sum);
}

/* At first a mean; then up or down by little, which finds the median. */
static void usual_take(gw_hops *hops, size_t column, double d)
{
    double *usual = &hops->usual[column];
    if (hops->n_judged < LEARN_ROWS)
        *usual += (d / mean_normal - *usual) / (double)(hops->n_judged + 1);
    else if (d / median_normal > *usual)
        *usual = fmin(d / median_normal, *usual * step);
    else
        *usual = fmax(d / median_normal, *usual / step);
    *usual = fmax(*usual, quantum * sqrt(square_sum));
}

/* How loud the row in the middle is over the usual, as power. */
static double row_judge(gw_hops *hops)
{
    double d[COLUMNS_MAX], range[COLUMNS_MAX], sum = 0;
    for (size_t c = 0; c < hops->n_columns; c++) {
        d[c] = difference_of(hops, c, &range[c]);
        double usual = hypot(hops->usual[c], steep * range[c]);
        sum += usual > 0 ? d[c] * d[c] / (usual * usual) : 0;
    }
    double loud = sum / (double)hops->n_columns;
    for (size_t c = 0; c < hops->n_columns; c++) /* over metal, d is not noise alone */
        if (loud > spoiled || steep * range[c] <= hops->usual[c] || hops->n_judged < LEARN_ROWS)
            usual_take(hops, c, d[c]);
    if (hops->are_saturated[(hops->n_rows - ROWS + MIDDLE) % ROWS])
        loud = fmax(loud, saturated);
    else if (hops->n_judged < LEARN_ROWS)
        loud = 0;
    hops->n_judged++;
    return loud;
}

static void row_add(gw_hops *hops, double loud)
{
    const double *row = row_at(hops, hops->n_rows - ROWS + MIDDLE);
    hop_sums *sums = &hops->sums[1];
    bool is_good = loud <= spoiled;
    sums->n++;
    sums->n_good += is_good;
    sums->worst = is_good ? sums->worst : fmax(sums->worst, loud);
    for (size_t c = 0; c < hops->n_columns; c++) {
        sums->all[c] += row[c];
        sums->good[c] += is_good ? row[c] : 0;
    }
}

static void hop_tell(const gw_hops *hops, double *mean, double *noise)
{
    const hop_sums *a = &hops->sums[0], *b = &hops->sums[1];
    size_t n_good = a->n_good + b->n_good, n = n_good ? n_good : a->n + b->n;
    double loud = n_good ? 1 : sqrt(fmax(a->worst, b->worst));
    for (size_t c = 0; c < hops->n_columns; c++) {
        mean[c] = (n_good ? a->good[c] + b->good[c] : a->all[c] + b->all[c]) / (double)n;
        noise[c] = loud * hops->usual[c] / sqrt(square_sum * (double)n);
    }
}

bool gw_hops_process(gw_hops *hops, const double *row, bool is_saturated, double *mean,
                     double *noise)
{
    hops->are_saturated[hops->n_rows % ROWS] = is_saturated;
    memcpy(hops->rows[hops->n_rows++ % ROWS], row, hops->n_columns * sizeof *row);
    if (hops->n_rows < ROWS)
        return false;
    row_add(hops, row_judge(hops));
    if (hops->sums[1].n < hops->hop)
        return false;
    bool is_whole = hops->n_hops++ > 0;
    if (is_whole)
        hop_tell(hops, mean, noise);
    hops->sums[0] = hops->sums[1];
    memset(&hops->sums[1], 0, sizeof hops->sums[1]);
    return is_whole;
}

void gw_hops_reset(gw_hops *hops)
{
    hops->n_rows = hops->n_judged = hops->n_hops = 0;
    memset(hops->usual, 0, sizeof hops->usual);
    memset(hops->sums, 0, sizeof hops->sums);
}

void gw_hops_destroy(gw_hops *hops)
{
    free(hops);
}
