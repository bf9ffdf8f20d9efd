/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/command.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define ID(digit) "638c4c81-12f8-46fa-8ac2-4b2f5937139" digit
#define OUTCOME(digit) "{\"request\":\"" ID(digit) "\",\"by\":\"A\",\"note\":\"n\"}"

static char folder[64], path[96];
static gw_journal *journal;
static gw_store *store;
static gw_command_desk desk;
static char closes[GW_COMMAND_ID_MAX];

static int folder_make(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/gw-command-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/journal", folder);
    return 0;
}

static int folder_remove(void **state)
{
    DIR *dir = opendir(folder);
    (void)state;
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        char name[400];
        snprintf(name, sizeof name, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.' || entry->d_name[1] == 'j')
            unlink(name);
    }
    closedir(dir);
    return rmdir(folder);
}

static void store_open(void)
{
    gw_error error;
    const char *note;
    assert_int_equal(gw_journal_create(path, "head", &journal, &note, &error), GW_OK);
    const gw_store_config config = {.journal = journal, .device = "head", .queue_fd = -1};
    assert_int_equal(gw_store_create(&config, &store, &error), GW_OK);
    assert_int_equal(gw_store_start(store, &error), GW_OK);
    memset(&desk, 0, sizeof desk);
}

/* Records in the journal, after everything was written. */
static uint64_t store_close(void)
{
    uint64_t n_left, newest, oldest, kind_seq[GW_RECORD_COUNT];
    gw_error error;
    assert_true(gw_store_stop(store, NULL, NULL, &n_left));
    assert_int_equal(n_left, 0);
    gw_store_destroy(store);
    assert_int_equal(gw_journal_newest(journal, &newest, &oldest, kind_seq, &error), GW_OK);
    gw_journal_close(journal);
    return newest;
}

static bool take(unsigned kind, const char *json)
{
    return gw_command_take(
        &desk, store, &(gw_command){.kind = kind, .json = json, .n_json = strlen(json)}, closes);
}

static void a_command_is_one_record_however_often_it_comes(void **state)
{
    (void)state;
    store_open();
    assert_true(take(GW_RECORD_OUTCOME, OUTCOME("0")));
    assert_false(take(GW_RECORD_OUTCOME, OUTCOME("0")));
    assert_true(take(GW_RECORD_CHECK, OUTCOME("1")));
    assert_false(take(GW_RECORD_OUTCOME, OUTCOME("1")));
    assert_true(take(GW_RECORD_DETECTION, "{\"id\":\"d\",\"status\":\"acknowledged\",\"by\":\"A\","
                                          "\"request\":\"" ID("2") "\"}"));
    assert_int_equal(store_close(), 3);
}

static void nothing_but_a_command_is_taken_from_the_gate(void **state)
{
    static const struct {
        unsigned kind;
        const char *json;
    } all[] = {{GW_RECORD_DETECTION, "{\"id\":\"d\",\"alarm\":true}"},
               {GW_RECORD_DETECTION, OUTCOME("0")},
               {GW_RECORD_DETECTION, "{\"id\":\"d\",\"status\":\"closed\",\"by\":\"A\","
                                     "\"request\":\"" ID("0") "\"}"},
               {GW_RECORD_COVERAGE, OUTCOME("0")},
               {GW_RECORD_HEALTH, OUTCOME("0")},
               {GW_RECORD_SESSION, OUTCOME("0")},
               {GW_RECORD_COUNT, OUTCOME("0")},
               {UINT32_MAX, OUTCOME("0")},
               {GW_RECORD_OUTCOME, "{\"request\":\"short\",\"by\":\"A\"}"},
               {GW_RECORD_OUTCOME, "{\"request\":\"" ID("0") "\"}"},
               {GW_RECORD_OUTCOME, "[]"},
               {GW_RECORD_OUTCOME, ""},
               {GW_RECORD_OUTCOME, "{\"request\":"}};
    (void)state;
    store_open();
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        if (take(all[k].kind, all[k].json))
            fail_msg("taken: %u %s", all[k].kind, all[k].json);
    assert_int_equal(store_close(), 0);
}

static void an_outcome_closes_the_detection_that_it_names(void **state)
{
    (void)state;
    store_open();
    assert_true(take(GW_RECORD_OUTCOME, "{\"request\":\"" ID("0") "\",\"by\":\"A\",\"note\":\"n\","
                                                                  "\"detection\":\"d\"}"));
    assert_string_equal(closes, "d");
    assert_true(take(GW_RECORD_OUTCOME, OUTCOME("1")));
    assert_string_equal(closes, "");
    assert_true(
        take(GW_RECORD_CHECK, "{\"request\":\"" ID("2") "\",\"by\":\"A\",\"detection\":\"d\"}"));
    assert_string_equal(closes, "");
    assert_int_equal(store_close(), 3);
}

static void act(void *user, json_t *data)
{
    ++*(int *)user;
    assert_string_equal(json_string_value(json_object_get(data, "event")), "mute");
}

static void a_word_to_the_session_is_done_once_and_recorded(void **state)
{
    static const char json[] =
        "{\"request\":\"" ID("0") "\",\"by\":\"A\",\"event\":\"mute\",\"for_s\":9}";
    static const char other[] = "{\"request\":\"" ID("1") "\",\"by\":\"A\",\"event\":\"stop\"}";
    int n_done = 0;
    gw_command command = {GW_RECORD_SESSION, json, sizeof json - 1, act, &n_done};
    (void)state;
    store_open();
    assert_true(gw_command_take(&desk, store, &command, closes));
    assert_false(gw_command_take(&desk, store, &command, closes));
    command.json = other; /* what only the daemon itself says */
    command.n_json = sizeof other - 1;
    assert_false(gw_command_take(&desk, store, &command, closes));
    assert_int_equal(n_done, 1);
    assert_int_equal(store_close(), 1);
}

static void another_stream_knows_no_request_of_the_one_before(void **state)
{
    (void)state;
    store_open();
    assert_true(take(GW_RECORD_OUTCOME, OUTCOME("0")));
    memset(desk.stream, 'x', 36);
    assert_true(take(GW_RECORD_OUTCOME, OUTCOME("0")));
    assert_int_equal(store_close(), 2);
}

int main(void)
{
#define EACH(name) cmocka_unit_test_setup_teardown(name, folder_make, folder_remove)
    const struct CMUnitTest tests[] = {
        EACH(a_command_is_one_record_however_often_it_comes),
        EACH(nothing_but_a_command_is_taken_from_the_gate),
        EACH(an_outcome_closes_the_detection_that_it_names),
        EACH(a_word_to_the_session_is_done_once_and_recorded),
        EACH(another_stream_knows_no_request_of_the_one_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
