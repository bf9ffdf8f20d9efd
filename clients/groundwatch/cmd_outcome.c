/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/command.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clients/groundwatch/ask.h"
#include "drivers/uuid.h"

static const char help[] =
    "usage: groundwatch outcome [ID] --by WHO [OPTIONS]\n\n"
    "Records what was dug up, for good: the daemon journals it and publishes it to every "
    "listener.\n"
    "ID is that of the detection (from watch, map or log); its place is taken over. Without "
    "ID,\n"
    "say where: --lat and --lon, or --along.\n\n"
    "  --by WHO           who says so; needed\n"
    "  --model M          what it was: PMN-2, TM-62M, fragment, nothing, ...\n"
    "  --condition C      live, damaged, expended, ...\n"
    "  --marking TEXT     as it stands on it\n"
    "  --year Y           of the marking\n"
    "  --depth M          to its top, m\n"
    "  --when TIME        RFC 3339, as 2026-11-24T10:30:00Z; default: now\n"
    "  --note TEXT, --photo REFERENCE\n"
    "  --lat D --lon D    WGS 84, degrees; --along M --cross M: in the lane\n"
    "  --json             the answer as JSON\n" CONNECT_USAGE
    "\nExit status: 0 recorded, 64 usage, 65 refused (the reason is said), 74 no answer: say it\n"
    "again with the printed --request, and it is recorded once.\n";

/* Options that are members of the request, and how they are read. */
static const struct {
    const char *option, *member;
    char type; /* s text, f real, i whole number */
} members[] = {
    {"by", "by", 's'},           {"model", "model", 's'},    {"condition", "condition", 's'},
    {"marking", "marking", 's'}, {"year", "year", 'i'},      {"depth", "depth_m", 'f'},
    {"when", "when", 's'},       {"note", "note", 's'},      {"photo", "photo", 's'},
    {"lat", "lat", 'f'},         {"lon", "lon", 'f'},        {"along", "along_m", 'f'},
    {"cross", "cross_m", 'f'},   {"request", "request", 's'}};

enum { N_MEMBERS = sizeof members / sizeof *members };

static gw_status member_set(json_t *request, size_t k, const char *value, gw_error *error)
{
    char *end = NULL;
    json_t *made = NULL;
    if (members[k].type == 's')
        made = json_string(value);
    else if (members[k].type == 'f' && isfinite(strtod(value, &end)) && end != value && !*end)
        made = json_real(strtod(value, NULL));
    else if (members[k].type == 'i' && (strtol(value, &end, 10), end != value && !*end))
        made = json_integer(strtol(value, NULL, 10));
    if (!made)
        return gw_error_set(error, GW_EUSAGE, "--%s: %s: not %s", members[k].option, value,
                            members[k].type == 's' ? "UTF-8 text" : "a number");
    json_object_set_new(request, members[k].member, made);
    return GW_OK;
}

static void defaults_set(json_t *request)
{
    char now[32], id[GW_UUID_MAX];
    time_t seconds = time(NULL);
    struct tm tm;
    gmtime_r(&seconds, &tm);
    strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", &tm);
    if (!json_object_get(request, "when"))
        json_object_set_new(request, "when", json_string(now));
    gw_uuid_make(id);
    if (!json_object_get(request, "request"))
        json_object_set_new(request, "request", json_string(id));
}

static gw_status options_parse(connect_options *connect, json_t *request, bool *is_json, int argc,
                               char **argv, gw_error *error)
{
    static const struct option first[] = {CONNECT_OPTIONS};
    enum { N_FIRST = sizeof first / sizeof *first, MEMBER = 0x100 };
    struct option known[N_FIRST + N_MEMBERS + 3] = {{NULL, 0, NULL, 0}};
    gw_status status = GW_OK;
    memcpy(known, first, sizeof first);
    for (int k = 0; k < (int)N_MEMBERS; k++)
        known[N_FIRST + k] =
            (struct option){members[k].option, required_argument, NULL, MEMBER + k};
    known[N_FIRST + N_MEMBERS] = (struct option){"json", no_argument, NULL, 'j'};
    known[N_FIRST + N_MEMBERS + 1] = (struct option){"help", no_argument, NULL, 'h'};
    opterr = 0;
    for (int option; status == GW_OK && (option = getopt_long(argc, argv, "h", known, NULL)) != -1;)
        if (connect_owns(option))
            status = connect_take(connect, option, optarg, error);
        else if (option >= MEMBER)
            status = member_set(request, (size_t)(option - MEMBER), optarg, error);
        else if (option == 'j')
            *is_json = true;
        else
            status = option == 'h' ? GW_END
                                   : gw_error_set(error, GW_EUSAGE,
                                                  "unknown option, or one without its value");
    if (status == GW_OK && optind < argc)
        json_object_set_new(request, "detection", json_string(argv[optind++]));
    if (status == GW_OK && optind < argc)
        status = gw_error_set(error, GW_EUSAGE, "%s: not expected", argv[optind]);
    if (status == GW_OK && !json_object_get(request, "by"))
        status = gw_error_set(error, GW_EUSAGE, "--by is needed: who says so");
    return status == GW_OK ? connect_complete(connect, error) : status;
}

static int reply_print(const json_t *reply, bool is_json)
{
    const char *op = json_string_value(json_object_get(reply, "op"));
    const char *reason = json_string_value(json_object_get(reply, "reason"));
    bool is_recorded = op && strcmp(op, "recorded") == 0;
    gw_error error = {0};
    if (is_json) {
        json_dumpf(reply, stdout, JSON_COMPACT);
        puts("");
    } else if (is_recorded) {
        printf("recorded: outcome %s of stream %s%s\n",
               json_string_value(json_object_get(reply, "kind_seq")),
               json_string_value(json_object_get(reply, "stream")),
               json_is_true(json_object_get(reply, "durable")) ? "" : ", NOT YET ON THE DISK");
    }
    if (is_recorded)
        return 0;
    gw_error_set(&error, GW_EFORMAT, "refused: %.300s", reason ? reason : "no reason was given");
    return command_fail("outcome", &error);
}

int command_outcome(int argc, char **argv)
{
    connect_options connect = {.has_key = false};
    json_t *request = json_pack("{s:s}", "op", "outcome"), *reply = NULL;
    bool is_json = false;
    gw_error error = {0};
    gw_status status = options_parse(&connect, request, &is_json, argc, argv, &error);
    if (status == GW_END) {
        fputs(help, stdout);
        json_decref(request);
        return 0;
    }
    if (status == GW_OK) {
        defaults_set(request);
        status = ask_send(&connect, request, &reply, &error);
    }
    connect_wipe(&connect);
    int failed = status == GW_OK ? reply_print(reply, is_json) : command_fail("outcome", &error);
    json_decref(request);
    json_decref(reply);
    return failed;
}
