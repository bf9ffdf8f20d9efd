/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/command.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clients/groundwatch/detect.h"
#include "drivers/config.h"
#include "dsp/speed.h"

enum { WORKERS_MAX = 64 };

typedef struct options {
    double far_per_m, speed_m_per_ns;
    gw_balance balance;
    gw_array_way array;
    bool is_all, has_provisional, has_ground, has_balance, has_rate;
    detect_format format;
    const char *pictures;
    long n_workers;
    const char *calibration_path; /* NULL: none */
    gw_calibration_file *calibration;
    gw_origin origin;
    gw_arm arms[GW_KIND_COUNT];
} options;

static const char help[] =
    "usage: groundwatch detect [OPTIONS] RECORDING...\n\n"
    "Finds targets in recordings: SigMF (.sigmf-meta, .sigmf-data, .sigmf-collection), GSSI .dzt,\n"
    "Sensors & Software .dt1, MALA .rd3 and .rd7, IDS .dt, SEG-Y .sgy, gprMax .h5, .mat, .npy, "
    ".csv,\n"
    "stepped frequencies in .txt, scenes (.yaml). One JSON object a line on standard output, in\n"
    "order along the lane.\n"
    "A line is an indication. Ground without a line is not thereby free of mines.\n\n"
    "  -c FILE           configuration (YAML; detect, calibration, origin)\n"
    "  --calibration F   calibration file of the device (groundwatch calibrate)\n"
    "  --far F           wanted false alarms a metre of lane and sensor; default 0.1\n"
    "  --speed V         of the wave in the ground, m/ns, as measured beside the lane; it is "
    "assumed\n"
    "                    to be 0.12 otherwise\n"
    "  --balance MODE    metal detector's ground: tracking (default), one-shot (as the "
    "calibration\n"
    "                    learnt it), manual:DEG[,DEG...] (its phase, one or one a tone)\n"
    "  --all             also candidates that are no alarm: at least the two best a metre\n"
    "  --provisional     also what the radar's first look says, 5 cm after each place and from "
    "nothing\n"
    "                    beyond: lines with `provisional`, a score of 0 to 1, and no alarm\n"
    "  --ground          also the ground searched, in stretches of 0.5 m after the candidates: "
    "lines\n"
    "                    with `ground`, the sensor, and `reference`, how deep what is named would\n"
    "                    have been found there (groundwatch-messages(7)); jsonl only\n"
    "  --format FORMAT   jsonl (default), geojson (needs WGS 84: a pose, or an origin) or csv\n"
    "  --png DIR         of each radar recording a picture: raw, processed and focused scans, in\n"
    "                    metres and nanoseconds, with its candidates\n"
    "  --rate            also how many times faster than real time each recording was searched on\n"
    "                    one core, radar at 100 scans/s; on standard error\n"
    "  -j N              N recordings at a time\n\n"
    "Without --all, candidates are printed whose far_per_m is at most 1; `alarm` tells them "
    "apart.\n"
    "Exit status: 0 (also when nothing was found), 64 usage, 65 data, 66 no such file,\n"
    "70 internal, 74 I/O, 78 configuration; with several files the first failure's.\n";

static int usage(const char *why, const char *what)
{
    gw_error error;
    gw_error_set(&error, GW_EUSAGE, "%s%s; `groundwatch detect --help` says more", why, what);
    return command_fail("detect", &error);
}

static bool far_parse(const char *text, double *far_per_m)
{
    char *end;
    *far_per_m = strtod(text, &end);
    return end != text && !*end && *far_per_m >= 1e-6 && *far_per_m <= 1e3;
}

static bool speed_parse(const char *text, double *m_per_ns)
{
    char *end;
    *m_per_ns = strtod(text, &end);
    return end != text && !*end && *m_per_ns >= GW_SPEED_M_PER_NS_MIN &&
           *m_per_ns <= GW_SPEED_M_PER_NS_MAX;
}

static bool format_parse(const char *text, detect_format *format)
{
    static const char *const words[] = {"jsonl", "geojson", "csv"};
    for (int k = 0; k < 3; k++)
        if (strcmp(text, words[k]) == 0) {
            *format = (detect_format)k;
            return true;
        }
    return false;
}

static int calibration_take(options *chosen)
{
    gw_error error;
    if (!chosen->calibration_path ||
        gw_calibration_file_load(chosen->calibration_path, &chosen->calibration, &error) == GW_OK)
        return -1;
    return command_fail("detect", &error);
}

enum {
    CALIBRATION = 256,
    BALANCE,
    FAR,
    SPEED,
    ALL,
    PROVISIONAL,
    GROUND,
    FORMAT,
    PICTURES,
    RATE,
    HELP
};

static int config_take(gw_config *config)
{
    gw_error error;
    return gw_config_load(optarg, config, &error) == GW_OK &&
                   gw_config_check(config, &error) == GW_OK
               ? -1
               : command_fail("detect", &error);
}

/* -1: go on; else the exit status. */
static int option_take(int option, options *chosen, gw_config *config)
{
    switch (option) {
    case 'c':
        return config_take(config);
    case CALIBRATION:
        chosen->calibration_path = optarg;
        return -1;
    case BALANCE:
        chosen->has_balance = gw_balance_read(optarg, &chosen->balance);
        return chosen->has_balance
                   ? -1
                   : usage("--balance: not tracking, one-shot or manual:DEG: ", optarg);
    case FAR:
        return far_parse(optarg, &chosen->far_per_m)
                   ? -1
                   : usage("--far: not a number in 0.000001..1000: ", optarg);
    case SPEED:
        return speed_parse(optarg, &chosen->speed_m_per_ns)
                   ? -1
                   : usage("--speed: not a number in 0.03..0.2998: ", optarg);
    case ALL:
        chosen->is_all = true;
        return -1;
    case PROVISIONAL:
        chosen->has_provisional = true;
        return -1;
    case GROUND:
        chosen->has_ground = true;
        return -1;
    case FORMAT:
        return format_parse(optarg, &chosen->format)
                   ? -1
                   : usage("--format: not jsonl, geojson or csv: ", optarg);
    case PICTURES:
        chosen->pictures = optarg;
        return -1;
    case RATE:
        chosen->has_rate = true;
        return -1;
    case 'j':
        chosen->n_workers = strtol(optarg, NULL, 10);
        return chosen->n_workers >= 1 && chosen->n_workers <= WORKERS_MAX
                   ? -1
                   : usage("-j: not in 1..64: ", optarg);
    case HELP:
    case 'h':
        fputs(help, stdout);
        return 0;
    default:
        return gw_status_exit(GW_EUSAGE); /* getopt has said why */
    }
}

/* -1: go on; else the exit status. */
static int options_parse(int argc, char **argv, options *chosen)
{
    static const struct option known[] = {{"calibration", required_argument, NULL, CALIBRATION},
                                          {"balance", required_argument, NULL, BALANCE},
                                          {"far", required_argument, NULL, FAR},
                                          {"speed", required_argument, NULL, SPEED},
                                          {"all", no_argument, NULL, ALL},
                                          {"provisional", no_argument, NULL, PROVISIONAL},
                                          {"ground", no_argument, NULL, GROUND},
                                          {"format", required_argument, NULL, FORMAT},
                                          {"png", required_argument, NULL, PICTURES},
                                          {"rate", no_argument, NULL, RATE},
                                          {"help", no_argument, NULL, HELP},
                                          {NULL, 0, NULL, 0}};
    static gw_config config; /* its path of the calibration is kept */
    gw_config_default(&config);
    for (int option; (option = getopt_long(argc, argv, "c:j:h", known, NULL)) != -1;) {
        int done = option_take(option, chosen, &config);
        if (done >= 0)
            return done;
    }
    if (!(chosen->far_per_m > 0))
        chosen->far_per_m = config.far_per_m;
    if (!(chosen->speed_m_per_ns > 0))
        chosen->speed_m_per_ns = config.speed_m_per_ns;
    if (!chosen->has_balance)
        chosen->balance = config.balance;
    chosen->array = config.array;
    chosen->origin = config.origin;
    memcpy(chosen->arms, config.arms, sizeof chosen->arms);
    if (!chosen->calibration_path && config.calibration[0])
        chosen->calibration_path = config.calibration;
    return optind < argc ? calibration_take(chosen) : usage("no recording is named", "");
}

static void rate_print(const detect_result *result)
{
    double times = result->cpu_s > 0 ? result->lane_s / result->cpu_s : 0;
    if (result->n_scans)
        fprintf(stderr,
                "groundwatch detect: %s: %" PRIu64 " scans in %.3g s of one core: %.3g times "
                "real time at 100 scans/s\n",
                result->recording, result->n_scans, result->cpu_s, times);
    else
        fprintf(stderr,
                "groundwatch detect: %s: %.3g s of metal detector in %.3g s of one core: "
                "%.3g times real time\n",
                result->recording, result->lane_s, result->cpu_s, times);
}

static int recording_detect(const char *path, const options *chosen, FILE *to)
{
    detect_result result;
    gw_error error = {0};
    detect_job job = {.path = path,
                      .far_per_m = chosen->far_per_m,
                      .speed_m_per_ns = chosen->speed_m_per_ns,
                      .balance = chosen->balance,
                      .array = chosen->array,
                      .calibration_path = chosen->calibration_path,
                      .calibration = chosen->calibration,
                      .origin = chosen->origin,
                      .has_pictures = chosen->pictures,
                      .has_provisional = chosen->has_provisional,
                      .has_ground = chosen->has_ground};
    memcpy(job.arms, chosen->arms, sizeof job.arms);
    gw_status status = detect_run(&job, &result, &error);
    if (status == GW_OK)
        status = detect_print(path, &result, chosen->format, chosen->is_all, to, &error);
    if (status == GW_OK && chosen->has_ground && chosen->format == DETECT_JSONL)
        status = detect_ground_print(&result, to, &error);
    if (status == GW_OK && chosen->pictures)
        status = detect_picture(&result, chosen->pictures, &error);
    if (status == GW_OK && fflush(to) != 0)
        status = gw_error_set(&error, GW_EIO, "standard output: %s", strerror(errno));
    if (status == GW_OK && result.is_spacing_assumed)
        fprintf(stderr,
                "groundwatch detect: %s: the spacing is unknown; far_per_m and alarm assume 0.02 m "
                "a scan (0.5 m/s for the metal detector)\n",
                result.recording);
    if (status == GW_OK && result.is_far_assumed)
        fprintf(
            stderr,
            "groundwatch detect: %s: far_per_m and alarm are those of radars of 0.8 to "
            "2.1 GHz with scans at most 6 cm apart; this is none, or it is not known to be one\n",
            result.recording);
    if (status == GW_OK && chosen->has_rate)
        rate_print(&result);
    detect_free(&result);
    return status == GW_OK ? 0 : command_fail("detect", &error);
}

typedef struct worker {
    pid_t pid;
    FILE *output;
} worker;

/* A process a recording: they share nothing, and one that dies takes no other with it. */
static bool worker_start(worker *w, const char *path, const options *chosen)
{
    w->output = tmpfile();
    fflush(stdout);
    w->pid = w->output ? fork() : -1;
    if (w->pid == 0) {
        int status = recording_detect(path, chosen, w->output);
        _exit(fflush(w->output) ? gw_status_exit(GW_EIO) : status);
    }
    return w->pid > 0;
}

static int worker_finish(worker *w)
{
    char bytes[65536];
    int status = 0;
    waitpid(w->pid, &status, 0);
    rewind(w->output);
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, w->output)) > 0;)
        fwrite(bytes, 1, n, stdout);
    fclose(w->output);
    return WIFEXITED(status) ? WEXITSTATUS(status) : gw_status_exit(GW_EINTERNAL);
}

static int workers_run(char **paths, int n_paths, const options *chosen)
{
    worker workers[WORKERS_MAX];
    int first_failure = 0, n_started = 0;
    for (int k = 0; k < n_paths; k++) {
        for (; n_started < n_paths && n_started < k + chosen->n_workers; n_started++)
            if (!worker_start(&workers[n_started % WORKERS_MAX], paths[n_started], chosen))
                return gw_status_exit(GW_EINTERNAL);
        int status = worker_finish(&workers[k % WORKERS_MAX]);
        first_failure = first_failure ? first_failure : status;
    }
    return first_failure;
}

static int recordings_detect(const options *chosen, char **paths, int n_paths)
{
    int first_failure = 0;
    if (chosen->format == DETECT_CSV)
        puts("recording,sensor,along_m,cross_m,scan,channel,sample,depth_m,depth_sd_m,"
             "speed_m_per_ns,score,far_per_m,alarm,unlikely,spacing_assumed,amplitude,tone_hz,"
             "phase_deg,amplitude_unit,metal,ferrous_probability,relaxation_s,depth_class,"
             "coil_distance_m,coil_distance_sd_m,calibration,speed_sd_m_per_ns,provisional,far_"
             "assumed");
    if (chosen->n_workers > 1)
        return workers_run(paths, n_paths, chosen);
    for (int k = 0; k < n_paths; k++) {
        int status = recording_detect(paths[k], chosen, stdout);
        first_failure = first_failure ? first_failure : status;
    }
    return first_failure;
}

int command_detect(int argc, char **argv)
{
    options chosen = {.n_workers = 1};
    int first_failure = options_parse(argc, argv, &chosen);
    if (first_failure >= 0)
        return first_failure;
    first_failure = recordings_detect(&chosen, argv + optind, argc - optind);
    gw_calibration_file_destroy(chosen.calibration);
    return first_failure;
}
