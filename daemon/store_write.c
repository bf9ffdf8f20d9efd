/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/store_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "daemon/clock.h"
#include "daemon/message.h"
#include "daemon/thread.h"

enum { GROUP = 256, RETRY_MS = 500 };

/* The event as text; malloc'd. */
static char *entry_encode(const gw_store *store, const store_entry *e, bool durable)
{
    const gw_message_head head = {
        .kind = e->kind,
        .seq = e->seq,
        .kind_seq = e->kind_seq,
        .time_ns = e->time_ns,
        .durable = durable,
        .stream = gw_journal_stream(store->config.journal),
        .device = store->config.device,
        .calibration = store->config.calibration ? store->config.calibration : "uncalibrated"};
    json_t *data = json_loads(e->data, 0, NULL);
    char *text = data ? gw_message_encode(&head, data) : NULL;
    json_decref(data);
    return text;
}

/* json: NULL for a record that the gate finds in the journal. */
static void gate_tell(gw_store *store, const store_entry *e, const char *json)
{
    struct {
        gw_link_note note;
        char json[GW_LINK_JSON_MAX];
    } out = {.note = {.seq = e->seq,
                      .kind_seq = e->kind_seq,
                      .time_ns = e->time_ns,
                      .kind = e->kind,
                      .durable = json == NULL}};
    size_t n = json ? strlen(json) : 0;
    if (store->config.queue_fd < 0 || n > sizeof out.json)
        return;
    if (json)
        memcpy(out.json, json, n);
    out.note.n_json = (uint32_t)n;
    /* A full queue: the gate is down or behind; it reads the journal when it is back. */
    if (send(store->config.queue_fd, &out, sizeof out.note + n, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        return;
}

static void entry_number(gw_store *store, store_entry *e)
{
    e->seq = ++store->seq;
    e->kind_seq = ++store->kind_seq[e->kind];
}

static void oldest_drop(gw_store *store)
{
    store_entry *e = store_waiting_at(store, store->n_waiting_out++);
    if (!store->n_gone++)
        store->gone_from = e->seq;
    store->gone_to = e->seq;
    store->must_renew = true;
    free(e->data);
    e->data = NULL;
}

void store_inbox_take(gw_store *store)
{
    pthread_mutex_lock(&store->lock);
    while (store->n_taken < store->n_in) {
        if (store_n_waiting(store) == store->config.n_records_max) {
            if (!atomic_load(&store->is_failing))
                break;
            oldest_drop(store);
        }
        store_entry *e = store_waiting_at(store, store->n_waiting_in++);
        *e = store->inbox[store->n_taken++ % store->config.n_records_max];
        entry_number(store, e);
    }
    pthread_mutex_unlock(&store->lock);
}

void store_report_update(gw_store *store, uint64_t newest)
{
    pthread_mutex_lock(&store->lock);
    gw_link_report *report = &store->report;
    snprintf(report->stream, sizeof report->stream, "%s", gw_journal_stream(store->config.journal));
    report->newest_seq = newest;
    if (!report->oldest_seq && newest)
        report->oldest_seq = 1;
    pthread_mutex_unlock(&store->lock);
}

static void durable_take(gw_store *store, size_t n)
{
    store_entry last = *store_waiting_at(store, store->n_waiting_out + n - 1);
    pthread_mutex_lock(&store->lock);
    for (size_t k = 0; k < n; k++) {
        store_entry *e = store_waiting_at(store, store->n_waiting_out++);
        store->report.newest_kind_seq[e->kind] = e->kind_seq;
        free(e->data);
        e->data = NULL;
    }
    pthread_mutex_unlock(&store->lock);
    store_report_update(store, last.seq);
    gate_tell(store, &last, NULL);
}

static gw_status group_append(gw_store *store, size_t n, gw_error *error)
{
    gw_journal_record records[GROUP];
    char *texts[GROUP];
    char topics[GW_RECORD_COUNT][GW_TOPIC_MAX];
    gw_status status = GW_OK;
    for (size_t k = 0; k < n; k++) {
        const store_entry *e = store_waiting_at(store, store->n_waiting_out + k);
        texts[k] = entry_encode(store, e, true);
        if (!texts[k])
            status = gw_error_set(error, GW_ENOMEM, "out of memory");
        gw_message_topic(e->kind, store->config.device, topics[e->kind]);
        records[k] = (gw_journal_record){e->seq,     e->kind_seq,     e->kind,
                                         e->time_ns, topics[e->kind], texts[k]};
    }
    if (status == GW_OK) {
        atomic_store(&store->busy_ns, gw_clock_monotonic_ns());
        status = gw_journal_append(store->config.journal, records, n, error);
        atomic_store(&store->busy_ns, 0);
    }
    for (size_t k = 0; k < n; k++)
        free(texts[k]);
    return status;
}

static char *gone_encode(const gw_store *store)
{
    json_t *data = gw_message_gap_encode(&(gw_message_gap){.what = "records",
                                                           .n = store->n_gone,
                                                           .from = store->gone_from,
                                                           .to = store->gone_to,
                                                           .reason = "journal"});
    char *text = data ? json_dumps(data, JSON_COMPACT) : NULL;
    json_decref(data);
    return text;
}

/* A new stream: all that waits is numbered anew, behind a record of what is missing. */
static gw_status stream_renew(gw_store *store, gw_error *error)
{
    gw_status status = gw_journal_renew(store->config.journal, error);
    if (status != GW_OK)
        return status;
    store->seq = 0;
    memset(store->kind_seq, 0, sizeof store->kind_seq);
    if (store->n_gone && store_n_waiting(store) == store->config.n_records_max)
        oldest_drop(store); /* room for it; it names this one too */
    char *gone = store->n_gone ? gone_encode(store) : NULL;
    if (gone) {
        store_entry *e = store_waiting_at(store, --store->n_waiting_out);
        *e = (store_entry){.kind = GW_RECORD_GAP, .time_ns = gw_clock_utc_ns(), .data = gone};
    }
    for (uint64_t k = store->n_waiting_out; k < store->n_waiting_in; k++)
        entry_number(store, store_waiting_at(store, k));
    store->n_gone = 0;
    store->must_renew = false;
    pthread_mutex_lock(&store->lock);
    memset(&store->report, 0, sizeof store->report);
    pthread_mutex_unlock(&store->lock);
    store_report_update(store, 0);
    gw_log("groundwatchd: a new stream begins: %s", gw_journal_stream(store->config.journal));
    return GW_OK;
}

static void failing_set(gw_store *store, bool failing, const gw_error *error)
{
    if (atomic_exchange(&store->is_failing, failing) == failing)
        return;
    if (failing)
        gw_log("JOURNAL records cannot be written (%s); detecting goes on", error->text);
    else
        gw_log("JOURNAL records are written again");
}

/* What was published counts as newest, durable or not: a subscriber that holds it is not ahead. */
static void newest_raise(gw_store *store, const store_entry *e)
{
    pthread_mutex_lock(&store->lock);
    if (store->report.newest_kind_seq[e->kind] < e->kind_seq)
        store->report.newest_kind_seq[e->kind] = e->kind_seq;
    pthread_mutex_unlock(&store->lock);
}

void store_waiting_tell(gw_store *store)
{
    uint64_t k = store->n_untold > store->n_waiting_out ? store->n_untold : store->n_waiting_out;
    for (; k < store->n_waiting_in; k++) {
        store_entry *e = store_waiting_at(store, k);
        char *text = e->is_told ? NULL : entry_encode(store, e, false);
        if (text) {
            gate_tell(store, e, text);
            newest_raise(store, e);
        }
        e->is_told = true;
        free(text);
    }
    store->n_untold = k;
}

void store_waiting_write(gw_store *store)
{
    gw_error error = {.status = GW_OK};
    gw_status status = GW_OK;
    while (store_n_waiting(store) && status == GW_OK) {
        status = store->must_renew ? stream_renew(store, &error) : GW_OK;
        size_t n = store_n_waiting(store) < GROUP ? store_n_waiting(store) : GROUP;
        if (status == GW_OK)
            status = group_append(store, n, &error);
        if (status == GW_OK)
            durable_take(store, n);
    }
    atomic_store(&store->busy_ns, gw_clock_monotonic_ns());
    gw_journal_tidy(store->config.journal);
    atomic_store(&store->busy_ns, 0);
    if (status == GW_ELOST)
        store->must_renew = true;
    if (status != GW_OK)
        store->retry_ns = gw_clock_monotonic_ns() + (int64_t)RETRY_MS * 1000000;
    if (status != GW_OK || atomic_load(&store->is_failing))
        failing_set(store, status != GW_OK, &error);
}
