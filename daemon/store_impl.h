/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/store_impl.h -- the state of the store, shared by store.c (inbox and thread) and
 * store_write.c (numbers, journal, gate).
 */
#ifndef GW_DAEMON_STORE_IMPL_H
#define GW_DAEMON_STORE_IMPL_H

#include <pthread.h>
#include <stdatomic.h>

#include "daemon/bell.h"
#include "daemon/store.h"

typedef struct store_entry {
    gw_record_kind kind;
    uint64_t seq, kind_seq;
    int64_t time_ns;
    char *data;   /* JSON text of the data object */
    bool is_told; /* to the gate, as not durable */
} store_entry;

struct gw_store {
    gw_store_config config;
    pthread_t thread;
    bool is_started;
    gw_bell bell;
    _Atomic bool is_stopping, is_failing;
    _Atomic uint64_t turns;
    _Atomic int64_t busy_ns; /* since when a write runs; 0: none does */

    pthread_mutex_t lock; /* of what follows; never held during a write to the disk */
    store_entry *inbox;   /* [n_max], a ring */
    uint64_t n_in, n_taken, n_refused;
    gw_link_report report; /* stream, newest numbers */

    /* of the thread */
    store_entry *waiting; /* [n_max], a ring: numbered, not yet durable */
    uint64_t n_waiting_in, n_waiting_out, n_untold;
    uint64_t seq, kind_seq[GW_RECORD_COUNT];
    uint64_t n_gone, gone_from, gone_to, n_refused_told;
    bool must_renew;
    int64_t retry_ns;
};

/* All by the store's thread. From the inbox to those that wait, numbered. */
void store_inbox_take(gw_store *store);

/* Journal what waits; on failure set is_failing and the time of the next try. */
void store_waiting_write(gw_store *store);

/* To the gate, not durable, what waits and was not told yet. */
void store_waiting_tell(gw_store *store);

/* Take over the journal's stream and newest seq for gw_store_report. */
void store_report_update(gw_store *store, uint64_t newest);

static inline store_entry *store_waiting_at(const gw_store *store, uint64_t k)
{
    return &store->waiting[k % store->config.n_records_max];
}

static inline uint64_t store_n_waiting(const gw_store *store)
{
    return store->n_waiting_in - store->n_waiting_out;
}

#endif
