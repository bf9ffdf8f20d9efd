/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "clients/log/log_impl.h"

/* Numbers of one stream and kind, in a set of bits that grows. */
typedef struct series {
    char stream[40], kind[16];
    unsigned char *bits;
    size_t n_bytes;
} series;

struct gw_log_seen {
    series *all;
    size_t n;
    uint64_t *unnumbered; /* hashes: of few, a stream's last words */
    size_t n_unnumbered;
};

gw_log_seen *gw_log_seen_create(void)
{
    return calloc(1, sizeof(gw_log_seen));
}

static series *series_find(gw_log_seen *seen, const gw_log_record *record)
{
    for (size_t k = seen->n; k-- > 0;)
        if (strncmp(seen->all[k].stream, record->stream, sizeof seen->all[k].stream - 1) == 0 &&
            strcmp(seen->all[k].kind, record->kind) == 0)
            return &seen->all[k];
    series *all = realloc(seen->all, (seen->n + 1) * sizeof *all);
    if (!all)
        return NULL;
    seen->all = all;
    series *one = &all[seen->n++];
    *one = (series){.bits = NULL};
    strncpy(one->stream, record->stream, sizeof one->stream - 1);
    strncpy(one->kind, record->kind, sizeof one->kind - 1);
    return one;
}

static bool series_grow(series *one, size_t at)
{
    enum { BYTES_MAX = 1 << 28 };
    size_t n_bytes = 2 * at + 64;
    unsigned char *bits = at < BYTES_MAX ? realloc(one->bits, n_bytes) : NULL;
    if (!bits)
        return false;
    memset(bits + one->n_bytes, 0, n_bytes - one->n_bytes);
    one->bits = bits;
    one->n_bytes = n_bytes;
    return true;
}

/* FNV-1a. */
static uint64_t text_hash(uint64_t hash, const char *text)
{
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3;
    return hash;
}

/* Outside of all numbers: known by stream, kind and time. */
static bool unnumbered_add(gw_log_seen *seen, const gw_log_record *record, bool *is_full)
{
    uint64_t hash = text_hash(0xcbf29ce484222325, record->stream);
    hash = text_hash(text_hash(hash, record->kind), record->time);
    for (size_t k = 0; k < seen->n_unnumbered; k++)
        if (seen->unnumbered[k] == hash)
            return false;
    uint64_t *all = realloc(seen->unnumbered, (seen->n_unnumbered + 1) * sizeof *all);
    *is_full = !all;
    if (!all)
        return false;
    seen->unnumbered = all;
    all[seen->n_unnumbered++] = hash;
    return true;
}

bool gw_log_seen_add(gw_log_seen *seen, const gw_log_record *record, bool *is_full)
{
    *is_full = false;
    if (record->kind_seq == 0)
        return unnumbered_add(seen, record, is_full);
    series *one = series_find(seen, record);
    size_t at = (size_t)(record->kind_seq / 8);
    unsigned char bit = (unsigned char)(1u << record->kind_seq % 8);
    if (!one || (at >= one->n_bytes && !series_grow(one, at))) {
        *is_full = true;
        return false;
    }
    bool is_new = !(one->bits[at] & bit);
    one->bits[at] |= bit;
    return is_new;
}

void gw_log_seen_destroy(gw_log_seen *seen)
{
    for (size_t k = 0; seen && k < seen->n; k++)
        free(seen->all[k].bits);
    if (seen) {
        free(seen->all);
        free(seen->unnumbered);
    }
    free(seen);
}
