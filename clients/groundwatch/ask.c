/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/ask.h"

#include <string.h>
#include <time.h>

enum { ANSWER_MS = 10000, AGAIN_MS = 2500, BUSY_MS = 200, TURN_MS = 100 };

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Of this request, or of none: one that could not be read, or a question. */
static bool is_answer(const gw_client_event *event, const json_t *request)
{
    const json_t *its = json_object_get(event->message, "request");
    return event->type == GW_CLIENT_REPLY &&
           (!its || json_equal(its, json_object_get(request, "request")));
}

/* The daemon is busy: it says so in these words (docs/messages.md). */
static bool is_later(const json_t *reply)
{
    const char *reason = json_string_value(json_object_get(reply, "reason"));
    return reason && strstr(reason, "ask again");
}

gw_status ask_send(const connect_options *connect, const json_t *request, json_t **reply,
                   gw_error *error)
{
    gw_client_config config = {.history = false};
    gw_client_event event;
    int64_t ask_ms = clock_ms(), end_ms = ask_ms + ANSWER_MS;
    char text[300] = "";
    connect_fill(connect, &config);
    gw_client *client = gw_client_create(&config, text, sizeof text);
    *reply = NULL;
    if (!client)
        return gw_error_set(error, GW_EIO, "%s", text);
    while ((!*reply || is_later(*reply)) && clock_ms() < end_ms) {
        if (clock_ms() >= ask_ms && gw_client_request(client, request))
            ask_ms = clock_ms() + AGAIN_MS;
        gw_client_poll(client, TURN_MS, &event);
        if (!is_answer(&event, request))
            continue;
        json_decref(*reply);
        *reply = json_deep_copy(event.message);
        if (is_later(*reply))
            ask_ms = clock_ms() + BUSY_MS;
    }
    gw_client_destroy(client);
    if (*reply)
        return GW_OK;
    const char *uuid = json_string_value(json_object_get(request, "request"));
    return gw_error_set(error, GW_ETIMEDOUT, "no answer of the daemon%s%s",
                        uuid ? "; say it again with --request " : "", uuid ? uuid : "");
}
