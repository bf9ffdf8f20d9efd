/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/formats/sfcw_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { KNOWN_STEPS = 128 };

static const char *const endings[] = {".txt"};
static const double known_start_hz = 976e6, known_step_hz = 8.063e6, known_spacing_m = 0.0213;

enum { QUOTE = 12 };

/* How much of the text at `at` a message quotes: of its line only. */
static int quote_length(const char *at)
{
    size_t n = strcspn(at, "\r\n");
    return n < QUOTE ? (int)n : QUOTE;
}

static const char *blanks_skip(const char *at)
{
    while (isspace((unsigned char)*at))
        at++;
    return at;
}

/* "(k)" at *at, and *at behind it. */
static bool mark_take(const char **at)
{
    char *end;
    if (**at != '(')
        return false;
    strtol(*at + 1, &end, 10);
    if (end == *at + 1 || *end != ')')
        return false;
    *at = end + 1;
    return true;
}

/* The pairs of one sweep up to the next mark or the end. */
static gw_status sweep_take(const char **at, size_t sweep, gw_table *table, gw_error *error)
{
    double pair[2];
    gw_status status = GW_OK;
    for (*at = blanks_skip(*at); **at && **at != '(' && status == GW_OK; *at = blanks_skip(*at)) {
        for (int part = 0; part < 2; part++) {
            char *end;
            *at = blanks_skip(*at);
            pair[part] = strtod(*at, &end);
            if (end == *at)
                return gw_error_set(error, GW_EFORMAT, "sweep %zu: '%.*s' is not a number", sweep,
                                    quote_length(*at), *at);
            *at = end;
        }
        status = gw_table_push(table, pair[0], error);
        if (status == GW_OK)
            status = gw_table_push(table, pair[1], error);
    }
    return status;
}

static void axes_assume(gw_stream *stream, gw_flat *flat)
{
    if (stream->n_samples != KNOWN_STEPS)
        return;
    stream->start_hz = known_start_hz;
    stream->step_hz = known_step_hz;
    stream->scan_spacing_m = known_spacing_m;
    stream->center_hz = known_start_hz + 0.5 * (KNOWN_STEPS - 1) * known_step_hz;
    gw_note(flat->notes,
            "the text says neither frequencies nor spacing: taken as %g MHz in steps of %g MHz, "
            "every %g mm",
            known_start_hz * 1e-6, known_step_hz * 1e-6, known_spacing_m * 1e3);
}

gw_status gw_sfcw_text_parse(const char *text, size_t n_text, gw_table *table, gw_stream *stream,
                             gw_error *error)
{
    const char *at = blanks_skip(text);
    size_t n_sweeps = 0, n_first = 0;
    gw_status status = GW_OK;
    table->flat.notes[0] = table->flat.facts[0] = 0;
    while (status == GW_OK && at < text + n_text) {
        size_t before = table->n_values;
        if (!mark_take(&at))
            return gw_error_set(error, GW_EFORMAT, "sweep %zu: '%.*s' is not its mark (%zu)",
                                n_sweeps, quote_length(at), at, n_sweeps);
        status = sweep_take(&at, n_sweeps, table, error);
        size_t n = (table->n_values - before) / 2;
        n_first = n_sweeps ? n_first : n;
        if (status == GW_OK && n != n_first && *at)
            return gw_error_set(error, GW_EFORMAT, "sweep %zu: %zu steps, in the first %zu",
                                n_sweeps, n, n_first);
        n_sweeps++;
    }
    *stream = (gw_stream){.kind = GW_KIND_GPR,
                          .waveform = GW_WAVEFORM_SFCW,
                          .is_complex = true,
                          .n_channels = 1,
                          .n_samples = n_first};
    if (status == GW_OK)
        status = gw_table_shape(table, stream, error);
    if (status == GW_OK)
        axes_assume(stream, &table->flat);
    return status;
}

static gw_status text_parse(char *text, size_t n, gw_table *table, gw_stream *stream,
                            gw_error *error)
{
    return gw_sfcw_text_parse(text, n, table, stream, error);
}

static gw_status text_load(gw_table *table, uint64_t size, gw_stream *stream, gw_error *error)
{
    return gw_table_text(table, size, text_parse, stream, error);
}

/* A text that begins with "(0)" or another number. */
static bool text_match(const char *path, const unsigned char *head, size_t n_head)
{
    return gw_path_ends(path, endings, 1) && n_head > 2 && head[0] == '(' && isdigit(head[1]);
}

static gw_status text_open(const char *path, gw_kind kind, void **out, gw_stream *stream,
                           gw_error *error)
{
    return gw_table_open(path, kind, text_load, out, stream, error);
}

const gw_reader gw_sfcw_text_reader = {.format = "stepped frequencies, text",
                                       .match = text_match,
                                       .list = gw_flat_list,
                                       .open = text_open,
                                       .read = gw_table_read,
                                       .close = gw_table_close,
                                       .notes = gw_flat_notes,
                                       .facts = gw_flat_facts};
