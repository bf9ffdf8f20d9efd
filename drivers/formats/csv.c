/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/formats/csv.h"

#include <stdlib.h>
#include <string.h>

#include "drivers/formats/axes.h"

enum { QUOTE = 12 };

static const char *const endings[] = {".csv"};

typedef struct csv_parser {
    gw_table *table;
    char separator;          /* 0: not known yet */
    size_t n_lines, n_items; /* of numbers; in each */
    size_t number;           /* of the line in the text, from 1 */
    char keys[GW_FACTS_MAX]; /* lines after # */
} csv_parser;

static char separator_find(const char *line)
{
    return strchr(line, ';') ? ';' : strchr(line, '\t') ? '\t' : strchr(line, ',') ? ',' : ' ';
}

static void key_keep(csv_parser *parser, const char *line)
{
    size_t used = strlen(parser->keys), n = strlen(line);
    if (used + n + 2 < sizeof parser->keys) {
        memcpy(parser->keys + used, line, n);
        memcpy(parser->keys + used + n, "\n", 2);
    } else {
        gw_note(parser->table->flat.notes, "line %zu: more keys than are read here",
                parser->number);
    }
}

/* One number from *at on, and *at behind its separator; false when there is none. */
static bool number_next(const csv_parser *parser, char **at, double *value)
{
    char *end, separator = parser->separator;
    *value = strtod(*at, &end);
    if (end == *at)
        return false;
    end += strspn(end, " \r");
    if (separator != ' ' && *end == separator)
        end++;
    else if (*end && separator != ' ')
        return false;
    *at = end + (separator == '\t' ? strspn(end, " ") : strspn(end, " \r"));
    return true;
}

static gw_status line_take(csv_parser *parser, char *line, gw_error *error)
{
    size_t n = 0;
    double value = 0;
    if (!parser->separator)
        parser->separator = separator_find(line);
    for (char *at = line; parser->separator == ';' && (at = strchr(at, ','));)
        *at = '.';
    for (char *at = line + strspn(line, " "); *at && *at != '\r'; n++) {
        if (!number_next(parser, &at, &value)) {
            if (parser->n_lines == 0 && n == 0) {
                gw_note(parser->table->flat.notes, "line %zu: no numbers, taken for names",
                        parser->number);
                parser->separator = 0;
                return GW_OK;
            }
            return gw_error_set(error, GW_EFORMAT, "line %zu: '%.*s' is not a number",
                                parser->number, QUOTE, at);
        }
        gw_status status = gw_table_push(parser->table, value, error);
        if (status != GW_OK)
            return status;
    }
    if (n && parser->n_lines && n != parser->n_items)
        return gw_error_set(error, GW_EFORMAT, "line %zu: %zu numbers, in the lines before %zu",
                            parser->number, n, parser->n_items);
    parser->n_lines += n > 0;
    parser->n_items = n ? n : parser->n_items;
    return GW_OK;
}

static gw_status finish(csv_parser *parser, bool is_turned, gw_stream *stream, gw_error *error)
{
    gw_table *table = parser->table;
    const gw_header_text keys = {
        .text = parser->keys, .n_text = strlen(parser->keys), .separator = ':'};
    char word[128] = "";
    gw_status status = GW_OK;
    is_turned |= gw_header_text_find(&keys, "lines", word) && strcmp(word, "samples") == 0;
    *stream = (gw_stream){.kind = GW_KIND_GPR,
                          .waveform = GW_WAVEFORM_IMPULSE,
                          .n_channels = 1,
                          .n_samples = is_turned ? parser->n_lines : parser->n_items};
    if (is_turned && table->n_values)
        status = gw_table_turn(table, parser->n_lines, parser->n_items, error);
    if (status == GW_OK)
        status = gw_table_shape(table, stream, error);
    if (status == GW_OK)
        gw_axes_take(&keys, stream, &table->flat);
    return status;
}

gw_status gw_csv_parse(char *text, size_t n_text, bool is_turned, gw_table *table,
                       gw_stream *stream, gw_error *error)
{
    csv_parser parser = {.table = table};
    gw_status status = GW_OK;
    table->flat.notes[0] = table->flat.facts[0] = 0;
    for (char *line = text, *end; line < text + n_text && status == GW_OK; line = end + 1) {
        end = memchr(line, '\n', (size_t)(text + n_text - line));
        end = end ? end : text + n_text;
        *end = 0;
        size_t n = (size_t)(end - line), n_return = n > 0 && line[n - 1] == '\r';
        line[n - n_return] = 0;
        parser.number++;
        if (strlen(line) != n - n_return)
            status =
                gw_error_set(error, GW_EFORMAT, "line %zu: a byte 0: not a text", parser.number);
        else if (line[0] == '#')
            key_keep(&parser, line + 1);
        else
            status = line_take(&parser, line, error);
    }
    return status == GW_OK ? finish(&parser, is_turned, stream, error) : status;
}

static gw_status text_parse(char *text, size_t n, gw_table *table, gw_stream *stream,
                            gw_error *error)
{
    return gw_csv_parse(text, n, gw_axes_turned(table->flat.rows.path), table, stream, error);
}

static gw_status csv_load(gw_table *table, uint64_t size, gw_stream *stream, gw_error *error)
{
    return gw_table_text(table, size, text_parse, stream, error);
}

static bool csv_match(const char *path, const unsigned char *head, size_t n_head)
{
    (void)head;
    (void)n_head;
    return gw_path_ends(path, endings, 1);
}

static gw_status csv_open(const char *path, gw_kind kind, void **out, gw_stream *stream,
                          gw_error *error)
{
    return gw_table_open(path, kind, csv_load, out, stream, error);
}

const gw_reader gw_csv_reader = {.format = "CSV",
                                 .match = csv_match,
                                 .list = gw_flat_list,
                                 .open = csv_open,
                                 .read = gw_table_read,
                                 .close = gw_table_close,
                                 .notes = gw_flat_notes,
                                 .facts = gw_flat_facts};
