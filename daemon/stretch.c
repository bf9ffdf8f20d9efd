/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/stretch.h"

#include <math.h>
#include <string.h>

static const double touch_m = 0.001, back_m = 0.05;
static const int64_t scans_apart_ns = 200000000; /* more: the head stood */

static uint64_t end_of(const gw_coverage *coverage)
{
    return coverage->first_row + coverage->n_rows;
}

void gw_stretch_begin(gw_stretch *stretch, uint64_t row, int64_t time_ns)
{
    stretch->end_row = row;
    stretch->end_m = (double)NAN;
    stretch->end_ns = time_ns;
}

gw_coverage gw_stretch_rest(const gw_stretch *stretch, gw_sensor sensor, uint64_t end_row)
{
    gw_coverage rest = gw_coverage_unknown(sensor);
    rest.first_row = stretch->end_row;
    rest.n_rows = end_row > stretch->end_row ? end_row - stretch->end_row : 0;
    rest.from_ns = rest.to_ns = stretch->end_ns;
    return rest;
}

bool gw_stretch_hole(const gw_stretch *stretch, const gw_coverage *next, gw_coverage *hole)
{
    double on_m = next->from_m - stretch->end_m, way_m = fabs(on_m);
    bool is_placed = isfinite(on_m);
    if (is_placed ? !(on_m > touch_m || way_m > back_m) : next->first_row <= stretch->end_row)
        return false;
    *hole = gw_stretch_rest(stretch, next->sensor, next->first_row);
    hole->to_ns = next->from_ns;
    hole->balance = next->balance;
    if (!is_placed)
        return true;
    hole->reckoned_s = next->reckoned_s;
    hole->from_m = stretch->end_m;
    hole->to_m = next->from_m;
    hole->cross_m = next->cross_m;
    if (hole->to_ns > hole->from_ns)
        hole->speed_m_s = way_m / ((double)(hole->to_ns - hole->from_ns) * 1e-9);
    return true;
}

/* Two cells of a head that is quick may share a row. */
bool gw_stretch_is_anew(const gw_stretch *stretch, const gw_coverage *next)
{
    return next->first_row + 1 < stretch->end_row;
}

static void reference_begin(gw_stretch *stretch)
{
    stretch->coil_rows = stretch->depth_rows = stretch->at_rows = 0;
    memset(stretch->named_rows, 0, sizeof stretch->named_rows);
}

static void reference_add(gw_stretch *stretch, const gw_coverage *next, double rows)
{
    stretch->coil_rows += next->ball_coil_m * rows;
    stretch->depth_rows += next->ball_depth_m * rows;
    stretch->at_rows += next->at_coil_m * rows;
    for (int body = 0; body < GW_NAMED_COUNT; body++) {
        stretch->named_rows[body][0] += next->named[body].depth_m * rows;
        stretch->named_rows[body][1] += next->named[body].sd_m * rows;
    }
    if (next->untold > stretch->ground.untold)
        stretch->ground.untold = next->untold;
}

static void reference_close(const gw_stretch *stretch, gw_coverage *ground)
{
    double rows = (double)ground->n_rows;
    ground->ball_coil_m = stretch->coil_rows / rows;
    ground->ball_depth_m = stretch->depth_rows / rows;
    ground->at_coil_m = stretch->at_rows / rows;
    for (int body = 0; body < GW_NAMED_COUNT; body++)
        ground->named[body] = (gw_reference_depth){stretch->named_rows[body][0] / rows,
                                                   stretch->named_rows[body][1] / rows};
}

void gw_stretch_add(gw_stretch *stretch, const gw_coverage *next, int64_t now_ns)
{
    gw_coverage *ground = &stretch->ground;
    uint64_t from = stretch->end_row;
    uint64_t to = end_of(next) > from ? end_of(next) : from;
    if (!stretch->is_open) {
        bool touches = fabs(next->from_m - stretch->end_m) < touch_m &&
                       next->from_ns - stretch->end_ns < scans_apart_ns;
        *ground = *next;
        stretch->begin_ns = touches ? stretch->end_ns : next->from_ns;
        ground->first_row = from;
        ground->stood_s = 0; /* is added below */
        stretch->is_open = true;
        stretch->noise_rows = stretch->height_rows = stretch->rows_height = 0;
        stretch->cross_rows = 0;
        reference_begin(stretch);
        stretch->since_ns = now_ns;
    }
    stretch->noise_rows += next->noise * (double)(to - from);
    stretch->cross_rows += next->cross_m * (double)(to - from);
    reference_add(stretch, next, (double)(to - from));
    if (isfinite(next->height_m)) {
        stretch->height_rows += next->height_m * (double)(to - from);
        stretch->rows_height += (double)(to - from);
    }
    ground->n_rows = to - ground->first_row;
    ground->to_m = next->to_m;
    ground->to_ns = next->to_ns;
    ground->reckoned_s = next->reckoned_s;
    ground->max_score = fmax(ground->max_score, next->max_score);
    ground->mesh_m = fmax(ground->mesh_m, next->mesh_m);
    ground->mesh_loss_db = fmax(ground->mesh_loss_db, next->mesh_loss_db);
    ground->stood_s += next->stood_s;
    ground->row_m = fmax(ground->row_m, next->row_m);
    ground->soil_db = fmax(ground->soil_db, next->soil_db);
    ground->soil_residual_db = fmax(ground->soil_residual_db, next->soil_residual_db);
    stretch->end_row = to;
    stretch->end_m = next->to_m;
    stretch->end_ns = next->to_ns;
}

bool gw_stretch_close(gw_stretch *stretch, gw_coverage *out)
{
    gw_coverage *ground = &stretch->ground;
    double seconds = (double)(ground->to_ns - stretch->begin_ns) * 1e-9;
    double length = ground->to_m - ground->from_m;
    if (!stretch->is_open)
        return false;
    if (isfinite(length) && seconds > 0)
        ground->speed_m_s = length / seconds;
    ground->noise = ground->n_rows ? stretch->noise_rows / (double)ground->n_rows : (double)NAN;
    ground->height_m =
        stretch->rows_height > 0 ? stretch->height_rows / stretch->rows_height : (double)NAN;
    if (ground->n_rows) {
        ground->cross_m = stretch->cross_rows / (double)ground->n_rows;
        reference_close(stretch, ground);
    }
    *out = *ground;
    stretch->is_open = false;
    return true;
}
