/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/command.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clients/groundwatch/connect.h"
#include "clients/groundwatch/watch_impl.h"

static const char usage[] =
    "usage: groundwatch watch [--live ENDPOINT] [--replay ENDPOINT] [--key FILE --server-key KEY]\n"
    "                         [--history] [--json] [--timeout S]\n"
    "                         [--truth FILE.csv --until METRES]\n\n"
    "Shows a daemon's states, the head's place, coverage and detections as they come. BLIND means\n"
    "that nothing is known; no indication does not mean that the ground holds no "
    "mine.\n\n" CONNECT_USAGE "  --history          begin with the oldest record of the journal\n"
    "  --json             each record as one line of JSON (CloudEvents); the rest on standard "
    "error\n"
    "  --timeout S        end after S seconds (with --truth: 60, and then it is a failure)\n"
    "  --truth, --until   end when the lane is covered up to METRES, compare the session with the\n"
    "                     truth (along_m,class,name,depth_m,diameter_m); exit 0 only if it was\n"
    "                     covered without a hole and a target was found. Implies --history\n";

typedef struct watch {
    connect_options connect;
    const char *truth_path;
    bool history, json;
    double until_m, timeout_s; /* NAN: not given */
    watch_view view;
    watch_truth *truth;
} watch;

static volatile sig_atomic_t is_interrupted;

static void interrupt(int number)
{
    (void)number;
    is_interrupted = 1;
}

static double clock_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static gw_status real_parse(const char *name, double *out, gw_error *error)
{
    char *end;
    *out = strtod(optarg, &end);
    if (end == optarg || *end || !(*out > 0) || *out > 1e6)
        return gw_error_set(error, GW_EUSAGE, "--%s: %s: a number above 0 expected", name, optarg);
    return GW_OK;
}

static gw_status option_take(watch *w, int option, gw_error *error)
{
    if (connect_owns(option))
        return connect_take(&w->connect, option, optarg, error);
    switch (option) {
    case 'H':
        w->history = true;
        return GW_OK;
    case 'j':
        w->json = true;
        return GW_OK;
    case 't':
        w->truth_path = optarg;
        w->history = true;
        return GW_OK;
    case 'u':
        return real_parse("until", &w->until_m, error);
    case 's':
        return real_parse("timeout", &w->timeout_s, error);
    case 'h':
        return GW_END;
    default:
        return gw_error_set(error, GW_EUSAGE, "unknown option, or one without its value");
    }
}

static gw_status options_parse(watch *w, int argc, char **argv, gw_error *error)
{
    static const struct option known[] = {CONNECT_OPTIONS,
                                          {"history", no_argument, NULL, 'H'},
                                          {"json", no_argument, NULL, 'j'},
                                          {"truth", required_argument, NULL, 't'},
                                          {"until", required_argument, NULL, 'u'},
                                          {"timeout", required_argument, NULL, 's'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    gw_status status = GW_OK;
    int option;
    opterr = 0;
    while (status == GW_OK && (option = getopt_long(argc, argv, "h", known, NULL)) != -1)
        status = option_take(w, option, error);
    if (status == GW_OK && optind < argc)
        status = gw_error_set(error, GW_EUSAGE, "%s: not expected", argv[optind]);
    if (status == GW_OK && (w->truth_path == NULL) != (isnan(w->until_m) != 0))
        status = gw_error_set(error, GW_EUSAGE, "--truth and --until go together");
    if (status == GW_OK)
        status = connect_complete(&w->connect, error);
    if (status == GW_OK && !w->connect.replay[0] && w->history)
        status = gw_error_set(error, GW_EUSAGE, "--history and --truth need --replay");
    if (status == GW_OK && w->truth_path && isnan(w->timeout_s))
        w->timeout_s = 60;
    return status;
}

/* Records on standard output, one a line; what is no record is said on standard error. */
static void event_print_json(watch *w, const gw_client_event *event)
{
    gw_client_event other = *event;
    if (event->type == GW_CLIENT_RECORD) {
        json_dumpf(event->message, stdout, JSON_COMPACT | JSON_REAL_PRECISION(17));
        putchar('\n');
        fflush(stdout);
    } else if (event->type == GW_CLIENT_LIVE) {
        fputs("groundwatch watch: heard\n", stderr);
    } else if (event->type != GW_CLIENT_HEARTBEAT) {
        watch_view_event(&w->view, &other);
    }
}

static gw_status watch_end(watch *w, bool is_done, gw_error *error)
{
    watch_view_break(&w->view);
    if (ferror(stdout))
        return gw_error_set(error, GW_EIO, "standard output: write failed");
    if (!w->truth)
        return GW_OK;
    bool is_sensed = watch_truth_print(w->truth, w->until_m, w->json ? stderr : stdout);
    if (is_sensed && is_done)
        return GW_OK;
    return gw_error_set(error, GW_ETIMEDOUT, "%s",
                        is_sensed ? "ended before the lane was done"
                                  : "the lane was not sensed end to end: see above");
}

static gw_status watch_run(watch *w, gw_client *client, gw_error *error)
{
    double end_s = clock_s() + (isnan(w->timeout_s) ? (double)INFINITY : w->timeout_s);
    bool is_done = false;
    gw_client_event event;
    while (!is_done && !is_interrupted && !ferror(stdout) && clock_s() < end_s) {
        gw_client_poll(client, 100, &event);
        if (event.type != GW_CLIENT_NOTHING && w->json)
            event_print_json(w, &event);
        else if (event.type != GW_CLIENT_NOTHING)
            watch_view_event(&w->view, &event);
        if (w->truth) {
            watch_truth_take(w->truth, &event, clock_s());
            is_done = watch_truth_is_done(w->truth, w->until_m, clock_s());
        }
    }
    return watch_end(w, is_done, error);
}

int command_watch(int argc, char **argv)
{
    watch w = {.until_m = (double)NAN, .timeout_s = (double)NAN};
    const struct sigaction on_signal = {.sa_handler = interrupt};
    gw_client *client = NULL;
    gw_error error = {.status = GW_OK};
    gw_status status = options_parse(&w, argc, argv, &error);
    if (status == GW_END) {
        fputs(usage, stdout);
        return 0;
    }
    sigaction(SIGINT, &on_signal, NULL);
    sigaction(SIGTERM, &on_signal, NULL);
    if (status == GW_OK && w.truth_path)
        status = watch_truth_load(w.truth_path, &w.truth, &error);
    if (status == GW_OK) {
        gw_client_config config = {.history = w.history};
        connect_fill(&w.connect, &config);
        client = gw_client_create(&config, error.text, sizeof error.text);
        if (!client)
            status = error.status = GW_EIO;
    }
    connect_wipe(&w.connect);
    if (status == GW_OK) {
        watch_view_open(&w.view, w.json ? stderr : stdout);
        if (!w.json)
            printf("listening to %s, replay from %s\n", w.connect.live,
                   w.connect.replay[0] ? w.connect.replay : "nowhere");
        fflush(stdout);
        status = watch_run(&w, client, &error);
    }
    gw_client_destroy(client);
    watch_truth_destroy(w.truth);
    return status == GW_OK ? 0 : command_fail("watch", &error);
}
