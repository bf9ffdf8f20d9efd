/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/envelope.h"

#include <string.h>

static const char *const names[] = {"detection", "health",  "session", "coverage",
                                    "gap",       "outcome", "check",   "heartbeat"};

const char *gw_envelope_name(gw_envelope_kind kind)
{
    return (unsigned)kind <= GW_ENVELOPE_HEARTBEAT ? names[kind] : "unknown";
}

bool gw_envelope_number(const json_t *value, uint64_t *out)
{
    const char *text = json_string_value(value);
    uint64_t number = 0;
    if (!text || !*text)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || number > (INT64_MAX - 9) / 10)
            return false;
        number = number * 10 + (uint64_t)(*text - '0');
    }
    *out = number;
    return true;
}

/* "org.groundwatch.KIND.v1" */
static bool kind_decode(const char *type, gw_envelope_kind *out)
{
    static const char before[] = "org.groundwatch.", after[] = ".v1";
    if (!type || strncmp(type, before, sizeof before - 1) != 0)
        return false;
    type += sizeof before - 1;
    for (int kind = 0; kind <= GW_ENVELOPE_HEARTBEAT; kind++) {
        size_t n = strlen(names[kind]);
        if (strncmp(type, names[kind], n) == 0 && strcmp(type + n, after) == 0) {
            *out = (gw_envelope_kind)kind;
            return true;
        }
    }
    return false;
}

bool gw_envelope_decode(const json_t *message, gw_envelope *out)
{
    out->data = json_object_get(message, "data");
    out->stream = json_string_value(json_object_get(out->data, "stream"));
    out->durable = json_is_true(json_object_get(out->data, "durable"));
    return out->stream && out->stream[0] && strlen(out->stream) <= 36 &&
           kind_decode(json_string_value(json_object_get(message, "type")), &out->kind) &&
           gw_envelope_number(json_object_get(out->data, "kind_seq"), &out->kind_seq);
}
