/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/gate/command_decode.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NUMBERS_MAX = 16, NAME_MAX_BYTES = 32 };

typedef enum { TEXT, UUID, WORD, INTEGER, REAL, TIME, NUMBERS } member_type;

typedef struct member {
    const char *name;
    member_type type;
    double least, most; /* of a number, of a text's length in characters */
    const char *words;  /* of WORD: " one two " */
} member;

/* The schemas outcome.json, check.json and request.json say the same. */
#define COMMON                                                                                     \
    {.name = "request", .type = UUID},                                                             \
    {                                                                                              \
        .name = "by", .type = TEXT, .least = 1, .most = 64                                         \
    }
static const member acknowledge_members[] = {
    COMMON, {.name = "detection", .type = TEXT, .least = 1, .most = 128}, {.name = NULL}};
static const member outcome_members[] = {
    COMMON,
    {.name = "detection", .type = TEXT, .least = 1, .most = 128},
    {.name = "model", .type = TEXT, .least = 1, .most = 128},
    {.name = "condition", .type = TEXT, .least = 1, .most = 128},
    {.name = "marking", .type = TEXT, .least = 1, .most = 256},
    {.name = "year", .type = INTEGER, .least = 1900, .most = 2100},
    {.name = "depth_m", .type = REAL, .least = 0, .most = 10},
    {.name = "when", .type = TIME},
    {.name = "note", .type = TEXT, .least = 1, .most = 1000},
    {.name = "photo", .type = TEXT, .least = 1, .most = 512},
    {.name = "lat", .type = REAL, .least = -90, .most = 90},
    {.name = "lon", .type = REAL, .least = -180, .most = 180},
    {.name = "along_m", .type = REAL, .least = -1e6, .most = 1e6},
    {.name = "cross_m", .type = REAL, .least = -1e6, .most = 1e6},
    {.name = "placed", .type = WORD, .words = " configured measured "},
    {.name = NULL}};
static const member check_members[] = {COMMON,
                                       {.name = "piece", .type = TEXT, .least = 1, .most = 128},
                                       {.name = "result", .type = WORD, .words = " pass fail "},
                                       {.name = "measured", .type = NUMBERS},
                                       {.name = "expected", .type = NUMBERS},
                                       {.name = "tolerance", .type = NUMBERS},
                                       {.name = "reason", .type = TEXT, .least = 1, .most = 500},
                                       {.name = NULL}};

static const member mute_members[] = {
    COMMON, {.name = "for_s", .type = INTEGER, .least = 0, .most = 600}, {.name = NULL}};
static const member record_members[] = {
    COMMON, {.name = "action", .type = WORD, .words = " start stop "}, {.name = NULL}};
static const member snapshot_members[] = {COMMON, {.name = NULL}};

static bool uuid_is_right(const char *text)
{
    for (size_t k = 0; k < 36; k++) {
        bool is_dash = k == 8 || k == 13 || k == 18 || k == 23;
        if (is_dash ? text[k] != '-' : !text[k] || !strchr("0123456789abcdef", text[k]))
            return false;
    }
    return !text[36] && text[14] == '4' && strchr("89ab", text[19]);
}

/* Two digits from least to most; -1: not. */
static int pair_read(const char **text, int least, int most)
{
    const char *at = *text;
    if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9')
        return -1;
    int value = (at[0] - '0') * 10 + at[1] - '0';
    *text += 2;
    return value >= least && value <= most ? value : -1;
}

static bool character_read(const char **text, char wanted)
{
    bool is_there = **text == wanted;
    *text += is_there;
    return is_there;
}

static bool date_read(const char **text)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int century = pair_read(text, 19, 21), year = century < 0 ? -1 : pair_read(text, 0, 99);
    int full = 100 * century + year;
    if (year < 0 || full < 1970 || full > 2100 || !character_read(text, '-'))
        return false;
    int month = pair_read(text, 1, 12);
    if (month < 0 || !character_read(text, '-'))
        return false;
    bool is_leap = full % 4 == 0 && (full % 100 != 0 || full % 400 == 0);
    return pair_read(text, 1, days[month - 1] + (month == 2 && is_leap)) > 0;
}

bool command_time_is_right(const char *text)
{
    if (strlen(text) > 40 || !date_read(&text) || !character_read(&text, 'T') ||
        pair_read(&text, 0, 23) < 0 || !character_read(&text, ':') || pair_read(&text, 0, 59) < 0 ||
        !character_read(&text, ':') || pair_read(&text, 0, 60) < 0)
        return false;
    if (character_read(&text, '.')) {
        size_t n = strspn(text, "0123456789");
        text += n;
        if (n < 1 || n > 9)
            return false;
    }
    if (character_read(&text, 'Z'))
        return !*text;
    return (character_read(&text, '+') || character_read(&text, '-')) &&
           pair_read(&text, 0, 23) >= 0 && character_read(&text, ':') &&
           pair_read(&text, 0, 59) >= 0 && !*text;
}

/* One line of UTF-8 (jansson sees to that), its length counted in characters. */
static bool text_is_right(const json_t *value, double least, double most)
{
    const unsigned char *text = (const unsigned char *)json_string_value(value);
    size_t n = 0;
    if (!text || json_string_length(value) != strlen((const char *)text))
        return false;
    for (; *text; text++) {
        if (*text < 0x20 || *text == 0x7f)
            return false;
        n += (*text & 0xc0) != 0x80;
    }
    return (double)n >= least && (double)n <= most;
}

static bool name_is_right(const char *name)
{
    return name[0] >= 'a' && name[0] <= 'z' && strlen(name) <= NAME_MAX_BYTES &&
           !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")];
}

static bool numbers_are_right(const json_t *value)
{
    const char *name;
    json_t *number;
    size_t n = json_object_size(value);
    if (!json_is_object(value) || n < 1 || n > NUMBERS_MAX)
        return false;
    json_object_foreach((json_t *)(uintptr_t)value, name,
                        number) if (!name_is_right(name) || !json_is_number(number) ||
                                    !isfinite(json_number_value(number))) return false;
    return true;
}

static bool word_is_right(const char *word, const char *words)
{
    char framed[24];
    return strlen(word) < sizeof framed - 2 && !strchr(word, ' ') && word[0] &&
           snprintf(framed, sizeof framed, " %s ", word) > 0 && strstr(words, framed);
}

static bool value_is_right(const member *is, const json_t *value)
{
    double number = json_number_value(value);
    const char *text = json_string_value(value);
    switch (is->type) {
    case TEXT:
        return text_is_right(value, is->least, is->most);
    case UUID:
        return text && uuid_is_right(text);
    case WORD:
        return text && word_is_right(text, is->words);
    case TIME:
        return text && command_time_is_right(text);
    case INTEGER:
        return json_is_integer(value) && number >= is->least && number <= is->most;
    case REAL:
        return json_is_number(value) && number >= is->least && number <= is->most;
    case NUMBERS:
        return numbers_are_right(value);
    }
    return false;
}

static const char *refuse(request *out, const char *name, const char *cause)
{
    snprintf(out->reason, sizeof out->reason, "%s: %s", name, cause);
    return out->reason;
}

static const char *value_refuse(request *out, const member *is)
{
    char cause[120];
    static const char *const causes[] = {
        [UUID] = "a UUID (version 4, small letters) expected",
        [TIME] = "a time as 2026-11-24T09:36:34Z expected, with Z or an offset, 1970 to 2100",
        [NUMBERS] = "an object of 1 to 16 numbers expected, names as depth_m"};
    if (causes[is->type])
        return refuse(out, is->name, causes[is->type]);
    if (is->type == TEXT)
        snprintf(cause, sizeof cause, "one line of text of %g to %g characters expected", is->least,
                 is->most);
    else if (is->type == WORD)
        snprintf(cause, sizeof cause, "one of%sexpected", is->words);
    else
        snprintf(cause, sizeof cause, "%s from %.9g to %.9g expected",
                 is->type == INTEGER ? "a whole number" : "a number", is->least, is->most);
    return refuse(out, is->name, cause);
}

static const char *member_take(const member *known, const char *name, json_t *value, request *out)
{
    const member *is = known;
    while (is->name && strcmp(is->name, name) != 0)
        is++;
    if (!is->name)
        return refuse(out, name_is_right(name) ? name : "a member", "not known in this command");
    if (!value_is_right(is, value))
        return value_refuse(out, is);
    return json_object_set(out->data, name, value) == 0 ? NULL : "out of memory";
}

static bool has(const request *out, const char *name)
{
    return json_object_get(out->data, name) != NULL;
}

static const char *whole_check(request *out)
{
    if (!has(out, "request") || !has(out, "by"))
        return "request and by are needed";
    if (out->op == REQUEST_ACKNOWLEDGE && !has(out, "detection"))
        return "detection: the id of a detection is needed";
    if (out->op == REQUEST_RECORD && !has(out, "action"))
        return "action: start or stop is needed";
    if (out->op == REQUEST_MUTE && !has(out, "for_s"))
        return "for_s: seconds are needed, 0 ends it";
    if (out->op == REQUEST_CHECK && !has(out, "result"))
        return "result: pass or fail is needed";
    if (out->op != REQUEST_OUTCOME)
        return NULL;
    if (!has(out, "model") && !has(out, "condition") && !has(out, "marking") && !has(out, "note"))
        return "an outcome says at least one of model, condition, marking, note";
    if (has(out, "lat") != has(out, "lon"))
        return "lat and lon go together";
    return has(out, "placed") && !has(out, "lat") ? "placed: says how lat and lon are known" : NULL;
}

/* Of those whose record is one of the session. */
static bool event_set(request *out)
{
    const char *event = out->op == REQUEST_MUTE     ? "mute"
                        : out->op == REQUEST_RECORD ? "record"
                                                    : "snapshot";
    return out->kind != GW_RECORD_SESSION ||
           json_object_set_new(out->data, "event", json_string(event)) == 0;
}

const char *command_decode(const json_t *root, request *out)
{
    static const struct {
        const member *members;
        gw_record_kind kind;
    } known[] = {[REQUEST_ACKNOWLEDGE] = {acknowledge_members, GW_RECORD_DETECTION},
                 [REQUEST_OUTCOME] = {outcome_members, GW_RECORD_OUTCOME},
                 [REQUEST_CHECK] = {check_members, GW_RECORD_CHECK},
                 [REQUEST_MUTE] = {mute_members, GW_RECORD_SESSION},
                 [REQUEST_SNAPSHOT] = {snapshot_members, GW_RECORD_SESSION},
                 [REQUEST_RECORD] = {record_members, GW_RECORD_SESSION}};
    const char *name, *reason = NULL;
    json_t *value;
    out->kind = known[out->op].kind;
    const char *uuid = json_string_value(json_object_get(root, "request"));
    if (uuid && uuid_is_right(uuid))
        memcpy(out->request, uuid, sizeof out->request);
    if (!(out->data = json_object()))
        return "out of memory";
    json_object_foreach((json_t *)(uintptr_t)root, name, value)
    {
        if (strcmp(name, "op") == 0 || strcmp(name, "id") == 0)
            continue;
        if (!reason)
            reason = member_take(known[out->op].members, name, value, out);
    }
    if (!reason)
        reason = whole_check(out);
    return reason || event_set(out) ? reason : "out of memory";
}
