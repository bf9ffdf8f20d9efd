/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/console/strip.h -- what the pictures of the last half minute showed, in steps of time.
 *
 * A step that no picture came in is unknown and stays so, but for up to three between two pictures
 * of which none is missing: those came late, and the later one stands for them. A picture that is
 * missing marks its step. The newest step that is shown is the last whole one. Shapes: water
 * [GW_STRIP_STEPS][n_rows], a ring; row 0 is the earliest in fast time.
 */
#ifndef GW_CLIENTS_CONSOLE_STRIP_H
#define GW_CLIENTS_CONSOLE_STRIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/picture.h"

enum { GW_STRIP_STEPS = 512, GW_STRIP_STEP_MS = 100 };

typedef enum { GW_STRIP_UNKNOWN, GW_STRIP_KNOWN, GW_STRIP_LOSSY } gw_strip_mark;

typedef struct gw_strip {
    int64_t step; /* now_ms / GW_STRIP_STEP_MS of the newest */
    unsigned char mark[GW_STRIP_STEPS];
    int64_t taken_ms; /* when the last picture came; INT64_MIN: never */
    int64_t taken_step;
    bool is_missed; /* pictures were lost before the next one */
} gw_strip;

typedef struct gw_waterfall {
    gw_strip strip;
    size_t n_rows; /* 0: no picture yet */
    double from_ns, step_ns;
    unsigned channel;                                    /* the one that is shown */
    float water[GW_STRIP_STEPS][GW_PICTURE_COLUMNS_MAX]; /* -1..1, the greatest of its scans */
} gw_waterfall;

typedef struct gw_tones {
    gw_strip strip;
    float value[GW_STRIP_STEPS]; /* search tone value */
    size_t n_tones;
    double hz[GW_PICTURE_TONES_MAX];
    float change[GW_PICTURE_TONES_MAX]; /* magnitude in the last picture */
    float now;                          /* search tone value of the last picture */
} gw_tones;

void gw_waterfall_reset(gw_waterfall *waterfall);
void gw_waterfall_take(gw_waterfall *waterfall, const gw_picture *picture, int64_t now_ms);
void gw_tones_reset(gw_tones *tones);
void gw_tones_take(gw_tones *tones, const gw_picture *picture, int64_t now_ms);

/* Time goes on: steps without a picture become unknown. */
void gw_strip_tick(gw_strip *strip, int64_t now_ms);

/* Index into the rings of the step `age` before the newest whole one; its mark. */
size_t gw_strip_index(const gw_strip *strip, size_t age, gw_strip_mark *mark);

/* Greatest value of rows from..to-1 by magnitude, with its sign. */
float gw_waterfall_peak(const gw_waterfall *waterfall, size_t index, size_t from, size_t to);

/* A picture came within the last half second. */
bool gw_strip_is_live(const gw_strip *strip, int64_t now_ms);

#endif
