/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/journal.h"
#include "drivers/crc32.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/journal_support.h"

static void records_come_back_in_order_and_by_kind(void **state)
{
    gw_error error;
    uint64_t newest, oldest, kind_seq[GW_RECORD_COUNT];
    seen s = {0};
    gw_journal *journal = journal_make();
    const gw_journal_record health = {
        .seq = 11, .kind_seq = 1, .kind = GW_RECORD_HEALTH, .topic = "t", .json = "{}"};
    (void)state;
    assert_int_equal(append_many(journal, 1, 10, 20, &error), GW_OK);
    assert_int_equal(gw_journal_append(journal, &health, 1, &error), GW_OK);
    assert_int_equal(gw_journal_read(journal, GW_RECORD_COUNT, 0, 100, record_see, &s, &error),
                     GW_OK);
    assert_int_equal(s.n, 11);
    s = (seen){.newest = 7};
    assert_int_equal(gw_journal_read(journal, GW_RECORD_DETECTION, 7, 2, record_see, &s, &error),
                     GW_OK);
    assert_int_equal(s.n, 2);
    assert_int_equal(gw_journal_newest(journal, &newest, &oldest, kind_seq, &error), GW_OK);
    assert_int_equal(newest, 11);
    assert_int_equal(oldest, 1);
    assert_int_equal(kind_seq[GW_RECORD_DETECTION], 10);
    assert_int_equal(kind_seq[GW_RECORD_HEALTH], 1);
    assert_int_equal(kind_seq[GW_RECORD_GAP], 0);
    gw_journal_close(journal);
}

static void a_stream_goes_on_after_a_restart(void **state)
{
    gw_error error;
    char stream[40];
    seen s = {0};
    gw_journal *journal = journal_make();
    (void)state;
    snprintf(stream, sizeof stream, "%s", gw_journal_stream(journal));
    assert_int_equal(strlen(stream), 36);
    assert_int_equal(append_many(journal, 1, 3, 20, &error), GW_OK);
    gw_journal_close(journal);
    assert_int_equal(folder_visit(false, "-wal"), 0);
    journal = journal_make();
    assert_string_equal(gw_journal_stream(journal), stream);
    assert_int_equal(append_many(journal, 4, 3, 20, &error), GW_OK);
    assert_int_equal(gw_journal_read(journal, GW_RECORD_COUNT, 0, 99, record_see, &s, &error),
                     GW_OK);
    assert_int_equal(s.n, 6);
    gw_journal_close(journal);
}

static void a_batch_is_written_whole_or_not_at_all(void **state)
{
    gw_error error;
    seen s = {0};
    gw_journal *journal = journal_make();
    (void)state;
    assert_int_equal(append_many(journal, 1, 5, 20, &error), GW_OK);
    assert_int_equal(append_many(journal, 5, 5, 20, &error), GW_EIO); /* 5 is there */
    assert_int_equal(append_many(journal, 6, 5, 20, &error), GW_OK);
    assert_int_equal(gw_journal_read(journal, GW_RECORD_COUNT, 0, 99, record_see, &s, &error),
                     GW_OK);
    assert_int_equal(s.n, 10);
    gw_journal_close(journal);
}

static void a_second_daemon_is_refused(void **state)
{
    gw_error error;
    const char *note;
    gw_journal *second, *journal = journal_make();
    (void)state;
    assert_int_equal(gw_journal_create(path, "head", &second, &note, &error), GW_EBUSY);
    assert_null(second);
    assert_non_null(strstr(error.text, path));
    gw_journal_close(journal);
    gw_journal_close(journal_make());
}

static void another_devices_journal_is_refused(void **state)
{
    gw_error error;
    const char *note;
    gw_journal *other;
    (void)state;
    gw_journal_close(journal_make());
    assert_int_equal(gw_journal_create(path, "tail", &other, &note, &error), GW_ECONFIG);
    assert_null(other);
}

static void bytes_write(const char *name, long at, const void *bytes, size_t n)
{
    FILE *file = fopen(name, at >= 0 ? "r+b" : "wb");
    assert_non_null(file);
    assert_int_equal(fseek(file, at >= 0 ? at : 0, SEEK_SET), 0);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    fclose(file);
}

static void a_foreign_file_is_not_touched(void **state)
{
    gw_error error;
    const char *note;
    char text[16] = "";
    gw_journal *journal;
    (void)state;
    bytes_write(path, -1, "holiday photos", 14);
    assert_int_equal(gw_journal_create(path, "head", &journal, &note, &error), GW_EFORMAT);
    assert_int_equal(gw_journal_open(path, &journal, &error), GW_EFORMAT);
    FILE *file = fopen(path, "rb");
    assert_int_equal(fread(text, 1, 16, file), 14);
    fclose(file);
    assert_string_equal(text, "holiday photos");
    assert_int_equal(gw_journal_create(folder, "head", &journal, &note, &error), GW_EFORMAT);
    assert_int_equal(gw_journal_open("/nonexistent/j", &journal, &error), GW_ENOENT);
    char lock[80];
    snprintf(lock, sizeof lock, "%s.lock", folder);
    unlink(lock);
}

static long record_place(void)
{
    char bytes[1 << 17];
    FILE *file = fopen(path, "rb");
    size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    const char *at = memmem(bytes, n, "jjjjjjjjjjjjjjjj", 16);
    assert_non_null(at);
    return at - bytes;
}

/* at: -1 for within the text of a record */
static void damaged_at(long at, const void *bytes, size_t n)
{
    gw_error error;
    const char *note;
    char stream[40];
    gw_journal *journal = journal_make();
    snprintf(stream, sizeof stream, "%s", gw_journal_stream(journal));
    assert_int_equal(append_many(journal, 1, 60, 500, &error), GW_OK);
    gw_journal_close(journal);
    bytes_write(path, at < 0 ? record_place() : at, bytes, n);
    if (gw_journal_create(path, "head", &journal, &note, &error) != GW_OK)
        fail_msg("%s", error.text);
    if (!note)
        fail_msg("damage at %ld was not seen", at);
    assert_string_not_equal(gw_journal_stream(journal), stream);
    assert_int_equal(folder_visit(false, ".damaged-"), 1);
    assert_int_equal(append_many(journal, 1, 1, 20, &error), GW_OK);
    gw_journal_close(journal);
    folder_visit(true, "");
}

static void a_damaged_journal_is_kept_aside_and_a_stream_begins(void **state)
{
    char junk[4096];
    (void)state;
    memset(junk, 0x5a, sizeof junk);
    damaged_at(0, junk, 16);            /* its first bytes */
    damaged_at(100, junk, sizeof junk); /* its schema */
    damaged_at(4096 * 4, junk, 4096);   /* a page of records */
    damaged_at(-1, "X", 1);             /* one letter of a record */
}

static void a_reader_reads_while_the_daemon_writes(void **state)
{
    gw_error error;
    gw_journal *reader, *journal = journal_make();
    seen s = {0};
    (void)state;
    assert_int_equal(gw_journal_open(path, &reader, &error), GW_OK);
    assert_string_equal(gw_journal_stream(reader), gw_journal_stream(journal));
    for (uint64_t k = 1; k <= N_WHILE_READING; k++) {
        assert_int_equal(append_many(journal, k, 1, 300, &error), GW_OK);
        assert_int_equal(
            gw_journal_read(reader, GW_RECORD_COUNT, s.newest, 99, record_see, &s, &error), GW_OK);
        assert_int_equal(s.newest, k);
    }
    assert_int_equal(append_many(reader, 1000, 1, 30, &error), GW_ELOST);
    gw_journal_close(reader);
    gw_journal_close(journal);
}

static void a_full_disk_loses_nothing_that_was_committed(void **state)
{
    gw_error error;
    struct rlimit was, limit;
    uint64_t seq = 1;
    seen s = {0};
    gw_journal *journal = journal_make();
    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &was);
    limit = was;
    limit.rlim_cur = 400000;
    setrlimit(RLIMIT_FSIZE, &limit);
    gw_status status = GW_OK;
    while (seq < 10000 && (status = append_many(journal, seq, 4, 2000, &error)) == GW_OK)
        seq += 4;
    assert_int_equal(status, GW_EIO);
    assert_int_equal(append_many(journal, seq, 4, 2000, &error), GW_EIO);
    setrlimit(RLIMIT_FSIZE, &was);
    assert_int_equal(append_many(journal, seq, 4, 2000, &error), GW_OK);
    assert_int_equal(gw_journal_read(journal, GW_RECORD_COUNT, 0, 99999, record_see, &s, &error),
                     GW_OK);
    assert_int_equal(s.newest, seq + 3);
    gw_journal_close(journal);
}

static void a_renewed_journal_keeps_the_old_one(void **state)
{
    gw_error error;
    char stream[40];
    gw_journal *journal = journal_make();
    (void)state;
    snprintf(stream, sizeof stream, "%s", gw_journal_stream(journal));
    assert_int_equal(append_many(journal, 1, 5, 20, &error), GW_OK);
    assert_int_equal(gw_journal_renew(journal, &error), GW_OK);
    assert_string_not_equal(gw_journal_stream(journal), stream);
    assert_int_equal(append_many(journal, 1, 2, 20, &error), GW_OK);
    gw_journal_close(journal);
    assert_int_equal(folder_visit(false, ".ended-"), 1);
}

static void a_renewal_that_fails_goes_back(void **state)
{
    gw_error error;
    struct rlimit was, limit;
    char stream[40];
    gw_journal *journal = journal_make();
    (void)state;
    snprintf(stream, sizeof stream, "%s", gw_journal_stream(journal));
    assert_int_equal(append_many(journal, 1, 5, 20, &error), GW_OK);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &was);
    limit = was;
    limit.rlim_cur = 100;
    setrlimit(RLIMIT_FSIZE, &limit);
    assert_int_not_equal(gw_journal_renew(journal, &error), GW_OK);
    setrlimit(RLIMIT_FSIZE, &was);
    assert_string_equal(gw_journal_stream(journal), stream);
    gw_status status = append_many(journal, 6, 2, 20, &error);
    if (status == GW_ELOST) { /* it could not even be opened again: then another renewal does it */
        assert_int_equal(gw_journal_renew(journal, &error), GW_OK);
        status = append_many(journal, 1, 2, 20, &error);
    }
    assert_int_equal(status, GW_OK);
    gw_journal_close(journal);
}

/* Appends one record after the other and says each on the pipe after it was committed. */
static void writer_run(int out)
{
    gw_error error;
    const char *note;
    gw_journal *journal;
    uint64_t newest, oldest, kind_seq[GW_RECORD_COUNT];
    if (gw_journal_create(path, "head", &journal, &note, &error) != GW_OK || note)
        _exit(3);
    if (gw_journal_newest(journal, &newest, &oldest, kind_seq, &error) != GW_OK)
        _exit(4);
    for (uint64_t seq = newest + 1;; seq++) {
        if (append_many(journal, seq, 1, 300, &error) != GW_OK ||
            write(out, &seq, sizeof seq) != sizeof seq)
            _exit(5);
    }
}

static void a_killed_writer_keeps_every_committed_record(void **state)
{
    gw_error error;
    uint64_t committed = 0;
    (void)state;
    for (unsigned k = 0; k < N_KILLS; k++) {
        int ends[2], status;
        uint64_t seq;
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0)
            writer_run(ends[1]);
        close(ends[1]);
        assert_int_equal(read(ends[0], &seq, sizeof seq), sizeof seq);
        assert_true(seq == committed + 1 || seq == committed + 2);
        usleep(1000 * (k % 7));
        kill(child, SIGKILL);
        do
            committed = seq;
        while (read(ends[0], &seq, sizeof seq) == sizeof seq);
        close(ends[0]);
        waitpid(child, &status, 0);
        assert_true(WIFSIGNALED(status));
        gw_journal *journal = journal_make();
        seen s = {0};
        assert_int_equal(
            gw_journal_read(journal, GW_RECORD_COUNT, 0, 999999, record_see, &s, &error), GW_OK);
        assert_true(s.newest == committed || s.newest == committed + 1);
        committed = s.newest;
        gw_journal_close(journal);
    }
}

static void crc_is_the_one_of_iso_3309(void **state)
{
    (void)state;
    assert_int_equal(gw_crc32(0, "123456789", 9), 0xcbf43926u);
    assert_int_equal(gw_crc32(gw_crc32(0, "1234", 4), "56789", 5), 0xcbf43926u);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_make, folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(records_come_back_in_order_and_by_kind),
        TEST(a_stream_goes_on_after_a_restart),
        TEST(a_batch_is_written_whole_or_not_at_all),
        TEST(a_second_daemon_is_refused),
        TEST(another_devices_journal_is_refused),
        TEST(a_foreign_file_is_not_touched),
        TEST(a_damaged_journal_is_kept_aside_and_a_stream_begins),
        TEST(a_reader_reads_while_the_daemon_writes),
        TEST(a_full_disk_loses_nothing_that_was_committed),
        TEST(a_renewed_journal_keeps_the_old_one),
        TEST(a_renewal_that_fails_goes_back),
        TEST(a_killed_writer_keeps_every_committed_record),
        cmocka_unit_test(crc_is_the_one_of_iso_3309),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
