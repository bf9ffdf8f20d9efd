/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/emulator/fault.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_MAX = 64 };

static const int64_t TIME_MOST_NS = INT64_C(36000000000000000); /* ten thousand hours */

typedef enum { ONCE, WHILE } fault_class;

static const struct {
    const char *word, *key;
    int64_t usual, least, most;
    fault_class class;
    const char *text;
} kinds[] = {
#define X(name, word, key, usual, least, most, class, text)                                        \
    {word, key, usual, least, most, class, text},
    GW_FAULT_LIST(X)
#undef X
};

static const char *const devices[GW_FAULT_DEVICES] = {"gw-gpr", "gw-md", "gw-pose"};

static const struct {
    const char *word;
    int64_t ns;
} units[] = {
    {"ns", 1},         {"us", 1000},         {"ms", 1000000},
    {"s", 1000000000}, {"min", 60000000000}, {"h", 3600000000000},
};

const char *gw_fault_word(gw_fault_kind kind)
{
    return kinds[kind].word;
}

const char *gw_fault_meaning(gw_fault_kind kind)
{
    return kinds[kind].text;
}

const char *gw_fault_key(gw_fault_kind kind)
{
    return kinds[kind].key;
}

bool gw_fault_is_once(gw_fault_kind kind)
{
    return kinds[kind].class == ONCE;
}

bool gw_fault_is_common(gw_fault_kind kind)
{
    return kind == GW_FAULT_RESTART || kind == GW_FAULT_MUTE || kind == GW_FAULT_XML;
}

/* A number with up to three decimals, and its unit; exact. */
static bool time_parse(const char *text, int64_t *ns)
{
    const char *at = text + (*text == '-');
    int64_t whole = 0, part = 0, worth = 1000;
    if (*at < '0' || *at > '9')
        return false;
    for (; *at >= '0' && *at <= '9'; at++)
        if ((whole = 10 * whole + (*at - '0')) > TIME_MOST_NS)
            return false;
    if (*at == '.')
        for (at++; *at >= '0' && *at <= '9' && worth > 1; at++)
            part += (worth /= 10) * (*at - '0');
    for (size_t k = 0; k < sizeof units / sizeof *units; k++) {
        if (strcmp(at, units[k].word) != 0)
            continue;
        if (whole > TIME_MOST_NS / units[k].ns || part * units[k].ns % 1000)
            return false;
        *ns = whole * units[k].ns + part * units[k].ns / 1000;
        *ns = *text == '-' ? -*ns : *ns;
        return *ns >= -TIME_MOST_NS && *ns <= TIME_MOST_NS;
    }
    return false;
}

static bool number_parse(const char *text, int64_t *number)
{
    size_t n = strlen(text);
    if (n == 0 || n > 12 || strspn(text, "0123456789") != n)
        return false;
    *number = strtoll(text, NULL, 10);
    return true;
}

/* What was given so far. */
typedef struct fault_keys {
    bool kind, at, span, number, device;
    char number_key[VALUE_MAX];
} fault_keys;

static bool kind_take(const char *value, gw_fault *fault)
{
    for (size_t k = 0; k < GW_FAULT_COUNT; k++)
        if (strcmp(value, kinds[k].word) == 0) {
            fault->kind = (gw_fault_kind)k;
            return true;
        }
    return false;
}

static bool device_take(const char *value, gw_fault *fault)
{
    for (int k = 0; k < GW_FAULT_DEVICES; k++)
        if (strcmp(value, devices[k]) == 0)
            fault->device = k;
    return fault->device >= 0;
}

/* NULL, or what is wrong with the value. */
static const char *pair_take(const char *key, const char *value, fault_keys *keys, gw_fault *fault)
{
    static const char twice[] = "is there twice";
    static const char no_time[] = "must be a time such as 500ms, 3s, 2min or 1h";
    if (strcmp(key, "kind") == 0) {
        if (keys->kind)
            return twice;
        keys->kind = true;
        return kind_take(value, fault) ? NULL : "no such kind (see --help)";
    }
    if (strcmp(key, "device") == 0) {
        if (keys->device)
            return twice;
        keys->device = true;
        return device_take(value, fault) ? NULL : "must be gw-gpr, gw-md or gw-pose";
    }
    if (strcmp(key, "at") == 0 || strcmp(key, "for") == 0) {
        bool *there = *key == 'a' ? &keys->at : &keys->span;
        int64_t *ns = *key == 'a' ? &fault->at_ns : &fault->for_ns;
        if (*there)
            return twice;
        *there = true;
        return time_parse(value, ns) && *ns >= 0 ? NULL : no_time;
    }
    if (keys->number)
        return "not known, or the second of its sort";
    keys->number = true;
    snprintf(keys->number_key, sizeof keys->number_key, "%s", key);
    if (strcmp(key, "by") == 0)
        return time_parse(value, &fault->number) ? NULL : no_time;
    return number_parse(value, &fault->number) ? NULL : "must be a whole number";
}

/* What the kind allows and needs; key is what the complaint is about. */
static const char *fault_settle(const fault_keys *keys, gw_fault *fault, const char **key)
{
    *key = "kind";
    if (!keys->kind)
        return "is missing";
    *key = "for";
    if (gw_fault_is_once(fault->kind) && keys->span)
        return "this kind happens once and takes no time";
    if (gw_fault_is_once(fault->kind) || (fault->kind == GW_FAULT_RESTART && !keys->span))
        fault->for_ns = 0;
    *key = "device";
    if (gw_fault_is_common(fault->kind) && keys->device)
        return "this kind is of the whole server";
    if (!keys->number) {
        fault->number = kinds[fault->kind].usual;
        return NULL;
    }
    *key = keys->number_key;
    if (strcmp(*key, kinds[fault->kind].key) != 0)
        return "not known, or not of this kind";
    if (fault->number < kinds[fault->kind].least || fault->number > kinds[fault->kind].most)
        return "out of range";
    return NULL;
}

static gw_status refuse(const char *text, size_t n, const char *key, const char *why,
                        gw_error *error)
{
    return gw_error_set(error, GW_EUSAGE, "fault '%.*s': %.60s: %s", (int)(n < 200 ? n : 200), text,
                        key, why);
}

/* The next "key=value" of text, up to a comma. False: it is none. */
static bool pair_split(const char **text, size_t *n, char key[VALUE_MAX], char value[VALUE_MAX])
{
    const char *comma = memchr(*text, ',', *n);
    size_t length = comma ? (size_t)(comma - *text) : *n;
    const char *equal = memchr(*text, '=', length);
    size_t n_key = equal ? (size_t)(equal - *text) : length;
    snprintf(key, VALUE_MAX, "%.*s", (int)(n_key < VALUE_MAX ? n_key : VALUE_MAX), *text);
    if (!equal || n_key >= VALUE_MAX || length - n_key - 1 >= VALUE_MAX)
        return false;
    snprintf(value, VALUE_MAX, "%.*s", (int)(length - n_key - 1), equal + 1);
    *text += comma ? length + 1 : length;
    *n -= comma ? length + 1 : length;
    return !comma || *n > 0;
}

gw_status gw_fault_parse(const char *text, size_t n, gw_fault *out, gw_error *error)
{
    gw_fault fault = {.at_ns = -1, .for_ns = -1, .device = -1};
    fault_keys keys = {.kind = false};
    char name[VALUE_MAX], value[VALUE_MAX];
    const char *rest = text, *key = name;
    size_t left = n;
    for (size_t k = 0; k < n; k++)
        if (text[k] < 0x21 || text[k] > 0x7e)
            return gw_error_set(error, GW_EUSAGE, "fault: only printable characters, no spaces");
    do {
        if (!pair_split(&rest, &left, name, value))
            return refuse(text, n, name, "must be KEY=VALUE", error);
        const char *why = pair_take(name, value, &keys, &fault);
        if (why)
            return refuse(text, n, name, why, error);
    } while (left > 0);
    const char *why = fault_settle(&keys, &fault, &key);
    if (why)
        return refuse(text, n, key, why, error);
    *out = fault;
    return GW_OK;
}

static void time_print(const char *key, int64_t ns, char text[GW_FAULT_TEXT_MAX])
{
    size_t n = strlen(text), unit = sizeof units / sizeof *units - 1;
    while (ns % units[unit].ns)
        unit--;
    if (ns == 0)
        unit = 3; /* s */
    snprintf(text + n, GW_FAULT_TEXT_MAX - n, ",%s=%" PRId64 "%s", key, ns / units[unit].ns,
             units[unit].word);
}

void gw_fault_print(const gw_fault *fault, char text[GW_FAULT_TEXT_MAX])
{
    const char *key = kinds[fault->kind].key;
    size_t n = (size_t)snprintf(text, GW_FAULT_TEXT_MAX, "kind=%s", kinds[fault->kind].word);
    if (strcmp(key, "by") == 0)
        time_print(key, fault->number, text);
    else if (*key)
        snprintf(text + n, GW_FAULT_TEXT_MAX - n, ",%s=%" PRId64, key, fault->number);
    if (fault->at_ns >= 0)
        time_print("at", fault->at_ns, text);
    if (fault->for_ns >= 0 && !gw_fault_is_once(fault->kind))
        time_print("for", fault->for_ns, text);
    n = strlen(text);
    if (fault->device >= 0)
        snprintf(text + n, GW_FAULT_TEXT_MAX - n, ",device=%s", devices[fault->device]);
}
