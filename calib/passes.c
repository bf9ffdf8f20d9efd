/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/passes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MEDIAN_EVERY = 25, MEDIAN_MAX = 1024 };

static const double median_half_s = 4, seen_least = 12, counted_least = 0.8, rise = 0.3;
static const double spread_most = 0.10, degree = 3.141592653589793 / 180;

typedef struct finder {
    const gw_series *series;
    const double *noise;
    double *d; /* [n_hops][n_tones][2] */
    double *m; /* [n_hops] */
    gw_passes *out;
} finder;

static double *at(const finder *f, size_t hop, size_t tone)
{
    return f->d + 2 * (hop * f->series->n_tones + tone);
}

/* Of every tenth hop within reach: passes fill less than half of it. */
static double level_at(const gw_series *series, size_t hop, size_t column)
{
    double values[MEDIAN_MAX];
    size_t half = (size_t)(median_half_s / series->hop_s), n = 0;
    size_t from = hop > half ? hop - half : 0;
    size_t to = hop + half < series->n_hops ? hop + half : series->n_hops;
    size_t step = (to - from) / (MEDIAN_MAX - 1) + 1;
    for (size_t h = from; h < to && n < MEDIAN_MAX; h += step)
        values[n++] = series->values[h * 2 * series->n_tones + column];
    return gw_median(values, n);
}

static void baseline_remove(finder *f)
{
    const gw_series *series = f->series;
    size_t width = 2 * series->n_tones;
    for (size_t c = 0; c < width; c++) {
        double before = level_at(series, 0, c), sum = 0;
        for (size_t from = 0; from < series->n_hops; from += MEDIAN_EVERY) {
            double after = level_at(series, from + MEDIAN_EVERY, c);
            for (size_t k = 0; k < MEDIAN_EVERY && from + k < series->n_hops; k++) {
                double level = before + (after - before) * (double)k / MEDIAN_EVERY;
                f->d[(from + k) * width + c] = series->values[(from + k) * width + c] - level;
                sum += level;
            }
            before = after;
        }
        f->out->baseline[c / 2][c % 2] = sum / (double)series->n_hops;
    }
}

static void strength_make(finder *f)
{
    for (size_t h = 0; h < f->series->n_hops; h++) {
        double sum = 0;
        for (size_t k = 0; k < f->series->n_tones; k++) {
            const double *d = at(f, h, k);
            sum += (d[0] * d[0] + d[1] * d[1]) / (f->noise[k] * f->noise[k] + 1e-60);
        }
        f->m[h] = sqrt(sum);
        f->out->strength = fmax(f->out->strength, f->m[h]);
    }
}

/* Mean of d beside the pass: what the median left. */
static void beside_mean(const finder *f, size_t peak, size_t width, double *beside)
{
    size_t n = 0, n_hops = f->series->n_hops, n_tones = f->series->n_tones;
    memset(beside, 0, 2 * n_tones * sizeof *beside);
    for (size_t away = 2 * width; away < 4 * width; away++)
        for (int side = 0; side < 2; side++) {
            if ((side && peak < away) || (!side && peak + away >= n_hops))
                continue;
            size_t h = side ? peak - away : peak + away;
            if (f->m[h] > rise * f->m[peak])
                continue;
            n++;
            for (size_t c = 0; c < 2 * n_tones; c++)
                beside[c] += f->d[h * 2 * n_tones + c];
        }
    for (size_t c = 0; c < 2 * n_tones && n; c++)
        beside[c] /= (double)n;
}

/* Height of a pass, by a parabola through log m around its peak: the highest hop alone is the one
 * whose noise was the luckiest. */
static double peak_height(const finder *f, size_t peak, size_t half)
{
    long reach = (long)half * 7 / 10;
    double s2 = 0, s4 = 0, y0 = 0, y1 = 0, y2 = 0, n = (double)(2 * reach + 1);
    if (reach < 3)
        return f->m[peak];
    for (long k = -reach; k <= reach; k++) {
        double x = (double)k, y = log(f->m[(size_t)((long)peak + k)]);
        s2 += x * x;
        s4 += x * x * x * x;
        y0 += y;
        y1 += x * y;
        y2 += x * x * y;
    }
    double bend = (n * y2 - s2 * y0) / (n * s4 - s2 * s2), slope = y1 / s2;
    double at = (y0 - bend * s2) / n;
    return bend < 0 ? exp(at - slope * slope / (4 * bend)) : f->m[peak];
}

static void pass_measure(finder *f, size_t peak, size_t half)
{
    double beside[2 * GW_TONES_MAX];
    gw_passes *out = f->out;
    size_t n_tones = f->series->n_tones, pass = out->n++;
    size_t from = peak > half ? peak - half : 0;
    size_t to = peak + half + 1 < f->series->n_hops ? peak + half + 1 : f->series->n_hops;
    double height = peak_height(f, peak, half);
    beside_mean(f, peak, 2 * half + 1, beside);
    out->hops[pass] = peak;
    for (size_t k = 0; k < n_tones; k++) {
        double sums[2] = {0, 0}, weight = 0;
        for (size_t h = from; h < to; h++) {
            double s = f->m[h] / height;
            for (int part = 0; part < 2; part++)
                sums[part] += (at(f, h, k)[part] - beside[2 * k + (size_t)part]) * s;
            weight += s * s;
        }
        out->responses[pass][k][0] = sums[0] / weight;
        out->responses[pass][k][1] = sums[1] / weight;
    }
}

/* A pass is a stretch above `rise` of the strongest. */
static void passes_walk(finder *f)
{
    size_t n_hops = f->series->n_hops;
    double threshold = fmax(rise * f->out->strength, seen_least);
    for (size_t h = 0; h < n_hops; h++) {
        size_t peak = h, end = h, half = 0;
        if (f->m[h] < threshold)
            continue;
        for (; end < n_hops && f->m[end] >= threshold; end++)
            peak = f->m[end] > f->m[peak] ? end : peak;
        while (half < peak && peak + half + 1 < n_hops && f->m[peak - half] > 0.5 * f->m[peak] &&
               f->m[peak + half] > 0.5 * f->m[peak])
            half++;
        f->out->n_seen++;
        if (f->m[peak] >= counted_least * f->out->strength && f->out->n < GW_PASSES_MAX)
            pass_measure(f, peak, half);
        h = end;
    }
}

static void tone_mean(gw_passes *out, size_t tone)
{
    double *mean = out->mean[tone], square = 0, turn = 0;
    for (size_t p = 0; p < out->n; p++)
        for (int part = 0; part < 2; part++)
            mean[part] += out->responses[p][tone][part] / (double)out->n;
    double size = hypot(mean[0], mean[1]);
    for (size_t p = 0; p < out->n; p++) {
        const double *r = out->responses[p][tone];
        double along = (r[0] * mean[0] + r[1] * mean[1]) / (size * size);
        double across = (r[1] * mean[0] - r[0] * mean[1]) / (size * size);
        square += (along - 1) * (along - 1);
        turn += across * across;
    }
    double freedom = out->n > 1 ? (double)(out->n - 1) : 1;
    out->spread[tone] = sqrt(square / freedom);
    out->spread_deg[tone] = sqrt(turn / freedom) / degree;
}

static gw_status passes_judge(gw_passes *out, size_t least, gw_error *error)
{
    if (out->strength < seen_least)
        return gw_error_set(error, GW_EFORMAT,
                            "nothing was passed over: the strongest response is %.1f times the "
                            "noise, at least %.0f are needed",
                            out->strength, seen_least);
    if (out->n < least)
        return gw_error_set(error, GW_EFORMAT,
                            "%zu passes, of which %zu are within a fifth of the strongest; at "
                            "least %zu are needed: pass over its middle, at one height",
                            out->n_seen, out->n, least);
    for (size_t k = 0; k < out->n_tones; k++)
        if (out->spread[k] > spread_most)
            return gw_error_set(error, GW_EFORMAT,
                                "the passes differ by %.0f %% (at most %.0f %%): pass over its "
                                "middle, at one height",
                                100 * out->spread[k], 100 * spread_most);
    return GW_OK;
}

gw_status gw_passes_find(const gw_series *series, const double *noise, size_t least, gw_passes *out,
                         gw_error *error)
{
    finder f = {.series = series, .noise = noise, .out = out};
    memset(out, 0, sizeof *out);
    out->n_tones = series->n_tones;
    f.d = calloc(series->n_hops, 2 * series->n_tones * sizeof *f.d);
    f.m = calloc(series->n_hops, sizeof *f.m);
    gw_status status = f.d && f.m ? GW_OK : gw_error_set(error, GW_ENOMEM, "out of memory");
    if (status == GW_OK) {
        baseline_remove(&f);
        strength_make(&f);
        passes_walk(&f);
        for (size_t k = 0; k < out->n_tones && out->n; k++)
            tone_mean(out, k);
        status = passes_judge(out, least, error);
    }
    free(f.d);
    free(f.m);
    return status;
}
