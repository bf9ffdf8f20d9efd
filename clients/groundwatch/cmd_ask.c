/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/groundwatch/ask.h"
#include "drivers/uuid.h"

static const char help[] =
    "usage: groundwatch ask status | mute | unmute | snapshot | record | stop [OPTIONS]\n\n"
    "  status      what the daemon sees, now\n"
    "  mute        the local alarm (alarm.socket) and the sound of watch are still for a while;\n"
    "              faults never are, and records go on. It is published, and ends by itself\n"
    "  unmute      it is heard again\n"
    "  snapshot    record the configuration and calibration in force, and their hashes\n"
    "  record      write the live streams as SigMF, in `recordings` beside the journal, until:\n"
    "  stop        no more of that\n\n"
    "  --by WHO           who says so; needed but for status\n"
    "  --for S            mute: seconds, 1 to 600; default 60\n"
    "  --request UUID     say it again, as the same\n"
    "  --json             the answer as JSON\n" CONNECT_USAGE
    "\nExit status: 0 answered, 64 usage, 65 refused (the reason is said), 74 no answer.\n";

enum { FOR_S = 60, FOR_MAX_S = 600 };

typedef struct options {
    connect_options connect;
    const char *what, *by, *request;
    long for_s;
    bool is_json;
} options;

static gw_status option_take(options *to, int option, gw_error *error)
{
    char *end = NULL;
    if (connect_owns(option))
        return connect_take(&to->connect, option, optarg, error);
    switch (option) {
    case 'b':
        to->by = optarg;
        return GW_OK;
    case 'r':
        to->request = optarg;
        return GW_OK;
    case 'j':
        to->is_json = true;
        return GW_OK;
    case 'f':
        to->for_s = strtol(optarg, &end, 10);
        return end != optarg && !*end && to->for_s >= 1 && to->for_s <= FOR_MAX_S
                   ? GW_OK
                   : gw_error_set(error, GW_EUSAGE, "--for: %s: 1 to 600 seconds expected", optarg);
    case 'h':
        return GW_END;
    default:
        return gw_error_set(error, GW_EUSAGE, "unknown option, or one without its value");
    }
}

static gw_status options_parse(options *to, int argc, char **argv, gw_error *error)
{
    static const struct option known[] = {CONNECT_OPTIONS,
                                          {"by", required_argument, NULL, 'b'},
                                          {"for", required_argument, NULL, 'f'},
                                          {"request", required_argument, NULL, 'r'},
                                          {"json", no_argument, NULL, 'j'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    static const char *const whats[] = {"status", "mute", "unmute", "snapshot", "record", "stop"};
    gw_status status = GW_OK;
    size_t k = 0;
    opterr = 0;
    for (int option; status == GW_OK && (option = getopt_long(argc, argv, "h", known, NULL)) != -1;)
        status = option_take(to, option, error);
    if (status != GW_OK)
        return status;
    to->what = optind < argc ? argv[optind++] : "";
    while (k < sizeof whats / sizeof *whats && strcmp(whats[k], to->what) != 0)
        k++;
    if (k == sizeof whats / sizeof *whats)
        return gw_error_set(error, GW_EUSAGE,
                            "status, mute, unmute, snapshot, record or stop expected");
    if (optind < argc)
        return gw_error_set(error, GW_EUSAGE, "%s: not expected", argv[optind]);
    if (k > 0 && !to->by)
        return gw_error_set(error, GW_EUSAGE, "--by is needed: who says so");
    return connect_complete(&to->connect, error);
}

static json_t *request_make(const options *chosen)
{
    char uuid[GW_UUID_MAX];
    bool is_mute = strcmp(chosen->what, "mute") == 0, is_end = strcmp(chosen->what, "unmute") == 0;
    if (!chosen->by)
        return json_pack("{s:s, s:s}", "op", "status", "id", "ask");
    gw_uuid_make(uuid);
    bool is_stop = strcmp(chosen->what, "stop") == 0;
    const char *op = is_end ? "mute" : is_stop ? "record" : chosen->what;
    json_t *request = json_pack("{s:s, s:s, s:s}", "op", op, "request",
                                chosen->request ? chosen->request : uuid, "by", chosen->by);
    if (is_mute || is_end)
        json_object_set_new(request, "for_s", json_integer(is_end ? 0 : chosen->for_s));
    if (strcmp(op, "record") == 0)
        json_object_set_new(request, "action", json_string(is_stop ? "stop" : "start"));
    return request;
}

static void status_print(const json_t *reply)
{
    size_t k;
    const json_t *one;
    printf("%s", json_string_value(json_object_get(reply, "state")));
    json_array_foreach(json_object_get(reply, "reasons"), k, one)
        printf(" %s", json_string_value(one));
    puts("");
    json_array_foreach(json_object_get(reply, "sensors"), k, one)
        printf("%s %s\n", json_string_value(json_object_get(one, "sensor")),
               json_string_value(json_object_get(one, "state")));
}

static int reply_print(const json_t *reply, bool is_json)
{
    const char *op = json_string_value(json_object_get(reply, "op"));
    const char *reason = json_string_value(json_object_get(reply, "reason"));
    gw_error error = {0};
    if (is_json) {
        json_dumpf(reply, stdout, JSON_COMPACT);
        puts("");
    } else if (op && strcmp(op, "status") == 0) {
        status_print(reply);
    } else if (op && strcmp(op, "recorded") == 0) {
        printf("recorded: session %s of stream %s%s\n",
               json_string_value(json_object_get(reply, "kind_seq")),
               json_string_value(json_object_get(reply, "stream")),
               json_is_true(json_object_get(reply, "durable")) ? "" : ", NOT YET ON THE DISK");
    }
    if (op && strcmp(op, "error") != 0)
        return 0;
    gw_error_set(&error, GW_EFORMAT, "refused: %.300s", reason ? reason : "no reason was given");
    return command_fail("ask", &error);
}

int command_ask(int argc, char **argv)
{
    options chosen = {.for_s = FOR_S};
    gw_error error = {0};
    json_t *reply = NULL, *request = NULL;
    gw_status status = options_parse(&chosen, argc, argv, &error);
    if (status == GW_END) {
        fputs(help, stdout);
        return 0;
    }
    if (status == GW_OK) {
        request = request_make(&chosen);
        status = ask_send(&chosen.connect, request, &reply, &error);
    }
    connect_wipe(&chosen.connect);
    int failed = status == GW_OK ? reply_print(reply, chosen.is_json) : command_fail("ask", &error);
    json_decref(request);
    json_decref(reply);
    return failed;
}
