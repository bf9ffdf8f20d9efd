/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/air.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/depth.h"
#include "dsp/fft.h"

enum { SCANS_LEAST = 50, SCANS_PICKED = 256, BLOCK_SCANS = 8 };

static const double offset_sd_m = 0.0005; /* a ruler's */
/* Nothing that comes later than a wavelet is stronger than this: ground is, at 0.5 m too. */
static const double echo_most_db = -36;
static const double direct_least_db = 26; /* over the noise of one scan */
/* rms change of the means of 8 scans, of the direct wave: jitter of 0.2 samples gives 0.016, ground
 * under a head that sways by 4 mm 0.06. */
static const double change_most = 0.035, passing_most = 0.06; /* passing: of any block */

/* One channel on its way. */
typedef struct shot {
    const gw_take *take;
    size_t channel, n;
    double wavelet; /* samples */
    gw_fft *fft;
    gw_complex *spectrum, *analytic; /* [size/2 + 1], [n] */
    float *scan, *mean;              /* [n] */
    double *square, *block, *moved;  /* [n] of the scans, of one block, of the blocks */
    double direct, height, noise;
    double passing; /* greatest change of any block, counts */
} shot;

static void scan_take(shot *s, size_t row)
{
    const gw_stream *stream = &s->take->stream;
    const int32_t *counts =
        s->take->counts + row * gw_stream_row_counts(stream) + s->channel * s->n;
    size_t marks = stream->n_marks < s->n ? stream->n_marks : 0;
    double sum = 0;
    for (size_t k = 0; k < s->n; k++)
        s->scan[k] = (float)((double)counts[k < marks ? marks : k] + stream->offset);
    for (size_t k = s->n / 2; k < s->n; k++)
        sum += (double)s->scan[k];
    float mean = (float)(sum / (double)(s->n - s->n / 2));
    for (size_t k = 0; k < s->n; k++)
        s->scan[k] -= mean;
}

static double envelope(const shot *s, size_t k)
{
    return hypot((double)s->analytic[k].re, (double)s->analytic[k].im);
}

static size_t peak_of(const shot *s, size_t from)
{
    size_t peak = from;
    for (size_t k = from; k < s->n; k++)
        if (envelope(s, k) > envelope(s, peak))
            peak = k;
    return peak;
}

static double peak_pick(shot *s, const float *x, double *height)
{
    gw_fft_forward(s->fft, x, s->n, s->spectrum);
    gw_fft_analytic(s->fft, s->spectrum, s->n, s->analytic);
    size_t peak = peak_of(s, 0);
    *height = envelope(s, peak);
    if (peak == 0 || peak + 1 >= s->n)
        return (double)peak;
    double before = envelope(s, peak - 1), after = envelope(s, peak + 1);
    double bend = before - 2 * *height + after;
    return (double)peak + (bend < 0 ? 0.5 * (before - after) / bend : 0);
}

static void scan_spread(shot *s, size_t row)
{
    size_t n_blocks = s->take->n_rows / BLOCK_SCANS;
    bool is_last = row % BLOCK_SCANS == BLOCK_SCANS - 1;
    scan_take(s, row);
    for (size_t k = 0; k < s->n; k++) {
        double away = (double)(s->scan[k] - s->mean[k]);
        s->square[k] += away * away / (double)s->take->n_rows;
        s->block[k] += away / BLOCK_SCANS;
        if (is_last) {
            s->moved[k] += s->block[k] * s->block[k] / (double)n_blocks;
            s->passing = fmax(s->passing, fabs(s->block[k]));
            s->block[k] = 0;
        }
    }
}

static void mean_take(shot *s)
{
    size_t n_scans = s->take->n_rows;
    double *sum = s->square;
    s->passing = 0;
    for (size_t k = 0; k < s->n; k++)
        sum[k] = 0;
    for (size_t r = 0; r < n_scans; r++) {
        scan_take(s, r);
        for (size_t k = 0; k < s->n; k++)
            sum[k] += (double)s->scan[k];
    }
    for (size_t k = 0; k < s->n; k++) {
        s->mean[k] = (float)(nearbyint(sum[k] / (double)n_scans * 64) / 64); /* short in JSON */
        s->square[k] = s->block[k] = s->moved[k] = 0;
    }
    for (size_t r = 0; r < n_scans; r++)
        scan_spread(s, r);
    s->noise = 0;
    for (size_t k = s->n - s->n / 4; k < s->n; k++)
        s->noise += s->square[k] / (double)(s->n / 4);
    s->noise = sqrt(s->noise);
}

static gw_status shape_judge(shot *s, gw_error *error)
{
    const char *name = s->take->stream.name;
    double period_ns = 1e9 / s->take->stream.sample_rate_hz, change = 0;
    if (!(s->height > s->noise * pow(10, direct_least_db / 20)))
        return gw_error_set(error, GW_EFORMAT,
                            "%s: the direct wave (%.3g counts) does not stand out of the noise "
                            "(%.3g): is the radar on?",
                            name, s->height, s->noise);
    size_t from = (size_t)fmin(s->direct + s->wavelet, (double)s->n - 1), peak = peak_of(s, from);
    double echo_db = 20 * log10(envelope(s, peak) / s->height);
    double away_m = (((double)peak - s->direct) * period_ns * GW_LIGHT_M_PER_NS +
                     s->take->stream.transmit_receive_offset_m) /
                    2;
    if (echo_db > echo_most_db)
        return gw_error_set(error, GW_EFORMAT,
                            "%s: something is in front of the antennas: an echo of %.0f dB from "
                            "about %.2f m (at most %.0f dB): lift the head, take it away",
                            name, echo_db, away_m, echo_most_db);
    for (size_t k = 0; k < s->n; k++)
        change = fmax(change, sqrt(s->moved[k]) / s->height);
    if (change > change_most || s->passing > passing_most * s->height)
        return gw_error_set(error, GW_EFORMAT,
                            "%s: the scans change by %.0f %% of the direct wave: the head moved, "
                            "is over ground, or a cable is loose",
                            name, 100 * fmax(change, s->passing / s->height));
    return GW_OK;
}

static gw_measured time_zero(shot *s)
{
    const gw_stream *stream = &s->take->stream;
    double step_m = GW_LIGHT_M_PER_NS * 1e9 / stream->sample_rate_hz, sum = 0, square = 0, height;
    size_t n = s->take->n_rows < SCANS_PICKED ? s->take->n_rows : SCANS_PICKED;
    for (size_t r = 0; r < n; r++) {
        scan_take(s, r);
        double away = peak_pick(s, s->scan, &height) - s->direct;
        sum += away;
        square += away * away;
    }
    double variance = fmax(square / (double)n - pow(sum / (double)n, 2), 0);
    return (gw_measured){s->direct - stream->transmit_receive_offset_m / step_m,
                         sqrt(variance / (double)n + pow(offset_sd_m / step_m, 2))};
}

static gw_status channel_fit(shot *s, gw_calibration_air *out, gw_error *error)
{
    mean_take(s);
    s->direct = peak_pick(s, s->mean, &s->height);
    gw_status status = shape_judge(s, error);
    if (status != GW_OK)
        return status;
    memcpy(out->coupling + s->channel * s->n, s->mean, s->n * sizeof *s->mean);
    out->noise_counts = fmax(out->noise_counts, s->noise);
    out->time_zero_samples[s->channel] = time_zero(s);
    return GW_OK;
}

static gw_status take_judge(const gw_take *take, gw_error *error)
{
    const gw_stream *stream = &take->stream;
    gw_status status = gw_take_judge(take, error);
    if (status != GW_OK)
        return status;
    if (!(stream->sample_rate_hz > 0) || stream->n_samples < 64)
        return gw_error_set(error, GW_EFORMAT, "%s: its time scale is unknown: no time zero",
                            stream->name);
    if (take->n_rows < SCANS_LEAST)
        return gw_error_set(error, GW_EFORMAT, "%s: %zu scans, at least %d are needed",
                            stream->name, take->n_rows, SCANS_LEAST);
    return GW_OK;
}

gw_status gw_air_fit(const gw_take *take, gw_calibration_air *out, gw_error *error)
{
    const gw_stream *stream = &take->stream;
    memset(out, 0, sizeof *out);
    gw_status status = take_judge(take, error);
    if (status != GW_OK)
        return status;
    size_t n = stream->n_samples, size = gw_fft_good_size(2 * n);
    double center =
        stream->center_hz > 0 ? stream->center_hz : 15 * stream->sample_rate_hz / (double)n;
    shot s = {.take = take, .n = n, .wavelet = 1.5 * stream->sample_rate_hz / center};
    *out = (gw_calibration_air){.n_scans = take->n_rows,
                                .n_channels = stream->n_channels,
                                .n_samples = n,
                                .sample_rate_hz = stream->sample_rate_hz,
                                .center_hz = stream->center_hz,
                                .offset_m = stream->transmit_receive_offset_m,
                                .coupling = calloc(stream->n_channels * n, sizeof(float))};
    void *memory = calloc(1, (size / 2 + 1 + n) * sizeof(gw_complex) + 4 * n * sizeof(double) +
                                 2 * n * sizeof(float));
    status = memory && out->coupling ? gw_fft_create(size, &s.fft) : GW_ENOMEM;
    s.square = memory;
    s.block = memory ? s.square + n : NULL;
    s.moved = memory ? s.block + n : NULL;
    s.spectrum = memory ? (gw_complex *)(s.moved + n) : NULL;
    s.analytic = s.spectrum ? s.spectrum + size / 2 + 1 : NULL;
    s.scan = s.analytic ? (float *)(s.analytic + n) : NULL;
    s.mean = s.scan ? s.scan + n : NULL;
    if (status != GW_OK)
        gw_error_set(error, status, "%s: %s", stream->name, gw_status_text(status));
    for (; s.channel < stream->n_channels && status == GW_OK; s.channel++)
        status = channel_fit(&s, out, error);
    gw_fft_destroy(s.fft);
    free(memory);
    if (status != GW_OK) {
        free(out->coupling);
        out->coupling = NULL;
    }
    return status;
}
