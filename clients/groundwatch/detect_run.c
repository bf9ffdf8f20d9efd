/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/detect.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "drivers/recording.h"
#include "dsp/detector.h"

static const double join_m = 0.05;

/* One stream on its way: fed in order of time, so that no stream runs far ahead of another. */
typedef struct feed {
    gw_recording *recording;
    const gw_stream *stream;
    uint64_t row;
    bool has_ended;
    gw_block block;
} feed;

typedef struct run {
    const detect_job *job;
    const char *path;
    feed feeds[GW_KIND_COUNT];
    gw_detector *detector;
    detect_result *result;
    bool is_out_of_memory;
    double duration_s; /* of the longest timed stream; 1 when there is none */
    double covered_to_m[GW_SENSOR_COUNT];
} run;

static void collect(void *user, const gw_detection *detection)
{
    run *r = user;
    detect_result *result = r->result;
    if (result->n == result->max) {
        size_t max = result->max ? 2 * result->max : 256;
        gw_detection *items = realloc(result->items, max * sizeof *items);
        if (!items) {
            r->is_out_of_memory = true;
            return;
        }
        result->items = items;
        result->max = max;
    }
    result->items[result->n++] = *detection;
}

static void covered(void *user, const gw_coverage *coverage)
{
    run *r = user;
    double from_m = coverage->from_m, *end_m = &r->covered_to_m[coverage->sensor];
    if (!isfinite(from_m) || !isfinite(coverage->to_m))
        return;
    if (from_m > *end_m && from_m < *end_m + join_m) /* from one scan to the next */
        from_m = *end_m;
    if (coverage->to_m <= *end_m) /* seen before */
        return;
    r->result->searched_m[coverage->sensor] += coverage->to_m - fmax(from_m, *end_m);
    *end_m = coverage->to_m;
}

static void searched_settle(detect_result *result)
{
    const double *m = result->searched_m;
    result->searched_m[GW_SENSOR_FUSED] = fmin(m[GW_SENSOR_GPR], m[GW_SENSOR_MD]);
}

static gw_status feed_open(run *r, gw_kind kind, gw_error *error)
{
    feed *f = &r->feeds[kind];
    gw_status status = gw_recording_open(r->path, kind, &f->recording, error);
    if (status != GW_OK)
        return status;
    f->stream = gw_recording_stream(f->recording);
    const char *notes = gw_recording_notes(f->recording);
    for (const char *line = notes; *line; line += strcspn(line, "\n"), line += *line != 0)
        fprintf(stderr, "groundwatch detect: %s: %.*s\n", f->stream->name, (int)strcspn(line, "\n"),
                line);
    size_t n = gw_stream_row_counts(f->stream);
    f->block.max_rows = kind == GW_KIND_GPR ? 1 + 4096 / n : 640;
    f->block.counts = malloc(f->block.max_rows * n * sizeof(int32_t));
    f->block.place_mm = malloc(f->block.max_rows * sizeof(int32_t));
    if (!f->block.counts || !f->block.place_mm)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", r->path);
    for (size_t k = 0; k < f->block.max_rows; k++)
        f->block.place_mm[k] = INT32_MIN;
    if (f->stream->row_rate_hz > 0)
        r->duration_s = fmax(r->duration_s, (double)f->stream->n_rows / f->stream->row_rate_hz);
    return GW_OK;
}

/* When a stream's next row is due, s. A distance-spaced one has no times: it is spread out. */
static double feed_time(const run *r, const feed *f)
{
    if (f->stream->row_rate_hz > 0)
        return (double)f->row / f->stream->row_rate_hz;
    return r->duration_s * (double)f->row / (double)f->stream->n_rows;
}

static gw_status feed_step(run *r, gw_kind kind, gw_error *error)
{
    feed *f = &r->feeds[kind];
    gw_block *block = &f->block;
    size_t n = 0;
    gw_status status =
        gw_recording_read(f->recording, f->row, block->max_rows, block->counts, &n, error);
    if (status != GW_OK)
        return status;
    if (n == 0) {
        gw_detector_finish(r->detector, kind);
        f->has_ended = true;
        return GW_OK;
    }
    for (size_t k = 1; k < n; k++) /* a block ends where rows are missing */
        if (gw_recording_gap(f->recording, f->row + k))
            n = k;
    block->n_lost = gw_recording_gap(f->recording, f->row);
    block->flags = block->n_lost ? GW_BLOCK_GAP : 0;
    block->row = block->row + block->n_rows + block->n_lost; /* lost rows are counted on */
    block->n_rows = n;
    block->time_ns = f->stream->start_ns + gw_stream_row_ns(f->stream, block->row);
    gw_detector_push(r->detector, kind, block);
    f->row += n;
    return GW_OK;
}

static int feed_choose(const run *r)
{
    int best = -1;
    for (int kind = GW_KIND_COUNT; kind-- > 0;) { /* at the same time the pose comes first */
        const feed *f = &r->feeds[kind];
        if (!f->recording || f->has_ended)
            continue;
        if (best < 0 || feed_time(r, f) < feed_time(r, &r->feeds[best]))
            best = kind;
    }
    return best;
}

static void progress_print(const run *r, double *shown)
{
    double done = 0;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (r->feeds[kind].recording)
            done = fmax(done, feed_time(r, &r->feeds[kind]) / r->duration_s);
    if (!isatty(STDERR_FILENO) || done < *shown + 0.05)
        return;
    *shown = done;
    fprintf(stderr, "\r%s %3.0f %%", r->result->recording, 100 * fmin(done, 1));
    if (done >= 0.999)
        fputs("\r\033[K", stderr);
}

static gw_status feeds_open(run *r, gw_error *error)
{
    unsigned kinds = 0;
    gw_status status = gw_recording_list(r->path, &kinds, error);
    for (int kind = 0; kind < GW_KIND_COUNT && status == GW_OK; kind++)
        if (kinds & 1u << kind)
            status = feed_open(r, (gw_kind)kind, error);
    if (status == GW_OK && !r->feeds[GW_KIND_GPR].recording && !r->feeds[GW_KIND_MD].recording)
        status = gw_error_set(error, GW_EFORMAT, "%s: neither gpr nor md: nothing to detect in",
                              r->path);
    if (r->duration_s <= 0)
        r->duration_s = 1;
    return status;
}

/* In date when the recording was made, and of the device that made it? If not, it is said. */
static void doubt_print(const detect_job *job, const gw_stream *const streams[GW_KIND_COUNT])
{
    char text[GW_CALIBRATION_TEXT_MAX];
    int64_t when_ns = 0;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (streams[kind] && streams[kind]->start_ns > when_ns)
            when_ns = streams[kind]->start_ns;
    if (!when_ns)
        when_ns = (int64_t)time(NULL) * 1000000000;
    if (gw_calibration_doubt(job->calibration, streams, when_ns, text))
        fprintf(stderr, "groundwatch detect: %s: DEGRADED: %s; %s is applied all the same\n",
                job->path, text, job->calibration_path);
}

static gw_status calibration_add(run *r, gw_calibration *values, gw_detector_config *config,
                                 gw_error *error)
{
    const detect_job *job = r->job;
    snprintf(r->result->calibration, sizeof r->result->calibration, "%s",
             job->calibration ? job->calibration->hash : "uncalibrated");
    if (!job->calibration)
        return GW_OK;
    gw_status status =
        gw_calibration_fit(job->calibration_path, job->calibration, config->streams, error);
    if (status != GW_OK)
        return status;
    doubt_print(job, config->streams);
    gw_calibration_values(job->calibration, values);
    config->calibration = values;
    return GW_OK;
}

static gw_status detector_make(run *r, gw_error *error)
{
    gw_calibration values;
    gw_detector_config config = {.far_per_m = r->job->far_per_m};
    const gw_detector_sink sink = {.detection = collect, .coverage = covered, .user = r};
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        config.streams[kind] = r->feeds[kind].stream;
    gw_status status = calibration_add(r, &values, &config, error);
    if (status != GW_OK)
        return status;
    status = gw_detector_create(&config, &sink, &r->detector, error);
    /* what no chain can take is the data's fault here */
    if (status == GW_EINVAL)
        error->status = status = GW_EFORMAT;
    return status;
}

static int by_place(const void *a, const void *b)
{
    const gw_detection *x = a, *y = b;
    bool are_placed = !isnan(x->along_m) && !isnan(y->along_m);
    double left = are_placed ? x->along_m : x->scan >= 0 ? (double)x->scan : (double)x->sample;
    double right = are_placed ? y->along_m : y->scan >= 0 ? (double)y->scan : (double)y->sample;
    if (left != right)
        return left < right ? -1 : 1;
    return (int)x->sensor - (int)y->sensor;
}

static void run_close(run *r)
{
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        gw_recording_close(r->feeds[kind].recording);
        free(r->feeds[kind].block.counts);
        free(r->feeds[kind].block.place_mm);
    }
    gw_detector_destroy(r->detector);
}

gw_status detect_run(const detect_job *job, detect_result *result, gw_error *error)
{
    const char *path = job->path;
    struct timespec from, to;
    double shown = 0;
    run r = {.job = job, .path = path, .result = result};
    const char *slash = strrchr(path, '/');
    memset(result, 0, sizeof *result);
    snprintf(result->recording, sizeof result->recording, "%.127s", slash ? slash + 1 : path);
    clock_gettime(CLOCK_MONOTONIC, &from);
    gw_status status = feeds_open(&r, error);
    if (status == GW_OK)
        status = detector_make(&r, error);
    for (int kind; status == GW_OK && (kind = feed_choose(&r)) >= 0;) {
        status = feed_step(&r, (gw_kind)kind, error);
        progress_print(&r, &shown);
    }
    if (status == GW_OK && r.is_out_of_memory)
        status = gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    for (size_t k = 0; k < result->n; k++)
        result->is_spacing_assumed |= result->items[k].spacing_assumed;
    searched_settle(result);
    result->origin = job->origin;
    for (int kind = 0; kind < GW_KIND_COUNT && !result->origin.is_known; kind++)
        if (r.feeds[kind].recording)
            result->origin = r.feeds[kind].stream->origin;
    if (r.feeds[GW_KIND_GPR].recording)
        result->n_gpr_rows = (size_t)r.feeds[GW_KIND_GPR].stream->n_rows;
    if (result->n)
        qsort(result->items, result->n, sizeof *result->items, by_place);
    run_close(&r);
    clock_gettime(CLOCK_MONOTONIC, &to);
    result->seconds =
        (double)(to.tv_sec - from.tv_sec) + 1e-9 * (double)(to.tv_nsec - from.tv_nsec);
    return status;
}

void detect_free(detect_result *result)
{
    free(result->items);
    result->items = NULL;
    result->n = result->max = 0;
}
