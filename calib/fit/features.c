/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every blob that the radar chain finds in recordings, with its features, as CSV for fit.py:
 * recording, scan, features of dsp/likeness.h, the frequency of both bands among them. Of one radar
 * channel, distance-spaced; impulses or steps of frequency, of which there is no wide band.
 * usage: features [--speed M_PER_NS] [--without STAGE] RECORDING...
 *
 * With a speed, for reference.py: a line `likeness` (its print), lines `odds` (recording, scan,
 * odds of a blob) and `ground` (recording, scan, body, features of dsp/reference_gpr.h).
 *
 * Without a stage, or one more: for stages.py, which asks for their names with --stages.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/recording.h"
#include "dsp/gpr.h"
#include "dsp/gpr_without.h"
#include "dsp/range.h"

static const double assumed_spacing_m = 0.02;

enum { ROWS = 64 };

static const struct stage {
    const char *name;
    unsigned without;
} stages[] = {{"whistle", GW_GPR_WHISTLE}, {"band", GW_GPR_BAND},
              {"align", GW_GPR_ALIGN},     {"gain", GW_GPR_GAIN},
              {"ahead", GW_GPR_AHEAD},     {"background", GW_GPR_BACKGROUND},
              {"focus", GW_GPR_FOCUS},     {"box", GW_GPR_BOX},
              {"smooth", GW_GPR_SMOOTH},   {"whiten", GW_GPR_WHITEN}};

static unsigned left_out;
static double speed_m_per_ns;

static void blob_print(void *user, const gw_gpr_scan *scan, const float *x)
{
    printf("%s,%lld", (const char *)user, (long long)scan->scan);
    for (int k = 0; k < GW_LIKENESS_FEATURES; k++)
        printf(",%.7g", (double)x[k]);
    putchar('\n');
}

static void odds_print(void *user, const gw_gpr_scan *scan, const float *x)
{
    printf("odds,%s,%lld,%.7g\n", (const char *)user, (long long)scan->scan,
           gw_likeness_odds(x, false));
}

/* x of every named body at every step of depth, each tenth scan. */
static void ground_print(void *user, const gw_gpr_scan *scan, const gw_reference_gpr *ground)
{
    double x[GW_REFERENCE_FEATURES];
    for (int body = 0; body < GW_NAMED_COUNT && scan->scan % 10 == 0; body++)
        for (size_t step = 0; step < GW_REFERENCE_DEPTHS; step++) {
            if (ground->untold != GW_UNTOLD_NOT ||
                !gw_reference_gpr_features(ground, (gw_named)body, 0, step, x))
                continue;
            printf("ground,%s,%lld,%d", (const char *)user, (long long)scan->scan, body);
            for (int k = 0; k < GW_REFERENCE_FEATURES; k++)
                printf(",%.7g", x[k]);
            putchar('\n');
        }
}

static void drain(gw_gpr *gpr)
{
    gw_detection unread;
    while (gw_gpr_pop(gpr, &unread))
        continue;
}

static void scan_load(const gw_stream *stream, gw_range *range, const int32_t *counts, float *scan)
{
    if (range)
        gw_range_process(range, counts, scan);
    else
        for (size_t k = 0; k < stream->n_samples; k++)
            scan[k] = (float)((double)counts[k] + stream->offset);
}

static gw_status scans_push(gw_recording *recording, gw_range *range, gw_gpr *gpr, gw_error *error)
{
    const gw_stream *stream = gw_recording_stream(recording);
    size_t n_counts = gw_stream_row_counts(stream), n_read = 0;
    size_t n = gw_stream_row_counts(range ? gw_range_stream(range) : stream);
    int32_t *counts = malloc(ROWS * n_counts * sizeof *counts);
    float *scan = malloc(n * sizeof *scan);
    gw_status status = counts && scan ? GW_OK : GW_ENOMEM;
    for (uint64_t row = 0; status == GW_OK; row += n_read) {
        status = gw_recording_read(recording, row, ROWS, counts, &n_read, error);
        if (status != GW_OK || n_read == 0)
            break;
        for (size_t r = 0; r < n_read; r++) {
            scan_load(stream, range, counts + r * n_counts, scan);
            gw_gpr_push(gpr, scan, &(gw_gpr_scan){.scan = (int64_t)(row + r)});
            drain(gpr);
        }
    }
    gw_gpr_finish(gpr);
    drain(gpr);
    free(counts);
    free(scan);
    return status;
}

static gw_status features_print(char *path, gw_error *error)
{
    gw_recording *recording = NULL;
    gw_gpr *gpr = NULL;
    gw_range *range = NULL;
    gw_status status = gw_recording_open(path, GW_KIND_GPR, &recording, error);
    if (status != GW_OK)
        return status;
    const gw_stream *stream = gw_recording_stream(recording);
    double spacing_m = stream->scan_spacing_m > 0 ? stream->scan_spacing_m : assumed_spacing_m;
    if (stream->waveform == GW_WAVEFORM_SFCW)
        status = gw_range_create(stream, NULL, &range, error);
    const gw_gpr_config config = {.stream = range ? gw_range_stream(range) : stream,
                                  .spacing_m = spacing_m,
                                  .is_spacing_known = stream->scan_spacing_m > 0,
                                  .far_per_m = 0.1,
                                  .watch = speed_m_per_ns > 0 ? odds_print : blob_print,
                                  .watch_ground = speed_m_per_ns > 0 ? ground_print : NULL,
                                  .speed_m_per_ns = speed_m_per_ns,
                                  .user = path,
                                  .without = left_out};
    if (status == GW_OK)
        status = gw_gpr_create(&config, &gpr, error);
    if (status == GW_OK)
        status = scans_push(recording, range, gpr, error);
    gw_gpr_destroy(gpr);
    gw_range_destroy(range);
    gw_recording_close(recording);
    return status;
}

static bool stage_leave(const char *name)
{
    for (size_t k = 0; k < sizeof stages / sizeof *stages; k++)
        if (strcmp(name, stages[k].name) == 0) {
            left_out |= stages[k].without;
            return true;
        }
    fprintf(stderr, "features: %s: no such stage\n", name);
    return false;
}

int main(int argc, char **argv)
{
    gw_error error = {GW_OK, ""};
    gw_status status = GW_OK;
    int k = 1;
    if (argc == 2 && strcmp(argv[1], "--stages") == 0)
        for (size_t n = 0; n < sizeof stages / sizeof *stages; n++)
            puts(stages[n].name);
    if (argc > 2 && strcmp(argv[1], "--speed") == 0) {
        speed_m_per_ns = atof(argv[2]);
        k = 3;
    }
    for (; k + 1 < argc && strcmp(argv[k], "--without") == 0; k += 2)
        if (!stage_leave(argv[k + 1]))
            return 64; /* of usage */
    if (speed_m_per_ns > 0)
        printf("likeness,%.9g\n", gw_likeness_print());
    for (; k < argc && strcmp(argv[k], "--stages") != 0 && status == GW_OK; k++)
        status = features_print(argv[k], &error);
    if (status != GW_OK)
        fprintf(stderr, "features: %s\n", error.text);
    return gw_status_exit(status);
}
