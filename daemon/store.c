/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/store_impl.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/clock.h"
#include "daemon/message.h"
#include "daemon/thread.h"

enum { TURN_MS = 50, SLOW_MS = 2000, JOIN_MS = 30000 };

static bool inbox_has(gw_store *store)
{
    pthread_mutex_lock(&store->lock);
    bool has = store->n_taken < store->n_in;
    pthread_mutex_unlock(&store->lock);
    return has;
}

/* Records that found the inbox full have no number; a gap record says how many. */
static void refused_tell(gw_store *store)
{
    pthread_mutex_lock(&store->lock);
    uint64_t n = store->n_refused - store->n_refused_told;
    bool has_room = store->n_in - store->n_taken < store->config.n_records_max;
    if (has_room)
        store->n_refused_told = store->n_refused;
    pthread_mutex_unlock(&store->lock);
    if (n && has_room)
        gw_store_put(store, GW_RECORD_GAP, gw_clock_utc_ns(),
                     gw_message_gap_encode(
                         &(gw_message_gap){.what = "records", .n = n, .reason = "overload"}));
}

static void *store_run(void *user)
{
    gw_store *store = user;
    for (;;) {
        bool is_last = atomic_load(&store->is_stopping);
        atomic_fetch_add(&store->turns, 1);
        refused_tell(store);
        store_inbox_take(store);
        if (!atomic_load(&store->is_failing) || is_last ||
            gw_clock_monotonic_ns() >= store->retry_ns)
            store_waiting_write(store);
        if (atomic_load(&store->is_failing))
            store_waiting_tell(store);
        if (is_last && !inbox_has(store))
            return NULL;
        gw_bell_arm(&store->bell);
        if (!inbox_has(store) && !atomic_load(&store->is_stopping))
            gw_bell_wait(&store->bell, TURN_MS);
    }
}

bool gw_store_put(gw_store *store, gw_record_kind kind, int64_t time_ns, json_t *data)
{
    char *text = data ? json_dumps(data, JSON_COMPACT) : NULL;
    json_decref(data);
    pthread_mutex_lock(&store->lock);
    bool has_room = store->n_in - store->n_taken < store->config.n_records_max;
    bool is_taken = text && has_room;
    if (is_taken) {
        store->inbox[store->n_in++ % store->config.n_records_max] =
            (store_entry){.kind = kind, .time_ns = time_ns, .data = text};
        text = NULL;
    } else {
        store->n_refused++;
    }
    pthread_mutex_unlock(&store->lock);
    free(text);
    gw_bell_ring(&store->bell);
    return is_taken;
}

gw_status gw_store_create(const gw_store_config *config, gw_store **out, gw_error *error)
{
    gw_store *store = calloc(1, sizeof *store);
    *out = NULL;
    if (!store)
        return gw_error_set(error, GW_ENOMEM, "store: out of memory");
    store->config = *config;
    if (!store->config.n_records_max)
        store->config.n_records_max = GW_STORE_RECORDS_MAX;
    store->bell.fd = -1;
    pthread_mutex_init(&store->lock, NULL);
    store->inbox = calloc(store->config.n_records_max, sizeof *store->inbox);
    store->waiting = calloc(store->config.n_records_max, sizeof *store->waiting);
    gw_status status = gw_bell_create(&store->bell, error);
    if (status == GW_OK && (!store->inbox || !store->waiting))
        status = gw_error_set(error, GW_ENOMEM, "store: out of memory");
    if (status == GW_OK)
        status = gw_journal_newest(config->journal, &store->report.newest_seq,
                                   &store->report.oldest_seq, store->report.newest_kind_seq, error);
    if (status != GW_OK) {
        gw_store_destroy(store);
        return status;
    }
    store->seq = store->report.newest_seq;
    memcpy(store->kind_seq, store->report.newest_kind_seq, sizeof store->kind_seq);
    store_report_update(store, store->seq);
    *out = store;
    return GW_OK;
}

gw_status gw_store_start(gw_store *store, gw_error *error)
{
    gw_status status = gw_thread_start(&store->thread, "store", 0, store_run, store, error);
    store->is_started = status == GW_OK;
    return status;
}

void gw_store_report(gw_store *store, gw_link_report *report)
{
    pthread_mutex_lock(&store->lock);
    memcpy(report->stream, store->report.stream, sizeof report->stream);
    report->newest_seq = store->report.newest_seq;
    report->oldest_seq = store->report.oldest_seq;
    memcpy(report->newest_kind_seq, store->report.newest_kind_seq, sizeof report->newest_kind_seq);
    pthread_mutex_unlock(&store->lock);
}

bool gw_store_is_failing(gw_store *store)
{
    int64_t busy = atomic_load(&store->busy_ns);
    return atomic_load(&store->is_failing) ||
           (busy && gw_clock_monotonic_ns() - busy > (int64_t)SLOW_MS * 1000000);
}

uint64_t gw_store_turns(const gw_store *store)
{
    return atomic_load(&store->turns);
}

bool gw_store_stop(gw_store *store, void (*idle)(void *user), void *user, uint64_t *n_left)
{
    *n_left = 0;
    atomic_store(&store->is_stopping, true);
    gw_bell_ring(&store->bell);
    if (store->is_started && !gw_thread_join(store->thread, JOIN_MS, idle, user))
        return false;
    store->is_started = false;
    *n_left = store_n_waiting(store) + store->n_gone;
    return true;
}

void gw_store_destroy(gw_store *store)
{
    if (!store)
        return;
    for (uint64_t k = store->n_taken; k < store->n_in; k++)
        free(store->inbox[k % store->config.n_records_max].data);
    for (uint64_t k = store->n_waiting_out; k < store->n_waiting_in; k++)
        free(store_waiting_at(store, k)->data);
    free(store->inbox);
    free(store->waiting);
    gw_bell_destroy(&store->bell);
    pthread_mutex_destroy(&store->lock);
    free(store);
}
