/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/gate/known.h"

#include <sha2.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_BYTES = 16, SLOTS_LEAST = 1024 };

typedef struct entry {
    uint8_t key[KEY_BYTES]; /* the beginning of the text's hash */
    known_record record;    /* kind_seq 0: a free slot */
} entry;

struct known {
    size_t n, n_slots; /* slots: a power of two, at most half of them in use */
    entry *slots;
};

known *known_create(void)
{
    known *all = calloc(1, sizeof *all);
    if (all)
        all->slots = calloc(SLOTS_LEAST, sizeof *all->slots);
    if (!all || !all->slots) {
        free(all);
        return NULL;
    }
    all->n_slots = SLOTS_LEAST;
    return all;
}

/* Who chooses texts cannot choose slots: SHA-256. */
static void key_make(known_sort sort, const char *text, uint8_t key[KEY_BYTES])
{
    const uint8_t word = (uint8_t)sort;
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, &word, 1);
    SHA256Update(&context, (const uint8_t *)text, strlen(text));
    SHA256Final(digest, &context);
    memcpy(key, digest, KEY_BYTES);
}

static entry *slot_find(entry *slots, size_t n_slots, const uint8_t key[KEY_BYTES])
{
    size_t at;
    memcpy(&at, key, sizeof at);
    for (at &= n_slots - 1; slots[at].record.kind_seq; at = (at + 1) & (n_slots - 1))
        if (memcmp(slots[at].key, key, KEY_BYTES) == 0)
            break;
    return &slots[at];
}

static bool room_make(known *all)
{
    if (2 * (all->n + 1) <= all->n_slots)
        return true;
    if (all->n == KNOWN_MAX)
        return false;
    entry *slots = calloc(2 * all->n_slots, sizeof *slots);
    if (!slots)
        return false;
    for (size_t k = 0; k < all->n_slots; k++)
        if (all->slots[k].record.kind_seq)
            *slot_find(slots, 2 * all->n_slots, all->slots[k].key) = all->slots[k];
    free(all->slots);
    all->slots = slots;
    all->n_slots *= 2;
    return true;
}

bool known_add(known *all, known_sort sort, const char *text, const known_record *record)
{
    uint8_t key[KEY_BYTES];
    if (!record->kind_seq || !room_make(all))
        return false;
    key_make(sort, text, key);
    entry *at = slot_find(all->slots, all->n_slots, key);
    if (!at->record.kind_seq) {
        memcpy(at->key, key, sizeof key);
        at->record = *record;
        all->n++;
    } else if (record->kind == at->record.kind &&
               (sort == KNOWN_NEWEST ? record->kind_seq > at->record.kind_seq
                                     : record->kind_seq < at->record.kind_seq)) {
        at->record = *record;
    } else if (record->kind_seq == at->record.kind_seq) {
        at->record.durable |= record->durable;
    }
    return true;
}

const known_record *known_find(const known *all, known_sort sort, const char *text)
{
    uint8_t key[KEY_BYTES];
    key_make(sort, text, key);
    const entry *at = slot_find(all->slots, all->n_slots, key);
    return at->record.kind_seq ? &at->record : NULL;
}

void known_reset(known *all)
{
    memset(all->slots, 0, all->n_slots * sizeof *all->slots);
    all->n = 0;
}

void known_destroy(known *all)
{
    if (!all)
        return;
    free(all->slots);
    free(all);
}
