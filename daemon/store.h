/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/store.h -- one thread between the other threads and the disk: gives every record its seq
 * and kind_seq, journals in groups, wakes the gate.
 *
 * While the disk fails, records go to the gate at once with durable:false, wait in memory (65536 at
 * most, the oldest give way) and are journalled with durable:true when the disk takes them again.
 * When records had to give way, or after a failed fsync, a new stream begins; a gap record names
 * what is missing.
 */
#ifndef GW_DAEMON_STORE_H
#define GW_DAEMON_STORE_H

#include <jansson.h>

#include "daemon/journal.h"
#include "daemon/link.h"

enum { GW_STORE_RECORDS_MAX = 1 << 16 };

typedef struct gw_store gw_store;

typedef struct gw_store_config {
    gw_journal *journal; /* the caller closes it, after stop */
    const char *device;
    const char *calibration; /* hash of the file in force; NULL: none is */
    int queue_fd;            /* to the gate; -1 none */
    size_t n_records_max;    /* that wait in memory; 0: GW_STORE_RECORDS_MAX */
} gw_store_config;

gw_status gw_store_create(const gw_store_config *config, gw_store **out, gw_error *error);
gw_status gw_store_start(gw_store *store, gw_error *error);

/* Hand over a record; data is taken in every case (NULL: it could not be made; counted as lost).
 * Never waits for the disk. Any thread. False: it was not taken; a gap record will say so. */
bool gw_store_put(gw_store *store, gw_record_kind kind, int64_t time_ns, json_t *data);

/* Stream and newest numbers that are durable. */
void gw_store_report(gw_store *store, gw_link_report *report);

/* Records are not written at present: the disk fails, or a write takes more than 2 s. */
bool gw_store_is_failing(gw_store *store);

/* Turns of the loop: stands still only when the thread hangs (or the disk does). */
uint64_t gw_store_turns(const gw_store *store);

/* Write what waits, end the thread. False when it hangs. *n_left: records that are in no journal.
 */
bool gw_store_stop(gw_store *store, void (*idle)(void *user), void *user, uint64_t *n_left);
void gw_store_destroy(gw_store *store);

#endif
