/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/calibrate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clients/groundwatch/command.h"
#include "drivers/uuid.h"

enum { ANSWER_MS = 5000, POLL_MS = 100, FAILED = 1 };

static const char *const lines[] = {
    "CHECK. Pass the head over the middle of the test piece, as you search.", NULL};

static void member_move(json_t *to, json_t *from, const char *key)
{
    json_t *numbers = json_object_get(from, key);
    if (json_object_size(numbers) > 0)
        json_object_set(to, key, numbers);
}

static json_t *request_make(const calibrate_options *options, const gw_check *check,
                            const gw_piece *piece, json_t *numbers)
{
    char request[GW_UUID_MAX];
    const char *by = options->by ? options->by : getenv("USER");
    gw_uuid_make(request);
    json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s}", "op", "check", "request", request, "by",
                               by && *by ? by : "operator", "piece", piece->name, "result",
                               check->is_pass ? "pass" : "fail");
    member_move(object, numbers, "measured");
    member_move(object, numbers, "expected");
    member_move(object, numbers, "tolerance");
    if (check->reason[0])
        json_object_set_new(object, "reason", json_string(check->reason));
    return object;
}

static bool is_answer(const gw_client_event *event, const json_t *request)
{
    const char *mine = json_string_value(json_object_get(request, "request"));
    const char *its = json_string_value(json_object_get(event->message, "request"));
    return event->type == GW_CLIENT_REPLY && its && mine && strcmp(its, mine) == 0;
}

/* Until the daemon has said that the record stands, or why not. */
static gw_status answer_await(gw_client *client, const json_t *request, gw_error *error)
{
    bool is_sent = false;
    for (int waited = 0; waited < ANSWER_MS; waited += POLL_MS) {
        gw_client_event event;
        is_sent = is_sent || gw_client_request(client, request);
        gw_client_poll(client, POLL_MS, &event);
        if (event.type != GW_CLIENT_NOTHING)
            waited -= waited > 0 ? POLL_MS / 2 : 0; /* other news take no time of the answer's */
        if (!is_answer(&event, request))
            continue;
        const char *op = json_string_value(json_object_get(event.message, "op"));
        const char *reason = json_string_value(json_object_get(event.message, "reason"));
        if (op && strcmp(op, "recorded") == 0)
            return GW_OK;
        return gw_error_set(error, GW_EIO, "the daemon took no record of the check: %.200s",
                            reason ? reason : "no reason given");
    }
    return gw_error_set(error, GW_ETIMEDOUT, "no daemon answered: the check is in no record");
}

/* Endpoints that were named must answer; the usual ones may have no daemon. */
static gw_status publish(const calibrate_options *options, const json_t *request, gw_error *error)
{
    static connect_options connect; /* large */
    char why[200] = "";
    bool is_named = options->connect.live[0] || options->connect.replay[0];
    connect = options->connect;
    gw_client_config config = {.live = NULL};
    gw_status status = connect_complete(&connect, error);
    if (status != GW_OK)
        return status;
    connect_fill(&connect, &config);
    gw_client *client = gw_client_create(&config, why, sizeof why);
    connect_wipe(&connect);
    if (!client)
        return gw_error_set(error, GW_EIO, "%s", why);
    status = answer_await(client, request, error);
    gw_client_destroy(client);
    if (status == GW_ETIMEDOUT && !is_named)
        return GW_END;
    return status;
}

static void words_print(const gw_check *check, const gw_piece *piece)
{
    printf("check: %s, %zu pass%s\n", piece->name, check->n_passes,
           check->n_passes == 1 ? "" : "es");
    if (check->n_tones)
        puts("        tone, Hz   amplitude, balls    expected     phase, deg     expected");
    for (size_t k = 0; k < check->n_tones; k++)
        printf("      %10.0f   %6.3f +- %-6.3f   %6.3f +- %-6.3f  %6.1f +- %-5.1f %5.1f +- %.0f\n",
               check->tones_hz[k], check->amplitude[k].value, check->amplitude[k].sd,
               check->expected[k], check->expected[k] * piece->tolerance, check->phase_deg[k].value,
               check->phase_deg[k].sd, check->expected_deg[k], piece->tolerance_deg);
    if (!isnan(check->depth_m))
        printf("  depth %.3f m, expected %.3f +- %.3f\n", check->depth_m, piece->depth_m,
               piece->tolerance_depth_m);
    printf("%s%s%s\n", check->is_pass ? "PASS" : "FAIL", check->reason[0] ? ": " : "",
           check->reason);
}

static void json_print(const json_t *request, const gw_calibration_file *file, bool is_recorded)
{
    json_t *line = json_deep_copy(request);
    json_object_del(line, "op");
    json_object_set_new(line, "calibration", json_string(file->hash));
    json_object_set_new(line, "recorded", json_boolean(is_recorded));
    json_dumpf(line, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(line);
}

static gw_status learn(const gw_check *check, gw_piece piece, const char *path, gw_error *error)
{
    if (!check->n_tones)
        return gw_error_set(error, GW_EFORMAT, "nothing was measured: %.300s", check->reason);
    piece.n_tones = check->n_tones;
    for (size_t k = 0; k < check->n_tones; k++) {
        piece.tones_hz[k] = check->tones_hz[k];
        piece.amplitude[k] = check->amplitude[k].value;
        piece.phase_deg[k] = check->phase_deg[k].value;
    }
    if (!isnan(piece.depth_m))
        piece.depth_m = check->depth_m;
    return gw_piece_save(&piece, path, error);
}

/* Old or another device's: a check with it says nothing of today. */
static void doubt_judge(const gw_takes *takes, const gw_calibration_file *file, gw_check *check)
{
    char text[GW_CALIBRATION_TEXT_MAX];
    const gw_stream *streams[GW_KIND_COUNT] = {NULL};
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (takes->has[kind])
            streams[kind] = &takes->takes[kind].stream;
    if (!gw_calibration_doubt(file, streams, (int64_t)time(NULL) * 1000000000, text))
        return;
    check->is_pass = false;
    snprintf(check->reason, sizeof check->reason, "%.390s", text);
}

static int check_tell(const calibrate_options *options, const gw_calibration_file *file,
                      const gw_check *check, const gw_piece *piece)
{
    gw_error error = {0};
    json_t *numbers = gw_check_encode(check, piece);
    json_t *request = request_make(options, check, piece, numbers);
    gw_status told = options->wants_publish ? publish(options, request, &error) : GW_END;
    if (options->json)
        json_print(request, file, told == GW_OK);
    else
        words_print(check, piece);
    if (told == GW_END && !options->json)
        puts(options->wants_publish ? "no daemon runs here: the check is in no record"
                                    : "the check is in no record");
    json_decref(request);
    json_decref(numbers);
    if (told != GW_OK && told != GW_END)
        return command_fail("calibrate", &error);
    return check->is_pass ? 0 : FAILED;
}

int calibrate_check(const calibrate_options *options)
{
    gw_calibration_file *file = NULL;
    gw_takes takes = {0};
    gw_check check = {0};
    gw_piece piece;
    gw_error error = {0};
    gw_status status = gw_piece_load(options->piece ? options->piece : "ball", &piece, &error);
    if (status == GW_OK)
        status = gw_calibration_file_load(options->file, &file, &error);
    if (status == GW_OK) {
        calibrate_ask(options, lines);
        status = calibrate_take(options, gw_step_kinds(GW_STEP_NOISE), 20, &takes, &error);
    }
    if (status == GW_OK)
        status = gw_check_measure(&takes, file, &piece, &check, &error);
    if (status == GW_OK && options->learn)
        status = learn(&check, piece, options->learn, &error);
    if (status == GW_OK)
        doubt_judge(&takes, file, &check);
    int exit_status = status == GW_OK ? check_tell(options, file, &check, &piece)
                                      : command_fail("calibrate", &error);
    gw_takes_destroy(&takes);
    gw_calibration_file_destroy(file);
    return exit_status;
}
