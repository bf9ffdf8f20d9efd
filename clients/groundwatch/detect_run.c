/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/detect.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "drivers/playback.h"
#include "dsp/range.h"

/* Of radars, whatever it was when they were recorded: so that rates can be compared. */
static const double scans_per_s = 100;

typedef struct run {
    const detect_job *job;
    gw_playback *playback;
    detect_result *result;
    bool is_out_of_memory;
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

static void ground_keep(run *r, const gw_coverage *coverage)
{
    detect_result *result = r->result;
    if (result->n_grounds == result->max_grounds) {
        size_t max = result->max_grounds ? 2 * result->max_grounds : 256;
        gw_coverage *grounds = realloc(result->grounds, max * sizeof *grounds);
        if (!grounds) {
            r->is_out_of_memory = true;
            return;
        }
        result->grounds = grounds;
        result->max_grounds = max;
    }
    result->grounds[result->n_grounds++] = *coverage;
}

static void covered(void *user, const gw_coverage *coverage)
{
    run *r = user;
    const double from_m = coverage->from_m;
    double *end_m = &r->covered_to_m[coverage->sensor];
    if (r->job->has_ground)
        ground_keep(r, coverage);
    if (!isfinite(from_m) || !isfinite(coverage->to_m))
        return;
    if (coverage->to_m <= *end_m) /* seen before */
        return;
    r->result->searched_m[coverage->sensor] += coverage->to_m - fmax(from_m, *end_m);
    *end_m = coverage->to_m;
}

static void staged(void *user, const gw_stage_row *row)
{
    run *r = user;
    gw_section *section = &r->result->sections[row->channel * GW_STAGE_COUNT + row->stage];
    if (r->is_out_of_memory)
        return;
    if (!section->n_rows) {
        section->from_row = row->from_samples;
        section->step_row = row->step_samples;
    }
    if (gw_section_push(section, row->scan, row->values, row->n) != GW_OK)
        r->is_out_of_memory = true;
}

static void looked(void *user, const gw_stage_cell *cell)
{
    const run *r = user;
    for (size_t k = 0; k < r->job->n_looks; k++)
        look_take(&r->job->looks[k], cell);
}

/* The axes are those of the scans in time, also of stepped frequencies. */
static gw_status sections_begin(run *r, const gw_stream *stream, gw_error *error)
{
    gw_range *range = NULL;
    gw_status status = GW_OK;
    if (stream->waveform == GW_WAVEFORM_SFCW)
        status = gw_range_create(stream, NULL, &range, error);
    size_t n = stream->n_channels * GW_STAGE_COUNT;
    if (status == GW_OK && !(r->result->sections = calloc(n, sizeof(gw_section))))
        status = gw_error_set(error, GW_ENOMEM, "%s: out of memory", r->job->path);
    r->result->n_channels = stream->n_channels;
    for (size_t k = 0; k < n && status == GW_OK; k++)
        gw_section_reset(&r->result->sections[k], range ? gw_range_stream(range) : stream);
    gw_range_destroy(range);
    return status;
}

static void searched_settle(detect_result *result)
{
    const double *m = result->searched_m;
    result->searched_m[GW_SENSOR_FUSED] = fmin(m[GW_SENSOR_GPR], m[GW_SENSOR_MD]);
}

static void notes_print(const gw_recording *recording)
{
    const char *name = gw_recording_stream(recording)->name;
    for (const char *line = gw_recording_notes(recording); *line;
         line += strcspn(line, "\n"), line += *line != 0)
        fprintf(stderr, "groundwatch detect: %s: %.*s\n", name, (int)strcspn(line, "\n"), line);
}

static void progress_print(const run *r, double *shown)
{
    double done = gw_playback_done(r->playback);
    if (!isatty(STDERR_FILENO) || done < *shown + 0.05)
        return;
    *shown = done;
    fprintf(stderr, "\r%s %3.0f %%", r->result->recording, 100 * done);
    if (done >= 0.999)
        fputs("\r\033[K", stderr);
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

static gw_status detector_start(run *r, gw_error *error)
{
    gw_calibration values;
    gw_detector_config config = {.far_per_m = r->job->far_per_m,
                                 .speed_m_per_ns = r->job->speed_m_per_ns,
                                 .balance = r->job->balance,
                                 .array = r->job->array};
    gw_detector_sink sink = {.detection = collect, .coverage = covered, .user = r};
    if (r->job->has_provisional)
        sink.provisional = collect;
    if (r->job->n_looks)
        sink.cell = looked;
    gw_playback_streams(r->playback, config.streams);
    memcpy(config.arms, r->job->arms, sizeof config.arms);
    gw_status status = calibration_add(r, &values, &config, error);
    if (status == GW_OK && r->job->has_pictures && config.streams[GW_KIND_GPR]) {
        status = sections_begin(r, config.streams[GW_KIND_GPR], error);
        sink.stage = staged;
    }
    return status == GW_OK ? gw_playback_start(r->playback, &config, &sink, error) : status;
}

/* What was wrong with the metal detector while it sensed this. */
static void trouble_print(const run *r)
{
    static const char *const texts[GW_TROUBLES] = {
        "a tone was lost: that ground counts as not searched",
        "the transmit current was lost: that ground counts as not searched",
        "the transmit current changed by 5 % or more",
        "the receiver was clipped",
        "a metal mesh lies under it in places: there metal like it is not told, other metal only "
        "when "
        "nearer",
        "like metal objects lie in an equal row in places: some of them may be taken for ground"};
    unsigned trouble = gw_playback_trouble(r->playback);
    for (int bit = 0; bit < GW_TROUBLES; bit++)
        if (trouble & 1u << bit)
            fprintf(stderr, "groundwatch detect: %s: metal detector: %s\n", r->result->recording,
                    texts[bit]);
}

static gw_status play(run *r, gw_error *error)
{
    double shown = 0;
    gw_status status = detector_start(r, error);
    while (status == GW_OK) {
        status = gw_playback_step(r->playback, error);
        progress_print(r, &shown);
    }
    if (status == GW_END)
        status = GW_OK;
    trouble_print(r);
    if (status == GW_OK && r->is_out_of_memory)
        status = gw_error_set(error, GW_ENOMEM, "%s: out of memory", r->job->path);
    return status;
}

static void late_find(const run *r, gw_kind kind)
{
    const gw_recording *recording = gw_playback_recording(r->playback, kind);
    double rate_hz = gw_recording_stream(recording)->row_rate_hz;
    detect_late *late = &r->result->late[kind];
    gw_row_begin begin;
    gw_recording_begin(recording, &begin);
    late->n_rows = gw_playback_late_rows(r->playback, kind);
    late->first_row = begin.first_row;
    late->s = rate_hz > 0 ? (double)late->n_rows / rate_hz : (double)NAN;
}

/* What the recording says of itself. */
static void recording_tell(const run *r)
{
    detect_result *result = r->result;
    const gw_stream *streams[GW_KIND_COUNT];
    gw_playback_streams(r->playback, streams);
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        if (!streams[kind])
            continue;
        notes_print(gw_playback_recording(r->playback, (gw_kind)kind));
        late_find(r, (gw_kind)kind);
        if (!result->origin.is_known)
            result->origin = streams[kind]->origin;
    }
    const gw_stream *gpr = streams[GW_KIND_GPR], *md = streams[GW_KIND_MD];
    double rate_hz = md && md->row_rate_hz > 0 ? md->row_rate_hz : md ? md->sample_rate_hz : 0;
    result->n_scans = gpr && gpr->n_rows > 0 ? (uint64_t)gpr->n_rows : 0;
    result->lane_s = gpr           ? (double)result->n_scans / scans_per_s
                     : rate_hz > 0 ? (double)md->n_rows / rate_hz
                                   : 0;
    if (gpr && gw_array_is(gpr))
        result->swath_m = (double)gpr->n_channels * gpr->channel_spacing_m;
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

gw_status detect_run(const detect_job *job, detect_result *result, gw_error *error)
{
    struct timespec from, to;
    run r = {.job = job, .result = result};
    const char *slash = strrchr(job->path, '/');
    memset(result, 0, sizeof *result);
    snprintf(result->recording, sizeof result->recording, "%.127s", slash ? slash + 1 : job->path);
    result->origin = job->origin;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    gw_status status = gw_playback_open(job->path, &r.playback, error);
    if (status == GW_OK) {
        recording_tell(&r);
        status = play(&r, error);
    }
    for (size_t k = 0; k < result->n; k++) {
        result->is_spacing_assumed |= result->items[k].spacing_assumed;
        result->is_far_assumed |= result->items[k].far_assumed;
    }
    searched_settle(result);
    if (result->n)
        qsort(result->items, result->n, sizeof *result->items, by_place);
    gw_playback_close(r.playback);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    result->cpu_s = (double)(to.tv_sec - from.tv_sec) + 1e-9 * (double)(to.tv_nsec - from.tv_nsec);
    return status;
}

void detect_free(detect_result *result)
{
    for (size_t k = 0; result->sections && k < result->n_channels * GW_STAGE_COUNT; k++)
        gw_section_free(&result->sections[k]);
    free(result->sections);
    free(result->items);
    free(result->grounds);
    result->grounds = NULL;
    result->n_grounds = result->max_grounds = 0;
    result->sections = NULL;
    result->items = NULL;
    result->n = result->max = 0;
}
