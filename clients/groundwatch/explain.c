/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/explain.h"

#include <math.h>
#include <string.h>

#include "drivers/detection_json.h"

static const double near_m = 0.35, close = 1e-5;

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "unknown";
}

/* Names come from files: what a terminal would obey is not printed. */
static void word_print(const char *text, FILE *to)
{
    for (; *text; text++)
        fputc((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text, to);
}

static void member_print(const char *heading, const json_t *object, const char *key, FILE *to)
{
    fprintf(to, "  %-13s", heading);
    word_print(text_of(object, key), to);
    fputc('\n', to);
}

/* What differs by no more than the arithmetic of another machine. */
static bool is_close(const json_t *a, const json_t *b)
{
    double x = json_number_value(a), y = json_number_value(b);
    return json_is_number(a) && json_is_number(b) && fabs(x - y) <= close * fmax(fabs(x), fabs(y));
}

typedef struct comparison {
    int n_same, n_close, n_different;
} comparison;

/* Members of the new line but its file's name, each against the journal's. */
static comparison line_compare(const json_t *record, const json_t *line, FILE *to)
{
    comparison c = {0, 0, 0};
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)line, key, value)
    {
        const json_t *was = json_object_get(record, key);
        if (strcmp(key, "recording") == 0)
            continue;
        if (json_equal(was, value)) {
            c.n_same++;
            continue;
        }
        if (is_close(was, value))
            c.n_close++;
        else
            c.n_different++;
        if (to) {
            fprintf(to, "  %s: journal ", key);
            json_dumpf(was ? was : json_null(), to, JSON_ENCODE_ANY);
            fputs(", anew ", to);
            json_dumpf(value, to, JSON_ENCODE_ANY);
            fputc('\n', to);
        }
    }
    return c;
}

/* The line that the record agrees with best; NULL: none of its sensor. */
static const gw_detection *line_find(const json_t *record, const detect_result *result)
{
    const gw_detection *best = NULL;
    int most = -1;
    for (size_t k = 0; k < result->n; k++) {
        const gw_detection *item = &result->items[k];
        if (strcmp(gw_sensor_name(item->sensor), text_of(record, "sensor")) != 0)
            continue;
        json_t *line = gw_detection_encode(item, NULL);
        comparison c = line_compare(record, line, NULL);
        json_decref(line);
        if (2 * c.n_same + c.n_close > most) {
            most = 2 * c.n_same + c.n_close;
            best = item;
        }
    }
    return best;
}

static void candidate_print(const gw_detection *item, const gw_detection *of, FILE *to)
{
    char place[32] = "-", depth[32] = "-";
    if (isfinite(item->along_m))
        snprintf(place, sizeof place, "%.3f", item->along_m);
    if (isfinite(item->depth_m))
        snprintf(depth, sizeof depth, "%.3f", item->depth_m);
    fprintf(to, "%c %-6s %9s %8lld %8lld %8s %12.5g %12.5g  %s%s\n", item == of ? '>' : ' ',
            gw_sensor_name(item->sensor), place, (long long)item->scan, (long long)item->sample,
            depth, item->score, item->far_per_m, item->alarm ? "ALARM" : "no alarm",
            item->unlikely ? ", unlikely" : "");
}

/* What the sensors had within reach of fusion, in order of place. */
static void stages_print(const detect_result *result, const gw_detection *of, FILE *to)
{
    fprintf(to, "  %-6s %9s %8s %8s %8s %12s %12s\n", "sensor", "along m", "scan", "sample",
            "depth m", "score", "false/m");
    for (size_t k = 0; k < result->n; k++) {
        const gw_detection *item = &result->items[k];
        if (item == of || fabs(item->along_m - of->along_m) <= near_m)
            candidate_print(item, of, to);
    }
}

static void record_print(const gw_decision *decision, FILE *to)
{
    const json_t *d = decision->detection;
    fputs("detection ", to);
    word_print(text_of(d, "id"), to);
    fputc('\n', to);
    member_print("sensor", d, "sensor", to);
    member_print("recording", d, "recording", to);
    member_print("calibration", d, "calibration", to);
    member_print("stream", d, "stream", to);
    member_print("seq", d, "seq", to);
    if (decision->session) {
        member_print("version", decision->session, "version", to);
        member_print("config hash", decision->session, "config_hash", to);
        member_print("operator", decision->session, "operator", to);
        member_print("instructions", decision->session, "instructions", to);
        member_print("FFTW", decision->session, "fft", to);
        member_print("its plans", decision->session, "fft_plans", to);
    } else {
        fputs("  the journal holds no session before it: the usual rate of false alarms is taken\n",
              to);
    }
    if (decision->n_updates)
        fprintf(to, "  %d later records update it\n", decision->n_updates);
    if (json_object_get(d, "evidence"))
        member_print("evidence", d, "evidence", to);
}

static bool is_late(const detect_result *result)
{
    bool is = false;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        is = is || result->late[kind].n_rows;
    return is;
}

/* Recording began in mid-run. */
static void late_print(const detect_result *result, FILE *to)
{
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        const detect_late *late = &result->late[kind];
        if (!late->n_rows)
            continue;
        fprintf(to, "the recording begins later than the run: %s at row %llu, %llu rows",
                gw_kind_name((gw_kind)kind), (unsigned long long)late->first_row,
                (unsigned long long)late->n_rows);
        if (isfinite(late->s))
            fprintf(to, " (%.1f s)", late->s);
        fputs(" after its chain began\n", to);
    }
    if (is_late(result))
        fputs("what the chain had learnt from the ground before is not in it: what depends on that "
              "cannot be the same\n",
              to);
}

/* Rows of the journal's line that came before the recording. */
static bool before_print(const json_t *record, const detect_result *result, FILE *to)
{
    static const struct {
        const char *key;
        gw_kind kind;
    } rows[] = {{"scan", GW_KIND_GPR}, {"sample", GW_KIND_MD}};
    bool is_md = strcmp(text_of(record, "sensor"), "md") == 0;
    const json_t *row = json_object_get(record, rows[is_md].key);
    const detect_late *late = &result->late[rows[is_md].kind];
    if (!late->n_rows || !json_is_integer(row) ||
        (uint64_t)json_integer_value(row) >= late->first_row)
        return false;
    fprintf(to, "it was sensed before the recording begins: %s %lld\n", rows[is_md].key,
            (long long)json_integer_value(row));
    return true;
}

static bool verdict_print(const comparison *c, const detect_result *result, FILE *to)
{
    if (c->n_different)
        fprintf(to, "DIFFERS from the journal in %d members%s\n", c->n_different,
                is_late(result) ? ": the recording begins later than the run" : "");
    else if (c->n_close)
        fprintf(to,
                "the same within 1e-5; %d members differ in their last digits: another machine "
                "or instruction level?\n",
                c->n_close);
    else
        fprintf(to, "the same as in the journal: all %d members, bit for bit\n", c->n_same);
    return c->n_different == 0;
}

/* One line of the journal beside the one that it agrees with best. */
static bool line_explain(const json_t *record, const detect_result *result, const look *at,
                         FILE *to)
{
    if (before_print(record, result, to))
        return false;
    const gw_detection *item = line_find(record, result);
    if (!item) {
        fprintf(to, "%s: nothing of this sensor comes out of it\n", result->recording);
        return false;
    }
    stages_print(result, item, to);
    look_print(at, to);
    json_t *line = gw_detection_encode(item, NULL);
    if (line && json_object_get(record, "calibration"))
        json_object_set_new(line, "calibration", json_string(result->calibration));
    comparison c = line_compare(record, line, to);
    json_decref(line);
    return verdict_print(&c, result, to);
}

bool explain_print(const gw_decision *decision, const detect_result *result, const look *looks,
                   FILE *to)
{
    size_t k;
    const json_t *pass;
    record_print(decision, to);
    fprintf(to, "anew from %s, wanted %.3g false alarms a metre\n", result->recording,
            decision->session ? json_number_value(json_object_get(decision->session, "far_per_m"))
                              : 0.1);
    late_print(result, to);
    bool agrees = line_explain(decision->detection, result, &looks[0], to);
    json_array_foreach(decision->passes, k, pass)
    {
        fprintf(to, "pass %zu\n", k + 2);
        agrees &= line_explain(pass, result, &looks[k + 1], to);
    }
    return agrees;
}
