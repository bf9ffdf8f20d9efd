/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/console/model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/text.h"

enum {
    ANSWER_MS = 5000, /* after this an answer is not waited for any more */
    MOVED_MS = 500    /* who presses a within this time may mean the alarm before */
};

gw_console *gw_console_create(const char *by)
{
    gw_console *console = calloc(1, sizeof *console);
    if (!console)
        return NULL;
    gw_text_clean(by && *by ? by : "operator", console->by, sizeof console->by);
    console->beat_ms = console->message_ms = console->moved_ms = INT64_MIN;
    console->along_m = console->speed_m_s = (double)NAN;
    console->pinpoint = NAN;
    console->heard = GW_SHOWN_BLIND;
    console->is_blind = true;
    gw_waterfall_reset(&console->waterfall);
    gw_tones_reset(&console->tones);
    return console;
}

void gw_console_destroy(gw_console *console)
{
    free(console);
}

static double real_of(const json_t *data, const char *key)
{
    const json_t *value = json_object_get(data, key);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

static void say(gw_console *console, bool is_bad, int64_t now_ms, const char *text)
{
    gw_text_clean(text, console->message, sizeof console->message);
    console->is_message_bad = is_bad;
    console->message_ms = now_ms;
}

static void reasons_take(gw_console_reasons *reasons, const json_t *words)
{
    size_t k;
    const json_t *word;
    reasons->n = 0;
    json_array_foreach(words, k, word)
    {
        if (reasons->n < GW_CONSOLE_REASONS && json_is_string(word))
            gw_text_clean(json_string_value(word), reasons->word[reasons->n++],
                          sizeof reasons->word[0]);
    }
}

static void sensors_take(gw_console *console, const json_t *sensors)
{
    size_t k;
    const json_t *one;
    console->n_sensors = 0;
    json_array_foreach(sensors, k, one)
    {
        if (console->n_sensors == GW_CONSOLE_SENSORS)
            break;
        gw_console_sensor *to = &console->sensors[console->n_sensors++];
        gw_text_member(one, "sensor", to->name, sizeof to->name);
        to->state = gw_shown_of(json_string_value(json_object_get(one, "state")));
        reasons_take(&to->reasons, json_object_get(one, "reasons"));
        to->age_ms = real_of(one, "age_ms");
        gw_text_member(one, "lost", to->lost, sizeof to->lost);
        gw_text_member(one, "dropped", to->dropped, sizeof to->dropped);
    }
}

static void heartbeat_take(gw_console *console, const json_t *data, int64_t now_ms)
{
    char word[24];
    gw_text_member(data, "state", word, sizeof word);
    console->beat_ms = now_ms;
    console->is_live = true;
    console->heard = gw_shown_of(word);
    console->foreign[0] = 0;
    if (strcmp(word, gw_shown_word(console->heard)) != 0)
        snprintf(console->foreign, sizeof console->foreign, "%s", word[0] ? word : "none");
    reasons_take(&console->reasons, json_object_get(data, "reasons"));
    console->is_muted_there = json_number_value(json_object_get(data, "muted_s")) > 0;
    sensors_take(console, json_object_get(data, "sensors"));
    console->along_m = real_of(data, "along_m");
    console->emulated = json_is_true(json_object_get(data, "emulated"));
}

static void record_take(gw_console *console, const gw_client_event *event, int64_t now_ms)
{
    const json_t *data = json_object_get(event->message, "data");
    if (strcmp(event->kind, "coverage") == 0) {
        console->speed_m_s = real_of(data, "speed_m_s");
    } else if (strcmp(event->kind, "detection") == 0) {
        bool has_more = console->alarms.n > 0, follows = console->alarms.selected == 0;
        if (gw_alarms_take(&console->alarms, event->message) && has_more && follows)
            console->moved_ms = now_ms;
    }
}

static void scope_take(gw_console *console, const gw_client_event *event, int64_t now_ms)
{
    gw_picture picture;
    if (!gw_picture_decode(event->message, event->bytes, event->n_bytes, &picture))
        return;
    if (console->picture_seq && picture.kind_seq > console->picture_seq + 1) {
        console->n_pictures_lost += picture.kind_seq - console->picture_seq - 1;
        console->waterfall.strip.is_missed = console->tones.strip.is_missed = true;
    }
    console->picture_seq = picture.kind_seq;
    if (picture.sensor == GW_PICTURE_GPR)
        gw_waterfall_take(&console->waterfall, &picture, now_ms);
    else
        gw_tones_take(&console->tones, &picture, now_ms);
    if (picture.sensor == GW_PICTURE_MD)
        console->pinpoint = picture.pinpoint;
}

static void reply_take(gw_console *console, const json_t *reply, int64_t now_ms)
{
    const char *op = json_string_value(json_object_get(reply, "op"));
    gw_alarm *alarm = gw_alarms_of_request(&console->alarms,
                                           json_string_value(json_object_get(reply, "request")));
    char text[160] = "", reason[96];
    if (!op || !alarm)
        return;
    if (strcmp(op, "recorded") == 0) {
        alarm->asking = GW_ALARM_OPEN;
        snprintf(alarm->status, sizeof alarm->status, "acknowledged");
        snprintf(alarm->by, sizeof alarm->by, "%s", console->by);
        bool is_durable = json_is_true(json_object_get(reply, "durable"));
        snprintf(text, sizeof text, "acknowledgement recorded%s",
                 is_durable ? "" : ", but not on disk yet");
        say(console, !is_durable, now_ms, text);
        if (alarm == gw_alarms_selected(&console->alarms))
            gw_alarms_select_open(&console->alarms);
    } else {
        alarm->request[0] = 0;
        alarm->asking = GW_ALARM_REFUSED;
        gw_text_member(reply, "reason", reason, sizeof reason);
        snprintf(alarm->note, sizeof alarm->note, "%s", reason[0] ? reason : "no reason given");
        snprintf(text, sizeof text, "NOT RECORDED: %s", alarm->note);
        say(console, true, now_ms, text);
    }
}

void gw_console_take(gw_console *console, const gw_client_event *event, int64_t now_ms)
{
    char text[120];
    switch (event->type) {
    case GW_CLIENT_HEARTBEAT:
        heartbeat_take(console, json_object_get(event->message, "data"), now_ms);
        break;
    case GW_CLIENT_RECORD:
        record_take(console, event, now_ms);
        break;
    case GW_CLIENT_SCOPE:
        scope_take(console, event, now_ms);
        break;
    case GW_CLIENT_REPLY:
        reply_take(console, event->message, now_ms);
        break;
    case GW_CLIENT_BLIND:
        console->is_live = false;
        break;
    case GW_CLIENT_GAP:
        console->n_records_lost += event->to_seq - event->from_seq + 1;
        snprintf(text, sizeof text, "LOST: %s records %llu..%llu, neither live nor replayed",
                 event->kind, (unsigned long long)event->from_seq,
                 (unsigned long long)event->to_seq);
        say(console, true, now_ms, text);
        break;
    case GW_CLIENT_STREAM:
        console->picture_seq = 0;
        say(console, true, now_ms, "another stream began: numbers start afresh");
        break;
    case GW_CLIENT_LIVE:
    case GW_CLIENT_NOTHING:
        break;
    }
}

static bool is_silent(const gw_console *console, int64_t now_ms)
{
    return console->beat_ms == INT64_MIN || !console->is_live ||
           now_ms - console->beat_ms > GW_CONSOLE_BLIND_MS;
}

gw_shown gw_console_state(const gw_console *console, int64_t now_ms)
{
    return is_silent(console, now_ms) ? GW_SHOWN_BLIND : console->heard;
}

static void answers_await(gw_console *console, int64_t now_ms)
{
    for (size_t k = 0; k < console->alarms.n; k++) {
        gw_alarm *alarm = &console->alarms.list[k];
        if (alarm->asking != GW_ALARM_ASKED || now_ms - alarm->asked_ms < ANSWER_MS)
            continue;
        alarm->asking = GW_ALARM_REFUSED;
        snprintf(alarm->note, sizeof alarm->note, "no answer");
        say(console, true, now_ms, "NOT RECORDED: no answer; press a again");
    }
}

void gw_console_tick(gw_console *console, int64_t now_ms, const char *wall)
{
    bool is_blind = gw_console_state(console, now_ms) == GW_SHOWN_BLIND;
    gw_strip_tick(&console->waterfall.strip, now_ms);
    gw_strip_tick(&console->tones.strip, now_ms);
    if (is_blind && !console->is_blind) {
        gw_text_clean(wall, console->blind_time, sizeof console->blind_time);
        console->blind_ms = now_ms;
        console->n_blind++;
    } else if (!is_blind && console->is_blind && console->n_blind) {
        console->blind_lasted_ms = now_ms - console->blind_ms;
    }
    console->is_blind = is_blind;
    console->is_muted_there &= !is_blind; /* nothing renews it */
    answers_await(console, now_ms);
}

static gw_console_action acknowledge(gw_console *console, int64_t now_ms)
{
    const gw_alarm *alarm = gw_alarms_selected(&console->alarms);
    const char *why = NULL;
    if (!alarm)
        why = "no alarm to acknowledge";
    else if (gw_alarm_is_acknowledged(alarm))
        why = "this one is acknowledged";
    else if (alarm->asking == GW_ALARM_ASKED)
        why = "asked already: wait for the answer";
    else if (console->moved_ms != INT64_MIN && now_ms - console->moved_ms < MOVED_MS)
        why = "another alarm came just now: look, and press a again";
    if (!why)
        return GW_ACTION_REQUEST;
    say(console, false, now_ms, why);
    return GW_ACTION_NONE;
}

gw_console_action gw_console_press(gw_console *console, gw_console_key key, int64_t now_ms)
{
    bool was_help = console->is_help;
    console->is_help = false;
    switch (key) {
    case GW_CONSOLE_UP:
        gw_alarms_select(&console->alarms, -1);
        break;
    case GW_CONSOLE_DOWN:
        gw_alarms_select(&console->alarms, 1);
        break;
    case GW_CONSOLE_MUTE:
        console->is_muted = !console->is_muted;
        break;
    case GW_CONSOLE_PINPOINT:
        console->is_pinpoint = !console->is_pinpoint;
        break;
    case GW_CONSOLE_HELP:
        console->is_help = !was_help;
        break;
    case GW_CONSOLE_QUIT:
        return GW_ACTION_QUIT;
    case GW_CONSOLE_ACKNOWLEDGE:
        return acknowledge(console, now_ms);
    case GW_CONSOLE_OTHER:
        break;
    }
    return GW_ACTION_NONE;
}

json_t *gw_console_request(gw_console *console, const char *uuid, int64_t now_ms)
{
    gw_alarm *alarm = gw_alarms_selected(&console->alarms);
    if (!alarm || gw_alarm_is_acknowledged(alarm))
        return NULL;
    if (!alarm->request[0])
        gw_text_clean(uuid, alarm->request, sizeof alarm->request);
    alarm->asking = GW_ALARM_ASKED;
    alarm->asked_ms = now_ms;
    return json_pack("{s:s, s:s, s:s, s:s}", "op", "acknowledge", "request", alarm->request, "by",
                     console->by, "detection", alarm->id);
}

void gw_console_unsent(gw_console *console, int64_t now_ms)
{
    gw_alarm *alarm = gw_alarms_selected(&console->alarms);
    if (alarm) {
        alarm->asking = GW_ALARM_REFUSED;
        snprintf(alarm->note, sizeof alarm->note, "not connected");
    }
    say(console, true, now_ms, "NOT RECORDED: not connected, or no --replay endpoint");
}

/* "gpr: in plain words"; a word that is not known here stands as it came. */
static bool reason_print(const char *word, const char *who, char *text, size_t n_text)
{
    const char *plain = gw_reason_plain(word);
    return snprintf(text, n_text, "%s%s%s", who, *who ? ": " : "", plain ? plain : word) > 0;
}

static bool has_reason(const gw_console_reasons *reasons, const char *word)
{
    for (size_t k = 0; k < reasons->n; k++)
        if (strcmp(reasons->word[k], word) == 0)
            return true;
    return false;
}

/* A reason of the whole, and whose it is when not everybody's. */
static bool reason_of_all(const gw_console *console, size_t k, char *text, size_t n_text)
{
    const char *word = console->reasons.word[k];
    char who[48] = "";
    size_t n = 0, used = 0;
    for (size_t s = 0; s < console->n_sensors; s++)
        if (has_reason(&console->sensors[s].reasons, word) && used < sizeof who)
            used += (size_t)snprintf(who + used, sizeof who - used, "%s%s", n++ ? ", " : "",
                                     console->sensors[s].name);
    return reason_print(word, n < console->n_sensors ? who : "", text, n_text);
}

/* Reason k of those that sensors have beyond the whole's. */
static bool reason_beyond(const gw_console *console, size_t k, char *text, size_t n_text)
{
    for (size_t s = 0; s < console->n_sensors; s++) {
        const gw_console_sensor *sensor = &console->sensors[s];
        for (size_t r = 0; r < sensor->reasons.n; r++) {
            const char *word = sensor->reasons.word[r];
            if (!has_reason(&console->reasons, word) && k-- == 0)
                return reason_print(word, sensor->name, text, n_text);
        }
    }
    return false;
}

/* In silence: that, and what was said last if it was BLIND too. */
static bool reason_of_silence(const gw_console *console, size_t k, char *text, size_t n_text)
{
    if (k > 0)
        return console->heard == GW_SHOWN_BLIND && k <= console->reasons.n &&
               reason_print(console->reasons.word[k - 1], "said last", text, n_text);
    return snprintf(text, n_text, "%s",
                    console->beat_ms == INT64_MIN
                        ? "nothing is heard of the daemon yet"
                        : "nothing is heard: what was shown is no longer true") > 0;
}

bool gw_console_reason(const gw_console *console, size_t k, int64_t now_ms, char *text,
                       size_t n_text)
{
    if (is_silent(console, now_ms))
        return reason_of_silence(console, k, text, n_text);
    if (console->foreign[0] && k == 0)
        return snprintf(text, n_text, "not known here: state %s", console->foreign) > 0;
    k -= console->foreign[0] != 0;
    return k < console->reasons.n ? reason_of_all(console, k, text, n_text)
                                  : reason_beyond(console, k - console->reasons.n, text, n_text);
}
