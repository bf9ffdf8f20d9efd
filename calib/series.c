/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/front.h"

enum { HOPS_LEAST = 300 };

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

double gw_median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, by_value);
    return n ? 0.5 * (values[(n - 1) / 2] + values[n / 2]) : 0;
}

static void hops_take(const gw_take *take, gw_front *front, gw_series *out)
{
    gw_complex response[GW_TONES_MAX];
    float noise[GW_TONES_MAX];
    for (size_t r = 0; r < take->n_rows; r++) {
        if (!gw_front_process(front, take->counts + r * take->stream.n_channels, response, noise))
            continue;
        double *to = out->values + 2 * out->n_hops++ * out->n_tones;
        for (size_t k = 0; k < out->n_tones; k++) {
            to[2 * k] = (double)response[k].re;
            to[2 * k + 1] = (double)response[k].im;
        }
    }
}

gw_status gw_series_make(const gw_take *take, gw_series *out, gw_error *error)
{
    const gw_stream *stream = &take->stream;
    gw_front *front = NULL;
    memset(out, 0, sizeof *out);
    gw_status status = gw_take_judge(take, error);
    if (status == GW_OK && take->n_lost)
        status = gw_error_set(error, GW_EFORMAT, "%s: %llu rows were lost on the way: repeat",
                              stream->name, (unsigned long long)take->n_lost);
    if (status == GW_OK && !stream->n_tones)
        status = gw_error_set(error, GW_EFORMAT, "%s: it has no tones: pulses are not calibrated",
                              stream->name);
    if (status == GW_OK)
        status = gw_front_create(stream, &front, error);
    if (status != GW_OK) {
        status = error->status = status == GW_EINVAL ? GW_EFORMAT : status;
        return status;
    }
    size_t hop = gw_front_hop(front);
    out->n_tones = stream->n_tones;
    out->hop_s = (double)hop / stream->sample_rate_hz;
    memcpy(out->tones_hz, stream->tones_hz, sizeof out->tones_hz);
    out->values = calloc(take->n_rows / hop + 1, 2 * out->n_tones * sizeof *out->values);
    if (!out->values)
        status = gw_error_set(error, GW_ENOMEM, "%s: out of memory", stream->name);
    else
        hops_take(take, front, out);
    if (status == GW_OK && out->n_hops < HOPS_LEAST)
        status =
            gw_error_set(error, GW_EFORMAT, "%s: %.1f s of samples, at least %.1f are needed",
                         stream->name, (double)out->n_hops * out->hop_s, HOPS_LEAST * out->hop_s);
    gw_front_destroy(front);
    return status;
}

void gw_series_destroy(gw_series *series)
{
    free(series->values);
    series->values = NULL;
}

double gw_series_noise(const gw_series *series, size_t tone, double *work)
{
    size_t n = 0;
    for (size_t h = 2; h < series->n_hops; h++)
        for (int part = 0; part < 2; part++)
            work[n++] =
                fabs(gw_series_at(series, h, tone)[part] - gw_series_at(series, h - 2, tone)[part]);
    return 1.4826 * gw_median(work, n) / sqrt(2);
}
