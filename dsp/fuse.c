/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/fuse.h"

#include <math.h>
#include <stdlib.h>

#include "dsp/fuse_odds.h"

static const double cell_m = 0.05, beside_m = 0.25;
static const double behind_m = 1.2; /* candidates further back weigh on nothing any more */
static const double ahead_m = 1.05; /* 3 beside_m, and the longest reach from a cell's middle */

enum { ITEMS_MAX = 2048, CELLS = 1024, PASSES_KEPT = 8, GPR = GW_FUSE_GPR, MD = GW_FUSE_MD };

/* How far: a place of a pass. */
typedef struct reached {
    uint64_t pass;
    double along_m;
} reached;

/* Ground of a pass. */
typedef struct ground {
    uint64_t pass;
    int64_t cells[CELLS]; /* 1 + index */
} ground;

/* A candidate, in order of place. */
typedef struct item {
    gw_detection from;
    double z;
    bool is_weighed, is_line;
} item;

struct gw_fuse {
    double far_per_m;
    bool has_passes;
    reached done[2];
    uint64_t n_overflow;
    size_t n, next;              /* items; the first not decided on */
    ground covered[PASSES_KEPT]; /* where the radar's silence says something */
    ground lifted[PASSES_KEPT];
    item items[ITEMS_MAX];
};

static int64_t cell_of(double along_m)
{
    return (int64_t)floor(along_m / cell_m);
}

gw_status gw_fuse_create(double far_per_m, bool has_passes, gw_fuse **out)
{
    *out = calloc(1, sizeof **out);
    if (!*out)
        return GW_ENOMEM;
    (*out)->far_per_m = far_per_m;
    (*out)->has_passes = has_passes;
    gw_fuse_reset(*out);
    return GW_OK;
}

static int sensor_of(const gw_detection *detection)
{
    return detection->sensor == GW_SENSOR_MD ? MD : GPR;
}

/* Order of passes and place; of two at one place the radar's goes first. */
static bool is_before(const gw_detection *a, const gw_detection *b)
{
    if (a->pass != b->pass)
        return a->pass < b->pass;
    return a->along_m < b->along_m || (a->along_m == b->along_m && sensor_of(a) < sensor_of(b));
}

static void first_drop(gw_fuse *fuse, size_t n)
{
    for (size_t k = n; k < fuse->n; k++)
        fuse->items[k - n] = fuse->items[k];
    fuse->n -= n;
    fuse->next -= n;
}

void gw_fuse_push(gw_fuse *fuse, const gw_detection *detection)
{
    if (fuse->n == ITEMS_MAX && fuse->next > 0)
        first_drop(fuse, fuse->next);
    if (fuse->n == ITEMS_MAX) {
        fuse->n_overflow++;
        return;
    }
    size_t at = fuse->n++;
    for (; at > fuse->next && is_before(detection, &fuse->items[at - 1].from); at--)
        fuse->items[at] = fuse->items[at - 1];
    fuse->items[at] = (item){.from = *detection};
}

static void ground_begin(ground *of, uint64_t pass)
{
    of->pass = pass;
    for (size_t k = 0; k < CELLS; k++)
        of->cells[k] = INT64_MIN;
}

static void ground_mark(ground *passes, uint64_t pass, double from_m, double to_m)
{
    ground *of = &passes[pass % PASSES_KEPT];
    if (!(to_m >= from_m && to_m - from_m < CELLS * cell_m))
        return;
    if (of->pass != pass)
        ground_begin(of, pass);
    for (int64_t cell = cell_of(from_m); cell <= cell_of(to_m); cell++)
        of->cells[(uint64_t)cell % CELLS] = 1 + cell;
}

void gw_fuse_cover(gw_fuse *fuse, uint64_t pass, double from_m, double to_m)
{
    ground_mark(fuse->covered, pass, from_m, to_m);
}

void gw_fuse_lift(gw_fuse *fuse, uint64_t pass, double from_m, double to_m)
{
    ground_mark(fuse->lifted, pass, from_m, to_m);
}

void gw_fuse_done(gw_fuse *fuse, gw_sensor sensor, uint64_t pass, double along_m)
{
    bool is_over = along_m == (double)INFINITY;
    fuse->done[sensor == GW_SENSOR_MD] = (reached){is_over ? UINT64_MAX : pass, along_m};
}

static bool is_marked(const ground *passes, uint64_t pass, int64_t cell)
{
    const ground *of = &passes[pass % PASSES_KEPT];
    return of->pass == pass && of->cells[(uint64_t)cell % CELLS] == 1 + cell;
}

/* Whether the radar is valid there. */
static bool is_covered(const gw_fuse *fuse, const gw_detection *at)
{
    int64_t to = cell_of(at->along_m + cell_m);
    for (int64_t cell = cell_of(at->along_m - cell_m); cell <= to; cell++)
        if (!is_marked(fuse->covered, at->pass, cell) || is_marked(fuse->lifted, at->pass, cell))
            return false;
    return true;
}

/* Across the lane too where both are known: the antennas of an array see different ground. */
static double distance_m(double along_m, double cross_m, const gw_detection *of)
{
    double across = cross_m - of->cross_m;
    return isnan(across) ? fabs(along_m - of->along_m) : hypot(along_m - of->along_m, across);
}

/* Of each sensor, for the cell of an item. */
static void evidence_find(const gw_fuse *fuse, size_t at, double best[2])
{
    const gw_detection *own = &fuse->items[at].from;
    double middle = ((double)cell_of(own->along_m) + 0.5) * cell_m;
    best[GPR] = best[MD] = 0;
    for (size_t k = 0; k < fuse->n; k++) {
        const gw_detection *other = &fuse->items[k].from;
        if (other->pass != own->pass || fabs(other->along_m - middle) > ahead_m)
            continue;
        double *e = &best[sensor_of(other)];
        double distance = distance_m(middle, own->cross_m, other);
        *e = fmax(*e, gw_fuse_evidence(sensor_of(other), other->score, distance));
    }
}

static void item_weigh(gw_fuse *fuse, size_t at)
{
    item *own = &fuse->items[at];
    double best[2];
    if (own->is_weighed)
        return;
    evidence_find(fuse, at, best);
    own->z = gw_fuse_odds(best);
    if (!is_covered(fuse, &own->from)) /* its silence says nothing: no less than of metal alone */
        own->z = fmax(own->z, gw_fuse_odds_of_metal(best[MD]));
    own->is_weighed = true;
}

static bool is_beside(const item *a, const item *b)
{
    return a->from.pass == b->from.pass &&
           distance_m(a->from.along_m, a->from.cross_m, &b->from) <= beside_m;
}

/* None beside it is likelier; of equals the first stands. */
static bool is_highest(gw_fuse *fuse, size_t at)
{
    const item *own = &fuse->items[at];
    item_weigh(fuse, at);
    for (size_t k = 0; k < fuse->n; k++) {
        if (k == at || !is_beside(own, &fuse->items[k]))
            continue;
        item_weigh(fuse, k);
        if (fuse->items[k].z > own->z || (fuse->items[k].z == own->z && k < at))
            return false;
    }
    return true;
}

static bool is_line(gw_fuse *fuse, size_t at)
{
    const item *own = &fuse->items[at];
    if (is_highest(fuse, at))
        return true;
    for (size_t k = 0; k < fuse->n && own->from.alarm; k++)
        if (k != at && is_beside(own, &fuse->items[k]) &&
            (k < at ? fuse->items[k].is_line : is_highest(fuse, k)))
            return false;
    return own->from.alarm;
}

/* The strongest candidate of a sensor that is beside a line, its own first; NULL: none. */
static const item *partner_find(const gw_fuse *fuse, const item *own, int sensor)
{
    const item *best = NULL;
    if (sensor_of(&own->from) == sensor)
        return own;
    for (size_t k = 0; k < fuse->n; k++) {
        const item *other = &fuse->items[k];
        if (sensor_of(&other->from) == sensor && is_beside(own, other) &&
            (!best || other->from.score > best->from.score))
            best = other;
    }
    return best;
}

/* As scrap is: an alarm of the metal detector where the radar is valid, in no line that is likelier
 * than that. */
static bool is_unlikely(gw_fuse *fuse, const item *own, const item *md)
{
    size_t at = (size_t)(own - fuse->items);
    if (!md || !md->from.alarm || own->z >= gw_fuse_unlikely() || !is_covered(fuse, &md->from))
        return false;
    for (size_t k = 0; k < fuse->n; k++)
        if (k != at && is_beside(md, &fuse->items[k]) &&
            (k < at ? fuse->items[k].is_line : is_highest(fuse, k)) &&
            fuse->items[k].z >= gw_fuse_unlikely())
            return false;
    return true;
}

static gw_evidence evidence_of(const gw_fuse *fuse, const gw_detection *gpr, const gw_detection *md,
                               const gw_detection *at)
{
    return (gw_evidence){.gpr_score = gpr ? gpr->score : (double)NAN,
                         .gpr_far_per_m = gpr ? gpr->far_per_m : (double)INFINITY,
                         .md_score = md ? md->score : (double)NAN,
                         .md_far_per_m = md ? md->far_per_m : (double)INFINITY,
                         .md_sample = md ? md->sample : -1,
                         .gpr_first = gpr ? gpr->first_row : -1,
                         .gpr_last = gpr ? gpr->last_row : -1,
                         .md_first = md ? md->first_row : -1,
                         .md_last = md ? md->last_row : -1,
                         .is_radar_valid = is_covered(fuse, at)};
}

static void line_fill(gw_fuse *fuse, const item *own, gw_detection *out)
{
    const item *radar = partner_find(fuse, own, GPR), *metal = partner_find(fuse, own, MD);
    const gw_detection *gpr = radar ? &radar->from : NULL, *md = metal ? &metal->from : NULL;
    *out = gpr ? *gpr : *md;
    if (!gpr)
        out->sample = -1; /* of the radar, in a fused line */
    out->sensor = GW_SENSOR_FUSED;
    out->along_m = own->from.along_m;
    out->cross_m = own->from.cross_m;
    out->time_ns = own->from.time_ns;
    out->reckoned_s = fmax(gpr ? gpr->reckoned_s : 0, md ? md->reckoned_s : 0);
    out->amplitude = out->phase_deg = out->tone_hz = (double)NAN;
    out->is_in_balls = false;
    out->ferrous_probability = md ? md->ferrous_probability : (double)NAN;
    out->relaxation_s = md ? md->relaxation_s : (double)NAN;
    out->coil_distance_m = md ? md->coil_distance_m : (double)NAN;
    out->coil_distance_sd_m = md ? md->coil_distance_sd_m : (double)NAN;
    out->far_per_m = fmin(gw_fuse_far_per_m(own->z), 1 / beside_m);
    out->score = fmax(exp(own->z), 1e-9);
    out->alarm = out->far_per_m <= fuse->far_per_m;
    out->evidence = evidence_of(fuse, gpr, md, &own->from);
    out->unlikely = !out->alarm && out->evidence.is_radar_valid && is_unlikely(fuse, own, metal);
}

/* Whether what a sensor has said reaches so far beyond a place. */
static bool has_passed(const gw_fuse *fuse, int sensor, const gw_detection *place, double by_m)
{
    const reached *done = &fuse->done[sensor];
    if (sensor == GPR && !fuse->has_passes && place->pass > 0)
        return true;
    return done->pass != place->pass ? done->pass > place->pass
                                     : place->along_m + by_m <= done->along_m;
}

/* Whether an item weighs on nothing that is still to be decided. */
static bool is_old(const gw_fuse *fuse, const gw_detection *of)
{
    const gw_detection *next = fuse->next < fuse->n ? &fuse->items[fuse->next].from : NULL;
    if (next && next->pass == of->pass && of->along_m >= next->along_m - behind_m)
        return false;
    return has_passed(fuse, GPR, of, behind_m) && has_passed(fuse, MD, of, behind_m);
}

static void old_drop(gw_fuse *fuse)
{
    size_t n = 0;
    while (n < fuse->next && is_old(fuse, &fuse->items[n].from))
        n++;
    if (n >= 64 || (n && n == fuse->n)) /* not at each step: it moves all */
        first_drop(fuse, n);
}

bool gw_fuse_pop(gw_fuse *fuse, gw_detection *detection)
{
    old_drop(fuse);
    while (fuse->next < fuse->n && has_passed(fuse, GPR, &fuse->items[fuse->next].from, ahead_m) &&
           has_passed(fuse, MD, &fuse->items[fuse->next].from, ahead_m)) {
        size_t at = fuse->next++;
        fuse->items[at].is_line = is_line(fuse, at);
        if (!fuse->items[at].is_line)
            continue;
        line_fill(fuse, &fuse->items[at], detection);
        return true;
    }
    return false;
}

uint64_t gw_fuse_overflow(const gw_fuse *fuse)
{
    return fuse->n_overflow;
}

void gw_fuse_reset(gw_fuse *fuse)
{
    fuse->n = fuse->next = 0;
    fuse->done[GPR] = fuse->done[MD] = (reached){0, -(double)INFINITY};
    fuse->n_overflow = 0;
    for (size_t k = 0; k < PASSES_KEPT; k++) {
        ground_begin(&fuse->covered[k], UINT64_MAX);
        ground_begin(&fuse->lifted[k], UINT64_MAX);
    }
}

void gw_fuse_destroy(gw_fuse *fuse)
{
    free(fuse);
}
