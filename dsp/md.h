/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/md.h -- the chain of one metal detector: responses of the tones in, candidates out.
 *
 *     take off what drifts under a standing head (stand.h) -> place on cells of 1 cm, weighed by
 *     noise -> each 0.2 m: the last 4.5 m at once (md_window.h)
 *
 * Responses come from dsp/front.h, each with the place of the head. All that fall into a cell are
 * averaged; those with more than twice the usual noise beside their tones, an impulse perhaps, do
 * not count. A cell is finished when the head leaves it. The same responses give the same
 * candidates.
 *
 * State:   the last 4.5 m. A candidate comes 1.0 to 1.2 m after its place: the flanks of what
 *          lies ahead must be known. The first comes after 1.5 m, of six tones
 *          and more after 2.5 m.
 * Cost:    that of md_window.h each 0.2 m.
 */
#ifndef GW_DSP_MD_H
#define GW_DSP_MD_H

#include <stdbool.h>

#include "dsp/detection.h"
#include "dsp/fft.h"
#include "dsp/frame.h"
#include "dsp/stage.h"

typedef struct gw_md gw_md;

typedef struct gw_md_config {
    size_t n_tones;         /* 1..GW_TONES_MAX */
    bool is_place_known;    /* false: candidates have no along_m and carry spacing_assumed */
    double far_per_m;       /* wanted false alarms a metre */
    const double *tones_hz; /* [n_tones]; 0: decays, and nothing is said of the metal */
    double coil_radius_m;   /* 0 unknown */
    bool is_in_balls;       /* the unit of the responses, for its candidates */
    double far_scale;       /* far_per_m is multiplied by it; 0: 1 */
    double alike; /* variance of the mean of many hops over that of independent ones; 0: 1.3, of
                     Hann windows that overlap by half */
    gw_balance balance;
    const gw_ground *ground; /* one-shot: as it was learnt, of n_tones; copied */
    bool is_learning;        /* for gw_md_ground */
    double ball_m;           /* from the coils to the ball that is the unit; 0 unknown */
    gw_stage_cell_sink
        show; /* told by gw_md_pop before it returns a candidate; NULL: no pictures */
    void *show_user;
} gw_md_config;

typedef struct gw_md_hop {
    int64_t row;    /* ADC row of the middle of the two hops that the response is made of */
    int64_t n_rows; /* of a hop: those before `row` are done with once the response is */
    double along_m;
    int64_t time_ns;
} gw_md_hop;

/* GW_EINVAL (also: a balance without what it needs), GW_ENOMEM. */
gw_status gw_md_create(const gw_md_config *config, gw_md **out);

/* response, noise (rms, of the same hop, INFINITY: it says nothing; dsp/front.h): [n_tones]. Pop
 * until false before the next push. Returns false, and takes nothing, when the head has jumped by
 * more than 0.5 m: finish, pop, reset, then push again. */
bool gw_md_push(gw_md *md, const gw_complex *response, const float *noise, const gw_md_hop *hop);
bool gw_md_pop(gw_md *md, gw_detection *detection);

/* Place up to which every candidate has come out, m; -INFINITY before the first. */
double gw_md_done_m(const gw_md *md);

/* The next stretch finished since the last call; false when there is none. Call until then. 0.1 m
 * and more in a row that could not be heard are in none: they were not searched. */
bool gw_md_coverage(gw_md *md, gw_coverage *coverage);

/* The background under the last look repeats itself (dsp/md_mesh.c). */
bool gw_md_is_mesh(const gw_md *md);

/* Like objects lie in an equal row under the last look, and some may be taken for ground
 * (dsp/md_row.c). */
bool gw_md_is_row(const gw_md *md);

/* The ground since create, the mean of what each look at it saw; n_tones 0: none was seen. Only
 * with is_learning. */
void gw_md_ground(const gw_md *md, gw_ground *ground);

void gw_md_finish(gw_md *md);
void gw_md_reset(gw_md *md);
void gw_md_destroy(gw_md *md);

#endif
