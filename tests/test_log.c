/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/log/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "clients/log/import.h"
#include "clients/log/summary.h"

#define STREAM "638c4c81-12f8-46fa-8ac2-4b2f59371394"

static const char *const ends[] = {"gpkg", "geojson", "ndjson"};
enum { N_ENDS = 3 };
static char folder[64], path[96];

static int folder_make(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/gw-log-XXXXXX");
    return mkdtemp(folder) ? 0 : 1;
}

static const char *path_of(const char *end)
{
    snprintf(path, sizeof path, "%s/log.%s", folder, end);
    return path;
}

static int folder_remove(void **state)
{
    (void)state;
    for (int k = 0; k < N_ENDS; k++)
        unlink(path_of(ends[k]));
    return rmdir(folder);
}

/* An event whose data has `members`, a JSON object. */
static json_t *event(const char *kind, unsigned kind_seq, const char *time, const char *members)
{
    char type[48], number[16];
    json_t *more = json_loads(members, 0, NULL);
    assert_non_null(more);
    snprintf(type, sizeof type, "org.groundwatch.%s.v1", kind);
    snprintf(number, sizeof number, "%u", kind_seq);
    json_t *made = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s, s:s, s:b, s:s}}", "specversion", "1.0", "id",
        STREAM "/1", "source", "/groundwatch/team-7", "type", type, "time", time, "data", "stream",
        STREAM, "seq", number, "kind_seq", number, "durable", 1, "calibration", "uncalibrated");
    assert_non_null(made);
    json_object_update(json_object_get(made, "data"), more);
    json_decref(more);
    return made;
}

static gw_log *log_open(const char *end)
{
    gw_log *log;
    gw_error error;
    if (gw_log_open(path_of(end), &log, &error) != GW_OK)
        fail_msg("%s", error.text);
    return log;
}

static bool put(gw_log *log, const char *kind, unsigned kind_seq, const char *members)
{
    bool is_new;
    gw_error error;
    json_t *message = event(kind, kind_seq, "2026-11-24T09:36:34.487957142Z", members);
    gw_status status = gw_log_put(log, message, &is_new, &error);
    json_decref(message);
    if (status != GW_OK)
        fail_msg("%s", error.text);
    return is_new;
}

static void commit(gw_log *log)
{
    gw_error error;
    if (gw_log_commit(log, &error) != GW_OK)
        fail_msg("%s", error.text);
}

static void text_write(const char *text, size_t n)
{
    FILE *to = fopen(path, "w");
    assert_non_null(to);
    assert_int_equal(fwrite(text, 1, n, to), n);
    fclose(to);
}

static void text_is(const char *text, size_t n)
{
    char got[4096];
    FILE *from = fopen(path, "r");
    assert_non_null(from);
    assert_int_equal(fread(got, 1, sizeof got, from), n);
    assert_memory_equal(got, text, n);
    fclose(from);
}

static void a_record_is_taken_once_also_by_the_next_log(void **state)
{
    (void)state;
    for (int k = 0; k < N_ENDS; k++) {
        for (int turn = 0; turn < 2; turn++) {
            gw_log *log = log_open(ends[k]);
            assert_true(put(log, "detection", 2, "{\"lat\": 39.6, \"lon\": 46.5}") == !turn);
            assert_true(put(log, "detection", 1, "{\"lat\": 39.6, \"lon\": 46.5}") == !turn);
            assert_true(put(log, "outcome", 1, "{\"model\": \"PMN\"}") == !turn);
            assert_false(put(log, "outcome", 1, "{\"model\": \"PMN\"}"));
            commit(log);
            gw_log_close(log);
        }
        unlink(path);
    }
}

/* The last words of a gate whose core died have no number. */
static void what_has_no_number_is_taken_once_too(void **state)
{
    (void)state;
    for (int k = 0; k < N_ENDS; k++) {
        for (int turn = 0; turn < 2; turn++) {
            gw_log *log = log_open(ends[k]);
            assert_true(put(log, "health", 0, "{\"state\": \"BLIND\"}") == !turn);
            assert_false(put(log, "health", 0, "{\"state\": \"BLIND\"}"));
            bool is_new;
            gw_error error;
            json_t *later = event("health", 0, "2026-11-24T10:00:00.000000000Z", "{}");
            assert_int_equal(gw_log_put(log, later, &is_new, &error), GW_OK);
            assert_true(is_new == !turn);
            json_decref(later);
            commit(log);
            gw_log_close(log);
        }
        unlink(path);
    }
}

static void one_log_writes_a_file(void **state)
{
    static const char *const locked[] = {"gpkg", "ndjson"};
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        gw_log *other, *log = log_open(locked[k]);
        gw_error error;
        assert_int_equal(gw_log_open(path_of(locked[k]), &other, &error), GW_EBUSY);
        assert_non_null(strstr(error.text, "another log writes it"));
        assert_true(put(log, "outcome", 1, "{\"model\": \"PMN\"}"));
        commit(log);
        gw_log_close(log);
        log = log_open(locked[k]);
        assert_false(put(log, "outcome", 1, "{\"model\": \"PMN\"}"));
        gw_log_close(log);
    }
}

static void every_source_goes_on_where_it_was(void **state)
{
    (void)state;
    static const char *const names[] = {"ipc:///a/live", "tcp://127.0.0.1:5555"};
    gw_log *log = log_open("gpkg");
    gw_error error;
    gw_client_position at;
    for (unsigned k = 0; k < 2; k++) {
        at = (gw_client_position){.stream = STREAM, .next = {k + 7, 2, 3, 4, UINT64_MAX, 0, 1}};
        assert_int_equal(gw_log_mark(log, names[k], &at, &error), GW_OK);
    }
    commit(log);
    at.next[0] = 99; /* not committed: it is not kept */
    assert_int_equal(gw_log_mark(log, names[1], &at, &error), GW_OK);
    gw_log_close(log);
    log = log_open("gpkg");
    for (unsigned k = 0; k < 2; k++) {
        gw_log_where(log, names[k], &at);
        assert_string_equal(at.stream, STREAM);
        assert_int_equal(at.next[0], k + 7);
        assert_true(at.next[4] == UINT64_MAX);
    }
    gw_log_where(log, "ipc:///c/live", &at);
    assert_string_equal(at.stream, "");
    gw_log_close(log);
}

/* Notes of somebody, in a file that happens to have the name, and without an end of line. */
static void a_foreign_file_is_left_as_it_is(void **state)
{
    static const char *const texts[] = {
        "my notes",
        "my notes\n",
        "{\"a\": 1}",
        "{\"log\": 1}\n",
        "{\"type\": \"Feature\"}",
        "SQLite format 3",
        "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\"}]}"};
    (void)state;
    for (int k = 0; k < N_ENDS; k++)
        for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
            gw_log *log;
            gw_error error;
            path_of(ends[k]);
            text_write(texts[t], strlen(texts[t]));
            assert_int_equal(gw_log_open(path, &log, &error), GW_EFORMAT);
            text_is(texts[t], strlen(texts[t]));
        }
}

static void a_line_that_was_cut_is_written_anew(void **state)
{
    (void)state;
    char whole[4096];
    gw_log *log = log_open("ndjson");
    put(log, "outcome", 1, "{\"model\": \"PMN\"}");
    put(log, "outcome", 2, "{\"model\": \"PMN\"}");
    commit(log);
    gw_log_close(log);
    FILE *from = fopen(path, "r");
    size_t n = fread(whole, 1, sizeof whole, from);
    fclose(from);
    for (size_t cut = 1; cut < n; cut += 7) {
        text_write(whole, cut);
        log = log_open("ndjson");
        put(log, "outcome", 1, "{\"model\": \"PMN\"}");
        assert_true(put(log, "outcome", 2, "{\"model\": \"PMN\"}"));
        commit(log);
        gw_log_close(log);
        text_is(whole, n);
    }
}

/* A person may tell where in the lane, also of a lane that is placed in WGS 84. */
static void an_outcome_in_metres_does_not_end_geojson(void **state)
{
    (void)state;
    gw_log *log = log_open("geojson");
    gw_error error;
    bool is_new;
    assert_true(put(log, "outcome", 1, "{\"model\": \"PMN\", \"along_m\": 3}"));
    json_t *message = event("detection", 1, "2026-11-24T09:36:34Z", "{\"along_m\": 3}");
    assert_int_equal(gw_log_put(log, message, &is_new, &error), GW_EFORMAT);
    assert_non_null(strstr(error.text, "WGS 84"));
    json_decref(message);
    commit(log);
    gw_log_close(log);
    json_t *root = json_load_file(path, 0, NULL);
    const json_t *features = json_object_get(root, "features");
    assert_int_equal(json_array_size(features), 1);
    assert_true(json_is_null(json_object_get(json_array_get(features, 0), "geometry")));
    json_decref(root);
}

static json_int_t number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

/* 62 bytes, then letters of two: a name that is cut within one is no text. */
#define NAME "Shushanik-Shushanik-Shushanik-Shushanik-Shushanik-Shushanik-12Şuşə rayonu"

static json_t *summary_of(const char *from)
{
    static const char text[] =
        "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":"
        "{\"name\":\"" NAME "\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],"
        "[1,1],[0,0.0]]]}},{\"type\":\"Feature\",\"properties\":{\"name\":\"b\"},\"geometry\":"
        "{\"type\":\"Polygon\",\"coordinates\":[[[46,39],[47,39],[47,40],[46,40],[46,39.0]]]}}]}";
    gw_areas *areas;
    gw_error error;
    json_t *out;
    if (gw_areas_parse("t", text, strlen(text), &areas, &error) != GW_OK)
        fail_msg("%s", error.text);
    if (gw_log_summary(from, areas, &out, &error) != GW_OK)
        fail_msg("%s", error.text);
    gw_areas_destroy(areas);
    return out;
}

static void a_summary_counts_each_in_its_area_and_what_is_open(void **state)
{
    (void)state;
    gw_log *log = log_open("gpkg");
    put(log, "detection", 1, "{\"id\":\"x\",\"alarm\":true,\"lat\":39.5,\"lon\":46.5}");
    put(log, "detection", 2, "{\"id\":\"y\",\"alarm\":true,\"lat\":39.5,\"lon\":46.5}");
    put(log, "detection", 3, "{\"id\":\"z\",\"alarm\":false,\"lat\":39.5,\"lon\":46.5}");
    put(log, "detection", 4,
        "{\"id\":\"y\",\"alarm\":true,\"lat\":39.5,\"lon\":46.5,\"status\":\"acknowledged\"}");
    put(log, "outcome", 1,
        "{\"detection\":\"x\",\"model\":\"PMN\",\"year\":1980,\"lat\":39.5,\"lon\":46.5}");
    put(log, "outcome", 4,
        "{\"detection\":\"x\",\"model\":\"PMN-2\",\"year\":1981,\"lat\":39.5,\"lon\":46.5}");
    put(log, "outcome", 2, "{\"note\":\"nothing\",\"lat\":-39.5,\"lon\":46.5}");
    put(log, "outcome", 3, "{\"model\":\"unheard of\"}");
    commit(log);
    gw_log_close(log);
    json_t *summary = summary_of(path);
    const json_t *rows = json_object_get(summary, "areas");
    const json_t *first = json_array_get(rows, 0), *b = json_array_get(rows, 1),
                 *none = json_array_get(rows, 2);
    assert_int_equal(json_array_size(rows), 3);
    assert_string_equal(json_string_value(json_object_get(first, "area")), NAME);
    assert_int_equal(number(first, "outcomes"), 0);
    assert_int_equal(number(b, "outcomes"), 1);
    assert_int_equal(number(b, "open_alarms"), 1);
    assert_int_equal(number(b, "acknowledged"), 1);
    assert_int_equal(number(json_object_get(b, "by_model"), "PMN-2"), 1);
    assert_null(json_object_get(json_object_get(b, "by_model"), "PMN"));
    assert_int_equal(number(json_object_get(b, "by_year"), "1981"), 1);
    assert_true(json_is_null(json_object_get(none, "area")));
    assert_int_equal(number(json_object_get(none, "by_model"), "unknown"), 1);
    assert_int_equal(number(json_object_get(none, "by_year"), "unknown"), 1);
    assert_int_equal(number(summary, "outcomes"), 3);
    assert_int_equal(number(summary, "unplaced_outcomes"), 1);
    json_decref(summary);
}

static void a_log_without_any_place_is_not_said_to_be_in_metres(void **state)
{
    (void)state;
    gw_log *log = log_open("gpkg");
    put(log, "session", 1, "{\"event\":\"start\"}");
    commit(log);
    gw_log_close(log);
    json_t *summary = summary_of(path);
    assert_int_equal(number(summary, "outcomes"), 0);
    json_decref(summary);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_make, folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_record_is_taken_once_also_by_the_next_log),
        TEST(what_has_no_number_is_taken_once_too),
        TEST(one_log_writes_a_file),
        TEST(every_source_goes_on_where_it_was),
        TEST(a_foreign_file_is_left_as_it_is),
        TEST(a_line_that_was_cut_is_written_anew),
        TEST(an_outcome_in_metres_does_not_end_geojson),
        TEST(a_summary_counts_each_in_its_area_and_what_is_open),
        TEST(a_log_without_any_place_is_not_said_to_be_in_metres),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
