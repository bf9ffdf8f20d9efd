/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/terrain.h"

#include <math.h>
#include <stdlib.h>

#include "daemon/clock.h"
#include "drivers/geodesy.h"

static const double single_half_m = 0.15; /* the swath of one channel counts as 0.30 m */
static const double coil_usual_m = 0.13;
static const double touch_m = 0.001;

struct gw_terrain {
    gw_store *store;
    gw_origin lane;
    gw_cells *cells;
    double left_m[GW_SENSOR_COUNT], right_m[GW_SENSOR_COUNT]; /* seen from the head's middle */
    bool has_end[GW_SENSOR_COUNT], is_full_told;
    /* As it was measured; as the record says. */
    double end_m[GW_SENSOR_COUNT], end_told_m[GW_SENSOR_COUNT];
};

static void gap_tell(void *user, const gw_cells_gap *gap)
{
    gw_terrain *ground = user;
    const gw_message_gap message = {.what = "ground",
                                    .sensor = gw_sensor_name(gap->sensor),
                                    .n = gap->n_cells,
                                    .ground = &gap->ground,
                                    .reason = "between passes"};
    gw_store_put(ground->store, GW_RECORD_GAP, gw_clock_utc_ns(), gw_message_gap_encode(&message));
}

static void full_tell(gw_terrain *ground, gw_sensor sensor)
{
    const gw_message_gap message = {.what = "ground",
                                    .sensor = gw_sensor_name(sensor),
                                    .reason = "no room for more cells: gaps between passes are "
                                              "not told any more"};
    if (ground->is_full_told || !gw_cells_are_full(ground->cells))
        return;
    ground->is_full_told = true;
    gw_store_put(ground->store, GW_RECORD_GAP, gw_clock_utc_ns(), gw_message_gap_encode(&message));
}

static void swaths_take(gw_terrain *ground, const gw_stream *const streams[GW_KIND_COUNT])
{
    const gw_stream *gpr = streams[GW_KIND_GPR], *md = streams[GW_KIND_MD];
    double coil_m = md && md->coil_radius_m > 0 ? md->coil_radius_m : coil_usual_m;
    double wide_m = gpr ? (double)(gpr->n_channels - 1) * gpr->channel_spacing_m : 0;
    ground->left_m[GW_SENSOR_GPR] = -single_half_m;
    ground->right_m[GW_SENSOR_GPR] = wide_m + single_half_m;
    ground->left_m[GW_SENSOR_MD] = -coil_m;
    ground->right_m[GW_SENSOR_MD] = coil_m;
}

gw_status gw_terrain_create(const gw_stream *const streams[GW_KIND_COUNT], const gw_origin *lane,
                            gw_store *store, gw_terrain **out, gw_error *error)
{
    gw_terrain *ground = calloc(1, sizeof *ground);
    *out = ground;
    if (!ground || gw_cells_create(gap_tell, ground, &ground->cells) != GW_OK) {
        gw_terrain_destroy(ground);
        *out = NULL;
        return gw_error_set(error, GW_ENOMEM, "ground: out of memory");
    }
    ground->store = store;
    ground->lane = *lane;
    swaths_take(ground, streams);
    return GW_OK;
}

static bool is_measured(const gw_fix *fix)
{
    return fix && fix->type != GW_FIX_NONE;
}

/* From, to, across in the lane's frame. */
static void place_find(const gw_terrain *ground, const gw_coverage *coverage,
                       const gw_message_place *place, double at[3])
{
    double from_cross, to_cross;
    at[0] = coverage->from_m;
    at[1] = coverage->to_m;
    at[2] = isfinite(coverage->cross_m) ? coverage->cross_m : 0;
    if (!ground->lane.is_known || !is_measured(place->from) || !is_measured(place->fix))
        return;
    gw_origin_measure(&ground->lane, place->from->place, &at[0], &from_cross);
    gw_origin_measure(&ground->lane, place->fix->place, &at[1], &to_cross);
    at[2] = 0.5 * (from_cross + to_cross);
}

static int64_t mm_of(double m)
{
    return llround(fmin(fmax(m, -1e6), 1e6) * 1000);
}

void gw_terrain_search(gw_terrain *ground, const gw_coverage *coverage,
                       const gw_message_place *place)
{
    gw_sensor sensor = coverage->sensor;
    double at[3], from;
    place_find(ground, coverage, place, at);
    if (!isfinite(at[0]) || !isfinite(at[1]))
        return;
    bool goes_on =
        ground->has_end[sensor] && fabs(coverage->from_m - ground->end_told_m[sensor]) < touch_m;
    if (!goes_on)
        gw_cells_finish(ground->cells, sensor);
    from = goes_on ? ground->end_m[sensor] : at[0];
    const gw_cells_strip strip = {.from_mm = mm_of(fmin(from, at[1])),
                                  .to_mm = mm_of(fmax(from, at[1])),
                                  .left_mm = mm_of(at[2] + ground->left_m[sensor]),
                                  .right_mm = mm_of(at[2] + ground->right_m[sensor])};
    gw_cells_cover(ground->cells, sensor, &strip);
    full_tell(ground, sensor);
    ground->has_end[sensor] = true;
    ground->end_m[sensor] = at[1];
    ground->end_told_m[sensor] = coverage->to_m;
}

void gw_terrain_break(gw_terrain *ground, gw_sensor sensor)
{
    gw_cells_finish(ground->cells, sensor);
    ground->has_end[sensor] = false;
}

void gw_terrain_destroy(gw_terrain *ground)
{
    if (!ground)
        return;
    gw_cells_destroy(ground->cells);
    free(ground);
}
