/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/gate/request.h"

#include <string.h>

#include "daemon/gate/command_decode.h"

/* A number as messages carry it: decimal digits in a string, no sign, no leading zero. */
static bool number_decode(const json_t *value, uint64_t *out)
{
    const char *text = json_string_value(value);
    uint64_t number = 0;
    if (!text || !*text || (text[0] == '0' && text[1]))
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return false;
        uint64_t digit = (uint64_t)(*text - '0');
        if (number > ((uint64_t)INT64_MAX - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    *out = number;
    return true;
}

static bool text_decode(const json_t *value, char *out, size_t n_out)
{
    if (!json_is_string(value) || json_string_length(value) >= n_out)
        return false;
    memcpy(out, json_string_value(value), json_string_length(value) + 1);
    return true;
}

static bool kind_decode(const json_t *value, gw_record_kind *out)
{
    const char *word = json_string_value(value);
    if (!word)
        return false;
    *out = GW_RECORD_COUNT;
    if (strcmp(word, "any") == 0)
        return true;
    for (int kind = 0; kind < GW_RECORD_HEARTBEAT; kind++)
        if (strcmp(word, gw_record_name((gw_record_kind)kind)) == 0)
            *out = (gw_record_kind)kind;
    return *out != GW_RECORD_COUNT;
}

static const char *max_decode(const json_t *value, size_t *out)
{
    json_int_t max = json_integer_value(value);
    *out = REQUEST_RECORDS_MAX;
    if (!value)
        return NULL;
    if (!json_is_integer(value) || max < 1)
        return "max: a number of at least 1 expected";
    if (max < REQUEST_RECORDS_MAX)
        *out = (size_t)max;
    return NULL;
}

static const char *replay_decode(const json_t *root, request *out)
{
    const json_t *to = json_object_get(root, "to");
    if (!text_decode(json_object_get(root, "stream"), out->stream, sizeof out->stream))
        return "stream: the stream's UUID expected";
    if (!kind_decode(json_object_get(root, "kind"), &out->kind))
        return "kind: a journalled kind or \"any\" expected";
    if (!number_decode(json_object_get(root, "from"), &out->from))
        return "from: a decimal string expected";
    out->to = INT64_MAX;
    if (to && !number_decode(to, &out->to))
        return "to: a decimal string expected";
    if (out->from == 0)
        out->from = 1;
    if (out->to < out->from)
        return "to: lies before from";
    return max_decode(json_object_get(root, "max"), &out->max);
}

static const char *latest_decode(const json_t *root, request *out)
{
    const json_t *from = json_object_get(root, "from");
    return from && !number_decode(from, &out->from) ? "from: a decimal string expected" : NULL;
}

static bool op_decode(const json_t *value, request_op *out)
{
    static const char *const names[] = {
        [REQUEST_HELLO] = "hello",       [REQUEST_STATUS] = "status",
        [REQUEST_LATEST] = "latest",     [REQUEST_REPLAY] = "replay",
        [REQUEST_OUTCOME] = "outcome",   [REQUEST_ACKNOWLEDGE] = "acknowledge",
        [REQUEST_CHECK] = "check",       [REQUEST_MUTE] = "mute",
        [REQUEST_SNAPSHOT] = "snapshot", [REQUEST_RECORD] = "record"};
    const char *word = json_string_value(value);
    for (size_t k = 0; word && k < sizeof names / sizeof *names; k++) {
        if (strcmp(word, names[k]) == 0) {
            *out = (request_op)k;
            return true;
        }
    }
    return false;
}

static const char *root_decode(const json_t *root, request *out)
{
    const json_t *id = json_object_get(root, "id");
    if (!json_is_object(root))
        return "not a JSON object";
    if (id && !text_decode(id, out->id, sizeof out->id))
        return "id: a string of at most 64 bytes expected";
    if (!op_decode(json_object_get(root, "op"), &out->op))
        return "op: hello, status, latest, replay, acknowledge, outcome, check, mute, snapshot "
               "or record expected";
    if (out->op == REQUEST_LATEST)
        return latest_decode(root, out);
    if (out->op == REQUEST_REPLAY)
        return replay_decode(root, out);
    return request_is_command(out) ? command_decode(root, out) : NULL;
}

const char *request_decode(const void *bytes, size_t n_bytes, request *out)
{
    memset(out, 0, sizeof *out);
    if (n_bytes > REQUEST_BYTES_MAX)
        return "request too long";
    json_t *root = json_loadb(bytes, n_bytes, JSON_REJECT_DUPLICATES, NULL);
    if (!root)
        return "not JSON";
    const char *reason = root_decode(root, out);
    json_decref(root);
    if (reason)
        request_free(out);
    return reason;
}

void request_free(request *held)
{
    json_decref(held->data);
    held->data = NULL;
}
