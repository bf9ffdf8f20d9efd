/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/command.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calib/report.h"
#include "clients/groundwatch/score_file.h"
#include "clients/groundwatch/score_lane.h"

typedef struct options {
    double far_per_m, speed_m_per_ns;
    const char *json, *page, *calibration_path, *title;
    const char *detections; /* file of what was found; NULL: it is looked for here */
    gw_calibration_file *calibration;
    bool is_wanted[GW_SENSOR_COUNT];
} options;

static const char help[] =
    "usage: groundwatch score [OPTIONS] RECORDING...\n\n"
    "Runs detection on recordings with known targets and says how many were found, at how many\n"
    "false alarms. Truth is NAME.truth.csv (along_m; class, name, depth_m, diameter_m, cross_m)\n"
    "beside the recording, and NAME.metal.csv for metal that is no target; a scene carries its "
    "own.\n\n"
    "  --far F           wanted false alarms a metre of lane and sensor; default 0.1\n"
    "  --speed V         of the wave in the ground, m/ns; default: as `groundwatch detect` "
    "assumes\n"
    "  --sensor LIST     of gpr,md,fused; default: all that were there\n"
    "  --calibration F   calibration file of the device\n"
    "  --detections F    what was found already: lines of `groundwatch detect --all`, or a "
    "daemon's\n"
    "                    records in lines (groundwatch log, watch --json) of one recording\n"
    "  --title TEXT      heading of the page\n"
    "  --json FILE       also as JSON (docs/schemas/score.json); - is standard output, in place\n"
    "                    of the table\n"
    "  --html FILE       also as one page with plots; it loads nothing else\n\n"
    "A target is found when an alarm lies within its radius + 0.15 m along the lane, of a radar "
    "array\n"
    "along and across. Brackets are exact 95 % limits (Clopper-Pearson, Poisson).\n"
    "Exit status: 0, 64 usage, 65 data (also when no recording has truth), 66 no such file,\n"
    "74 I/O, 78 calibration; with several recordings the first failure's.\n";

static bool sensors_parse(const char *text, bool is_wanted[GW_SENSOR_COUNT])
{
    char list[64], *rest = list, *word;
    memset(is_wanted, 0, GW_SENSOR_COUNT * sizeof *is_wanted);
    snprintf(list, sizeof list, "%s", text);
    while ((word = strsep(&rest, ","))) {
        int sensor = 0;
        while (sensor < GW_SENSOR_COUNT && strcmp(word, gw_sensor_name((gw_sensor)sensor)) != 0)
            sensor++;
        if (sensor == GW_SENSOR_COUNT)
            return false;
        is_wanted[sensor] = true;
    }
    return true;
}

static gw_status option_take(options *chosen, int option, gw_error *error)
{
    char *end;
    switch (option) {
    case 'f':
        chosen->far_per_m = strtod(optarg, &end);
        if (end == optarg || *end || !(chosen->far_per_m >= 1e-6 && chosen->far_per_m <= 1e3))
            return gw_error_set(error, GW_EUSAGE, "--far: not a number in 0.000001..1000: %s",
                                optarg);
        return GW_OK;
    case 'v':
        chosen->speed_m_per_ns = strtod(optarg, &end);
        return end != optarg && !*end && chosen->speed_m_per_ns != 0
                   ? GW_OK
                   : gw_error_set(error, GW_EUSAGE, "--speed: not a speed in m/ns: %s", optarg);
    case 's':
        if (!sensors_parse(optarg, chosen->is_wanted))
            return gw_error_set(error, GW_EUSAGE, "--sensor: not of gpr,md,fused: %s", optarg);
        return GW_OK;
    case 'c':
        chosen->calibration_path = optarg;
        return gw_calibration_file_load(optarg, &chosen->calibration, error);
    case 'd':
        chosen->detections = optarg;
        return access(optarg, R_OK) == 0
                   ? GW_OK
                   : gw_error_set(error, GW_ENOENT, "%s: %s", optarg, strerror(errno));
    case 't':
        chosen->title = optarg;
        return GW_OK;
    case 'j':
        chosen->json = optarg;
        return GW_OK;
    case 'p':
        chosen->page = optarg;
        return GW_OK;
    case 'h':
        return GW_END;
    default:
        return gw_error_set(error, GW_EUSAGE, "unknown option, or one without its value");
    }
}

static gw_status options_parse(options *chosen, int argc, char **argv, gw_error *error)
{
    static const struct option known[] = {{"far", required_argument, NULL, 'f'},
                                          {"speed", required_argument, NULL, 'v'},
                                          {"sensor", required_argument, NULL, 's'},
                                          {"calibration", required_argument, NULL, 'c'},
                                          {"detections", required_argument, NULL, 'd'},
                                          {"title", required_argument, NULL, 't'},
                                          {"json", required_argument, NULL, 'j'},
                                          {"html", required_argument, NULL, 'p'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    gw_status status = GW_OK;
    opterr = 0;
    for (int option; status == GW_OK && (option = getopt_long(argc, argv, "h", known, NULL)) != -1;)
        status = option_take(chosen, option, error);
    if (status == GW_OK && optind == argc)
        status = gw_error_set(error, GW_EUSAGE,
                              "no recording is named; `groundwatch score --help` says more");
    return status;
}

/* What a file says in place of what was found here. Where it names no ground, the ground is that of
 * the recording. */
static gw_status detections_exchange(const char *file, const char *path, detect_result *found,
                                     gw_error *error)
{
    detect_result other = {.n = 0};
    gw_status status = score_file_load(file, path, &other, error);
    if (other.searched_m[GW_SENSOR_GPR] == 0 && other.searched_m[GW_SENSOR_MD] == 0)
        memcpy(other.searched_m, found->searched_m, sizeof other.searched_m);
    other.swath_m = found->swath_m;
    detect_free(found);
    *found = other;
    return status;
}

static gw_status recording_score(const char *path, const options *chosen, gw_score *score,
                                 gw_error *error)
{
    detect_result found = {.n = 0};
    const detect_job job = {.path = path,
                            .far_per_m = chosen->far_per_m,
                            .speed_m_per_ns = chosen->speed_m_per_ns,
                            .calibration_path = chosen->calibration_path,
                            .calibration = chosen->calibration};
    score_lane *truth = malloc(sizeof *truth);
    gw_status status = truth ? score_lane_load(path, truth, error)
                             : gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    if (status == GW_OK)
        status = detect_run(&job, &found, error);
    if (status == GW_OK && chosen->detections)
        status = detections_exchange(chosen->detections, path, &found, error);
    if (status == GW_OK) {
        gw_score_lane lane = {.soil = truth->soil,
                              .targets = truth->targets,
                              .n_targets = truth->n_targets,
                              .metals = truth->metals,
                              .n_metals = truth->n_metals,
                              .detections = found.items,
                              .n_detections = found.n,
                              .swath_m = found.swath_m};
        memcpy(lane.searched_m, found.searched_m, sizeof lane.searched_m);
        if (gw_score_add(score, &lane) != GW_OK)
            status = gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    }
    detect_free(&found);
    free(truth);
    return status;
}

/* The first failure is kept; a recording without truth is named and left out. */
static int recordings_score(const options *chosen, gw_score *score, char **paths, int n_paths)
{
    int first_failure = 0;
    for (int k = 0; k < n_paths; k++) {
        gw_error error = {0};
        if (isatty(STDERR_FILENO))
            fprintf(stderr, "\r\033[K%d of %d: %s", k + 1, n_paths, paths[k]);
        gw_status status = recording_score(paths[k], chosen, score, &error);
        if (isatty(STDERR_FILENO))
            fputs("\r\033[K", stderr);
        if (status == GW_OK)
            continue;
        int failed = command_fail("score", &error);
        first_failure = first_failure ? first_failure : failed;
    }
    return first_failure;
}

static gw_status file_write(const char *path, const gw_report *report, bool is_page,
                            gw_error *error)
{
    bool is_output = strcmp(path, "-") == 0;
    FILE *to = is_output ? stdout : fopen(path, "w");
    if (!to)
        return gw_error_set(error, GW_EIO, "%s: %s", path, strerror(errno));
    if (is_page) {
        gw_report_page(report, to);
    } else {
        json_t *root = gw_report_encode(report);
        json_dumpf(root, to, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
        fputc('\n', to);
        json_decref(root);
    }
    bool is_good = fflush(to) == 0 && !ferror(to);
    if (!is_output)
        is_good &= fclose(to) == 0;
    return is_good ? GW_OK : gw_error_set(error, GW_EIO, "%s: %s", path, strerror(errno));
}

static int report_write(const options *chosen, const gw_score *score)
{
    gw_error error = {0};
    gw_report report = {.score = score, .far_per_m = chosen->far_per_m, .title = chosen->title};
    if (!chosen->detections)
        report.calibration = chosen->calibration ? chosen->calibration->hash : "uncalibrated";
    for (int s = 0; s < GW_SENSOR_COUNT; s++)
        report.is_shown[s] = chosen->is_wanted[s] && gw_score_searched(score, (gw_sensor)s) > 0;
    gw_status status = GW_OK;
    if (!chosen->json || strcmp(chosen->json, "-") != 0)
        gw_report_table(&report, isatty(STDOUT_FILENO) && !getenv("NO_COLOR"), stdout);
    if (chosen->json)
        status = file_write(chosen->json, &report, false, &error);
    if (status == GW_OK && chosen->page)
        status = file_write(chosen->page, &report, true, &error);
    return status == GW_OK ? 0 : command_fail("score", &error);
}

int command_score(int argc, char **argv)
{
    options chosen = {
        .far_per_m = 0.1, .title = "Detection score", .is_wanted = {true, true, true}};
    gw_error error = {0};
    gw_status status = options_parse(&chosen, argc, argv, &error);
    if (status == GW_END) {
        fputs(help, stdout);
        return 0;
    }
    gw_score *score = status == GW_OK ? gw_score_create() : NULL;
    if (status == GW_OK && !score)
        status = gw_error_set(&error, GW_ENOMEM, "out of memory");
    int failed = status == GW_OK ? recordings_score(&chosen, score, argv + optind, argc - optind)
                                 : command_fail("score", &error);
    if (score && gw_score_lanes(score) > 0) {
        int unwritten = report_write(&chosen, score);
        failed = failed ? failed : unwritten;
    } else if (status == GW_OK) {
        gw_error_set(&error, GW_EFORMAT, "nothing to score: no recording with truth was read");
        command_fail("score", &error);
        failed =
            failed && failed != gw_status_exit(GW_ENOENT) ? failed : gw_status_exit(GW_EFORMAT);
    }
    gw_score_destroy(score);
    gw_calibration_file_destroy(chosen.calibration);
    return failed;
}
