/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any order of records, heartbeats, replies and time. A record is never delivered twice and never
 * out of its order, unless a STREAM event or a GAP that named it came before. One step is two
 * bytes: what happens, and a number. The last message that is text is taken as it is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/sequence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NUMBERS = 256 };

typedef struct run {
    gw_sequence *seq;
    int64_t now_ms;
    bool was_given[NUMBERS], was_gap[NUMBERS];
    uint64_t last;
} run;

static void record_check(run *r, const gw_client_event *event)
{
    if (strcmp(event->kind, "detection") != 0 || event->kind_seq >= NUMBERS || event->kind_seq == 0)
        return;
    if (r->was_given[event->kind_seq])
        abort(); /* twice */
    if (event->kind_seq <= r->last && !r->was_gap[event->kind_seq])
        abort(); /* out of order */
    r->was_given[event->kind_seq] = true;
    if (event->kind_seq > r->last)
        r->last = event->kind_seq;
}

static void events_check(run *r)
{
    gw_client_event event;
    while (gw_sequence_next(r->seq, &event)) {
        if (event.type == GW_CLIENT_RECORD)
            record_check(r, &event);
        if (event.type == GW_CLIENT_STREAM) {
            memset(r->was_given, 0, sizeof r->was_given);
            memset(r->was_gap, 0, sizeof r->was_gap);
            r->last = 0;
        }
        if (event.type == GW_CLIENT_GAP && strcmp(event.kind, "detection") == 0) {
            if (event.to_seq < event.from_seq)
                abort();
            for (uint64_t k = event.from_seq; k <= event.to_seq && k < NUMBERS; k++)
                r->was_gap[k] = true;
        }
    }
}

static void take(run *r, const char *text, bool replayed)
{
    json_t *message = json_loads(text, 0, NULL);
    if (message) {
        gw_sequence_take(r->seq, message, replayed, r->now_ms);
        events_check(r);
        gw_sequence_reply(r->seq, message, r->now_ms);
        events_check(r);
    }
    json_decref(message);
}

static void step(run *r, unsigned what, unsigned number)
{
    char text[400], request[GW_SEQUENCE_REQUEST_MAX];
    const char *stream = what & 0x80 && what & 0x40 ? "b" : "a";
    switch (what & 7) {
    case 0:
    case 1:
    case 2:
        snprintf(text, sizeof text,
                 "{\"type\":\"org.groundwatch.detection.v1\",\"data\":{\"stream\":\"%s\","
                 "\"kind_seq\":\"%u\",\"durable\":%s}}",
                 stream, number, what & 0x20 ? "false" : "true");
        take(r, text, what & 1);
        break;
    case 3:
        snprintf(text, sizeof text,
                 "{\"type\":\"org.groundwatch.heartbeat.v1\",\"id\":\"%s/1\",\"data\":{"
                 "\"stream\":\"%s\",\"kind_seq\":\"1\",\"state\":\"%s\","
                 "\"clock_ns\":\"%u0000000\",\"newest\":{\"detection\":\"%u\"}}}",
                 stream, stream, what & 0x20 ? "BLIND" : "ALARM", what & 0x10 ? number : 1000U,
                 number);
        take(r, text, false);
        break;
    case 4:
        snprintf(text, sizeof text, "{\"op\":\"end\",\"oldest\":\"%u\",\"more\":%s,\"id\":\"%u\"}",
                 number, what & 0x20 ? "true" : "false", what >> 3 & 3);
        take(r, text, false);
        break;
    case 5:
        take(r, "{\"op\":\"error\",\"reason\":\"busy\"}", false);
        break;
    case 6:
        if (gw_sequence_ask(r->seq, r->now_ms, request) && what & 0x20)
            gw_sequence_unsent(r->seq, r->now_ms);
        break;
    default:
        r->now_ms += number * 8;
        gw_sequence_tick(r->seq, r->now_ms);
    }
    events_check(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    run r = {.now_ms = 0};
    if (size < 1 || !(r.seq = gw_sequence_create(data[0] & 1, data[0] & 2, NULL, 0)))
        return 0;
    for (size_t k = 1; k + 1 < size; k += 2)
        step(&r, data[k], data[k + 1]);
    char *text = strndup((const char *)data, size);
    take(&r, text, false);
    free(text);
    gw_sequence_destroy(r.seq);
    return 0;
}
