/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The radar chain with the diffraction stack, with none, or with f-k migration in its place, for
 * migration.py: of each lane every blob with its features as CSV, as calib/fit/features.c has them,
 * and a line `ratio` (recording, scan, dB) of every scan: its greatest focused energy over the
 * floor of its depth.
 * usage: migration [WAY] LANE...
 *        migration [WAY] --time LANE     CPU time a row, the stack beside f-k
 *        migration [WAY] --point         where computed points focus
 * WAY:   --stack | --none | --fk BLOCK MARGIN ANGLE (rows, rows, degrees), --aperture ROWS of the
 *        stack, --speed M_PER_NS of the wave: other ones than the chain's
 */
#include "benches/migration.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/recording.h"
#include "dsp/gpr_without.h"

static void give_up(const gw_error *error)
{
    fprintf(stderr, "migration: %s\n", error->text);
    exit(gw_status_exit(error->status));
}

static void scans_read(gw_recording *recording, migration_lane *lane)
{
    gw_error error = {GW_OK, ""};
    size_t n = lane->n_rows * lane->n_samples, n_read = 0;
    int32_t *counts = malloc(n * sizeof *counts);
    lane->scans = malloc(n * sizeof *lane->scans);
    if (!counts || !lane->scans)
        give_up(&(gw_error){GW_ENOMEM, "out of memory"});
    if (gw_recording_read(recording, 0, lane->n_rows, counts, &n_read, &error) != GW_OK)
        give_up(&error);
    lane->n_rows = n_read;
    double offset = gw_recording_stream(recording)->offset;
    for (size_t k = 0; k < n_read * lane->n_samples; k++)
        lane->scans[k] = (float)((double)counts[k] + offset);
    free(counts);
}

void migration_open(const char *path, gw_gpr_config config, migration_lane *lane)
{
    gw_recording *recording = NULL;
    gw_error error = {GW_OK, ""};
    if (gw_recording_open(path, GW_KIND_GPR, &recording, &error) != GW_OK)
        give_up(&error);
    const gw_stream *stream = gw_recording_stream(recording);
    if (stream->n_channels != 1 || stream->waveform == GW_WAVEFORM_SFCW || stream->n_rows <= 0 ||
        !(stream->scan_spacing_m > 0))
        give_up(
            &(gw_error){GW_EFORMAT, "a lane of impulses of one channel, by distance, is needed"});
    *lane = (migration_lane){
        .path = path, .n_rows = (size_t)stream->n_rows, .n_samples = stream->n_samples};
    config.stream = stream;
    config.spacing_m = stream->scan_spacing_m;
    config.is_spacing_known = true;
    config.far_per_m = 0.1;
    if (gw_gpr_create(&config, &lane->gpr, &error) != GW_OK)
        give_up(&error);
    scans_read(recording, lane);
    gw_recording_close(recording);
}

void migration_run(const migration_lane *lane)
{
    gw_detection unread;
    for (size_t k = 0; k < lane->n_rows; k++) {
        const gw_gpr_scan scan = {.scan = (int64_t)k};
        gw_gpr_push(lane->gpr, lane->scans + k * lane->n_samples, &scan);
        while (gw_gpr_pop(lane->gpr, &unread))
            continue;
    }
    gw_gpr_finish(lane->gpr);
    while (gw_gpr_pop(lane->gpr, &unread))
        continue;
}

void migration_close(migration_lane *lane)
{
    gw_gpr_destroy(lane->gpr);
    free(lane->scans);
}

static void blob_print(void *user, const gw_gpr_scan *scan, const float *x)
{
    printf("%s,%lld", (const char *)user, (long long)scan->scan);
    for (int k = 0; k < GW_LIKENESS_FEATURES; k++)
        printf(",%.7g", (double)x[k]);
    putchar('\n');
}

static void ratio_print(void *user, const gw_stage_row *row)
{
    float most = 0;
    if (row->stage != GW_STAGE_FOCUSED)
        return;
    for (size_t b = 0; b < row->n; b++)
        most = fmaxf(most, row->values[b]);
    printf("ratio,%s,%lld,%.7g\n", (const char *)user, (long long)row->scan,
           10 * log10((double)most + 1e-9));
}

static void lane_print(char *path, unsigned without)
{
    migration_lane lane;
    const gw_gpr_config config = {.watch = blob_print,
                                  .user = path,
                                  .show = ratio_print,
                                  .show_user = path,
                                  .without = without};
    migration_open(path, config, &lane);
    migration_run(&lane);
    migration_close(&lane);
}

/* Arguments that name the way; how many. */
static int way_parse(int argc, char **argv, focus_way *way, unsigned *without)
{
    int k = 1;
    for (; k < argc; k++) {
        if (!strcmp(argv[k], "--none"))
            *without = GW_GPR_FOCUS;
        else if (!strcmp(argv[k], "--speed") && k + 1 < argc)
            way->speed_m_per_ns = atof(argv[++k]);
        else if (!strcmp(argv[k], "--aperture") && k + 1 < argc)
            way->aperture = strtoul(argv[++k], NULL, 10);
        else if (!strcmp(argv[k], "--fk") && k + 3 < argc) {
            way->is_fk = true;
            way->block = strtoul(argv[++k], NULL, 10);
            way->margin = strtoul(argv[++k], NULL, 10);
            way->angle_deg = atof(argv[++k]);
        } else if (strcmp(argv[k], "--stack"))
            break;
    }
    return k;
}

int main(int argc, char **argv)
{
    focus_way way = {.block = 64, .margin = 16, .angle_deg = 60};
    unsigned without = 0;
    int k = way_parse(argc, argv, &way, &without);
    if (k >= argc || (!strcmp(argv[k], "--time") && k + 2 != argc)) {
        fputs("usage: migration [--stack | --none | --fk BLOCK MARGIN ANGLE] [--aperture ROWS] "
              "[--speed M_PER_NS] --point | --time LANE | LANE...\n",
              stderr);
        return 64;
    }
    focus_way_set(&way);
    if (!strcmp(argv[k], "--time"))
        migration_time(&way, argv[k + 1]);
    else if (!strcmp(argv[k], "--point"))
        migration_point(&way);
    else
        for (; k < argc; k++)
            lane_print(argv[k], without);
    return 0;
}
