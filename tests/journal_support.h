/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/journal_support.h -- a folder with a journal in it, for tests. Included after cmocka.h.
 */
#ifndef GW_TESTS_JOURNAL_SUPPORT_H
#define GW_TESTS_JOURNAL_SUPPORT_H

enum { N_WHILE_READING = 300, N_KILLS = 20 };

static char folder[64], path[96];

static int folder_make(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/gw-journal-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/j.sqlite", folder);
    return 0;
}

static size_t folder_visit(bool remove_them, const char *part)
{
    size_t n = 0;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        char name[400];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "%s/%s", folder, entry->d_name);
        n += strstr(entry->d_name, part) != NULL;
        if (remove_them)
            unlink(name);
    }
    closedir(dir);
    return n;
}

static int folder_remove(void **state)
{
    (void)state;
    folder_visit(true, "");
    return rmdir(folder);
}

static gw_journal *journal_make(void)
{
    gw_error error;
    const char *note;
    gw_journal *journal;
    if (gw_journal_create(path, "head", &journal, &note, &error) != GW_OK)
        fail_msg("%s", error.text);
    assert_null(note);
    return journal;
}

static gw_status append_many(gw_journal *journal, uint64_t first, size_t n, size_t n_json,
                             gw_error *error)
{
    gw_journal_record records[64];
    char *json = malloc(n_json + 1);
    memset(json, 'j', n_json);
    json[n_json] = 0;
    for (size_t k = 0; k < n; k++)
        records[k] = (gw_journal_record){.seq = first + k,
                                         .kind_seq = first + k,
                                         .kind = GW_RECORD_DETECTION,
                                         .time_ns = 5,
                                         .topic = "v1/detection/head/",
                                         .json = json};
    gw_status status = gw_journal_append(journal, records, n, error);
    free(json);
    return status;
}

typedef struct seen {
    uint64_t newest;
    size_t n;
} seen;

static bool record_see(void *user, const gw_journal_record *record)
{
    seen *s = user;
    assert_int_equal(record->seq, s->newest + 1);
    s->newest = record->seq;
    s->n++;
    return true;
}

#endif
