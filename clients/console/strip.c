/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/console/strip.h"

#include <math.h>
#include <string.h>

enum { LIVE_MS = 500, LATE_STEPS = 3 };

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

typedef struct taken {
    size_t index;  /* of the newest step */
    size_t n_late; /* steps before it that the picture stands for too */
    bool is_first; /* nothing was known of the step yet */
} taken;

/* A picture belongs to the newest step. */
static taken strip_take(gw_strip *strip, int64_t now_ms)
{
    gw_strip_tick(strip, now_ms);
    int64_t n_late = strip->step - strip->taken_step - 1;
    taken found = {.index = ring_of(strip->step)};
    unsigned char *mark = &strip->mark[found.index];
    found.is_first = *mark == GW_STRIP_UNKNOWN;
    if (strip->is_missed)
        *mark = GW_STRIP_LOSSY;
    else if (found.is_first)
        *mark = GW_STRIP_KNOWN;
    if (!strip->is_missed && strip->taken_ms != INT64_MIN && n_late > 0 && n_late <= LATE_STEPS)
        found.n_late = (size_t)n_late;
    for (size_t k = 1; k <= found.n_late; k++)
        strip->mark[ring_of(strip->step - (int64_t)k)] = GW_STRIP_KNOWN;
    strip->is_missed = false;
    strip->taken_ms = now_ms;
    strip->taken_step = strip->step;
    return found;
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
    if (waterfall->n_rows && picture->channel > waterfall->channel)
        return; /* the lowest channel is shown */
    if (picture->n_columns != waterfall->n_rows || picture->channel < waterfall->channel) {
        gw_waterfall_reset(waterfall);
        waterfall->n_rows = picture->n_columns;
        waterfall->channel = picture->channel;
    }
    waterfall->from_ns = picture->from_ns;
    waterfall->step_ns = picture->step_ns;
    taken step = strip_take(&waterfall->strip, now_ms);
    float *to = waterfall->water[step.index];
    if (step.is_first)
        memset(to, 0, sizeof waterfall->water[0]);
    for (size_t row = 0; row < picture->n_rows; row++)
        for (size_t k = 0; k < picture->n_columns; k++) {
            float value = gw_picture_value(picture, row, k);
            if (fabsf(value) > fabsf(to[k]))
                to[k] = value;
        }
    for (size_t late = 1; late <= step.n_late; late++)
        memcpy(waterfall->water[ring_of(waterfall->strip.step - (int64_t)late)], to,
               sizeof waterfall->water[0]);
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
    taken step = strip_take(&tones->strip, now_ms);
    if (step.is_first)
        tones->value[step.index] = 0;
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
    if (tones->now > tones->value[step.index])
        tones->value[step.index] = tones->now;
    for (size_t late = 1; late <= step.n_late; late++)
        tones->value[ring_of(tones->strip.step - (int64_t)late)] = tones->value[step.index];
}
