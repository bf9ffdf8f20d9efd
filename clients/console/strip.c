/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/console/strip.h"

#include <math.h>
#include <string.h>

enum { LIVE_MS = 500 };

static size_t ring_of(int64_t step)
{
    return (size_t)((uint64_t)step % GW_STRIP_STEPS);
}

static void strip_reset(gw_strip *strip)
{
    *strip = (gw_strip){.taken_ms = INT64_MIN};
}

void gw_strip_tick(gw_strip *strip, int64_t now_ms)
{
    int64_t step = now_ms / GW_STRIP_STEP_MS;
    if (step - strip->step > GW_STRIP_STEPS || step < strip->step)
        strip->step = step - GW_STRIP_STEPS;
    while (strip->step < step)
        strip->mark[ring_of(++strip->step)] = GW_STRIP_UNKNOWN;
}

/* A picture belongs to the newest step: its index. is_first: nothing was known of the step yet. */
static size_t strip_take(gw_strip *strip, int64_t now_ms, bool *is_first)
{
    gw_strip_tick(strip, now_ms);
    size_t index = ring_of(strip->step);
    *is_first = strip->mark[index] == GW_STRIP_UNKNOWN;
    if (strip->is_missed)
        strip->mark[index] = GW_STRIP_LOSSY;
    else if (*is_first)
        strip->mark[index] = GW_STRIP_KNOWN;
    strip->is_missed = false;
    strip->taken_ms = now_ms;
    return index;
}

size_t gw_strip_index(const gw_strip *strip, size_t age, gw_strip_mark *mark)
{
    size_t index = ring_of(strip->step - 1 - (int64_t)age);
    bool is_held = age + 1 < GW_STRIP_STEPS && strip->step > (int64_t)age;
    *mark = is_held ? (gw_strip_mark)strip->mark[index] : GW_STRIP_UNKNOWN;
    return index;
}

bool gw_strip_is_live(const gw_strip *strip, int64_t now_ms)
{
    return strip->taken_ms != INT64_MIN && now_ms - strip->taken_ms < LIVE_MS;
}

void gw_waterfall_reset(gw_waterfall *waterfall)
{
    memset(waterfall, 0, sizeof *waterfall);
    strip_reset(&waterfall->strip);
}

void gw_waterfall_take(gw_waterfall *waterfall, const gw_picture *picture, int64_t now_ms)
{
    bool is_first;
    if (waterfall->n_rows && picture->channel > waterfall->channel)
        return; /* the lowest channel is shown */
    if (picture->n_columns != waterfall->n_rows || picture->channel < waterfall->channel) {
        gw_waterfall_reset(waterfall);
        waterfall->n_rows = picture->n_columns;
        waterfall->channel = picture->channel;
    }
    waterfall->from_ns = picture->from_ns;
    waterfall->step_ns = picture->step_ns;
    float *to = waterfall->water[strip_take(&waterfall->strip, now_ms, &is_first)];
    if (is_first)
        memset(to, 0, sizeof waterfall->water[0]);
    for (size_t row = 0; row < picture->n_rows; row++)
        for (size_t k = 0; k < picture->n_columns; k++) {
            float value = gw_picture_value(picture, row, k);
            if (fabsf(value) > fabsf(to[k]))
                to[k] = value;
        }
}

float gw_waterfall_peak(const gw_waterfall *waterfall, size_t index, size_t from, size_t to)
{
    float peak = 0;
    for (size_t k = from; k < to && k < waterfall->n_rows; k++)
        if (fabsf(waterfall->water[index][k]) > fabsf(peak))
            peak = waterfall->water[index][k];
    return peak;
}

void gw_tones_reset(gw_tones *tones)
{
    memset(tones, 0, sizeof *tones);
    strip_reset(&tones->strip);
}

void gw_tones_take(gw_tones *tones, const gw_picture *picture, int64_t now_ms)
{
    bool is_first;
    size_t index = strip_take(&tones->strip, now_ms, &is_first);
    if (is_first)
        tones->value[index] = 0;
    tones->n_tones = picture->n_tones;
    tones->now = 0;
    for (size_t k = 0; k < picture->n_tones; k++) {
        tones->hz[k] = picture->tones_hz[k];
        tones->change[k] = 0;
    }
    for (size_t row = 0; row < picture->n_rows; row++) {
        float value = gw_picture_value(picture, row, 0);
        tones->now = value > tones->now ? value : tones->now;
        for (size_t k = 0; k < picture->n_tones; k++) {
            float change = hypotf(gw_picture_value(picture, row, 1 + 2 * k),
                                  gw_picture_value(picture, row, 2 + 2 * k));
            tones->change[k] = change > tones->change[k] ? change : tones->change[k];
        }
    }
    if (tones->now > tones->value[index])
        tones->value[index] = tones->now;
}
