/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/detector_cover.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double assumed_spacing_m = 0.02, grid_spacing_m = 0.02;
static const double waiting_most_s = 2.5; /* a pose that is silent is given up after 2 s */

static void how_choose(gw_detector *detector)
{
    const gw_stream *stream = &detector->streams[GW_KIND_GPR];
    if (stream->scan_spacing_m > 0) {
        detector->how = SCANS_SPACED;
        detector->spacing_m = stream->scan_spacing_m;
    } else if (stream->row_rate_hz > 0 && detector->has[GW_KIND_POSE]) {
        detector->how = SCANS_PLACED;
        detector->spacing_m = grid_spacing_m;
    } else {
        detector->how = SCANS_ASSUMED;
        detector->spacing_m = assumed_spacing_m;
    }
}

static gw_status waiting_create(gw_detector *detector)
{
    size_t n = gw_stream_row_counts(&detector->streams[GW_KIND_GPR]);
    double n_scans = waiting_most_s * detector->streams[GW_KIND_GPR].row_rate_hz;
    size_t n_waiting =
        (size_t)fmin(fmax(n_scans, DETECTOR_SCANS_WAITING), 8 * DETECTOR_SCANS_WAITING);
    n_waiting = detector->how == SCANS_PLACED ? n_waiting : 0;
    detector->n_waiting = n_waiting;
    detector->scan = calloc(n * (n_waiting + 1), sizeof(float));
    detector->scans = calloc(n_waiting + 1, sizeof(scan_waiting));
    if (!detector->scan || !detector->scans)
        return GW_ENOMEM;
    for (size_t k = 0; k < n_waiting; k++)
        detector->scans[k].counts = detector->scan + n * (k + 1);
    return n_waiting ? gw_regrid_create(n, detector->spacing_m, &detector->regrid) : GW_OK;
}

/* Scans of stepped frequency go on as those of an impulse radar. */
static gw_status range_create(gw_detector *detector, gw_error *error)
{
    gw_stream *stream = &detector->streams[GW_KIND_GPR];
    detector->n_counts = gw_stream_row_counts(stream);
    if (stream->waveform != GW_WAVEFORM_SFCW)
        return GW_OK;
    const gw_calibration *by = detector->config.calibration;
    const gw_complex *plate = by && by->gpr.n_steps ? by->gpr.plate : NULL;
    if (plate && by->gpr.n_steps != stream->n_samples)
        return gw_error_set(error, GW_EINVAL, "%s: the calibration is for other steps",
                            stream->name);
    gw_status status = gw_range_create(stream, plate, &detector->range, error);
    if (status == GW_OK)
        *stream = *gw_range_stream(detector->range);
    return status;
}

static gw_status provisionals_create(gw_detector *detector)
{
    const gw_stream *stream = &detector->streams[GW_KIND_GPR];
    gw_status status = GW_OK;
    for (size_t c = 0; c < stream->n_channels && status == GW_OK; c++) {
        const gw_provisional_config config = {.channel = (int32_t)c,
                                              .cross_m = (double)c * stream->channel_spacing_m,
                                              .spacing_m = detector->spacing_m,
                                              .is_spacing_known = detector->how != SCANS_ASSUMED};
        status = gw_provisional_create(&config, &detector->provisional[c]);
    }
    return status;
}

static gw_status array_create(gw_detector *detector, gw_error *error)
{
    const gw_calibration *calibration = detector->config.calibration;
    const gw_array_config config = {.stream = &detector->streams[GW_KIND_GPR],
                                    .way = detector->config.array,
                                    .spacing_m = detector->spacing_m,
                                    .is_spacing_known = detector->how != SCANS_ASSUMED,
                                    .far_per_m = detector->config.far_per_m,
                                    .speed_m_per_ns = detector->config.speed_m_per_ns,
                                    .calibration = calibration ? &calibration->gpr : NULL,
                                    .show = detector->sink.stage,
                                    .show_user = detector->sink.user};
    return gw_array_create(&config, &detector->array, error);
}

static gw_status chains_create(gw_detector *detector, gw_error *error)
{
    const gw_stream *stream = &detector->streams[GW_KIND_GPR];
    gw_status status = GW_OK;
    for (size_t c = 0; c < stream->n_channels && status == GW_OK; c++) {
        const gw_gpr_config config = {
            .stream = stream,
            .channel = c,
            .cross_m = (double)c * stream->channel_spacing_m,
            .spacing_m = detector->spacing_m,
            .is_spacing_known = detector->how != SCANS_ASSUMED,
            .far_per_m = detector->config.far_per_m,
            .speed_m_per_ns = detector->config.speed_m_per_ns,
            .calibration = detector->config.calibration ? &detector->config.calibration->gpr : NULL,
            .show = detector->sink.stage,
            .show_user = detector->sink.user};
        status = gw_gpr_create(&config, &detector->gpr[c], error);
        detector->n_chains += status == GW_OK;
    }
    return status;
}

gw_status detector_gpr_create(gw_detector *detector, gw_error *error)
{
    const gw_stream *stream = &detector->streams[GW_KIND_GPR];
    gw_status status = range_create(detector, error);
    if (status != GW_OK)
        return status;
    how_choose(detector);
    status = waiting_create(detector);
    if (status != GW_OK)
        return gw_error_set(error, status, "%s: %s", stream->name, gw_status_text(status));
    if (detector->sink.provisional && provisionals_create(detector) != GW_OK)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", stream->name);
    bool is_array = gw_array_is(stream) && detector->config.array != GW_ARRAY_ALONE;
    return is_array ? array_create(detector, error) : chains_create(detector, error);
}

static void array_drain(gw_detector *detector)
{
    gw_detection detection;
    gw_coverage coverage;
    while (gw_array_pop(detector->array, &detection))
        detector_emit(detector, &detection);
    if (gw_array_coverage(detector->array, &coverage))
        detector_cover(detector, &coverage);
    detector_passed(detector, GW_SENSOR_GPR, gw_array_done_m(detector->array));
}

static void channels_drain(gw_detector *detector)
{
    gw_detection detection;
    gw_coverage coverage;
    double done = (double)INFINITY;
    if (detector->array) {
        array_drain(detector);
        return;
    }
    for (size_t c = 0; c < detector->n_chains; c++) {
        gw_gpr *gpr = detector->gpr[c];
        while (gw_gpr_pop(gpr, &detection))
            detector_emit(detector, &detection);
        done = fmin(done, gw_gpr_done_m(gpr));
        if (gw_gpr_coverage(gpr, &coverage) && c == 0)
            detector_cover(detector, &coverage);
    }
    detector_passed(detector, GW_SENSOR_GPR, done);
}

/* Of the scan pushed last. */
static float cue_of(const gw_detector *detector, size_t channel)
{
    return detector->array ? gw_array_provisional(detector->array, channel)
                           : gw_gpr_provisional(detector->gpr[channel]);
}

static void provisional_show(gw_detector *detector, const gw_gpr_scan *scan)
{
    float most = 0;
    if (!detector->scope)
        return;
    for (size_t c = 0; c < detector->streams[GW_KIND_GPR].n_channels; c++)
        most = fmaxf(most, cue_of(detector, c));
    bool is_placed = detector->how != SCANS_ASSUMED;
    gw_scope_provisional(detector->scope, most, is_placed ? scan->along_m : (double)NAN);
}

/* Cues of one channel, as soon as they are sure. */
static void provisional_tell(gw_detector *detector, size_t channel, const gw_gpr_scan *scan)
{
    gw_provisional *provisional = detector->provisional[channel];
    gw_detection candidate;
    if (!provisional)
        return;
    gw_provisional_push(provisional, cue_of(detector, channel), scan);
    while (gw_provisional_pop(provisional, &candidate))
        detector->sink.provisional(detector->sink.user, &candidate);
}

static void channels_push(gw_detector *detector, const float *counts, const gw_gpr_scan *scan)
{
    const gw_stream *stream = &detector->streams[GW_KIND_GPR];
    if (detector->array)
        gw_array_push(detector->array, counts, scan);
    for (size_t c = 0; c < detector->n_chains; c++)
        gw_gpr_push(detector->gpr[c], counts + c * stream->n_samples, scan);
    for (size_t c = 0; c < stream->n_channels; c++)
        provisional_tell(detector, c, scan);
    provisional_show(detector, scan);
    channels_drain(detector);
}

static void channels_finish(gw_detector *detector)
{
    if (detector->array)
        gw_array_finish(detector->array);
    for (size_t c = 0; c < detector->n_chains; c++)
        gw_gpr_finish(detector->gpr[c]);
    detector->is_grid_over = true;
    channels_drain(detector);
    detector->is_grid_over = false;
    if (detector->array)
        gw_array_reset(detector->array);
    for (size_t c = 0; c < GW_CHANNELS_MAX; c++) {
        if (c < detector->n_chains)
            gw_gpr_reset(detector->gpr[c]);
        if (detector->provisional[c])
            gw_provisional_reset(detector->provisional[c]);
    }
}

static void grid_reset(gw_detector *detector)
{
    gw_regrid_reset(detector->regrid);
    detector->has_grid = false;
}

static void placed_push(gw_detector *detector, const float *counts, const gw_gpr_scan *scan)
{
    gw_gpr_scan grid;
    if (detector_has_turned(detector, GW_SENSOR_GPR, scan->time_ns) ||
        !gw_regrid_push(detector->regrid, counts, scan)) {
        channels_finish(detector);
        grid_reset(detector);
        detector_pass_begin(detector, GW_SENSOR_GPR, scan->time_ns);
        gw_regrid_push(detector->regrid, counts, scan);
    }
    if (!detector->has_grid)
        detector->grid_row = (uint64_t)scan->scan;
    detector->has_grid = true;
    detector->grid_end = (uint64_t)scan->scan + 1;
    while (gw_regrid_pop(detector->regrid, detector->scan, &grid))
        channels_push(detector, detector->scan, &grid);
}

void detector_gpr_settle(gw_detector *detector)
{
    while (detector->n_scans_out < detector->n_scans_in) {
        scan_waiting *waiting = detector->scans + detector->n_scans_out % detector->n_waiting;
        gw_place_answer answer = GW_PLACE_KNOWN;
        if (isnan(waiting->scan.along_m))
            answer = gw_place_find(&detector->place, waiting->scan.time_ns, &waiting->scan.along_m);
        if (answer == GW_PLACE_EARLY && !detector->has_ended[GW_KIND_POSE])
            return;
        detector->n_scans_out++;
        waiting->scan.along_m += detector->streams[GW_KIND_GPR].arm.forward_m;
        if (answer == GW_PLACE_KNOWN)
            placed_push(detector, waiting->counts, &waiting->scan);
    }
}

static void waiting_push(gw_detector *detector, const float *counts, const gw_gpr_scan *scan)
{
    if (detector->n_scans_in - detector->n_scans_out == detector->n_waiting)
        detector->n_scans_out++; /* the place never came: this ground is not covered */
    scan_waiting *waiting = detector->scans + detector->n_scans_in++ % detector->n_waiting;
    memcpy(waiting->counts, counts,
           gw_stream_row_counts(&detector->streams[GW_KIND_GPR]) * sizeof *counts);
    waiting->scan = *scan;
    detector_gpr_settle(detector);
}

static void scan_load(gw_detector *detector, const int32_t *counts)
{
    double offset = detector->streams[GW_KIND_GPR].offset;
    if (detector->range)
        gw_range_process(detector->range, counts, detector->scan);
    else
        for (size_t k = 0; k < detector->n_counts; k++)
            detector->scan[k] = (float)((double)counts[k] + offset);
}

void detector_gpr_push(gw_detector *detector, const gw_block *block)
{
    const gw_stream *stream = &detector->streams[GW_KIND_GPR];
    /* A recording by distance has the time of its begin, no other. */
    detector->are_scans_timed = stream->row_rate_hz > 0 || block->time_ns != stream->start_ns;
    for (size_t r = 0; r < block->n_rows; r++) {
        uint64_t row = block->row + r;
        gw_gpr_scan scan = {.scan = (int64_t)row,
                            .along_m = (double)row * detector->spacing_m + stream->arm.forward_m,
                            .time_ns = detector_row_ns(stream, block, row)};
        scan_load(detector, block->counts + r * detector->n_counts);
        if (detector->how == SCANS_PLACED) {
            bool has_wheel = block->place_mm && block->place_mm[r] != INT32_MIN;
            detector->has_wheel = has_wheel;
            scan.along_m = has_wheel ? (double)block->place_mm[r] * 1e-3 : (double)NAN;
            detector_gpr_show(detector, block, &scan);
            waiting_push(detector, detector->scan, &scan);
        } else {
            detector_gpr_show(detector, block, &scan);
            channels_push(detector, detector->scan, &scan);
        }
    }
}

void detector_gpr_finish(gw_detector *detector)
{
    if (detector->how == SCANS_PLACED) {
        detector_gpr_settle(detector);
        detector->n_scans_out = detector->n_scans_in;
        grid_reset(detector);
    }
    channels_finish(detector);
}

void detector_gpr_destroy(gw_detector *detector)
{
    for (size_t c = 0; c < GW_CHANNELS_MAX; c++) {
        gw_gpr_destroy(detector->gpr[c]);
        gw_provisional_destroy(detector->provisional[c]);
    }
    gw_array_destroy(detector->array);
    gw_range_destroy(detector->range);
    gw_regrid_destroy(detector->regrid);
    free(detector->scan);
    free(detector->scans);
}
