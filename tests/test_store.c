/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/store.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "daemon/message.h"

enum { HANG_S = 20 };

typedef struct place {
    char folder[64], path[96];
    gw_journal *journal;
    gw_store *store;
    int core_fd, gate_fd;
    struct rlimit limit;
} place;

static void store_make(place *p, size_t n_records_max)
{
    gw_error error;
    const char *note;
    assert_int_equal(gw_journal_create(p->path, "head", &p->journal, &note, &error), GW_OK);
    const gw_store_config config = {.journal = p->journal,
                                    .device = "head",
                                    .queue_fd = p->core_fd,
                                    .n_records_max = n_records_max};
    assert_int_equal(gw_store_create(&config, &p->store, &error), GW_OK);
    assert_int_equal(gw_store_start(p->store, &error), GW_OK);
}

static uint64_t store_end(place *p)
{
    uint64_t n_left;
    assert_true(gw_store_stop(p->store, NULL, NULL, &n_left));
    gw_store_destroy(p->store);
    gw_journal_close(p->journal);
    p->store = NULL;
    return n_left;
}

static int place_make(void **state)
{
    int pair[2], size = 1 << 20;
    place *p = calloc(1, sizeof *p);
    *state = p;
    signal(SIGXFSZ, SIG_IGN);
    snprintf(p->folder, sizeof p->folder, "/tmp/gw-store-XXXXXX");
    if (!mkdtemp(p->folder) || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) < 0)
        return -1;
    snprintf(p->path, sizeof p->path, "%s/j.sqlite", p->folder);
    p->core_fd = pair[0];
    p->gate_fd = pair[1];
    setsockopt(p->core_fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    getrlimit(RLIMIT_FSIZE, &p->limit);
    return 0;
}

static int place_remove(void **state)
{
    place *p = *state;
    char name[400];
    DIR *dir = opendir(p->folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        snprintf(name, sizeof name, "%s/%s", p->folder, entry->d_name);
        if (entry->d_name[0] != '.')
            unlink(name);
    }
    closedir(dir);
    close(p->core_fd);
    close(p->gate_fd);
    int failed = rmdir(p->folder);
    free(p);
    return failed;
}

static void disk_fill(place *p, bool full)
{
    struct rlimit limit = p->limit;
    if (full)
        limit.rlim_cur = 1;
    setrlimit(RLIMIT_FSIZE, &limit);
}

static void gaps_put(gw_store *store, uint64_t from, uint64_t n)
{
    for (uint64_t k = 0; k < n; k++)
        gw_store_put(
            store, GW_RECORD_COVERAGE, 5,
            gw_message_gap_encode(&(gw_message_gap){"samples", "md", from + k, 0, 0, NULL, "x"}));
}

static void failing_await(gw_store *store, bool failing)
{
    for (int k = 0; k < HANG_S * 100 && gw_store_is_failing(store) != failing; k++)
        usleep(10000);
    assert_int_equal(gw_store_is_failing(store), failing);
}

typedef struct content {
    uint64_t n, n_gaps;
    uint64_t numbers[4096]; /* "n" of each record, in order of seq */
    char gap[600];
} content;

static bool record_see(void *user, const gw_journal_record *record)
{
    content *c = user;
    json_t *event = json_loads(record->json, 0, NULL), *data = json_object_get(event, "data");
    assert_int_equal(record->seq, c->n + 1);
    assert_true(json_is_true(json_object_get(data, "durable")));
    const char *seq = json_string_value(json_object_get(data, "seq"));
    assert_int_equal(strtoull(seq, NULL, 10), record->seq);
    c->numbers[c->n++] = strtoull(json_string_value(json_object_get(data, "n")), NULL, 10);
    if (record->kind == GW_RECORD_GAP) {
        c->n_gaps++;
        snprintf(c->gap, sizeof c->gap, "%s", record->json);
    }
    json_decref(event);
    return true;
}

static content *content_read(const place *p)
{
    gw_error error;
    gw_journal *journal;
    content *c = calloc(1, sizeof *c);
    assert_int_equal(gw_journal_open(p->path, &journal, &error), GW_OK);
    if (gw_journal_read(journal, GW_RECORD_COUNT, 0, 4096, record_see, c, &error) != GW_OK)
        fail_msg("%s", error.text);
    gw_journal_close(journal);
    return c;
}

static void records_are_numbered_and_journalled_in_order(void **state)
{
    place *p = *state;
    store_make(p, 0);
    gaps_put(p->store, 1, 1000);
    assert_int_equal(store_end(p), 0);
    store_make(p, 0); /* the stream goes on */
    gaps_put(p->store, 1001, 500);
    assert_int_equal(store_end(p), 0);
    content *c = content_read(p);
    assert_int_equal(c->n, 1500);
    for (uint64_t k = 0; k < c->n; k++)
        assert_int_equal(c->numbers[k], k + 1);
    free(c);
}

typedef struct note_in {
    gw_link_note note;
    char json[GW_LINK_JSON_MAX + 1];
} note_in;

static bool note_take(const place *p, note_in *in)
{
    memset(in, 0, sizeof *in);
    return recv(p->gate_fd, in, sizeof *in - 1, MSG_DONTWAIT) >= (ssize_t)sizeof in->note;
}

static void a_durable_note_comes_after_the_commit(void **state)
{
    place *p = *state;
    note_in in;
    gw_link_report report;
    store_make(p, 0);
    gaps_put(p->store, 1, 1);
    for (int k = 0; k < HANG_S * 100 && !note_take(p, &in); k++)
        usleep(10000);
    assert_int_equal(in.note.seq, 1);
    assert_int_equal(in.note.durable, 1);
    assert_int_equal(in.note.n_json, 0);
    content *c = content_read(p);
    assert_int_equal(c->n, 1);
    free(c);
    gw_store_report(p->store, &report);
    assert_int_equal(report.newest_seq, 1);
    assert_int_equal(report.oldest_seq, 1);
    assert_int_equal(report.newest_kind_seq[GW_RECORD_COVERAGE], 1);
    assert_string_equal(report.stream, gw_journal_stream(p->journal));
    assert_int_equal(store_end(p), 0);
}

static void on_a_full_disk_records_go_out_and_are_journalled_later(void **state)
{
    place *p = *state;
    note_in in;
    uint64_t n_loose = 0;
    store_make(p, 0);
    gaps_put(p->store, 1, 10);
    while (!note_take(p, &in) || in.note.seq < 10)
        usleep(1000);
    disk_fill(p, true);
    gaps_put(p->store, 11, 200);
    failing_await(p->store, true);
    for (int k = 0; k < HANG_S * 100 && n_loose < 200; k++) {
        while (note_take(p, &in)) {
            assert_int_equal(in.note.durable, 0);
            assert_int_equal(in.note.seq, 11 + n_loose);
            assert_int_equal(in.note.n_json, strlen(in.json));
            assert_non_null(strstr(in.json, "\"durable\":false"));
            n_loose++;
        }
        usleep(10000);
    }
    assert_int_equal(n_loose, 200);
    disk_fill(p, false);
    failing_await(p->store, false);
    assert_int_equal(store_end(p), 0);
    content *c = content_read(p);
    assert_int_equal(c->n, 210);
    for (uint64_t k = 0; k < c->n; k++)
        assert_int_equal(c->numbers[k], k + 1);
    free(c);
}

static void too_many_begin_a_stream_that_names_what_is_missing(void **state)
{
    place *p = *state;
    char stream[40];
    store_make(p, 64);
    snprintf(stream, sizeof stream, "%s", gw_journal_stream(p->journal));
    gaps_put(p->store, 1, 10);
    gw_link_report report = {.newest_seq = 0};
    while (report.newest_seq < 10)
        gw_store_report(p->store, &report);
    disk_fill(p, true);
    for (uint64_t k = 0; k < 10; k++) { /* 11..210, never more than the inbox takes */
        gaps_put(p->store, 11 + 20 * k, 20);
        usleep(150000);
    }
    failing_await(p->store, true);
    disk_fill(p, false);
    failing_await(p->store, false);
    assert_int_equal(store_end(p), 0);
    content *c = content_read(p);
    assert_int_equal(c->n_gaps, 1);
    assert_int_equal(c->n, 64);
    assert_int_equal(c->numbers[0], 137); /* 200 that waited, and 63 of them are here */
    assert_non_null(strstr(c->gap, "\"what\":\"records\""));
    assert_non_null(strstr(c->gap, "\"from\":\"11\",\"to\":\"147\""));
    assert_null(strstr(c->gap, stream));
    for (uint64_t k = 1; k < c->n; k++)
        assert_int_equal(c->numbers[k], 147 + k);
    free(c);
}

static void what_is_in_no_journal_at_the_end_is_said(void **state)
{
    place *p = *state;
    store_make(p, 0);
    disk_fill(p, true);
    gaps_put(p->store, 1, 7);
    uint64_t n_left = store_end(p);
    disk_fill(p, false);
    assert_int_equal(n_left, 7);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_make, place_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(records_are_numbered_and_journalled_in_order),
        TEST(a_durable_note_comes_after_the_commit),
        TEST(on_a_full_disk_records_go_out_and_are_journalled_later),
        TEST(too_many_begin_a_stream_that_names_what_is_missing),
        TEST(what_is_in_no_journal_at_the_end_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
