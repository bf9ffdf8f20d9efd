/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/front.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/decay.h"
#include "dsp/hops.h"
#include "dsp/lockin.h"

static const double heard = 40, lost = 4; /* times the noise */

struct gw_front {
    size_t n_tones;
    size_t n_channels;
    int32_t before[GW_CHANNELS_MAX]; /* the last row */
    size_t n_clipped;                /* rows that still hold a clipped one */
    bool was_heard[GW_TONES_MAX];    /* far over the noise, once */
    unsigned trouble;                /* of the last response, without the lock-in's */
    size_t parts[2 * GW_TONES_MAX];  /* responses: channel of each part */
    double offset, scale;
    bool is_pulsed;
    gw_decay decay;    /* pulses */
    gw_lockin *lockin; /* samples, else NULL */
    gw_hops *hops;     /* responses, pulses */
};

static bool is_demodulated(const gw_stream *stream)
{
    for (size_t c = 0; c < stream->n_channels; c++)
        if (stream->roles[c] >= GW_ROLE_PART)
            return true;
    return false;
}

/* Channel of each part of each tone. */
static gw_status parts_find(const gw_stream *stream, size_t *parts, gw_error *error)
{
    if (!stream->n_tones || stream->n_tones > GW_TONES_MAX)
        return gw_error_set(error, GW_EINVAL, "%s: %zu tones, 1..%d are needed", stream->name,
                            stream->n_tones, GW_TONES_MAX);
    for (size_t k = 0; k < 2 * stream->n_tones; k++) {
        gw_role role = gw_role_part(k / 2, k % 2);
        parts[k] = SIZE_MAX;
        for (size_t c = stream->n_channels; c-- > 0;)
            parts[k] = stream->roles[c] == role ? c : parts[k];
        if (parts[k] == SIZE_MAX)
            return gw_error_set(error, GW_EINVAL, "%s: no channel has the role `%s` (tone %g Hz)",
                                stream->name, gw_role_name(role), stream->tones_hz[k / 2]);
    }
    return GW_OK;
}

static gw_status responses_create(gw_front *front, const gw_stream *stream, gw_error *error)
{
    gw_status status = parts_find(stream, front->parts, error);
    if (status != GW_OK)
        return status;
    status = gw_hops_create(2 * stream->n_tones, stream->sample_rate_hz, &front->hops);
    return status == GW_OK ? GW_OK
                           : gw_error_set(error, status, "%s: responses at %g Hz: %s", stream->name,
                                          stream->sample_rate_hz, gw_status_text(status));
}

static gw_status pulses_create(gw_front *front, const gw_stream *stream, gw_error *error)
{
    size_t n = stream->n_channels;
    for (size_t c = 0; c < n; c++)
        if (stream->roles[c] != GW_ROLE_GATE)
            return gw_error_set(error, GW_EINVAL, "%s: channel %zu is no `gate`", stream->name, c);
    if (n > GW_GATES_MAX || gw_decay_make(&front->decay, stream->gate_edges_s, n) != GW_OK)
        return gw_error_set(error, GW_EINVAL,
                            "%s: %zu gates: %d..%d are needed, each after the one before",
                            stream->name, n, GW_DECAY_GATES_LEAST, GW_GATES_MAX);
    front->is_pulsed = true;
    front->n_tones = front->decay.n_parts / 2;
    gw_status status = gw_hops_create(front->decay.n_parts, stream->sample_rate_hz, &front->hops);
    return status == GW_OK ? GW_OK
                           : gw_error_set(error, status, "%s: pulses at %g Hz: %s", stream->name,
                                          stream->sample_rate_hz, gw_status_text(status));
}

gw_status gw_front_create(const gw_stream *stream, gw_front **out, gw_error *error)
{
    *out = NULL;
    gw_front *front = calloc(1, sizeof *front);
    if (!front)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", stream->name);
    front->n_channels = stream->n_channels;
    front->n_tones = stream->n_tones;
    front->offset = stream->offset;
    front->scale = stream->scale_v > 0 ? stream->scale_v : 1;
    gw_status status = stream->waveform == GW_WAVEFORM_PULSE ? pulses_create(front, stream, error)
                       : is_demodulated(stream) ? responses_create(front, stream, error)
                                                : gw_lockin_create(stream, &front->lockin, error);
    if (status == GW_OK)
        *out = front;
    else
        gw_front_destroy(front);
    return status;
}

size_t gw_front_tones(const gw_front *front)
{
    return front->n_tones;
}

bool gw_front_is_demodulated(const gw_front *front)
{
    return front->hops && !front->is_pulsed;
}

size_t gw_front_hop(const gw_front *front)
{
    return front->lockin ? gw_lockin_hop(front->lockin) : gw_hops_rows(front->hops);
}

size_t gw_front_late(const gw_front *front)
{
    return front->lockin ? gw_lockin_hop(front->lockin) - 1 : gw_hops_late(front->hops);
}

static void row_load(const gw_front *front, const int32_t *counts, double *row)
{
    double gates[GW_GATES_MAX];
    for (size_t k = 0; k < 2 * front->n_tones && !front->is_pulsed; k++)
        row[k] = (double)counts[front->parts[k]] + front->offset;
    if (!front->is_pulsed)
        return;
    for (size_t g = 0; g < front->n_channels; g++)
        gates[g] = (double)counts[g] + front->offset;
    gw_decay_process(&front->decay, gates, row);
}

/* The end of a converter's format, of 12 bits or more. Which it is streams do not say. */
static bool is_end(int32_t count)
{
    int64_t above = count < 0 ? -(int64_t)count : (int64_t)count + 1;
    return above >= 2048 && (above & (above - 1)) == 0;
}

/* One count may be there by chance, not the same one twice running. */
static bool row_is_saturated(gw_front *front, const int32_t *counts)
{
    bool is_saturated = false;
    for (size_t c = 0; c < front->n_channels; c++) {
        is_saturated |= counts[c] == front->before[c] && is_end(counts[c]);
        front->before[c] = counts[c];
    }
    if (is_saturated)
        front->n_clipped = 2 * gw_hops_rows(front->hops) + gw_hops_late(front->hops);
    else if (front->n_clipped)
        front->n_clipped--;
    return is_saturated;
}

/* A tone that was heard and is nothing but noise now is not sent any more: no coils are balanced
 * that well. Of decays it is so when that holds for all of their numbers. */
static void trouble_judge(gw_front *front, const double *mean, const double *rms)
{
    size_t n_lost = 0;
    for (size_t k = 0; k < front->n_tones; k++) {
        double ratio = hypot(mean[2 * k], mean[2 * k + 1]) / hypot(rms[2 * k], rms[2 * k + 1]);
        front->was_heard[k] |= ratio > heard;
        n_lost += front->was_heard[k] && ratio < lost;
    }
    size_t n_heard = 0;
    for (size_t k = 0; k < front->n_tones; k++)
        n_heard += front->was_heard[k];
    bool are_all = n_lost && n_lost == n_heard;
    front->trouble = (front->n_clipped ? GW_TROUBLE_CLIPPED : 0u) |
                     (are_all ? GW_TROUBLE_REFERENCE_LOST : 0u) |
                     (n_lost && (are_all || !front->is_pulsed) ? GW_TROUBLE_TONE_LOST : 0u);
}

static bool hops_take(gw_front *front, const int32_t *counts, gw_complex *response, float *noise)
{
    double row[2 * GW_TONES_MAX], mean[2 * GW_TONES_MAX], rms[2 * GW_TONES_MAX];
    row_load(front, counts, row);
    if (!gw_hops_process(front->hops, row, row_is_saturated(front, counts), mean, rms))
        return false;
    for (size_t k = 0; k < front->n_tones; k++) {
        response[k] = (gw_complex){(float)(mean[2 * k] * front->scale),
                                   (float)(mean[2 * k + 1] * front->scale)};
        noise[k] = (float)(hypot(rms[2 * k], rms[2 * k + 1]) * front->scale);
    }
    trouble_judge(front, mean, rms);
    for (size_t k = 0; k < front->n_tones && front->trouble & GW_TROUBLE_TONE_LOST; k++)
        noise[k] = INFINITY;
    return true;
}

bool gw_front_process(gw_front *front, const int32_t *counts, gw_complex *response, float *noise)
{
    if (!front->lockin)
        return hops_take(front, counts, response, noise);
    if (!gw_lockin_process(front->lockin, counts, response))
        return false;
    gw_lockin_noise(front->lockin, noise);
    return true;
}

unsigned gw_front_trouble(const gw_front *front)
{
    return front->lockin ? gw_lockin_trouble(front->lockin) : front->trouble;
}

void gw_front_reset(gw_front *front)
{
    memset(front->before, 0, sizeof front->before);
    front->n_clipped = 0;
    front->trouble = 0;
    if (front->lockin)
        gw_lockin_reset(front->lockin);
    else
        gw_hops_reset(front->hops);
}

void gw_front_destroy(gw_front *front)
{
    if (!front)
        return;
    gw_lockin_destroy(front->lockin);
    gw_hops_destroy(front->hops);
    free(front);
}
