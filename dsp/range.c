/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/range.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/phasor.h"

enum { STEPS_MIN = 16, A_PERIOD = 8, LEAD = 2 };
static const double pi = 3.141592653589793, taper = 0.15;

struct gw_range {
    gw_stream stream;      /* of the traces */
    size_t n_steps, first; /* first: bin of step 0 */
    double offset;
    gw_fft *fft;
    gw_complex *plate;    /* [n_channels][n_steps]; NULL: 1 */
    gw_complex *weights;  /* [n_steps] */
    gw_complex *carrier;  /* [n_samples] what the bins are off the steps */
    gw_complex *spectrum; /* [n_samples / 2 + 1] */
    gw_complex *analytic; /* [n_samples] */
};

static gw_status stream_check(const gw_stream *stream, gw_error *error)
{
    double steps = (double)stream->n_samples, top = stream->start_hz + steps * stream->step_hz;
    if (!stream->is_complex || stream->n_marks)
        return gw_error_set(error, GW_EINVAL,
                            "%s: stepped frequency needs complex samples, and no marks among them",
                            stream->name);
    if (stream->n_samples < STEPS_MIN)
        return gw_error_set(error, GW_EINVAL, "%s: %zu steps of frequency, at least %d are needed",
                            stream->name, stream->n_samples, STEPS_MIN);
    if (!(stream->start_hz > 0 && stream->step_hz > 0 && top < 1e12))
        return gw_error_set(error, GW_EINVAL, "%s: steps of %g Hz from %g Hz on are no band",
                            stream->name, stream->step_hz, stream->start_hz);
    if (A_PERIOD * top / stream->step_hz > GW_SAMPLES_MAX)
        return gw_error_set(error, GW_EINVAL,
                            "%s: steps of %g Hz are too fine for %g Hz: at most %d samples a scan",
                            stream->name, stream->step_hz, top, GW_SAMPLES_MAX);
    return GW_OK;
}

static void stream_make(const gw_stream *from, size_t n_samples, gw_stream *to)
{
    *to = *from;
    to->is_complex = false;
    to->n_samples = n_samples;
    to->offset = 0;
    to->sample_rate_hz = (double)n_samples * from->step_hz;
    to->center_hz = from->start_hz + 0.5 * (double)(from->n_samples - 1) * from->step_hz;
}

/* Tapered cosine [Harris1978]: flat, so that the pulse is short, but for 15 % at each end. */
static double window_at(double part)
{
    double edge = fmin(part, 1 - part) / taper;
    return edge < 1 ? 0.5 - 0.5 * cos(pi * edge) : 1;
}

/* The transform divides by its length and doubles what lies inside: an echo is to keep its height.
 */
static void weights_make(gw_range *range, double start_hz, double step_hz)
{
    size_t n = range->n_steps, n_samples = range->stream.n_samples;
    double lead_s = LEAD / ((double)n * step_hz), sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += window_at(((double)k + 0.5) / (double)n);
    for (size_t k = 0; k < n; k++) {
        double window = window_at(((double)k + 0.5) / (double)n) / sum;
        double turns = fmod((start_hz + (double)k * step_hz) * lead_s, 1);
        phasor at = phasor_turn(-2 * pi * turns) * (window * (double)n_samples / 2);
        range->weights[k] = (gw_complex){(float)creal(at), (float)cimag(at)};
    }
    range->first = (size_t)(start_hz / step_hz);
    double off = start_hz / step_hz - (double)range->first; /* bins */
    for (size_t k = 0; k < n_samples; k++) {
        phasor at = phasor_turn(2 * pi * off * (double)k / (double)n_samples);
        range->carrier[k] = (gw_complex){(float)creal(at), (float)cimag(at)};
    }
}

gw_status gw_range_create(const gw_stream *stream, const gw_complex *plate, gw_range **out,
                          gw_error *error)
{
    *out = NULL;
    gw_status status = stream_check(stream, error);
    if (status != GW_OK)
        return status;
    double top = stream->start_hz + (double)stream->n_samples * stream->step_hz;
    size_t n_steps = stream->n_samples;
    size_t n = gw_fft_good_size((size_t)ceil(A_PERIOD * top / stream->step_hz));
    size_t n_plate = plate ? stream->n_channels * n_steps : 0;
    gw_range *range =
        calloc(1, sizeof *range + (n_plate + n_steps + 2 * n + n / 2 + 1) * sizeof(gw_complex));
    if (!range)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", stream->name);
    range->n_steps = n_steps;
    range->offset = stream->offset;
    range->weights = (gw_complex *)(range + 1);
    range->carrier = range->weights + n_steps;
    range->analytic = range->carrier + n;
    range->spectrum = range->analytic + n;
    if (plate) {
        range->plate = range->spectrum + n / 2 + 1;
        memcpy(range->plate, plate, n_plate * sizeof *plate);
    }
    stream_make(stream, n, &range->stream);
    weights_make(range, stream->start_hz, stream->step_hz);
    status = n > GW_SAMPLES_MAX ? GW_EINVAL : gw_fft_create(n, &range->fft);
    if (status != GW_OK) {
        gw_range_destroy(range);
        return gw_error_set(error, status, "%s: %zu samples a scan: %s", stream->name, n,
                            gw_status_text(status));
    }
    *out = range;
    return GW_OK;
}

const gw_stream *gw_range_stream(const gw_range *range)
{
    return &range->stream;
}

static gw_complex product(gw_complex a, gw_complex b)
{
    return (gw_complex){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static void channel_process(gw_range *range, const int32_t *counts, const gw_complex *plate,
                            float *trace)
{
    size_t n = range->stream.n_samples;
    gw_complex *bins = range->spectrum + range->first;
    for (size_t k = 0; k < range->n_steps; k++) {
        gw_complex step = {(float)((double)counts[2 * k] + range->offset),
                           (float)((double)counts[2 * k + 1] + range->offset)};
        bins[k] = product(step, range->weights[k]);
        if (plate)
            bins[k] = product(bins[k], plate[k]);
    }
    gw_fft_analytic(range->fft, range->spectrum, n, range->analytic);
    for (size_t k = 0; k < n; k++)
        trace[k] = product(range->analytic[k], range->carrier[k]).re;
}

void gw_range_process(gw_range *range, const int32_t *counts, float *traces)
{
    for (size_t c = 0; c < range->stream.n_channels; c++)
        channel_process(range, counts + 2 * c * range->n_steps,
                        range->plate ? range->plate + c * range->n_steps : NULL,
                        traces + c * range->stream.n_samples);
}

void gw_range_destroy(gw_range *range)
{
    if (!range)
        return;
    gw_fft_destroy(range->fft);
    free(range);
}
