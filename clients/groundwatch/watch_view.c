/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/watch_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients/text.h"

enum { BEATS_A_LINE = 10 /* one status line a second, where it cannot be written over */ };

double watch_real(const json_t *data, const char *key)
{
    const json_t *value = json_object_get(data, key);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

const char *watch_text(const json_t *data, const char *key, char *buffer, size_t size)
{
    return gw_text_member(data, key, buffer, size);
}

void watch_view_open(watch_view *view, FILE *to)
{
    const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");
    *view = (watch_view){.to = to, .is_terminal = isatty(fileno(to))};
    view->has_colour = view->is_terminal && !(no_colour && *no_colour) &&
                       !(terminal && strcmp(terminal, "dumb") == 0);
}

void watch_view_break(watch_view *view)
{
    if (view->has_status)
        fputc('\n', view->to);
    view->has_status = false;
}

/* No green: nothing here says that ground is fit to walk on. */
static const char *colour_of(const char *state)
{
    if (strcmp(state, "ALARM") == 0)
        return "\033[1;97;41m";
    if (strcmp(state, "DEGRADED") == 0)
        return "\033[1;30;43m";
    if (strcmp(state, "SEARCHING") == 0)
        return "\033[1;97;44m";
    return "\033[1;97;45m"; /* BLIND, and any word that is not known here */
}

static void banner_print(watch_view *view, const char *state, const char *why)
{
    watch_view_break(view);
    if (view->has_colour)
        fprintf(view->to, "%s ######## %-9s ######## \033[0m  %s\n", colour_of(state), state, why);
    else
        fprintf(view->to, "######## %-9s ########  %s\n", state, why);
}

static void reasons_append(char *text, size_t size, const json_t *reasons)
{
    size_t k;
    const json_t *reason;
    char word[33];
    json_array_foreach(reasons, k, reason)
    {
        size_t n = strlen(text);
        if (json_is_string(reason))
            snprintf(text + n, size - n, "%s%s", k ? ", " : " (",
                     gw_text_clean(json_string_value(reason), word, sizeof word));
    }
    if (json_array_size(reasons) && strlen(text) + 1 < size)
        strcat(text, ")");
}

static void sensors_append(char *text, size_t size, const json_t *data)
{
    char name[32], state[32];
    size_t k;
    const json_t *sensor;
    json_array_foreach(json_object_get(data, "sensors"), k, sensor)
    {
        size_t n = strlen(text);
        snprintf(text + n, size - n, "   %s %s", watch_text(sensor, "sensor", name, sizeof name),
                 watch_text(sensor, "state", state, sizeof state));
        reasons_append(text, size, json_object_get(sensor, "reasons"));
    }
}

static void status_print(watch_view *view, const json_t *data, const char *state)
{
    double along_m = watch_real(data, "along_m");
    char place[48] = "place unknown";
    if (isfinite(along_m))
        snprintf(place, sizeof place, "head at %7.2f m", along_m);
    if (view->is_terminal) {
        fprintf(view->to, "\r\033[K   %s   %s", place, state);
        view->has_status = true;
    } else if (++view->n_beats >= BEATS_A_LINE) {
        fprintf(view->to, "   %s   %s\n", place, state);
        view->n_beats = 0;
    }
}

static void heartbeat_print(watch_view *view, const json_t *data)
{
    char state[32], why[224] = "", all[sizeof view->state];
    watch_text(data, "state", state, sizeof state);
    snprintf(why, sizeof why, "%s",
             json_is_true(json_object_get(data, "emulated")) ? "EMULATED, no real ground" : "");
    reasons_append(why, sizeof why, json_object_get(data, "reasons"));
    sensors_append(why, sizeof why, data);
    snprintf(all, sizeof all, "%s %s", state, why);
    if (strcmp(all, view->state) != 0)
        banner_print(view, state, why);
    memcpy(view->state, all, sizeof all);
    status_print(view, data, state);
}

/* What somebody said of one that was told before, or that it is closed. */
static void change_print(watch_view *view, const json_t *data, const char *status)
{
    char sensor[32], by[80];
    fprintf(view->to, "   %s  %s", status, watch_text(data, "sensor", sensor, sizeof sensor));
    if (strcmp(status, "closed") != 0)
        fprintf(view->to, "  by %s",
                watch_text(data, "by", by, sizeof by)[0] ? by : "nobody named");
    fputc('\n', view->to);
}

static void line_print(watch_view *view, const json_t *line, double passes)
{
    char sensor[32], again[32] = "";
    double along_m = watch_real(line, "along_m"), depth_m = watch_real(line, "depth_m");
    bool is_alarm = json_is_true(json_object_get(line, "alarm"));
    if (isfinite(passes))
        snprintf(again, sizeof again, "  (pass %.0f)", passes);
    fprintf(view->to, "%s%s%s  %-5s", view->has_colour && is_alarm ? colour_of("ALARM") : "",
            is_alarm ? ">> ALARM    " : "   candidate",
            view->has_colour && is_alarm ? "\033[0m" : "",
            watch_text(line, "sensor", sensor, sizeof sensor));
    if (isfinite(along_m))
        fprintf(view->to, "  at %7.2f m", along_m);
    else
        fprintf(view->to, "  at scan %.0f", watch_real(line, "scan"));
    if (isfinite(depth_m))
        fprintf(view->to, "  depth %.2f m", depth_m);
    fprintf(view->to, "  score %.1f  false alarms %.2g /m%s%s\n", watch_real(line, "score"),
            watch_real(line, "far_per_m"),
            json_is_true(json_object_get(line, "unlikely")) ? "  (md alarm stands, judged unlikely)"
                                                            : "",
            again);
}

static void detection_print(watch_view *view, const json_t *data)
{
    char status[48];
    const json_t *pass = json_object_get(data, "pass");
    watch_text(data, "status", status, sizeof status);
    bool is_pass = strcmp(status, "updated") == 0;
    if (status[0] && strcmp(status, "new") != 0 && !is_pass)
        change_print(view, data, status);
    else /* what was found now, where the record repeats what is stronger */
        line_print(view, pass ? pass : data, is_pass ? watch_real(data, "passes") : (double)NAN);
}

/* How deep what is named would have been found; the daemon says why it is not known. */
static void reference_print(watch_view *view, const json_t *data)
{
    static const struct {
        const char *key, *name;
    } named[] = {{"ball_10mm_m", "10 mm ball"},
                 {"plastic_112mm_m", "112 mm plastic"},
                 {"at_320mm_m", "320 mm steel mine"}};
    const json_t *reference = json_object_get(data, "reference");
    for (size_t k = 0; k < sizeof named / sizeof *named; k++) {
        double depth_m = watch_real(reference, named[k].key);
        if (isfinite(depth_m))
            fprintf(view->to, "  %s to %.2f m", named[k].name, depth_m);
    }
}

static void coverage_print(watch_view *view, const json_t *data)
{
    char sensor[32], lost[32], state[32], reasons[128] = "";
    double from_m = watch_real(data, "from_m"), to_m = watch_real(data, "to_m");
    fprintf(view->to, "   coverage    %-5s", watch_text(data, "sensor", sensor, sizeof sensor));
    if (isfinite(from_m) && isfinite(to_m))
        fprintf(view->to, "  %7.2f .. %.2f m", from_m, to_m);
    else
        fprintf(view->to, "  place unknown");
    watch_text(data, "state", state, sizeof state);
    reasons_append(reasons, sizeof reasons, json_object_get(data, "reasons"));
    fprintf(view->to, "  noise %.3g  highest score %.1f  %s%s", watch_real(data, "noise"),
            watch_real(data, "max_score"), state, reasons);
    reference_print(view, data);
    watch_text(data, "lost", lost, sizeof lost);
    fprintf(view->to, strcmp(lost, "0") == 0 || !lost[0] ? "\n" : "  %s rows LOST\n", lost);
}

static void health_print(watch_view *view, const json_t *data)
{
    char state[32], reasons[192] = "";
    watch_text(data, "state", state, sizeof state);
    reasons_append(reasons, sizeof reasons, json_object_get(data, "reasons"));
    fprintf(view->to, "   health      %s%s\n", state, reasons);
}

/* session, gap, and kinds that come later: their own words. */
static void other_print(watch_view *view, const char *kind, const json_t *data)
{
    static const char *const keys[] = {"event", "what", "sensor", "n", "from", "to", "reason"};
    char word[160];
    fprintf(view->to, "   %-11s", kind);
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        if (watch_text(data, keys[k], word, sizeof word)[0])
            fprintf(view->to, "  %s %s", keys[k], word);
    fputc('\n', view->to);
}

static void record_print(watch_view *view, const gw_client_event *event)
{
    const json_t *data = json_object_get(event->message, "data");
    watch_view_break(view);
    if (strcmp(event->kind, "detection") == 0)
        detection_print(view, data);
    else if (strcmp(event->kind, "coverage") == 0)
        coverage_print(view, data);
    else if (strcmp(event->kind, "health") == 0)
        health_print(view, data);
    else
        other_print(view, event->kind, data);
}

static void gap_print(watch_view *view, const gw_client_event *event)
{
    watch_view_break(view);
    fprintf(view->to, "!! LOST        %s %llu..%llu: neither live nor replayed\n", event->kind,
            (unsigned long long)event->from_seq, (unsigned long long)event->to_seq);
}

void watch_view_event(watch_view *view, const gw_client_event *event)
{
    switch (event->type) {
    case GW_CLIENT_RECORD:
        record_print(view, event);
        break;
    case GW_CLIENT_HEARTBEAT:
        heartbeat_print(view, json_object_get(event->message, "data"));
        break;
    case GW_CLIENT_BLIND:
        banner_print(view, "BLIND", "nothing is heard: what was shown is no longer true");
        view->state[0] = 0;
        break;
    case GW_CLIENT_GAP:
        gap_print(view, event);
        break;
    case GW_CLIENT_STREAM:
        watch_view_break(view);
        fputs("!! another stream began: numbers start afresh\n", view->to);
        break;
    case GW_CLIENT_LIVE:
    case GW_CLIENT_SCOPE:
    case GW_CLIENT_REPLY:
    case GW_CLIENT_NOTHING:
        break;
    }
    fflush(view->to);
}

void watch_view_sound(watch_view *view, const char *trouble)
{
    bool has_trouble = trouble[0] != 0;
    if (has_trouble == view->has_sound_trouble)
        return;
    watch_view_break(view);
    fprintf(view->to, has_trouble ? "!! NO SOUND    %s\n" : "   sound is back%s\n", trouble);
    fflush(view->to);
    view->has_sound_trouble = has_trouble;
}
