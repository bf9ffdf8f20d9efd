/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/console_support.h"

#include <ctype.h>
#include <math.h>

#include "clients/sound/ear.h"
#include "clients/text.h"
#include "daemon/state.h"

/* The words that nobody may say of ground, in any page. */
static void words_check(const char *text)
{
    for (; *text; text++)
        if (strncasecmp(text, "safe", 4) == 0 || strncasecmp(text, "clear", 5) == 0)
            fail_msg("%.60s", text);
}

static void it_never_says_that_ground_is_fit_to_enter(void **state)
{
    (void)state;
    static const char *const words[] = {"BLIND", "DEGRADED", "SEARCHING", "ALARM", "SAFE"};
    char members[64];
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        snprintf(members, sizeof members, "\"state\":\"%s\"", words[k]);
        beat(members, 1000);
        if (k < 4)
            words_check(page_of(1000, 100, 30));
        gw_console_press(console, GW_CONSOLE_HELP, 1000);
        if (k < 4)
            words_check(page_of(1000, 100, 30));
        gw_console_press(console, GW_CONSOLE_HELP, 1000);
    }
#define X(name, bit, word, meaning, worst) words_check(gw_reason_plain(word));
    GW_REASON_LIST(X)
#undef X
}

static void alarms_that_had_to_go_unseen_are_counted(void **state)
{
    (void)state;
    char id[16];
    beat("\"state\":\"ALARM\"", 0);
    for (int k = 0; k < GW_ALARMS_MAX + 3; k++) {
        snprintf(id, sizeof id, "a%d", k);
        alarm_come(id, k, 0);
        if (k == 5)
            take(GW_CLIENT_RECORD, "detection",
                 "{\"data\":{\"id\":\"a5\",\"status\":\"acknowledged\"}}", 0);
    }
    assert_int_equal(console->alarms.n, GW_ALARMS_MAX);
    assert_int_equal(console->alarms.n_gone, 2);
    assert_true(console->alarms.selected < console->alarms.n);
    assert_true(strstr(page_of(0, 120, 24), "2 unseen dropped") != NULL);
}

static void no_escape_sequence_reaches_the_page(void **state)
{
    (void)state;
    char clean[64];
    beat("\"state\":\"\\u001b[2J\",\"reasons\":[\"\\u001b]0;x\\u0007\",\"\\u009b31m\"],"
         "\"sensors\":[{\"sensor\":\"\\u001b[Hmd\",\"lost\":\"\\u0085\",\"state\":1}]",
         0);
    take(GW_CLIENT_RECORD, "detection",
         "{\"time\":\"\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b"
         "\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\",\"data\":{\"id\":\"a\","
         "\"alarm\":true,\"sensor\":\"\\u009b\",\"status\":\"\\u001bx\",\"by\":\"\\u202eevil\"}}",
         0);
    page_of(0, 80, 24); /* asserts every character */
    assert_string_equal(gw_text_clean("a\033[1m\xc2\x9b\xe2\x80\xae\xff\x7fz", clean, sizeof clean),
                        "a?[1m????z");
    assert_string_equal(gw_text_clean("\xd5\x80\xd5\xa1\xd5\xb5", clean, 5), "\xd5\x80\xd5\xa1");
    assert_string_equal(gw_text_clean(NULL, clean, sizeof clean), "");
}

static void scope(const char *members, const void *bytes, size_t n, int64_t ms)
{
    char json[512];
    snprintf(json, sizeof json, "{\"data\":{%s}}", members);
    json_t *message = json_loads(json, 0, NULL);
    assert_non_null(message);
    gw_client_event event = {
        .type = GW_CLIENT_SCOPE, .message = message, .bytes = bytes, .n_bytes = n};
    gw_console_take(console, &event, ms);
    json_decref(message);
}

#define MD_SCOPE                                                                                   \
    "\"sensor\":\"md\",\"n_rows\":1,\"n_columns\":3,\"type\":\"f32\",\"tones_hz\":[2400]"

static void pictures_that_are_not_what_they_say_are_not_shown(void **state)
{
    (void)state;
    const float row[3] = {0.5F, 0.3F, 0.4F};
    scope(MD_SCOPE, row, sizeof row - 1, 80);
    scope("\"sensor\":\"md\",\"n_rows\":-1,\"n_columns\":3,\"type\":\"f32\"", row, sizeof row, 80);
    scope("\"sensor\":\"md\",\"n_rows\":1,\"n_columns\":3,\"type\":\"i8\"", row, sizeof row, 80);
    scope("\"sensor\":\"fused\",\"n_rows\":1,\"n_columns\":3,\"type\":\"f32\"", row, sizeof row,
          80);
    scope("\"sensor\":\"gpr\",\"n_rows\":4,\"n_columns\":257,\"type\":\"i8\"", page, 1028, 80);
    assert_false(gw_strip_is_live(&console->tones.strip, 80));
    assert_false(gw_strip_is_live(&console->waterfall.strip, 80));
    scope(MD_SCOPE, row, sizeof row, 80);
    assert_true(gw_strip_is_live(&console->tones.strip, 80));
    assert_true(console->tones.now == 0.5F && fabsf(console->tones.change[0] - 0.5F) < 1e-6F);
}

static void signals_scroll_and_what_is_not_known_stays_so(void **state)
{
    (void)state;
    float row[3] = {1, 0, 0};
    gw_strip_mark mark;
    gw_strip_tick(&console->tones.strip, 8000);
    scope(MD_SCOPE, row, sizeof row, 8000);
    row[0] = 0.25F;
    scope(MD_SCOPE, row, sizeof row, 8100);
    gw_strip_tick(&console->tones.strip, 8300); /* nothing came from 8200 on */
    size_t at = gw_strip_index(&console->tones.strip, 0, &mark);
    assert_int_equal(mark, GW_STRIP_UNKNOWN);
    at = gw_strip_index(&console->tones.strip, 1, &mark);
    assert_true(mark == GW_STRIP_KNOWN && console->tones.value[at] == 0.25F);
    at = gw_strip_index(&console->tones.strip, 2, &mark);
    assert_true(mark == GW_STRIP_KNOWN && console->tones.value[at] == 1);
    row[0] = 0.5F;
    scope(MD_SCOPE, row, sizeof row, 8350); /* late, but none is missing */
    at = gw_strip_index(&console->tones.strip, 0, &mark);
    assert_true(mark == GW_STRIP_KNOWN && console->tones.value[at] == 0.5F);
    gw_strip_tick(&console->tones.strip, 8350 + GW_STRIP_STEP_MS * 600);
    for (size_t age = 0; age < GW_STRIP_STEPS; age++) {
        gw_strip_index(&console->tones.strip, age, &mark);
        assert_int_equal(mark, GW_STRIP_UNKNOWN);
    }
}

static void the_waterfall_keeps_the_strongest_of_its_scans(void **state)
{
    (void)state;
    const unsigned char scans[2][4] = {{0, 127, 10, 0}, {0, 5, 0x81, 0}};
    gw_strip_mark mark;
    gw_strip_tick(&console->waterfall.strip, 8000);
    scope("\"sensor\":\"gpr\",\"n_rows\":2,\"n_columns\":4,\"type\":\"i8\",\"kind_seq\":\"7\"",
          scans, sizeof scans, 8000);
    scope("\"sensor\":\"gpr\",\"n_rows\":2,\"n_columns\":4,\"type\":\"i8\",\"kind_seq\":\"9\"",
          scans, sizeof scans, 8100);
    gw_strip_tick(&console->waterfall.strip, 8200);
    size_t at = gw_strip_index(&console->waterfall.strip, 0, &mark);
    assert_int_equal(mark, GW_STRIP_LOSSY); /* picture 8 is missing */
    assert_true(gw_waterfall_peak(&console->waterfall, at, 0, 2) == 1);
    assert_true(gw_waterfall_peak(&console->waterfall, at, 2, 4) == -1);
    gw_strip_index(&console->waterfall.strip, 1, &mark);
    assert_int_equal(mark, GW_STRIP_KNOWN);
    assert_int_equal(console->n_pictures_lost, 1);
}

static void every_size_is_drawn_and_the_state_is_in_each(void **state)
{
    (void)state;
    beat("\"state\":\"DEGRADED\",\"sensors\":[{\"sensor\":\"gpr\"},{\"sensor\":\"md\"},{}]", 0);
    for (int k = 0; k < 30; k++) {
        char id[8];
        snprintf(id, sizeof id, "a%d", k);
        alarm_come(id, k, 0);
    }
    for (int height = 1; height < 70; height++)
        for (int width = 10; width < 300; width += height % 7 * 13 + 1)
            if (height > 1 && width > 40)
                assert_non_null(strstr(page_of(0, width, height), "DEGRADED"));
            else
                page_of(0, width, height);
    canvas.is_utf8 = canvas.has_levels = false;
    for (const char *at = page_of(0, 80, 24); *at; at++)
        assert_true(isprint((unsigned char)*at) || *at == '\n');
}

static void an_alarm_is_heard_once_and_an_old_one_is_not(void **state)
{
    (void)state;
    gw_ear ear;
    gw_synth_voices voices;
    json_t *alarm = json_pack("{s:{s:s, s:b, s:f}}", "data", "sensor", "md", "alarm", 1,
                              "far_per_m", 0.001),
           *beat_of = json_pack("{s:{s:{s:s}, s:[{s:s}]}}", "data", "newest", "detection", "5",
                                "sensors", "sensor", "md");
    gw_client_event record = {.type = GW_CLIENT_RECORD,
                              .kind = "detection",
                              .message = alarm,
                              .replayed = true,
                              .kind_seq = 5},
                    heard = {.type = GW_CLIENT_HEARTBEAT, .message = beat_of};
    gw_ear_reset(&ear);
    gw_ear_take(&ear, &record, 0); /* history, before anything was heard */
    gw_ear_take(&ear, &heard, 0);
    gw_ear_take(&ear, &record, 0); /* as old as the first heartbeat */
    gw_ear_voices(&ear, GW_SYNTH_NO_FAULT, false, 0, &voices);
    assert_int_equal(voices.n_alarms[0], 0);
    record.kind_seq = 6; /* lost live, replayed: it must be heard */
    gw_ear_take(&ear, &record, 0);
    gw_ear_voices(&ear, GW_SYNTH_NO_FAULT, false, 0, &voices);
    assert_int_equal(voices.n_alarms[0], 1);
    json_object_set_new(json_object_get(alarm, "data"), "status", json_string("acknowledged"));
    record.kind_seq = 7;
    gw_ear_take(&ear, &record, 0);
    gw_ear_voices(&ear, GW_SYNTH_NO_FAULT, false, 0, &voices);
    assert_int_equal(voices.n_alarms[0], 1);
    json_decref(alarm);
    json_decref(beat_of);
}

static void a_metal_detector_without_a_signal_is_not_silently_silent(void **state)
{
    (void)state;
    gw_ear ear;
    gw_synth_voices voices;
    json_t *beat_of = json_pack("{s:{s:[{s:s}]}}", "data", "sensors", "sensor", "md");
    gw_client_event heard = {.type = GW_CLIENT_HEARTBEAT, .message = beat_of};
    const float row[3] = {0.75F, 0, 0};
    json_t *message = json_loads("{\"data\":{" MD_SCOPE "}}", 0, NULL);
    gw_client_event picture = {
        .type = GW_CLIENT_SCOPE, .message = message, .bytes = row, .n_bytes = sizeof row};
    gw_ear_reset(&ear);
    gw_ear_take(&ear, &heard, 0);
    gw_ear_voices(&ear, GW_SYNTH_NO_FAULT, false, 0, &voices);
    assert_int_equal(voices.fault, GW_SYNTH_MILD);
    gw_ear_take(&ear, &picture, 0);
    gw_ear_voices(&ear, GW_SYNTH_NO_FAULT, false, 499, &voices);
    assert_true(voices.fault == GW_SYNTH_NO_FAULT && voices.md_tone == 0.75F);
    gw_ear_voices(&ear, GW_SYNTH_NO_FAULT, false, 500, &voices);
    assert_true(voices.fault == GW_SYNTH_MILD && isnan(voices.md_tone));
    gw_ear_take(&ear, &picture, 500);
    gw_ear_voices(&ear, GW_SYNTH_BLIND, true, 500, &voices);
    assert_true(voices.fault == GW_SYNTH_BLIND && isnan(voices.md_tone));
    json_decref(beat_of);
    json_decref(message);
}

static void in_pinpoint_the_tone_says_where_it_is_strongest(void **state)
{
    (void)state;
    gw_ear ear;
    gw_synth_voices voices;
    const float row[3] = {0.75F, 0, 0};
    json_t *message =
        json_loads("{\"data\":{" MD_SCOPE ",\"pinpoint\":[0.2,0.5,7,null]}}", 0, NULL);
    gw_client_event picture = {
        .type = GW_CLIENT_SCOPE, .message = message, .bytes = row, .n_bytes = sizeof row};
    gw_ear_reset(&ear);
    gw_ear_take(&ear, &picture, 0);
    gw_ear_voices(&ear, GW_SYNTH_NO_FAULT, false, 0, &voices);
    assert_true(voices.md_tone == 0.75F);
    ear.is_pinpoint = true;
    gw_ear_voices(&ear, GW_SYNTH_NO_FAULT, false, 0, &voices);
    assert_true(fabsf(voices.md_tone - 1) < 1e-6F); /* 7 is taken for 1 */
    json_object_set_new(json_object_get(message, "data"), "pinpoint", json_pack("[f]", 0.0));
    gw_ear_take(&ear, &picture, 0);
    gw_ear_voices(&ear, GW_SYNTH_NO_FAULT, false, 0, &voices);
    assert_true(voices.md_tone == 0);
    json_object_del(json_object_get(message, "data"), "pinpoint");
    gw_ear_take(&ear, &picture, 0); /* of an older daemon: the tone as ever */
    gw_ear_voices(&ear, GW_SYNTH_NO_FAULT, false, 0, &voices);
    assert_true(voices.md_tone == 0.75F);
    json_decref(message);
}

static void pinpoint_stands_on_the_screen(void **state)
{
    (void)state;
    const float row[3] = {0.75F, 0, 0};
    beat("\"state\":\"SEARCHING\",\"along_m\":1.5,\"sensors\":[{\"sensor\":\"md\"}]", 0);
    assert_null(strstr(page_of(0, 100, 40), "PINPOINT"));
    assert_int_equal(gw_console_press(console, GW_CONSOLE_PINPOINT, 0), GW_ACTION_NONE);
    assert_non_null(strstr(page_of(0, 100, 40), "PINPOINT .........."));
    scope(MD_SCOPE ",\"pinpoint\":[0.5]", row, sizeof row, 10);
    assert_non_null(strstr(page_of(20, 100, 40), "PINPOINT #####-----"));
    gw_console_press(console, GW_CONSOLE_PINPOINT, 20);
    assert_null(strstr(page_of(20, 100, 40), "PINPOINT"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(pinpoint_stands_on_the_screen),
        CASE(in_pinpoint_the_tone_says_where_it_is_strongest),
        CASE(it_never_says_that_ground_is_fit_to_enter),
        CASE(alarms_that_had_to_go_unseen_are_counted),
        CASE(no_escape_sequence_reaches_the_page),
        CASE(pictures_that_are_not_what_they_say_are_not_shown),
        CASE(signals_scroll_and_what_is_not_known_stays_so),
        CASE(the_waterfall_keeps_the_strongest_of_its_scans),
        CASE(every_size_is_drawn_and_the_state_is_in_each),
        CASE(an_alarm_is_heard_once_and_an_old_one_is_not),
        CASE(a_metal_detector_without_a_signal_is_not_silently_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
