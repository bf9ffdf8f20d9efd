/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/command.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clients/groundwatch/connect.h"
#include "clients/groundwatch/log_summary.h"
#include "clients/log/follow.h"
#include "clients/log/import.h"

static const char help[] =
    "usage: groundwatch log --output FILE [--live E --replay E] [--also LIVE,REPLAY]...\n"
    "       groundwatch log --output FILE --from JOURNAL|LINES\n"
    "       groundwatch log summary FILE.gpkg --areas AREAS.geojson [--json]\n\n"
    "Keeps every record of one or more daemons once: detections, coverage, track, outcomes, "
    "events.\n"
    "It begins with the oldest record there is, fills gaps by replay, and goes on where it "
    "stopped.\n"
    "The end of FILE says what is written: .gpkg (GeoPackage, for any GIS), .geojson (needs WGS "
    "84)\n"
    "or .ndjson (every record as it was published, a line each).\n\n"
    "  --output FILE      the log; an existing one is added to, a foreign file is left as it is\n"
    "  --from FILE        after the fact: a daemon's journal, or a log in lines\n"
    "  --also L,R         one more daemon's endpoints; up to 15\n" CONNECT_USAGE
    "  --timeout S        end after so many seconds; default: at SIGINT or SIGTERM\n\n"
    "summary: outcomes by area, model and year, and alarms without an outcome. A place on an edge\n"
    "is in the area; of several areas the first counts.\n"
    "Exit status: 0, 64 usage, 65 not a log, or no WGS 84, 66 no such file, 74 I/O, a full disk,\n"
    "or another log writes the file (what was written stays; start it again).\n";

typedef struct options {
    connect_options connect;
    char also[GW_LOG_SOURCES_MAX - 1][2 * GW_CONFIG_TEXT_MAX];
    size_t n_also;
    const char *output, *from;
    double timeout_s;
} options;

static volatile sig_atomic_t has_signal;

static void signal_take(int number)
{
    (void)number;
    has_signal = 1;
}

static gw_status also_take(options *chosen, const char *value, gw_error *error)
{
    if (chosen->n_also == GW_LOG_SOURCES_MAX - 1)
        return gw_error_set(error, GW_EUSAGE, "--also: at most %d", GW_LOG_SOURCES_MAX - 1);
    if (!strchr(value, ',') || strlen(value) >= sizeof chosen->also[0])
        return gw_error_set(error, GW_EUSAGE, "--also: %s: LIVE,REPLAY expected", value);
    strcpy(chosen->also[chosen->n_also++], value);
    return GW_OK;
}

static gw_status option_take(void *user, int option, gw_error *error)
{
    options *chosen = user;
    char *end;
    switch (option) {
    case 'o':
        chosen->output = optarg;
        return GW_OK;
    case 'f':
        chosen->from = optarg;
        return GW_OK;
    case 'a':
        return also_take(chosen, optarg, error);
    case 't':
        chosen->timeout_s = strtod(optarg, &end);
        if (end == optarg || *end || !(chosen->timeout_s > 0 && chosen->timeout_s < 1e9))
            return gw_error_set(error, GW_EUSAGE, "--timeout: not a time in seconds: %s", optarg);
        return GW_OK;
    case 'h':
        return GW_END;
    default:
        return gw_error_set(error, GW_EUSAGE, "unknown option, or one without its value");
    }
}

static gw_status options_parse(options *chosen, int argc, char **argv, gw_error *error)
{
    static const struct option known[] = {CONNECT_OPTIONS,
                                          {"output", required_argument, NULL, 'o'},
                                          {"from", required_argument, NULL, 'f'},
                                          {"also", required_argument, NULL, 'a'},
                                          {"timeout", required_argument, NULL, 't'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    gw_status status =
        connect_parse(&chosen->connect, argc, argv, known, option_take, chosen, error);
    if (status == GW_OK && !chosen->output)
        status = gw_error_set(error, GW_EUSAGE, "--output says where to; `groundwatch log --help`");
    return status == GW_OK && !chosen->from ? connect_complete(&chosen->connect, error) : status;
}

static double clock_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bool is_ending(void *user)
{
    const double *end_s = user;
    return has_signal || clock_s() >= *end_s;
}

static void event_say(void *user, const char *source, const char *word, const char *text)
{
    (void)user;
    fprintf(stderr, "groundwatch log: %s: %s: %s\n", source, word, text);
}

static gw_status daemons_follow(options *chosen, gw_log *log, gw_error *error)
{
    double end_s = chosen->timeout_s > 0 ? clock_s() + chosen->timeout_s : (double)INFINITY;
    gw_log_follow follow = {
        .log = log, .n_sources = 1, .is_ending = is_ending, .say = event_say, .user = &end_s};
    const struct sigaction take = {.sa_handler = signal_take};
    uint64_t n = 0;
    connect_fill(&chosen->connect, &follow.sources[0]);
    for (size_t k = 0; k < chosen->n_also; k++) {
        gw_client_config *one = &follow.sources[follow.n_sources++];
        *one = follow.sources[0];
        char *comma = strchr(chosen->also[k], ',');
        *comma = 0;
        one->live = chosen->also[k];
        one->replay = comma + 1;
    }
    sigaction(SIGINT, &take, NULL);
    sigaction(SIGTERM, &take, NULL);
    gw_status status = gw_log_follow_run(&follow, &n, error);
    fprintf(stderr, "groundwatch log: %llu records into %s\n", (unsigned long long)n,
            chosen->output);
    return status;
}

static gw_status log_write(options *chosen, gw_error *error)
{
    gw_log *log;
    uint64_t n = 0;
    gw_status status = gw_log_open(chosen->output, &log, error);
    if (status != GW_OK)
        return status;
    if (chosen->from) {
        status = gw_log_import(log, chosen->from, &n, error);
        fprintf(stderr, "groundwatch log: %llu new records into %s\n", (unsigned long long)n,
                chosen->output);
    } else {
        status = daemons_follow(chosen, log, error);
    }
    gw_log_close(log);
    return status;
}

int command_log(int argc, char **argv)
{
    options *chosen = calloc(1, sizeof *chosen);
    gw_error error = {0};
    if (argc > 1 && strcmp(argv[1], "summary") == 0) {
        free(chosen);
        return log_summary_run(argc - 1, argv + 1);
    }
    gw_status status = chosen ? options_parse(chosen, argc, argv, &error) : GW_ENOMEM;
    if (status == GW_END) {
        fputs(help, stdout);
        free(chosen);
        return 0;
    }
    if (status == GW_OK)
        status = log_write(chosen, &error);
    if (chosen)
        connect_wipe(&chosen->connect);
    free(chosen);
    if (status == GW_OK)
        return 0;
    error.status = status;
    return command_fail("log", &error);
}
