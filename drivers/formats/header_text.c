/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/formats/header_text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* One line: from `at` on, its key and value without the blanks around them. */
typedef struct line {
    const char *key, *value;
    size_t n_key, n_value;
} line;

static size_t blanks_before(const char *text, size_t n)
{
    size_t k = 0;
    while (k < n && isspace((unsigned char)text[k]))
        k++;
    return k;
}

static size_t blanks_cut(const char *text, size_t n)
{
    while (n && isspace((unsigned char)text[n - 1]))
        n--;
    return n;
}

/* The line at *at, and *at behind it; false at the end. A line without a separator has no value. */
static bool line_next(const gw_header_text *header, size_t *at, line *out)
{
    if (*at >= header->n_text)
        return false;
    const char *from = header->text + *at;
    const char *end = memchr(from, '\n', header->n_text - *at);
    size_t n = end ? (size_t)(end - from) : header->n_text - *at;
    *at += n + 1;
    const char *mark = memchr(from, header->separator, n);
    size_t n_left = mark ? (size_t)(mark - from) : n, skip = blanks_before(from, n_left);
    *out = (line){.key = from + skip, .n_key = blanks_cut(from + skip, n_left - skip)};
    if (!mark)
        return true;
    size_t n_right = n - n_left - 1;
    skip = blanks_before(mark + 1, n_right);
    out->value = mark + 1 + skip;
    out->n_value = blanks_cut(out->value, n_right - skip);
    return true;
}

bool gw_header_text_find(const gw_header_text *header, const char *key, char value[128])
{
    line each;
    for (size_t at = 0; line_next(header, &at, &each);) {
        if (each.n_key != strlen(key) || strncasecmp(each.key, key, each.n_key) != 0 || !each.value)
            continue;
        size_t n = each.n_value < 127 ? each.n_value : 127;
        memcpy(value, each.value, n);
        value[n] = 0;
        return true;
    }
    return false;
}

bool gw_header_text_number(const gw_header_text *header, const char *key, double *number)
{
    char value[128], *end;
    if (!gw_header_text_find(header, key, value))
        return false;
    double got = strtod(value, &end);
    if (end == value || !isfinite(got))
        return false;
    *number = got;
    return true;
}

bool gw_header_text_line(const gw_header_text *header, size_t number, char value[128])
{
    line each = {.key = NULL};
    size_t at = 0;
    for (size_t k = 0; k < number; k++)
        if (!line_next(header, &at, &each))
            return false;
    size_t n = each.n_key < 127 ? each.n_key : 127;
    if (each.value || n == 0)
        return false;
    memcpy(value, each.key, n);
    value[n] = 0;
    return true;
}

void gw_header_text_facts(const gw_header_text *header, char facts[GW_FACTS_MAX])
{
    line each;
    for (size_t at = 0; line_next(header, &at, &each);) {
        char key[64];
        size_t n = each.n_key < sizeof key - 1 ? each.n_key : sizeof key - 1;
        if (!each.n_value || !n)
            continue;
        memcpy(key, each.key, n);
        key[n] = 0;
        gw_fact(facts, key, "%.*s", (int)(each.n_value < 200 ? each.n_value : 200), each.value);
    }
}

double gw_antenna_hz(const char *name, bool is_bare_mhz)
{
    char lower[32] = "", *from;
    double scale = 1e6;
    for (size_t k = 0; k + 1 < sizeof lower && name[k]; k++)
        lower[k] = (char)tolower((unsigned char)name[k]);
    char *unit = strstr(lower, "mhz");
    if (!unit) {
        unit = strstr(lower, "ghz");
        scale = 1e9;
    }
    if (unit) {
        for (from = unit; from > lower && (isdigit((unsigned char)from[-1]) || from[-1] == '.');)
            from--;
    } else {
        from = lower + strcspn(lower, "0123456789");
        scale = is_bare_mhz ? 1e6 : 0;
    }
    double hz = strtod(from, NULL) * scale;
    return hz >= 1e6 && hz <= 1e10 ? hz : 0;
}
