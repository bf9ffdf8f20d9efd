/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/md.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/box.h"
#include "dsp/far.h"
#include "dsp/level.h"
#include "dsp/peak.h"
#include "dsp/whiten.h"

/* Lengths in cells of 1 cm. The response of a coil of 10..13 cm radius is about 0.3 m long. */
static const double cell_m = 0.01;
static const double told_hz = 10e3, degree = 3.141592653589793 / 180;
static const double mad_to_sigma = 1.4826; /* of a normal variable */
enum {
    BASE_BEFORE = 150,
    BASE_AFTER = 30,
    LEAST = 60,
    SCALE_BEFORE = 200,
    INTEGRATE_HALF = 4,
    WHITEN_MEMORY = 300,
    REACH = 10,
    JUMP = 50,
    CELLS_KEPT = 2048,
    COLUMNS_MAX = 2 * GW_TONES_MAX
};

typedef struct md_kept {
    gw_md_hop hop; /* first of the cell */
    int64_t from_row, end_row;
    float score, noise;
    gw_complex shown; /* response of the tone that is told, over the baseline */
} md_kept;

struct gw_md {
    gw_md_config config;
    size_t n_columns; /* real and imaginary part of each tone */
    bool has_cell;
    int64_t cell; /* index of the open one */
    size_t n_hops;
    double sum[COLUMNS_MAX];
    int64_t from_row, end_row; /* of the open cell: rows that no cell before has */
    gw_md_hop first;
    unsigned n_ended;
    size_t tone; /* that is told */
    double tone_hz, far_scale;
    uint64_t n_cells, n_based, n_scaled, n_scored, n_covered;
    gw_level *base, *scale, *floor;
    gw_box *box;
    gw_whiten *whiten;
    gw_peak *peak;
    bool is_trained; /* whiten knows the ground */
    size_t n_warm;
    double warm[LEAST][COLUMNS_MAX]; /* the first vectors, which wait until it does */
    float row[2 * COLUMNS_MAX];
    md_kept kept[CELLS_KEPT];
};

static gw_status stages_create(gw_md *md)
{
    size_t n = md->n_columns;
    gw_level_config config = {.n_columns = n,
                              .n_ranked = n,
                              .before = BASE_BEFORE,
                              .after = BASE_AFTER,
                              .least = LEAST,
                              .quantile = 0.5};
    gw_status status = gw_level_create(&config, &md->base);
    config.n_columns = 2 * n; /* |d|, ranked, and d */
    config.before = SCALE_BEFORE;
    config.after = 0;
    if (status == GW_OK)
        status = gw_level_create(&config, &md->scale);
    config.n_columns = config.n_ranked = 1;
    if (status == GW_OK)
        status = gw_level_create(&config, &md->floor);
    if (status == GW_OK)
        status = gw_box_create(n, INTEGRATE_HALF, &md->box);
    if (status == GW_OK)
        status = gw_whiten_create(n, WHITEN_MEMORY, &md->whiten);
    if (status == GW_OK)
        status = gw_peak_create(REACH, &md->peak);
    return status;
}

/* One tone for all candidates, so that they compare: the one nearest to 10 kHz. */
static void tone_choose(gw_md *md)
{
    const double *tones_hz = md->config.tones_hz;
    for (size_t k = 1; k < md->config.n_tones; k++)
        if (fabs(log(tones_hz[k] / told_hz)) < fabs(log(tones_hz[md->tone] / told_hz)))
            md->tone = k;
    md->tone_hz = tones_hz[md->tone];
}

gw_status gw_md_create(const gw_md_config *config, gw_md **out)
{
    *out = NULL;
    if (!config->n_tones || config->n_tones > GW_TONES_MAX)
        return GW_EINVAL;
    gw_md *md = calloc(1, sizeof *md);
    if (!md)
        return GW_ENOMEM;
    md->config = *config;
    md->n_columns = 2 * config->n_tones;
    md->far_scale = config->far_scale > 0 ? config->far_scale : 1;
    tone_choose(md);
    md->config.tones_hz = NULL; /* the caller's; not kept */
    gw_status status = stages_create(md);
    if (status != GW_OK) {
        gw_md_destroy(md);
        return status;
    }
    *out = md;
    return GW_OK;
}

/* The open cell is done: its mean becomes a row, and so do the cells that the head leapt over,
 * which have no rows of their own. */
static void cell_close(gw_md *md, int64_t next)
{
    for (size_t c = 0; c < md->n_columns; c++)
        md->row[c] = (float)(md->sum[c] / (double)md->n_hops);
    for (; md->cell < next; md->cell++) {
        md_kept *kept = md->kept + md->n_cells++ % CELLS_KEPT;
        *kept = (md_kept){.hop = md->first, .from_row = md->from_row, .end_row = md->end_row};
        md->from_row = md->end_row;
        kept->hop.along_m = ((double)md->cell + 0.5) * cell_m;
        gw_level_push(md->base, md->row);
    }
    md->n_hops = 0;
}

bool gw_md_push(gw_md *md, const gw_complex *response, const gw_md_hop *hop)
{
    int64_t cell = (int64_t)floor(hop->along_m / cell_m);
    if (md->has_cell && (cell > md->cell + JUMP || cell < md->cell - JUMP))
        return false;
    if (md->has_cell && cell < md->cell) {
        md->end_row = hop->row;
        return true; /* that ground was searched a moment ago */
    }
    if (md->has_cell && cell > md->cell)
        cell_close(md, cell);
    if (!md->n_hops) {
        md->from_row = hop->row - hop->n_rows;
        md->first = *hop;
        md->cell = cell;
        md->has_cell = true;
        memset(md->sum, 0, sizeof md->sum);
    }
    for (size_t k = 0; k < md->config.n_tones; k++) {
        md->sum[2 * k] += (double)response[k].re;
        md->sum[2 * k + 1] += (double)response[k].im;
    }
    md->end_row = hop->row;
    md->n_hops++;
    return true;
}

static void baseline_remove(gw_md *md, const float *row, const float *levels)
{
    for (size_t c = 0; c < md->n_columns; c++)
        md->row[c] = row[c] - levels[c];
    md->kept[md->n_based++ % CELLS_KEPT].shown =
        (gw_complex){md->row[2 * md->tone], md->row[2 * md->tone + 1]};
    gw_box_push(md->box, md->row);
}

static void scale_push(gw_md *md)
{
    size_t n = md->n_columns;
    memcpy(md->row + n, md->row, n * sizeof *md->row);
    for (size_t c = 0; c < n; c++)
        md->row[c] = fabsf(md->row[c]);
    gw_level_push(md->scale, md->row);
}

static void distance_score(gw_md *md, const double *u)
{
    float distance = (float)gw_whiten_process(md->whiten, u);
    gw_level_push(md->floor, &distance);
}

/* The first stretch is gone over before it is scored: else its own first cells, of which nothing is
 * known yet, would all look unlike the ground. */
static void warm_score(gw_md *md)
{
    md->is_trained = true;
    for (size_t k = 0; k < md->n_warm; k++)
        gw_whiten_process(md->whiten, md->warm[k]);
    for (size_t k = 0; k < md->n_warm; k++)
        distance_score(md, md->warm[k]);
}

/* whiten: in units of what each column does over quiet ground, then all columns together */
static void distance_push(gw_md *md, const float *row, const float *levels)
{
    double u[COLUMNS_MAX] = {0};
    float noise = 0;
    for (size_t c = 0; c < md->n_columns; c++) {
        u[c] = (double)row[md->n_columns + c] / (mad_to_sigma * (double)levels[c] + 1e-12);
        noise += (float)mad_to_sigma * levels[c] / (float)md->n_columns;
    }
    md->kept[md->n_scaled++ % CELLS_KEPT].noise = noise;
    if (md->is_trained) {
        distance_score(md, u);
        return;
    }
    memcpy(md->warm[md->n_warm++], u, sizeof u);
    if (md->n_warm == LEAST)
        warm_score(md);
}

static void score_push(gw_md *md, float distance, float floor)
{
    float score = distance / (floor + 1e-6f);
    md->kept[md->n_scored++ % CELLS_KEPT].score = score;
    gw_peak_push(md->peak, score);
}

/* Mean over the cell of the peak and its neighbours. */
static void response_tell(const gw_md *md, uint64_t cell, gw_detection *detection)
{
    double re = 0, im = 0;
    uint64_t from = cell ? cell - 1 : 0, to = cell + 2 < md->n_based ? cell + 2 : md->n_based;
    for (uint64_t k = from; k < to; k++) {
        re += (double)md->kept[k % CELLS_KEPT].shown.re / (double)(to - from);
        im += (double)md->kept[k % CELLS_KEPT].shown.im / (double)(to - from);
    }
    detection->amplitude = hypot(re, im);
    detection->phase_deg = atan2(im, re) / degree;
    detection->tone_hz = md->tone_hz;
    detection->is_in_balls = md->config.is_in_balls;
}

static void detection_fill(const gw_md *md, uint64_t cell, float score, gw_detection *detection)
{
    const md_kept *kept = md->kept + cell % CELLS_KEPT;
    *detection = (gw_detection){.sensor = GW_SENSOR_MD,
                                .along_m = (double)NAN,
                                .cross_m = (double)NAN,
                                .scan = -1,
                                .channel = -1,
                                .sample = kept->hop.row,
                                .depth_m = (double)NAN,
                                .depth_sd_m = (double)NAN,
                                .speed_m_per_ns = (double)NAN,
                                .score = (double)score,
                                .far_per_m = gw_far_md((double)score) * md->far_scale,
                                .spacing_assumed = !md->config.is_place_known,
                                .time_ns = kept->hop.time_ns};
    if (md->config.is_place_known)
        detection->along_m = kept->hop.along_m;
    response_tell(md, cell, detection);
    detection->alarm = detection->far_per_m <= md->config.far_per_m;
}

/* After the lane's end each stage learns of it once the one before has nothing left. */
static bool stage_end(gw_md *md)
{
    switch (md->n_ended) {
    case 1:
        gw_box_finish(md->box);
        break;
    case 2:
        gw_level_finish(md->scale);
        break;
    case 3:
        if (!md->is_trained)
            warm_score(md);
        gw_level_finish(md->floor);
        break;
    case 4:
        gw_peak_finish(md->peak);
        break;
    default:
        return false;
    }
    md->n_ended++;
    return true;
}

/* The signal path, the last stage first, so that no stage ever holds more than its own window. */
bool gw_md_pop(gw_md *md, gw_detection *detection)
{
    const float *row, *levels;
    float score;
    uint64_t cell;
    for (;;) {
        if (gw_peak_pop(md->peak, &cell, &score)) {
            detection_fill(md, cell, score, detection);
            return true;
        }
        if (gw_level_pop(md->floor, &row, &levels)) {
            score_push(md, row[0], levels[0]);
        } else if (gw_level_pop(md->scale, &row, &levels)) {
            distance_push(md, row, levels);
        } else if (gw_box_pop(md->box, md->row)) {
            scale_push(md);
        } else if (gw_level_pop(md->base, &row, &levels)) {
            baseline_remove(md, row, levels);
        } else if (!stage_end(md)) {
            return false;
        }
    }
}

double gw_md_done_m(const gw_md *md)
{
    uint64_t done = gw_peak_done(md->peak);
    return done ? md->kept[(done - 1) % CELLS_KEPT].hop.along_m : -(double)INFINITY;
}

bool gw_md_coverage(gw_md *md, gw_coverage *coverage)
{
    uint64_t from = md->n_covered, to = gw_peak_done(md->peak);
    if (to == from)
        return false;
    const md_kept *first = md->kept + from % CELLS_KEPT, *last = md->kept + (to - 1) % CELLS_KEPT;
    double seconds = (double)(last->hop.time_ns - first->hop.time_ns) * 1e-9;
    bool is_known = md->config.is_place_known;
    double length = last->hop.along_m - first->hop.along_m;
    float best = 0;
    double noise = 0;
    for (uint64_t k = from; k < to; k++) {
        best = fmaxf(best, md->kept[k % CELLS_KEPT].score);
        noise += (double)md->kept[k % CELLS_KEPT].noise / (double)(to - from);
    }
    *coverage = (gw_coverage){.sensor = GW_SENSOR_MD,
                              .first_row = (uint64_t)first->from_row,
                              .n_rows = (uint64_t)(last->end_row - first->from_row),
                              .from_m = is_known ? first->hop.along_m - cell_m / 2 : (double)NAN,
                              .to_m = is_known ? last->hop.along_m + cell_m / 2 : (double)NAN,
                              .noise = noise,
                              .max_score = (double)best,
                              .speed_m_s = is_known && seconds > 0 ? length / seconds : (double)NAN,
                              .from_ns = first->hop.time_ns,
                              .to_ns = last->hop.time_ns};
    md->n_covered = to;
    return true;
}

void gw_md_finish(gw_md *md)
{
    if (md->n_hops)
        cell_close(md, md->cell + 1);
    gw_level_finish(md->base);
    md->n_ended = 1;
}

void gw_md_reset(gw_md *md)
{
    gw_level_reset(md->base);
    gw_level_reset(md->scale);
    gw_level_reset(md->floor);
    gw_box_reset(md->box);
    gw_whiten_reset(md->whiten);
    gw_peak_reset(md->peak);
    md->n_cells = md->n_based = md->n_scaled = md->n_scored = md->n_covered = 0;
    md->n_ended = 0;
    md->n_hops = 0;
    md->n_warm = 0;
    md->is_trained = md->has_cell = false;
}

void gw_md_destroy(gw_md *md)
{
    if (!md)
        return;
    gw_level_destroy(md->base);
    gw_level_destroy(md->scale);
    gw_level_destroy(md->floor);
    gw_box_destroy(md->box);
    gw_whiten_destroy(md->whiten);
    gw_peak_destroy(md->peak);
    free(md);
}
