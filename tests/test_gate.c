/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/gate/backlog.h"

#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "daemon/gate/endpoint.h"
#include "daemon/gate/guests.h"
#include "daemon/gate/words.h"

static void backlog_put(backlog *log, uint64_t seq, gw_record_kind kind, uint64_t kind_seq)
{
    backlog_add(
        log, &(backlog_record){
                 .seq = seq, .kind_seq = kind_seq, .kind = kind, .topic = "v1/x/y/", .json = "{}"});
}

static void the_backlog_finds_by_kind_and_by_seq(void **state)
{
    backlog *log = backlog_create();
    (void)state;
    backlog_put(log, 10, GW_RECORD_DETECTION, 4);
    backlog_put(log, 11, GW_RECORD_COVERAGE, 9);
    backlog_put(log, 12, GW_RECORD_DETECTION, 5);
    backlog_put(log, 12, GW_RECORD_DETECTION, 5);
    assert_int_equal(backlog_find(log, GW_RECORD_DETECTION, 1)->kind_seq, 4);
    assert_int_equal(backlog_find(log, GW_RECORD_DETECTION, 5)->seq, 12);
    assert_null(backlog_find(log, GW_RECORD_DETECTION, 6));
    assert_int_equal(backlog_find(log, GW_RECORD_COUNT, 11)->kind, GW_RECORD_COVERAGE);
    assert_null(backlog_find(log, GW_RECORD_HEALTH, 1));
    backlog_reset(log);
    assert_null(backlog_find(log, GW_RECORD_COUNT, 1));
    backlog_destroy(log);
}

static void a_full_backlog_drops_its_oldest(void **state)
{
    static char large[BACKLOG_BYTES_MAX / 4];
    backlog *log = backlog_create();
    (void)state;
    for (uint64_t k = 1; k <= BACKLOG_RECORDS_MAX + 10; k++)
        backlog_put(log, k, GW_RECORD_DETECTION, k);
    assert_int_equal(backlog_find(log, GW_RECORD_COUNT, 1)->seq, 11);
    memset(large, 'x', sizeof large - 1);
    for (uint64_t k = 2000; k < 2010; k++)
        backlog_add(log, &(backlog_record){.seq = k, .kind_seq = k, .topic = "", .json = large});
    assert_int_equal(backlog_find(log, GW_RECORD_COUNT, 1)->seq, 2007); /* three fit, with ends */
    backlog_destroy(log);
}

static guest_id guest(int number)
{
    guest_id id = {.n = sizeof number};
    memcpy(id.bytes, &number, sizeof number);
    return id;
}

static void a_guest_may_burst_then_is_told_once_and_is_served_again_later(void **state)
{
    static guests all;
    guest_id id = guest(1), other = guest(2);
    (void)state;
    for (int k = 0; k < GUESTS_BURST; k++)
        assert_int_equal(guests_admit(&all, &id, 1000), GUEST_WELCOME);
    assert_int_equal(guests_admit(&all, &id, 1000), GUEST_TOO_FAST);
    assert_int_equal(guests_admit(&all, &id, 1000), GUEST_IGNORED);
    assert_int_equal(guests_admit(&all, &other, 1000), GUEST_WELCOME);
    assert_int_equal(guests_admit(&all, &id, 1000 + 1000 / GUESTS_PER_S), GUEST_WELCOME);
    assert_int_equal(guests_admit(&all, &id, 1000 + 1000 / GUESTS_PER_S), GUEST_TOO_FAST);
}

static void guests_are_bounded_and_idle_ones_make_room(void **state)
{
    static guests all;
    guest_id late = guest(GUESTS_MAX);
    (void)state;
    for (int k = 0; k < GUESTS_MAX; k++) {
        guest_id id = guest(k);
        assert_int_equal(guests_admit(&all, &id, k), GUEST_WELCOME);
    }
    assert_int_equal(guests_admit(&all, &late, GUESTS_IDLE_MS), GUEST_TOO_MANY);
    assert_int_equal(guests_admit(&all, &late, GUESTS_IDLE_MS + 1), GUEST_WELCOME);
    assert_int_equal(guests_count(&all, GUESTS_IDLE_MS + 1), GUESTS_MAX);
}

static void a_heartbeat_says_no_more_than_the_report(void **state)
{
    gw_link_report report = {
        .stream = "s", .along_m = (double)NAN, .newest_seq = 9007199254740993u};
    words from = {.report = &report, .age_ns = 50000000, .device = "d", .run = "r"};
    (void)state;
    report.reasons = GW_REASON_STARTING;
    report.sensors[GW_KIND_GPR] = (gw_link_sensor){.present = 1, .age_ns = -1};
    report.sensors[GW_KIND_MD] =
        (gw_link_sensor){.present = 1, .state = GW_STATE_SEARCHING, .age_ns = 20000000};
    char *text = words_heartbeat(&from, 3);
    json_t *root = json_loads(text, 0, NULL), *data = json_object_get(root, "data");
    json_t *sensors = json_object_get(data, "sensors");
    assert_string_equal(json_string_value(json_object_get(data, "state")), "BLIND");
    assert_string_equal(json_string_value(json_object_get(data, "seq")), "9007199254740993");
    assert_null(json_object_get(data, "along_m")); /* unknown */
    assert_int_equal(json_array_size(sensors), 2); /* not the pose, which is not there */
    assert_null(json_object_get(json_array_get(sensors, 0), "age_ms")); /* never */
    assert_int_equal(json_integer_value(json_object_get(json_array_get(sensors, 1), "age_ms")), 70);
    json_decref(root);
    free(text);
}

static void only_ipc_and_loopback_are_served(void **state)
{
    static const char *const bad[] = {"tcp://0.0.0.0:5555",  "tcp://*:5555",
                                      "tcp://192.168.1.1:1", "tcp://127.evil.org:1",
                                      "pgm://127.0.0.1:1",   "inproc://x",
                                      "ipc://relative/path", "ipc://@abstract",
                                      "127.0.0.1:5555",      ""};
    gw_error error;
    int lock;
    (void)state;
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        assert_int_equal(endpoint_reserve(bad[k], false, &lock, &error), GW_EUSAGE);
    assert_int_equal(endpoint_reserve("tcp://127.0.0.1:5555", false, &lock, &error), GW_OK);
}

static void an_ipc_path_is_taken_once_and_no_file_but_a_socket_is_removed(void **state)
{
    char folder[] = "/tmp/gw-endpoint-XXXXXX", endpoint[80], path[64];
    gw_error error;
    int first, second;
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/live", folder);
    snprintf(endpoint, sizeof endpoint, "ipc://%s", path);
    assert_int_equal(endpoint_reserve(endpoint, false, &first, &error), GW_OK);
    assert_int_equal(endpoint_reserve(endpoint, false, &second, &error), GW_EBUSY);
    assert_non_null(strstr(error.text, "already served by another gate"));
    close(first);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
    assert_int_equal(endpoint_reserve(endpoint, false, &first, &error), GW_EIO);
    assert_int_equal(access(path, F_OK), 0);
    unlink(path);
    assert_int_equal(endpoint_reserve(endpoint, false, &first, &error), GW_OK);
    close(first);
    strcat(path, ".lock");
    unlink(path);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_backlog_finds_by_kind_and_by_seq),
        cmocka_unit_test(a_full_backlog_drops_its_oldest),
        cmocka_unit_test(a_guest_may_burst_then_is_told_once_and_is_served_again_later),
        cmocka_unit_test(guests_are_bounded_and_idle_ones_make_room),
        cmocka_unit_test(a_heartbeat_says_no_more_than_the_report),
        cmocka_unit_test(only_ipc_and_loopback_are_served),
        cmocka_unit_test(an_ipc_path_is_taken_once_and_no_file_but_a_socket_is_removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
