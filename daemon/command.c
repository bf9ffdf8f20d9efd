/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/command.h"

#include <string.h>

#include "daemon/clock.h"
#include "daemon/thread.h"

static bool is_known(const gw_command_desk *desk, const char *request)
{
    size_t n = desk->n < GW_COMMAND_MEMORY ? desk->n : GW_COMMAND_MEMORY;
    for (size_t k = 0; k < n; k++)
        if (strcmp(desk->requests[k], request) == 0)
            return true;
    return false;
}

/* The request's UUID, NULL when data is no command. */
static const char *request_of(unsigned kind, const json_t *data)
{
    const char *request = json_string_value(json_object_get(data, "request"));
    const char *status = json_string_value(json_object_get(data, "status"));
    bool is_update = kind == GW_RECORD_DETECTION && status && strcmp(status, "acknowledged") == 0 &&
                     json_is_string(json_object_get(data, "id"));
    const char *event = json_string_value(json_object_get(data, "event"));
    bool is_word = kind == GW_RECORD_SESSION && event &&
                   (strcmp(event, "mute") == 0 || strcmp(event, "snapshot") == 0 ||
                    strcmp(event, "record") == 0);
    bool is_ours = is_update || is_word || kind == GW_RECORD_OUTCOME || kind == GW_RECORD_CHECK;
    bool is_whole = request && strlen(request) == 36 && json_is_string(json_object_get(data, "by"));
    return is_ours && is_whole ? request : NULL;
}

static void closes_find(unsigned kind, const json_t *data, char *closes)
{
    const char *id = json_string_value(json_object_get(data, "detection"));
    if (kind == GW_RECORD_OUTCOME && id && strlen(id) < GW_COMMAND_ID_MAX)
        memcpy(closes, id, strlen(id) + 1);
}

bool gw_command_take(gw_command_desk *desk, gw_store *store, const gw_command *command,
                     char *closes)
{
    char wanted[37];
    gw_link_report report;
    json_t *data = json_loadb(command->json, command->n_json, JSON_REJECT_DUPLICATES, NULL);
    const char *request = request_of(command->kind, data);
    closes[0] = 0;
    if (!request) {
        gw_log("groundwatchd: a command of the gate that is none was left out");
        json_decref(data);
        return false;
    }
    gw_store_report(store, &report);
    if (strcmp(desk->stream, report.stream) != 0)
        desk->n = 0;
    memcpy(desk->stream, report.stream, sizeof desk->stream);
    memcpy(wanted, request, sizeof wanted);
    if (is_known(desk, wanted)) {
        json_decref(data);
        return false;
    }
    closes_find(command->kind, data, closes);
    if (command->kind == GW_RECORD_SESSION && command->act)
        command->act(command->user, data);
    if (!gw_store_put(store, (gw_record_kind)command->kind, gw_clock_utc_ns(), data))
        return false;
    memcpy(desk->requests[desk->n++ % GW_COMMAND_MEMORY], wanted, sizeof wanted);
    return true;
}
