/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/gate/backlog.h"

#include <stdlib.h>
#include <string.h>

struct backlog {
    size_t first, n, n_bytes;
    backlog_record records[BACKLOG_RECORDS_MAX]; /* from first on, in the order of coming */
    char *texts[BACKLOG_RECORDS_MAX];            /* topic and JSON of each, one block */
};

backlog *backlog_create(void)
{
    return calloc(1, sizeof(backlog));
}

static size_t slot(const backlog *log, size_t k)
{
    return (log->first + k) % BACKLOG_RECORDS_MAX;
}

static size_t record_bytes(const backlog_record *record)
{
    return strlen(record->topic) + strlen(record->json) + 2;
}

static void oldest_drop(backlog *log)
{
    size_t at = log->first;
    log->n_bytes -= record_bytes(&log->records[at]);
    free(log->texts[at]);
    log->texts[at] = NULL;
    log->first = slot(log, 1);
    log->n--;
}

void backlog_add(backlog *log, const backlog_record *record)
{
    size_t n_bytes = record_bytes(record), n_topic = strlen(record->topic) + 1;
    const backlog_record *held = backlog_find(log, GW_RECORD_COUNT, record->seq);
    char *text = NULL;
    if (n_bytes > BACKLOG_BYTES_MAX || (held && held->seq == record->seq) ||
        !(text = malloc(n_bytes)))
        return;
    while (log->n && (log->n == BACKLOG_RECORDS_MAX || log->n_bytes + n_bytes > BACKLOG_BYTES_MAX))
        oldest_drop(log);
    size_t at = slot(log, log->n++);
    memcpy(text, record->topic, n_topic);
    memcpy(text + n_topic, record->json, n_bytes - n_topic);
    log->texts[at] = text;
    log->records[at] = *record;
    log->records[at].topic = text;
    log->records[at].json = text + n_topic;
    log->n_bytes += n_bytes;
}

const backlog_record *backlog_find(const backlog *log, gw_record_kind kind, uint64_t number)
{
    const backlog_record *best = NULL;
    uint64_t best_number = UINT64_MAX;
    for (size_t k = 0; k < log->n; k++) {
        const backlog_record *record = &log->records[slot(log, k)];
        uint64_t own = kind == GW_RECORD_COUNT ? record->seq : record->kind_seq;
        if ((kind == GW_RECORD_COUNT || record->kind == kind) && own >= number &&
            (!best || own < best_number)) {
            best = record;
            best_number = own;
        }
    }
    return best;
}

void backlog_reset(backlog *log)
{
    while (log->n)
        oldest_drop(log);
}

void backlog_destroy(backlog *log)
{
    if (!log)
        return;
    backlog_reset(log);
    free(log);
}
