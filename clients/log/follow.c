/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/log/follow.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { COMMIT_RECORDS = 500, COMMIT_MS = 250, POLL_MS = 20 };

typedef struct source {
    gw_client *client;
    gw_client_position position;
    const char *name;
} source;

typedef struct run {
    gw_log_follow *follow;
    source sources[GW_LOG_SOURCES_MAX];
    uint64_t n_records, n_waiting;
    bool is_busy_told;
    int64_t commit_ms;
} run;

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static gw_status sources_open(run *r, gw_error *error)
{
    for (size_t k = 0; k < r->follow->n_sources; k++) {
        source *one = &r->sources[k];
        gw_client_config config = r->follow->sources[k];
        char text[300] = "";
        one->name = config.live;
        gw_log_where(r->follow->log, one->name, &one->position);
        config.history = true;
        config.position = one->position.stream[0] ? &one->position : NULL;
        one->client = gw_client_create(&config, text, sizeof text);
        if (!one->client)
            return gw_error_set(error, GW_EIO, "%s", text);
    }
    return GW_OK;
}

/* Somebody reads the file just now, a GIS perhaps: that is no reason to end. The daemons' journals
 * hold what comes meanwhile. */
static bool is_patient(run *r, gw_status status, const gw_error *error)
{
    if (status != GW_EBUSY || r->follow->is_ending(r->follow->user))
        return false;
    if (!r->is_busy_told)
        r->follow->say(r->follow->user, "log", "busy", error->text);
    r->is_busy_told = true;
    return true;
}

static gw_status all_mark(run *r, gw_error *error)
{
    gw_status status = GW_OK;
    for (size_t k = 0; k < r->follow->n_sources && status == GW_OK; k++) {
        source *one = &r->sources[k];
        gw_client_where(one->client, &one->position);
        status = gw_log_mark(r->follow->log, one->name, &one->position, error);
    }
    return status;
}

/* Every source's position goes with what was put of it. */
static gw_status all_commit(run *r, gw_error *error)
{
    gw_status status;
    do {
        status = all_mark(r, error);
        if (status == GW_OK)
            status = gw_log_commit(r->follow->log, error);
    } while (is_patient(r, status, error));
    r->is_busy_told = r->is_busy_told && status != GW_OK;
    r->n_waiting = 0;
    r->commit_ms = clock_ms();
    return status;
}

static gw_status event_note(run *r, const source *from, const char *word, const char *text,
                            gw_error *error)
{
    gw_status status;
    r->follow->say(r->follow->user, from->name, word, text);
    r->n_waiting++;
    do
        status = gw_log_note(r->follow->log, from->name, word, text, error);
    while (is_patient(r, status, error));
    return status;
}

static gw_status event_take(run *r, const source *from, const gw_client_event *event,
                            gw_error *error)
{
    char text[120];
    bool is_new = false;
    gw_status status;
    switch (event->type) {
    case GW_CLIENT_RECORD:
        do
            status = gw_log_put(r->follow->log, event->message, &is_new, error);
        while (is_patient(r, status, error));
        r->n_records += is_new;
        r->n_waiting++;
        return status;
    case GW_CLIENT_BLIND:
        return event_note(r, from, "BLIND", "nothing was heard for 300 ms", error);
    case GW_CLIENT_LIVE:
        return event_note(r, from, "heard", "heard", error);
    case GW_CLIENT_STREAM:
        return event_note(r, from, "stream", "another stream began: its numbers start afresh",
                          error);
    case GW_CLIENT_GAP:
        snprintf(text, sizeof text, "%s %llu..%llu are lost for good", event->kind,
                 (unsigned long long)event->from_seq, (unsigned long long)event->to_seq);
        return event_note(r, from, "gap", text, error);
    default:
        return GW_OK;
    }
}

/* What one source has, at most a few hundred records, so that every other is heard in time. */
static gw_status source_take(run *r, const source *from, gw_error *error)
{
    gw_client_event event;
    gw_status status = GW_OK;
    for (int k = 0; k < COMMIT_RECORDS && status == GW_OK; k++) {
        gw_client_poll(from->client, k ? 0 : POLL_MS / (int)r->follow->n_sources, &event);
        if (event.type == GW_CLIENT_NOTHING)
            break;
        status = event_take(r, from, &event, error);
    }
    return status;
}

gw_status gw_log_follow_run(gw_log_follow *follow, uint64_t *n_records, gw_error *error)
{
    run r = {.follow = follow, .commit_ms = clock_ms()};
    gw_status status = sources_open(&r, error);
    while (status == GW_OK && !follow->is_ending(follow->user)) {
        for (size_t k = 0; k < follow->n_sources && status == GW_OK; k++)
            status = source_take(&r, &r.sources[k], error);
        bool is_due =
            r.n_waiting >= COMMIT_RECORDS || (r.n_waiting && clock_ms() - r.commit_ms >= COMMIT_MS);
        if (status == GW_OK && is_due)
            status = all_commit(&r, error);
    }
    if (status == GW_OK)
        status = all_commit(&r, error);
    for (size_t k = 0; k < follow->n_sources; k++)
        gw_client_destroy(r.sources[k].client);
    *n_records = r.n_records;
    return status;
}
