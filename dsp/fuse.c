/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/fuse.h"

#include <math.h>
#include <stdlib.h>

static const double window_m = 0.5, gate_m = 0.25, lone_p = 0.5, clutter_far_per_m = 1;

enum { WAITING_MAX = 1024 };

typedef struct waiting {
    size_t n;
    bool is_paired[WAITING_MAX];
    gw_detection items[WAITING_MAX]; /* in order of along_m */
} waiting;

struct gw_fuse {
    double far_per_m;
    double done_m[2];
    uint64_t n_overflow;
    waiting sensors[2]; /* GW_SENSOR_GPR, GW_SENSOR_MD */
};

gw_status gw_fuse_create(double far_per_m, gw_fuse **out)
{
    *out = calloc(1, sizeof **out);
    if (!*out)
        return GW_ENOMEM;
    (*out)->far_per_m = far_per_m;
    gw_fuse_reset(*out);
    return GW_OK;
}

void gw_fuse_push(gw_fuse *fuse, const gw_detection *detection)
{
    waiting *list = fuse->sensors + (detection->sensor == GW_SENSOR_MD);
    if (list->n == WAITING_MAX) {
        fuse->n_overflow++;
        return;
    }
    size_t at = list->n++;
    for (; at > 0 && list->items[at - 1].along_m > detection->along_m; at--) {
        list->items[at] = list->items[at - 1];
        list->is_paired[at] = list->is_paired[at - 1];
    }
    list->items[at] = *detection;
    list->is_paired[at] = false;
}

void gw_fuse_done(gw_fuse *fuse, gw_sensor sensor, double along_m)
{
    fuse->done_m[sensor == GW_SENSOR_MD] = along_m;
}

static double chance(double far_per_m)
{
    return fmax(-expm1(-far_per_m * window_m), 1e-300);
}

static double far_combine(double p, double q)
{
    double product = p * q, joint = product * (1 - log(product));
    return joint < 1 ? -log1p(-joint) / window_m : 1 / window_m;
}

/* The likeliest free partner of `item` within the gate; NULL when there is none. */
static gw_detection *partner_find(waiting *list, const gw_detection *item)
{
    size_t best = list->n;
    for (size_t k = 0; k < list->n; k++) {
        if (list->is_paired[k] || fabs(list->items[k].along_m - item->along_m) > gate_m)
            continue;
        if (best == list->n || list->items[k].far_per_m < list->items[best].far_per_m)
            best = k;
    }
    if (best == list->n)
        return NULL;
    list->is_paired[best] = true;
    return &list->items[best];
}

static void fused_fill(const gw_fuse *fuse, const gw_detection *gpr, const gw_detection *md,
                       gw_detection *out)
{
    double p = gpr ? chance(gpr->far_per_m) : lone_p, q = md ? chance(md->far_per_m) : lone_p;
    /* The radar knows place and depth best, if it saw more than the ground's usual clutter. */
    *out = gpr && (!md || gpr->far_per_m <= clutter_far_per_m) ? *gpr : *md;
    out->sensor = GW_SENSOR_FUSED;
    out->amplitude = out->phase_deg = out->tone_hz = (double)NAN;
    out->is_in_balls = false;
    out->ferrous_probability = md ? md->ferrous_probability : (double)NAN;
    out->relaxation_s = md ? md->relaxation_s : (double)NAN;
    out->coil_distance_m = md ? md->coil_distance_m : (double)NAN;
    out->coil_distance_sd_m = md ? md->coil_distance_sd_m : (double)NAN;
    out->far_per_m = far_combine(p, q);
    out->score = -log10(out->far_per_m * window_m) + 1e-9;
    out->score = out->score > 0 ? out->score : 1e-9;
    out->alarm = out->far_per_m <= fuse->far_per_m;
    out->unlikely = md && md->alarm && !out->alarm;
}

static void first_remove(waiting *list)
{
    list->n--;
    for (size_t k = 0; k < list->n; k++) {
        list->items[k] = list->items[k + 1];
        list->is_paired[k] = list->is_paired[k + 1];
    }
}

static void paired_drop(waiting *list)
{
    while (list->n && list->is_paired[0])
        first_remove(list);
}

bool gw_fuse_pop(gw_fuse *fuse, gw_detection *detection)
{
    waiting *gpr = fuse->sensors, *md = fuse->sensors + 1;
    paired_drop(gpr);
    paired_drop(md);
    if (!gpr->n && !md->n)
        return false;
    bool is_gpr = gpr->n && (!md->n || gpr->items[0].along_m <= md->items[0].along_m);
    waiting *mine = is_gpr ? gpr : md, *other = is_gpr ? md : gpr;
    /* twice the gate: a partner may have a better one of its own beyond */
    if (fmin(fuse->done_m[0], fuse->done_m[1]) < mine->items[0].along_m + 2 * gate_m)
        return false;
    gw_detection item = mine->items[0];
    const gw_detection *partner = partner_find(other, &item);
    fused_fill(fuse, is_gpr ? &item : partner, is_gpr ? partner : &item, detection);
    first_remove(mine);
    return true;
}

uint64_t gw_fuse_overflow(const gw_fuse *fuse)
{
    return fuse->n_overflow;
}

void gw_fuse_reset(gw_fuse *fuse)
{
    fuse->sensors[0].n = fuse->sensors[1].n = 0;
    fuse->done_m[0] = fuse->done_m[1] = -(double)INFINITY;
    fuse->n_overflow = 0;
}

void gw_fuse_destroy(gw_fuse *fuse)
{
    free(fuse);
}
