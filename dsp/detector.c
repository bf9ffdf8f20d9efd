/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/detector_cover.h"

#include <math.h>
#include <stdlib.h>

#include "dsp/speed.h"

static const double default_far_per_m = 0.1;

static gw_status config_check(const gw_detector_config *config, gw_error *error)
{
    double far = config->far_per_m;
    if (far != 0 && !(far >= 1e-6 && far <= 1e3))
        return gw_error_set(error, GW_EINVAL, "false alarms a metre: %g is not in 1e-6..1e3", far);
    double speed = config->speed_m_per_ns;
    if (speed != 0 && !(speed >= GW_SPEED_M_PER_NS_MIN && speed <= GW_SPEED_M_PER_NS_MAX))
        return gw_error_set(error, GW_EINVAL, "speed of the wave: %g m/ns is not in %g..%g", speed,
                            GW_SPEED_M_PER_NS_MIN, GW_SPEED_M_PER_NS_MAX);
    if (!config->streams[GW_KIND_GPR] && !config->streams[GW_KIND_MD])
        return gw_error_set(error, GW_EINVAL,
                            "neither a gpr nor an md stream: nothing to detect in");
    return GW_OK;
}

static gw_status scope_create(gw_detector *detector)
{
    const gw_stream *gpr = &detector->streams[GW_KIND_GPR], *md = &detector->streams[GW_KIND_MD];
    bool has_md = detector->has[GW_KIND_MD];
    double hop_s =
        has_md ? (double)gw_front_hop(detector->front) / md->sample_rate_hz : (double)NAN;
    gw_status status = gw_scope_create(detector->has[GW_KIND_GPR] ? gpr : NULL, has_md ? md : NULL,
                                       hop_s, &detector->scope);
    if (status == GW_OK)
        gw_scope_listen(detector->scope, detector->sink.scope, detector->sink.user);
    return status;
}

static gw_status chains_create(gw_detector *detector, gw_error *error)
{
    gw_status status = GW_OK;
    if (detector->has[GW_KIND_GPR])
        status = detector_gpr_create(detector, error);
    if (status == GW_OK && detector->has[GW_KIND_MD])
        status = detector_md_create(detector, error);
    bool are_placed = detector->has[GW_KIND_GPR] && detector->how != SCANS_ASSUMED &&
                      detector->has[GW_KIND_MD] && detector->is_md_placed;
    if (status == GW_OK && are_placed)
        status = gw_fuse_create(detector->config.far_per_m, detector->how == SCANS_PLACED,
                                &detector->fuse);
    if (status == GW_OK && detector->sink.scope)
        status = scope_create(detector);
    return status;
}

/* Channel of a field; -1 when there is none. */
static int field_find(const gw_stream *stream, gw_field field)
{
    for (size_t c = 0; c < stream->n_channels; c++)
        if (stream->fields[c] == field)
            return (int)c;
    return -1;
}

static bool has_head(const gw_stream *pose)
{
    return field_find(pose, GW_FIELD_HEIGHT_MM) >= 0 || field_find(pose, GW_FIELD_CROSS_MM) >= 0;
}

gw_status gw_detector_create(const gw_detector_config *config, const gw_detector_sink *sink,
                             gw_detector **out, gw_error *error)
{
    *out = NULL;
    gw_status status = config_check(config, error);
    if (status != GW_OK)
        return status;
    gw_detector *detector = calloc(1, sizeof *detector);
    if (!detector)
        return gw_error_set(error, GW_ENOMEM, "detector: out of memory");
    detector->config = *config;
    if (config->calibration)
        detector->md_calibration = config->calibration->md;
    detector->sink = *sink;
    detector->covered_m = (double)NAN;
    if (detector->config.far_per_m == 0)
        detector->config.far_per_m = default_far_per_m;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        detector->has[kind] = config->streams[kind] != NULL;
        if (detector->has[kind])
            detector->streams[kind] = *config->streams[kind];
        if (config->arms[kind].is_known)
            detector->streams[kind].arm = config->arms[kind];
        detector->config.streams[kind] = NULL; /* the caller's; not kept */
    }
    detector->has_head = detector->has[GW_KIND_POSE] && has_head(&detector->streams[GW_KIND_POSE]);
    status = chains_create(detector, error);
    detector->config.calibration = NULL;
    if (status != GW_OK) {
        gw_detector_destroy(detector);
        return status;
    }
    *out = detector;
    return GW_OK;
}

int64_t detector_row_ns(const gw_stream *stream, const gw_block *block, uint64_t row)
{
    return block->time_ns + gw_stream_row_ns(stream, row) - gw_stream_row_ns(stream, block->row);
}

void detector_gpr_show(gw_detector *detector, const gw_block *block, const gw_gpr_scan *scan)
{
    gw_scope_row at = {scan->scan, scan->time_ns, block->arrival_ns, scan->along_m};
    if (!detector->scope)
        return;
    if (detector->how == SCANS_ASSUMED)
        at.along_m = (double)NAN;
    else if (isnan(at.along_m)) /* its own place is not settled yet */
        at.along_m = gw_place_newest(&detector->place);
    gw_scope_gpr(detector->scope, detector->scan, &at);
}

void detector_md_show(gw_detector *detector, const gw_block *block, const hop_waiting *waiting)
{
    const gw_scope_row at = {waiting->hop.row, waiting->hop.time_ns, block->arrival_ns,
                             gw_place_newest(&detector->place)};
    if (detector->scope)
        gw_scope_md(detector->scope, waiting->response, &at);
}

static void fused_drain(gw_detector *detector)
{
    gw_detection fused;
    while (gw_fuse_pop(detector->fuse, &fused))
        detector->sink.detection(detector->sink.user, &fused);
}

double detector_reckoned_s(const gw_detector *detector, gw_sensor sensor, int64_t time_ns)
{
    bool is_by_pose = sensor == GW_SENSOR_MD
                          ? detector->is_md_placed
                          : detector->how == SCANS_PLACED && !detector->has_wheel;
    return is_by_pose ? gw_place_reckoned_s(&detector->place, time_ns) : 0;
}

void detector_emit(gw_detector *detector, const gw_detection *detection)
{
    gw_detection told = *detection;
    told.pass = detector->pass[detection->sensor];
    if (detection->sensor == GW_SENSOR_GPR) /* a metal detector tells no place across */
        told.cross_m += detector->streams[GW_KIND_GPR].arm.right_m;
    told.reckoned_s = detector_reckoned_s(detector, detection->sensor, detection->time_ns);
    detector->sink.detection(detector->sink.user, &told);
    if (detector->fuse)
        gw_fuse_push(detector->fuse, &told);
}

void detector_passed(gw_detector *detector, gw_sensor sensor, double along_m)
{
    if (!detector->fuse)
        return;
    gw_fuse_done(detector->fuse, sensor, detector->pass[sensor], along_m);
    fused_drain(detector);
}

bool detector_has_turned(const gw_detector *detector, gw_sensor sensor, int64_t time_ns)
{
    return gw_turns_pass(&detector->turns, time_ns) > detector->pass[sensor];
}

void detector_pass_begin(gw_detector *detector, gw_sensor sensor, int64_t time_ns)
{
    if (!detector_has_turned(detector, sensor, time_ns))
        return;
    detector->pass[sensor] = gw_turns_pass(&detector->turns, time_ns);
    detector_passed(detector, sensor, -(double)INFINITY);
}

static void pose_push(gw_detector *detector, const gw_block *block)
{
    const gw_stream *stream = &detector->streams[GW_KIND_POSE];
    int along = field_find(stream, GW_FIELD_ALONG_MM);
    if (detector->place.is_lost) /* what was reckoned does not go on */
        gw_turns_break(&detector->turns);
    int height = field_find(stream, GW_FIELD_HEIGHT_MM);
    int cross = field_find(stream, GW_FIELD_CROSS_MM);
    for (size_t r = 0; r < block->n_rows && along >= 0; r++) {
        const int32_t *row = block->counts + r * stream->n_channels;
        int64_t time_ns = detector_row_ns(stream, block, block->row + r);
        gw_place_push(&detector->place, time_ns, (double)row[along] * 1e-3);
        gw_turns_push(&detector->turns, time_ns, (double)row[along] * 1e-3);
        if (height >= 0)
            gw_place_lift(&detector->place, (double)row[height] * 1e-3);
        if (cross >= 0)
            gw_place_cross(&detector->place, (double)row[cross] * 1e-3);
    }
    if (detector->has[GW_KIND_GPR] && detector->how == SCANS_PLACED)
        detector_gpr_settle(detector);
    if (detector->has[GW_KIND_MD])
        detector_md_settle(detector);
    detector_cover_settle(detector);
}

static void chain_finish(gw_detector *detector, gw_kind kind)
{
    if (kind == GW_KIND_GPR)
        detector_gpr_finish(detector);
    else if (kind == GW_KIND_MD)
        detector_md_finish(detector);
    else if (detector->has[GW_KIND_MD])
        detector_md_settle(detector);
    if (kind == GW_KIND_POSE && detector->has[GW_KIND_GPR] && detector->how == SCANS_PLACED)
        detector_gpr_settle(detector);
    detector_cover_flush(detector);
}

void gw_detector_push(gw_detector *detector, gw_kind kind, const gw_block *block)
{
    bool is_new = detector->has_started[kind] && block->epoch != detector->epoch[kind];
    if ((block->flags & GW_BLOCK_GAP) && detector->has_started[kind] && !detector->has_ended[kind])
        chain_finish(detector, kind);
    if (is_new || (block->flags & GW_BLOCK_EPOCH && detector->has_started[kind])) {
        if (!detector->has_ended[kind])
            chain_finish(detector, kind);
        if (kind == GW_KIND_POSE) {
            gw_place_reset(&detector->place);
            gw_turns_break(&detector->turns);
        }
    }
    if (kind == GW_KIND_GPR && (is_new || block->flags & (GW_BLOCK_GAP | GW_BLOCK_EPOCH)))
        detector->covered_m = (double)NAN;
    detector->has_started[kind] = true;
    detector->has_ended[kind] = false;
    detector->epoch[kind] = block->epoch;
    if (kind == GW_KIND_GPR)
        detector_gpr_push(detector, block);
    else if (kind == GW_KIND_MD)
        detector_md_push(detector, block);
    else
        pose_push(detector, block);
}

void gw_detector_finish(gw_detector *detector, gw_kind kind)
{
    if (!detector->has[kind] || detector->has_ended[kind])
        return;
    detector->has_ended[kind] = true;
    if (kind == GW_KIND_POSE)
        gw_place_lose(&detector->place);
    chain_finish(detector, kind);
    if (kind != GW_KIND_POSE)
        detector_passed(detector, kind == GW_KIND_GPR ? GW_SENSOR_GPR : GW_SENSOR_MD,
                        (double)INFINITY);
}

unsigned gw_detector_trouble(gw_detector *detector)
{
    unsigned trouble = detector->md_trouble;
    detector->md_trouble = 0;
    return trouble;
}

uint64_t gw_detector_unfused(const gw_detector *detector)
{
    return detector->fuse ? gw_fuse_overflow(detector->fuse) : 0;
}

void gw_detector_ground(const gw_detector *detector, gw_ground *ground)
{
    ground->n_tones = 0;
    if (detector->md)
        gw_md_ground(detector->md, ground);
}

double gw_detector_along(const gw_detector *detector)
{
    return gw_place_newest(&detector->place);
}

double gw_detector_height(const gw_detector *detector)
{
    return gw_place_height_newest(&detector->place);
}

double gw_detector_speed(const gw_detector *detector)
{
    return gw_place_speed(&detector->place);
}

void gw_detector_destroy(gw_detector *detector)
{
    if (!detector)
        return;
    detector_gpr_destroy(detector);
    detector_md_destroy(detector);
    gw_fuse_destroy(detector->fuse);
    gw_scope_destroy(detector->scope);
    free(detector);
}
