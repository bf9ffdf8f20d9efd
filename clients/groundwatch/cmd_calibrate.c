/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/command.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clients/groundwatch/calibrate.h"
#include "drivers/calibration_json.h"

static const char help[] =
    "usage: groundwatch calibrate STEP --source URI --file FILE [OPTIONS]\n"
    "       groundwatch calibrate check --source URI --file FILE --piece PIECE [OPTIONS]\n"
    "       groundwatch calibrate show --file FILE\n\n"
    "Measures a device and puts the result, with uncertainties, into FILE, for `groundwatch "
    "detect\n"
    "--calibration` and `groundwatchd --calibration`. Data that are bad are refused with the "
    "reason,\n"
    "and FILE stays as it was.\n\n"
    "  air    head in the air: the radar's antenna coupling and time zero\n"
    "  null   head in the air: the metal detector's imbalance and noise at each tone\n"
    "  ball   passes over a 10 mm steel ball: gain and phase at each tone (after null)\n"
    "  plate  a radar of stepped frequency over a metal plate: what its path does to each step\n"
    "         (after air)\n"
    "  noise  a lane of blank ground: thresholds for the wanted rate (after the others)\n"
    "  ground 5 m or more of ground without metal: the balance `one-shot`\n"
    "  check  a test piece, measured with FILE: exit status 0 pass, 1 fail; told to the daemon\n\n"
    "  --source URI     iio:ip:HOST, iio:local:, iio:usb:..., a recording or a scene\n"
    "  --file FILE      the calibration; made when it is not there\n"
    "  --for SECONDS    of a live source; default: 5 (air, plate), 10 (null), 20 (ball), 90\n"
    "                   (noise), 30 (ground)\n"
    "  --distance M     ball: from the coil's plane to its centre; default 0.10. plate: from the\n"
    "                   antennas to it; default 0.30\n"
    "  --far F          noise: wanted false alarms a metre and sensor; default 0.1\n"
    "  --yes            ask nothing\n"
    "  --json           one JSON object on standard output instead of words and a picture\n"
    "  --piece PIECE    check: `ball`, `test-piece`, or a file\n"
    "  --learn OUT      check: write what was measured to OUT, a file for --piece\n"
    "  --by NAME        check: who says so (default: the user's name)\n"
    "  --no-publish     check: tell no daemon\n" CONNECT_USAGE
    "\nExit status: 0, 1 check failed, 64 usage, 65 bad data, 66 no input, 74 I/O, 78 wrong order, "
    "or a\ncalibration that is edited, damaged or another device's.\n";

static const char *const air_lines[] = {
    "AIR. Hold or hang the head in the open, at least 0.7 m from everything, antennas",
    "towards nothing. Keep it still.", NULL};
static const char *const null_lines[] = {
    "NULL. The head in the air, at least 1 m from metal: watch, keys, boots, the floor's steel.",
    "Let it be warm (5 minutes). Keep it still.", NULL};
static const char *const ball_lines[] = {
    "BALL. A steel ball of 10 mm on a stand without metal. Pass the head over its middle at least",
    "three times, 3 seconds apart, at the distance given by --distance, always the same.", NULL};
static const char *const noise_lines[] = {
    "NOISE. A lane of ground with nothing in it, 20 m or more, of the kind that will be searched.",
    "Sweep along it as you search.", NULL};
static const char *const ground_lines[] = {
    "GROUND. 5 m or more of the ground that will be searched, with no metal in it.",
    "Sweep along it as you search. The balance `one-shot` keeps what is learnt here.", NULL};
static const char *const plate_lines[] = {"PLATE. A flat metal plate, 0.6 m wide or more, square "
                                          "under the antennas at the distance given",
                                          "by --distance; nothing else near. Keep the head still.",
                                          NULL};
static const char *const *const lines[] = {air_lines,   null_lines,   ball_lines,
                                           noise_lines, ground_lines, plate_lines};
static const double seconds[] = {5, 10, 20, 90, 30, 5};
static const double ball_distance_m = 0.10, plate_distance_m = 0.30;

static double distance_of(const calibrate_options *options, gw_step step)
{
    if (options->distance_m > 0)
        return options->distance_m;
    return step == GW_STEP_PLATE ? plate_distance_m : ball_distance_m;
}

void calibrate_ask(const calibrate_options *options, const char *const *what)
{
    if (options->json || options->yes)
        return;
    for (; *what; what++)
        fprintf(stderr, "%s\n", *what);
    if (!isatty(STDIN_FILENO))
        return;
    fputs("Press Enter when ready. ", stderr);
    for (int c = 0; c != '\n' && c != EOF;)
        c = getchar();
}

static void progress_print(void *user, double taken_s)
{
    (void)user;
    fprintf(stderr, "\r%6.1f s ", taken_s);
}

gw_status calibrate_take(const calibrate_options *options, unsigned kinds, double seconds_wanted,
                         gw_takes *out, gw_error *error)
{
    bool is_shown = isatty(STDERR_FILENO) && !options->json;
    const gw_takes_config config = {.uri = options->uri,
                                    .kinds = kinds,
                                    .seconds =
                                        options->seconds > 0 ? options->seconds : seconds_wanted,
                                    .progress = is_shown ? progress_print : NULL};
    gw_status status = gw_takes_read(&config, out, error);
    if (is_shown)
        fputs("\r\033[K", stderr);
    return status;
}

/* A recording's own date, where it knows it. */
static int64_t date_of(const gw_takes *takes)
{
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (takes->has[kind] && takes->takes[kind].stream.start_ns > 0)
            return takes->takes[kind].stream.start_ns;
    return (int64_t)time(NULL) * 1000000000;
}

static gw_status file_open(const char *path, gw_calibration_file **out, gw_error *error)
{
    if (access(path, F_OK) == 0 || errno != ENOENT)
        return gw_calibration_file_load(path, out, error);
    *out = gw_calibration_file_create();
    return *out ? GW_OK : gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
}

static int step_run(const calibrate_options *options, gw_step step)
{
    gw_calibration_file *file = NULL;
    gw_takes takes = {0};
    gw_step_picture picture = {0};
    gw_error error = {0};
    gw_status status = file_open(options->file, &file, &error);
    if (status == GW_OK) {
        calibrate_ask(options, lines[step]);
        status = calibrate_take(options, gw_step_kinds(step), seconds[step], &takes, &error);
    }
    if (status == GW_OK) {
        const gw_step_input input = {.takes = &takes,
                                     .uri = options->uri,
                                     .date_ns = date_of(&takes),
                                     .distance_m = distance_of(options, step),
                                     .far_per_m = options->far_per_m};
        status = gw_step_take(step, &input, file, &picture, &error);
    }
    if (status == GW_OK)
        status = gw_calibration_file_save(file, options->file, &error);
    if (status == GW_OK)
        calibrate_show(step, file, &picture, options);
    else if (step < GW_STEP_COUNT && status == GW_EFORMAT)
        fprintf(stderr, "groundwatch calibrate: %s: these data are not used; %s is as it was\n",
                options->step, options->file);
    gw_step_picture_destroy(&picture);
    gw_takes_destroy(&takes);
    gw_calibration_file_destroy(file);
    return status == GW_OK ? 0 : command_fail("calibrate", &error);
}

static int file_show(const calibrate_options *options)
{
    gw_calibration_file *file = NULL;
    gw_error error = {0};
    if (gw_calibration_file_load(options->file, &file, &error) != GW_OK)
        return command_fail("calibrate", &error);
    const gw_step_picture picture = {.has_series = false};
    for (int step = 0; step < GW_STEP_COUNT; step++)
        calibrate_show((gw_step)step, file, &picture, options);
    gw_calibration_file_destroy(file);
    return 0;
}

static int usage(const char *why, const char *what)
{
    gw_error error;
    gw_error_set(&error, GW_EUSAGE, "%s%s; `groundwatch calibrate --help` says more", why, what);
    return command_fail("calibrate", &error);
}

static bool number_parse(const char *text, double least, double most, double *to)
{
    char *end;
    *to = strtod(text, &end);
    return end != text && !*end && *to >= least && *to <= most;
}

enum { SOURCE = 256, FILE_PATH, YES, JSON, FOR, DISTANCE, FAR, PIECE, LEARN, BY, NO_PUBLISH, HELP };

/* -1: go on; else the exit status. */
static int option_take(int option, calibrate_options *to)
{
    gw_error error;
    if (connect_owns(option))
        return connect_take(&to->connect, option, optarg, &error) == GW_OK
                   ? -1
                   : command_fail("calibrate", &error);
    switch (option) {
    case SOURCE:
        to->uri = optarg;
        return -1;
    case FILE_PATH:
        to->file = optarg;
        return -1;
    case YES:
        to->yes = true;
        return -1;
    case JSON:
        to->json = true;
        return -1;
    case FOR:
        return number_parse(optarg, 1, 3600, &to->seconds) ? -1
                                                           : usage("--for: not 1..3600: ", optarg);
    case DISTANCE:
        return number_parse(optarg, 0.02, 0.5, &to->distance_m)
                   ? -1
                   : usage("--distance: not 0.02..0.5 m: ", optarg);
    case FAR:
        return number_parse(optarg, 1e-3, 1, &to->far_per_m)
                   ? -1
                   : usage("--far: not 0.001..1: ", optarg);
    case PIECE:
        to->piece = optarg;
        return -1;
    case LEARN:
        to->learn = optarg;
        return -1;
    case BY:
        to->by = optarg;
        return -1;
    case NO_PUBLISH:
        to->wants_publish = false;
        return -1;
    case HELP:
    case 'h':
        fputs(help, stdout);
        return 0;
    default:
        return gw_status_exit(GW_EUSAGE); /* getopt has said why */
    }
}

int command_calibrate(int argc, char **argv)
{
    static const struct option known[] = {CONNECT_OPTIONS,
                                          {"source", required_argument, NULL, SOURCE},
                                          {"file", required_argument, NULL, FILE_PATH},
                                          {"yes", no_argument, NULL, YES},
                                          {"json", no_argument, NULL, JSON},
                                          {"for", required_argument, NULL, FOR},
                                          {"distance", required_argument, NULL, DISTANCE},
                                          {"far", required_argument, NULL, FAR},
                                          {"piece", required_argument, NULL, PIECE},
                                          {"learn", required_argument, NULL, LEARN},
                                          {"by", required_argument, NULL, BY},
                                          {"no-publish", no_argument, NULL, NO_PUBLISH},
                                          {"help", no_argument, NULL, HELP},
                                          {NULL, 0, NULL, 0}};
    static calibrate_options options = {.far_per_m = 0.1, .wants_publish = true};
    for (int option; (option = getopt_long(argc, argv, "h", known, NULL)) != -1;) {
        int done = option_take(option, &options);
        if (done >= 0)
            return done;
    }
    if (optind + 1 != argc)
        return usage("one step is needed: air, null, ball, noise, ground, plate, check or show",
                     "");
    options.step = argv[optind];
    gw_step step = gw_step_parse(options.step);
    bool is_show = strcmp(options.step, "show") == 0, is_check = strcmp(options.step, "check") == 0;
    if (step == GW_STEP_COUNT && !is_show && !is_check)
        return usage("not air, null, ball, noise, ground, plate, check or show: ", options.step);
    if (!options.file)
        return usage("--file is needed", "");
    if (is_show)
        return file_show(&options);
    if (!options.uri)
        return usage("--source is needed", "");
    if (is_check)
        return options.piece || options.learn ? calibrate_check(&options)
                                              : usage("check: --piece is needed", "");
    return step_run(&options, step);
}
