/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/run.h"

#include <math.h>

enum { BLOCK_ROWS = 640, BLOCK_SCANS = 4 };

static double take_time(const gw_takes *takes, int kind, size_t row, double whole_s)
{
    const gw_take *take = &takes->takes[kind];
    return take->stream.row_rate_hz > 0 ? (double)row / take->stream.row_rate_hz
                                        : whole_s * (double)row / (double)take->n_rows;
}

static int next_of(const gw_takes *takes, const size_t *rows, double whole_s)
{
    int best = -1;
    for (int kind = GW_KIND_COUNT; kind-- > 0;) /* at the same time the pose comes first */
        if (takes->has[kind] && rows[kind] < takes->takes[kind].n_rows &&
            (best < 0 || take_time(takes, kind, rows[kind], whole_s) <
                             take_time(takes, best, rows[best], whole_s)))
            best = kind;
    return best;
}

static void takes_push(const gw_takes *takes, gw_detector *detector)
{
    size_t rows[GW_KIND_COUNT] = {0};
    double whole_s = 1;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (takes->has[kind])
            whole_s = fmax(whole_s, gw_take_seconds(&takes->takes[kind]));
    for (int kind; (kind = next_of(takes, rows, whole_s)) >= 0;) {
        const gw_take *take = &takes->takes[kind];
        size_t n = kind == GW_KIND_GPR ? BLOCK_SCANS : BLOCK_ROWS, row = rows[kind];
        n = n < take->n_rows - row ? n : take->n_rows - row;
        const gw_block block = {.row = row,
                                .time_ns =
                                    take->stream.start_ns + gw_stream_row_ns(&take->stream, row),
                                .n_rows = n,
                                .max_rows = n,
                                .counts = take->counts + row * gw_stream_row_counts(&take->stream),
                                .place_mm = take->place_mm + row};
        gw_detector_push(detector, (gw_kind)kind, &block);
        rows[kind] += n;
        if (rows[kind] == take->n_rows)
            gw_detector_finish(detector, (gw_kind)kind);
    }
}

gw_status gw_takes_detect(const gw_takes *takes, const gw_calibration *calibration,
                          const gw_detector_sink *sink, gw_ground *ground, gw_error *error)
{
    gw_detector *detector = NULL;
    gw_detector_config config = {.calibration = calibration, .is_learning = ground != NULL};
    gw_status status = GW_OK;
    for (int kind = 0; kind < GW_KIND_COUNT && status == GW_OK; kind++)
        if (takes->has[kind]) {
            config.streams[kind] = &takes->takes[kind].stream;
            if (kind != GW_KIND_POSE)
                status = gw_take_judge(&takes->takes[kind], error);
        }
    if (status == GW_OK)
        status = gw_detector_create(&config, sink, &detector, error);
    if (status != GW_OK) { /* what no chain can take is the data's fault here */
        status = error->status = status == GW_EINVAL ? GW_EFORMAT : status;
        return status;
    }
    takes_push(takes, detector);
    if (ground)
        gw_detector_ground(detector, ground);
    gw_detector_destroy(detector);
    return GW_OK;
}
