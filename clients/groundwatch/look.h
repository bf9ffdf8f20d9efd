/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/groundwatch/look.h -- what the metal detector's chain had in hand when it decided on one
 * candidate: kept while a recording is searched, then told as text and as a picture.
 */
#ifndef GW_CLIENTS_LOOK_H
#define GW_CLIENTS_LOOK_H

#include <stdbool.h>
#include <stdio.h>

#include "dsp/frame.h"
#include "dsp/stage.h"
#include "dsp/status.h"

enum { LOOK_CELLS_MAX = 256 };

/* Which candidate: the one next to an ADC row, and of those the one next to a score. */
typedef struct look_wanted {
    int64_t sample; /* -1: none */
    double score;
    double along_m; /* no farther off than 0.35 m; NAN unknown */
} look_wanted;

typedef struct look {
    look_wanted wanted;
    size_t n; /* cells; 0: no such candidate came */
    gw_detection decision;
    double at_m, score_least;
    size_t n_tones;
    double tones_hz[GW_TONES_MAX];
    double along_m[LOOK_CELLS_MAX], score_all[LOOK_CELLS_MAX], score[LOOK_CELLS_MAX];
    double heard[GW_TONES_MAX][LOOK_CELLS_MAX], over[GW_TONES_MAX][LOOK_CELLS_MAX];
} look;

/* Keep the cell where its candidate is nearer to what is wanted than the one kept. */
void look_take(look *l, const gw_stage_cell *cell);

/* A table, a line each 5 cm and one at the candidate. Nothing where n is 0. */
void look_print(const look *l, FILE *to);

/* name: of the recording. n is not 0. GW_EIO, GW_ENOMEM. */
gw_status look_draw(const look *l, const char *name, const char *path, gw_error *error);

#endif
