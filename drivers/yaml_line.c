/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/yaml.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

enum { DEPTH_MAX = 32, PATH_MAX_BYTES = 512 };

/* Where the walk through the events stands: one level a collection that is open. */
typedef struct level {
    bool is_list, key_next;
    int index;
    size_t n_path; /* length of the path of the collection itself */
} level;

typedef struct walk {
    char path[PATH_MAX_BYTES]; /* of the value that comes next */
    size_t depth, best;        /* best: length of the longest match so far */
    level levels[DEPTH_MAX];
    int line;
} walk;

static void value_match(walk *w, const char *wanted, const yaml_event_t *event)
{
    size_t n = strlen(w->path);
    bool inside = strncmp(wanted, w->path, n) == 0 && (wanted[n] == 0 || strchr(".[", wanted[n]));
    if (!inside || n < w->best || (n == w->best && w->line))
        return;
    w->best = n;
    w->line = (int)event->start_mark.line + 1;
}

static void path_extend(walk *w, const level *at, const char *format, const char *key)
{
    size_t n = at->n_path < PATH_MAX_BYTES - 1 ? at->n_path : PATH_MAX_BYTES - 1;
    if (key)
        snprintf(w->path + n, sizeof w->path - n, format, n ? "." : "", key);
    else
        snprintf(w->path + n, sizeof w->path - n, "[%d]", at->index);
}

/* A value begins: name it, match it, and step over it in its collection. */
static void value_enter(walk *w, const char *wanted, const yaml_event_t *event)
{
    level *at = w->depth ? &w->levels[w->depth - 1] : NULL;
    if (at && at->is_list) {
        path_extend(w, at, NULL, NULL);
        at->index++;
    } else if (at) {
        at->key_next = true;
    }
    value_match(w, wanted, event);
}

static bool collection_enter(walk *w, bool is_list)
{
    if (w->depth == DEPTH_MAX)
        return false;
    w->levels[w->depth++] =
        (level){.is_list = is_list, .key_next = !is_list, .n_path = strlen(w->path)};
    return true;
}

static bool event_take(walk *w, const char *wanted, const yaml_event_t *event)
{
    level *at = w->depth ? &w->levels[w->depth - 1] : NULL;
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        if (at && !at->is_list && at->key_next) {
            path_extend(w, at, "%s%s", (const char *)event->data.scalar.value);
            at->key_next = false;
            return true;
        }
        value_enter(w, wanted, event);
        return true;
    case YAML_ALIAS_EVENT:
        value_enter(w, wanted, event);
        return true;
    case YAML_MAPPING_START_EVENT:
    case YAML_SEQUENCE_START_EVENT:
        value_enter(w, wanted, event);
        return collection_enter(w, event->type == YAML_SEQUENCE_START_EVENT);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        w->depth -= w->depth > 0;
        return true;
    default:
        return event->type != YAML_STREAM_END_EVENT && event->type != YAML_NO_EVENT;
    }
}

int gw_yaml_line(const unsigned char *text, size_t n_text, const char *key_path)
{
    walk w = {0};
    yaml_parser_t parser;
    bool more = true;
    if (!yaml_parser_initialize(&parser))
        return 1;
    yaml_parser_set_input_string(&parser, text, n_text);
    while (more) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event))
            break;
        more = event_take(&w, key_path, &event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return w.line ? w.line : 1;
}
