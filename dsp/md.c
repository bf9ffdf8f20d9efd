/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/md.h"

#include <math.h>
#include <string.h>

#include "dsp/far.h"
#include "dsp/footprint.h"
#include "dsp/md_impl.h"

/* Lengths in cells of 1 cm. */
static const double degree = 3.141592653589793 / 180;
static const double noisy = 2; /* times the usual: such a hop does not count */
/* Under few tones a ball, and a mine of steel, lose less than `lost`. */
static const double ball_energy = 1.45, at_energy = 1.2;
/* Under many it loses more in ground that is hardly heard, where it is learnt as a part of it, and
 * less in other ground, whose spectrum is known. */
static const double ball_faint_energy = 0.55, ball_heard_energy = 2.5;
static const double judged_from = 4; /* score from which something is said of the metal */
static const double weight_noisy = 1e-6, ground_heard_db = 36;
enum {
    AHEAD = 100,      /* known beyond a place before it is decided on */
    STRIDE = 20,      /* decided on at once */
    FIRST = 150,      /* known before anything is */
    FIRST_MANY = 250, /* the same of many tones, whose ground is known from where it goes */
    BACK = 20, /* a target's place shifts as more becomes known: none falls between two looks */
    SAME = 8,  /* nearer than that is the same target */
    JUMP = 50
};

/* Ground that is hardly heard does not tell the spectra well: there what energy would find is told,
 * which is less. */
static void reference_tell(gw_md *md)
{
    if (!md->has_reference)
        return;
    bool has_spectra = gw_md_window_has_spectra(md->window) &&
                       gw_md_window_soil(md->window).heard_db > ground_heard_db;
    double ball = gw_md_window_unit(md->window, md->ball);
    if (md->config.n_tones < GW_MD_WINDOW_MANY)
        ball *= ball_energy;
    else
        ball *= has_spectra ? ball_heard_energy : ball_faint_energy;
    md->ball_coil_m = gw_reference_coil_m(&md->reference, ball, has_spectra);
    double at = gw_md_window_unit(md->window, md->at);
    if (md->config.n_tones < GW_MD_WINDOW_MANY)
        at *= at_energy;
    if (md->tones_hz[0] > 0) /* of decays it is not known */
        md->at_coil_m = gw_reference_coil_m(&md->reference, at, has_spectra);
}

/* The usual noise goes up or down by little at each hop, and so finds the median. Returns how many
 * times that this hop has, of the worst tone; 1 at least. */
static double noise_judge(gw_md *md, const float *noise)
{
    double worst = 1, step = 1 + fmax(0.01, 1 / (double)(md->n_usual + 2));
    for (size_t k = 0; k < md->config.n_tones; k++) {
        double now = (double)noise[k], *usual = &md->usual[k];
        if (!isfinite(now))
            return (double)INFINITY;
        if (md->n_usual == 0)
            *usual = now;
        else
            *usual = now > *usual ? fmin(now, *usual * step) : fmax(now, *usual / step);
        if (*usual > 0)
            worst = fmax(worst, now / *usual);
    }
    md->n_usual++;
    return worst;
}

/* The open cell is done, and so are those that the head leapt over. */
static void cell_close(gw_md *md, int64_t next)
{
    for (; md->cell < next; md->cell++) {
        md_cell *cell = md->cells + md->n_cells++ % MD_CELLS_KEPT;
        *cell = (md_cell){.hop = md->first,
                          .from_row = md->from_row,
                          .end_row = md->end_row,
                          .weight = md->weight};
        for (size_t k = 0; k < md->config.n_tones && md->weight > 0; k++)
            cell->response[k] = (gw_complex){(float)(md->sum[k][0] / md->weight),
                                             (float)(md->sum[k][1] / md->weight)};
        cell->hop.along_m = ((double)md->cell + 0.5) * MD_CELL_M;
        md->from_row = md->end_row;
        md->weight = 0;
    }
    md->n_hops = 0;
}

static void hop_sum(gw_md *md, const gw_complex *response, double worst)
{
    double weight = worst > noisy ? weight_noisy : 1 / (worst * worst);
    for (size_t k = 0; k < md->config.n_tones; k++) {
        md->sum[k][0] += weight * (double)response[k].re;
        md->sum[k][1] += weight * (double)response[k].im;
    }
    md->weight += weight;
    md->n_hops++;
}

bool gw_md_push(gw_md *md, const gw_complex *response, const float *noise, const gw_md_hop *hop)
{
    int64_t cell = (int64_t)floor(hop->along_m / MD_CELL_M);
    gw_complex steady[GW_TONES_MAX];
    if (md->has_cell && (cell > md->cell + JUMP || cell < md->cell - JUMP))
        return false;
    double worst = noise_judge(md, noise);
    memcpy(steady, response, md->config.n_tones * sizeof *steady);
    bool stands =
        gw_stand_process(&md->stand, steady, md->config.n_tones, hop->along_m, hop->time_ns);
    if (md->has_cell && (cell < md->cell || (stands && cell == md->cell))) {
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
        md->weight = 0;
        memset(md->sum, 0, sizeof md->sum);
    }
    hop_sum(md, steady, worst);
    md->end_row = hop->row;
    return true;
}

/* Next good cell from `index` on; n_cells: none. */
static uint64_t good_from(const gw_md *md, uint64_t index)
{
    while (index < md->n_cells && md_cell_at(md, index)->weight < MD_WEIGHT_LEAST)
        index++;
    return index;
}

/* A bad cell lies on the line between the good ones beside it. */
static void cell_fill(const gw_md *md, uint64_t from, uint64_t index, gw_complex *response)
{
    uint64_t left = index, right = good_from(md, index);
    while (left > from && md_cell_at(md, left)->weight < MD_WEIGHT_LEAST)
        left--;
    bool has_left = md_cell_at(md, left)->weight >= MD_WEIGHT_LEAST,
         has_right = right < md->n_cells;
    if (!has_left)
        left = right;
    if (!has_right)
        right = left;
    float part = right > left ? (float)(index - left) / (float)(right - left) : 0;
    for (size_t k = 0; k < md->config.n_tones; k++) {
        gw_complex a = {0, 0}, b = {0, 0};
        if (has_left || has_right) {
            a = md_cell_at(md, left)->response[k];
            b = md_cell_at(md, right)->response[k];
        }
        response[k] = (gw_complex){a.re + part * (b.re - a.re), a.im + part * (b.im - a.im)};
    }
}

static void window_fill(gw_md *md, uint64_t from, double *noise)
{
    gw_complex response[GW_TONES_MAX];
    double hops = 0;
    gw_md_window_clear(md->window);
    for (uint64_t k = from; k < md->n_cells; k++) {
        cell_fill(md, from, k, response);
        gw_md_window_add(md->window, response, md_cell_at(md, k)->weight >= MD_WEIGHT_LEAST);
        hops += md_cell_at(md, k)->weight;
    }
    uint64_t oldest = md->n_told > MD_TOLD ? md->n_told - MD_TOLD : 0;
    for (uint64_t k = oldest; k < md->n_told && !gw_md_is_mesh(md); k++)
        if (md->told[k % MD_TOLD][1] >= GW_MD_WINDOW_OBJECT)
            gw_md_window_know(md->window, md->told[k % MD_TOLD][0] - (double)from);
    double mean = hops / (double)(md->n_cells - from);
    for (size_t k = 0; k < md->config.n_tones; k++)
        noise[k] = md->usual[k] * sqrt(fmin(1, md->alike / fmax(mean, 1e-6)));
}

/* Decide on the cells up to `to`, from all that is known by now. */
static void stretch_decide(gw_md *md, uint64_t to)
{
    double noise[GW_TONES_MAX];
    uint64_t from = md->n_cells > GW_MD_WINDOW_CELLS ? md->n_cells - GW_MD_WINDOW_CELLS : 0;
    window_fill(md, from, noise);
    gw_md_window_solve(md->window, noise, !md->is_finished);
    for (uint64_t k = md->n_decided; k < to; k++)
        md->cells[k % MD_CELLS_KEPT].level = gw_md_window_level(md->window, (size_t)(k - from));
    reference_tell(md);
    md->n_targets = gw_md_window_targets(md->window, &md->targets);
    md_soil_take(md, to - md->n_decided);
    md->target = 0;
    md->window_from = from;
    md->target_from = md->n_decided;
    md->n_decided = to;
}

static double far_of(const gw_md *md, double score)
{
    return gw_far_md(score, gw_md_window_has_spectra(md->window)) * md->far_scale;
}

static bool is_alarm(const gw_md *md, double score)
{
    return far_of(md, score) <= md->config.far_per_m;
}

/* An alarm was told of this place, or something as likely. */
static bool is_told(const gw_md *md, double cell, double score)
{
    uint64_t from = md->n_told > MD_TOLD ? md->n_told - MD_TOLD : 0;
    for (uint64_t k = from; k < md->n_told; k++)
        if (fabs(md->told[k % MD_TOLD][0] - cell) < SAME &&
            (score < 2 * md->told[k % MD_TOLD][1] || is_alarm(md, md->told[k % MD_TOLD][1])))
            return true;
    return false;
}

static void response_tell(const gw_md *md, const gw_md_target *target, gw_detection *detection)
{
    double re = (double)target->response[md->tone].re, im = (double)target->response[md->tone].im;
    detection->amplitude = hypot(re, im);
    detection->phase_deg = atan2(im, re) / degree;
    detection->tone_hz = md->tone_hz;
    detection->is_in_balls = md->config.is_in_balls;
    detection->coil_distance_m = target->depth_m;
    detection->coil_distance_sd_m = target->depth_sd_m;
    gw_md_kind kind = {(double)NAN, (double)NAN};
    if (md->kinds && target->score >= judged_from)
        kind =
            gw_md_window_kind(md->window, md->kinds, md->config.is_in_balls, md->tones_hz, target);
    detection->ferrous_probability = kind.ferrous_probability;
    detection->relaxation_s = kind.relaxation_s;
}

/* The rows of the cells that a dipole's footprint reaches. */
static void rows_tell(const gw_md *md, uint64_t at, gw_detection *detection)
{
    uint64_t from =
        at > md->window_from + GW_FOOTPRINT_HALF ? at - GW_FOOTPRINT_HALF : md->window_from;
    uint64_t to = at + GW_FOOTPRINT_HALF < md->n_cells ? at + GW_FOOTPRINT_HALF : md->n_cells - 1;
    int64_t first = md_cell_at(md, from)->from_row, last = md_cell_at(md, to)->end_row - 1;
    detection->first_row = first > 0 ? first : 0;
    detection->last_row = last > detection->first_row ? last : detection->first_row;
}

static void detection_fill(const gw_md *md, double at, const gw_md_target *target,
                           gw_detection *detection)
{
    const md_cell *cell = md_cell_at(md, (uint64_t)(at + 0.5));
    *detection = gw_detection_unknown(GW_SENSOR_MD);
    detection->sample = cell->hop.row;
    detection->score = target->score;
    detection->far_per_m = far_of(md, target->score);
    detection->spacing_assumed = !md->config.is_place_known;
    detection->time_ns = cell->hop.time_ns;
    if (md->config.is_place_known)
        detection->along_m = cell->hop.along_m + (at - floor(at + 0.5)) * MD_CELL_M;
    rows_tell(md, (uint64_t)(at + 0.5), detection);
    response_tell(md, target, detection);
    detection->alarm = is_alarm(md, target->score);
}

/* Next target of the stretch that was decided on last. */
static bool target_tell(gw_md *md, gw_detection *detection)
{
    while (md->target < md->n_targets) {
        const gw_md_target *target = &md->targets[md->target++];
        double at = (double)md->window_from + target->at;
        at = fmin(fmax(at, (double)md->window_from), (double)(md->n_cells - 1));
        if (gw_md_is_unheard(md, (uint64_t)(at + 0.5)) || at < (double)md->target_from - BACK ||
            at >= (double)md->n_decided || !(target->score > 0) || is_told(md, at, target->score))
            continue;
        md->told[md->n_told % MD_TOLD][0] = at;
        md->told[md->n_told++ % MD_TOLD][1] = target->score;
        detection_fill(md, at, target, detection);
        md_stage_show(md, at, detection);
        return true;
    }
    return false;
}

/* How far can be decided now; n_decided: not farther. */
static uint64_t decidable(const gw_md *md)
{
    uint64_t ahead = md->is_finished ? 0 : AHEAD, stride = md->is_finished ? 1 : STRIDE;
    uint64_t first = md->config.n_tones >= GW_MD_WINDOW_MANY ? FIRST_MANY : FIRST;
    if (!md->is_finished && md->n_cells < first)
        return md->n_decided;
    return md->n_cells >= md->n_decided + ahead + stride ? md->n_cells - ahead : md->n_decided;
}

/* The signal path. */
bool gw_md_pop(gw_md *md, gw_detection *detection)
{
    for (;;) {
        if (target_tell(md, detection))
            return true;
        uint64_t to = decidable(md);
        if (to == md->n_decided)
            return false;
        stretch_decide(md, to);
    }
}

double gw_md_done_m(const gw_md *md)
{
    return md->n_decided ? md_cell_at(md, md->n_decided - 1)->hop.along_m : -(double)INFINITY;
}

void gw_md_finish(gw_md *md)
{
    if (md->n_hops)
        cell_close(md, md->cell + 1);
    md->is_finished = true;
}

void gw_md_reset(gw_md *md)
{
    md->has_cell = md->is_finished = false;
    md->n_hops = md->n_targets = md->target = 0;
    md->n_cells = md->n_decided = md->n_covered = md->n_told = md->n_usual = 0;
    md->window_from = md->target_from = 0;
    md->weight = 0;
    gw_stand_reset(&md->stand);
    md->stood_told_s = 0;
    md->n_row_looks = 0;
    md->mesh.spacing_m = md->row.spacing_m = (double)NAN;
    md_soil_reset(md);
}
