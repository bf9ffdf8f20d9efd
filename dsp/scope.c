/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/scope.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/pinpoint.h"

enum {
    BACKGROUND_SCANS = 50,
    GAIN_SCANS = 200,
    BASELINE_HOPS = 200,
    POWER_HOPS = 500,
    LEARN_HOPS = 50 /* before the usual power is known, the tone is 0 */
};

static const int64_t frame_ns = 40000000;
static const float full_scale = 8; /* mean magnitudes */
static const double tone_from_db = 6, tone_range_db = 30;

typedef struct tone_state {
    double re, im, power; /* running means: response, |change|^2 */
} tone_state;

typedef struct frame_state {
    gw_scope_frame frame;
    size_t row_bytes, rows_max;
    int64_t begin_ns;
} frame_state;

struct gw_scope {
    gw_scope_sink sink;
    void *user;
    frame_state gpr, md;
    size_t n_samples, n_marks, first, step; /* gpr: of the channel that is shown */
    size_t n_responses;                     /* md: decays have some, and no tones */
    uint64_t n_scans, n_hops;
    float background[GW_SCOPE_COLUMNS_MAX], level;
    tone_state tones[GW_TONES_MAX];
    gw_pinpoint pinpoint;
};

static void gpr_setup(gw_scope *scope, const gw_stream *stream)
{
    gw_scope_frame *frame = &scope->gpr.frame;
    size_t step = (stream->n_samples + GW_SCOPE_COLUMNS_MAX - 1) / GW_SCOPE_COLUMNS_MAX;
    size_t channel = stream->n_channels / 2;
    scope->n_samples = stream->n_samples;
    scope->n_marks = stream->n_marks;
    scope->first = channel * stream->n_samples;
    scope->step = step;
    frame->sensor = GW_SENSOR_GPR;
    frame->provisional_m = (double)NAN;
    frame->channel = (int32_t)channel;
    frame->n_columns = (uint32_t)(stream->n_samples / step);
    if (stream->sample_rate_hz > 0) {
        frame->from_ns = (double)(step - 1) / 2 / stream->sample_rate_hz * 1e9;
        frame->step_ns = (double)step / stream->sample_rate_hz * 1e9;
    }
    scope->gpr.row_bytes = frame->n_columns;
    scope->gpr.rows_max = GW_SCOPE_BYTES_MAX / frame->n_columns;
}

static void md_setup(gw_scope *scope, const gw_stream *stream, double hop_s)
{
    gw_scope_frame *frame = &scope->md.frame;
    frame->sensor = GW_SENSOR_MD;
    frame->channel = -1;
    scope->n_responses = stream->n_tones;
    frame->n_tones = stream->tones_hz[0] > 0 ? (uint32_t)stream->n_tones : 0;
    frame->n_columns = 1 + 2 * frame->n_tones;
    frame->row_s = hop_s;
    memcpy(frame->tones_hz, stream->tones_hz, sizeof frame->tones_hz);
    scope->md.row_bytes = frame->n_columns * sizeof(float);
    scope->md.rows_max = GW_SCOPE_BYTES_MAX / scope->md.row_bytes;
    if (scope->md.rows_max > GW_SCOPE_PINPOINTS_MAX)
        scope->md.rows_max = GW_SCOPE_PINPOINTS_MAX;
}

gw_status gw_scope_create(const gw_stream *gpr, const gw_stream *md, double hop_s, gw_scope **out)
{
    gw_scope *scope = calloc(1, sizeof *scope);
    *out = scope;
    if (!scope)
        return GW_ENOMEM;
    if (gpr)
        gpr_setup(scope, gpr);
    if (md)
        md_setup(scope, md, hop_s);
    return GW_OK;
}

void gw_scope_listen(gw_scope *scope, gw_scope_sink sink, void *user)
{
    scope->sink = sink;
    scope->user = user;
}

/* The bytes of the next row of a frame. */
static unsigned char *row_begin(frame_state *state, const gw_scope_row *at)
{
    gw_scope_frame *frame = &state->frame;
    if (frame->n_rows == 0) {
        state->begin_ns = at->arrival_ns ? at->arrival_ns : at->time_ns;
        frame->first_row = at->row;
        frame->time_ns = at->time_ns;
        frame->from_m = at->along_m;
    }
    frame->to_m = at->along_m;
    return frame->bytes + state->row_bytes * frame->n_rows;
}

static void row_end(gw_scope *scope, frame_state *state, const gw_scope_row *at)
{
    gw_scope_frame *frame = &state->frame;
    int64_t now_ns = at->arrival_ns ? at->arrival_ns : at->time_ns;
    frame->n_rows++;
    if (frame->n_rows < state->rows_max && now_ns - state->begin_ns < frame_ns)
        return;
    frame->n_bytes = (uint32_t)(frame->n_rows * state->row_bytes);
    scope->sink(scope->user, frame);
    frame->n_rows = 0;
    frame->provisional = 0;
    frame->provisional_m = (double)NAN;
}

/* Weight of the newest of n so far in a running mean over `most`. */
static double weight(uint64_t n, uint64_t most)
{
    return 1 / (double)(n < most ? n + 1 : most);
}

void gw_scope_gpr(gw_scope *scope, const float *counts, const gw_scope_row *at)
{
    float column[GW_SCOPE_COLUMNS_MAX], sum = 0;
    size_t n_columns = scope->gpr.frame.n_columns;
    float slow = (float)weight(scope->n_scans, BACKGROUND_SCANS);
    unsigned char *row = row_begin(&scope->gpr, at);
    for (size_t c = 0; c < n_columns; c++) {
        float mean = 0;
        for (size_t k = 0; k < scope->step; k++)
            mean += counts[scope->first + c * scope->step + k] / (float)scope->step;
        column[c] = (c + 1) * scope->step > scope->n_marks ? mean - scope->background[c] : 0;
        scope->background[c] += slow * (mean - scope->background[c]);
        column[c] = scope->n_scans ? column[c] : 0; /* the first scan is its own background */
        sum += fabsf(column[c]);
    }
    scope->level += (float)weight(scope->n_scans ? scope->n_scans - 1 : 0, GAIN_SCANS) *
                    (sum / (float)n_columns - scope->level);
    float gain = 127 / (full_scale * scope->level + 1e-6f);
    for (size_t c = 0; c < n_columns; c++)
        row[c] = (unsigned char)(int8_t)lrintf(fmaxf(-127, fminf(127, gain * column[c])));
    scope->n_scans++;
    row_end(scope, &scope->gpr, at);
}

void gw_scope_provisional(gw_scope *scope, float provisional, double along_m)
{
    gw_scope_frame *frame = &scope->gpr.frame;
    if (provisional >= frame->provisional) {
        frame->provisional = provisional;
        frame->provisional_m = along_m;
    }
}

/* Change of one tone, and its power relative to the usual; what stands out moves the means less. */
static double tone_take(gw_scope *scope, size_t k, gw_complex response, float change[2])
{
    tone_state *tone = &scope->tones[k];
    double re = (double)response.re - tone->re, im = (double)response.im - tone->im;
    double power = re * re + im * im, ratio = tone->power > 0 ? power / tone->power : 0;
    if (scope->n_hops == 0) {
        *tone = (tone_state){.re = (double)response.re, .im = (double)response.im};
        change[0] = change[1] = 0;
        return 0;
    }
    double trust = scope->n_hops > LEARN_HOPS && ratio > 9 ? 9 / ratio : 1;
    double slow = weight(scope->n_hops, BASELINE_HOPS) * sqrt(trust);
    tone->re += slow * re;
    tone->im += slow * im;
    tone->power += weight(scope->n_hops - 1, POWER_HOPS) * (power * trust - tone->power);
    change[0] = (float)re;
    change[1] = (float)im;
    return ratio;
}

void gw_scope_md(gw_scope *scope, const gw_complex *response, const gw_scope_row *at)
{
    float values[1 + 2 * GW_TONES_MAX];
    size_t n_tones = scope->n_responses;
    double sum = 0;
    unsigned char *row = row_begin(&scope->md, at);
    for (size_t k = 0; k < n_tones; k++)
        sum += tone_take(scope, k, response[k], values + 1 + 2 * k);
    double db = 10 * log10(sum / (double)n_tones + 1e-30);
    double tone = scope->n_hops > LEARN_HOPS ? (db - tone_from_db) / tone_range_db : 0;
    values[0] = (float)fmax(0, fmin(1, tone));
    double amplitude = scope->n_hops > LEARN_HOPS ? sqrt(sum / (double)n_tones) : 0;
    scope->md.frame.pinpoint[scope->md.frame.n_rows] = (float)gw_pinpoint_push(
        &scope->pinpoint, amplitude, isfinite(scope->md.frame.row_s) ? scope->md.frame.row_s : 0);
    memcpy(row, values, scope->md.row_bytes);
    scope->n_hops++;
    row_end(scope, &scope->md, at);
}

void gw_scope_destroy(gw_scope *scope)
{
    free(scope);
}
