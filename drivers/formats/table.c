/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/formats/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BITS_OF_FLOATS = 30, TEXT_BYTES_MAX = 1 << 30 };

gw_status gw_table_push(gw_table *table, double value, gw_error *error)
{
    if (table->n_values == table->max_values) {
        size_t max = table->max_values ? 2 * table->max_values : 1 << 10;
        double *values =
            max > GW_TABLE_VALUES_MAX ? NULL : realloc(table->values, max * sizeof *table->values);
        if (max > GW_TABLE_VALUES_MAX)
            return gw_error_set(error, GW_EFORMAT, "more than %d numbers", GW_TABLE_VALUES_MAX);
        if (!values)
            return gw_error_set(error, GW_ENOMEM, "out of memory");
        table->values = values;
        table->max_values = max;
    }
    table->values[table->n_values++] = value;
    return GW_OK;
}

gw_status gw_table_shape(gw_table *table, gw_stream *stream, gw_error *error)
{
    if (stream->n_channels < 1 || stream->n_channels > GW_CHANNELS_MAX || stream->n_samples < 16 ||
        stream->n_samples > GW_SAMPLES_MAX)
        return gw_error_set(error, GW_EFORMAT,
                            "scans of %zu channels x %zu samples: not 1..%d x 16..%d",
                            stream->n_channels, stream->n_samples, GW_CHANNELS_MAX, GW_SAMPLES_MAX);
    size_t n_row = gw_stream_row_counts(stream);
    stream->n_rows = (int64_t)(table->n_values / n_row);
    if (stream->n_rows == 0)
        return gw_error_set(error, GW_EFORMAT, "%zu numbers hold not one scan of %zu",
                            table->n_values, n_row);
    if (table->n_values % n_row)
        gw_note(table->flat.notes, "%zu numbers after the last whole scan are left out",
                table->n_values % n_row);
    table->n_values = (size_t)stream->n_rows * n_row;
    return GW_OK;
}

/* What the numbers are: finite, whole, and how large. */
typedef struct extent {
    size_t n_strange;
    bool is_whole;
    double least, most;
} extent;

static extent extent_of(double *values, size_t n)
{
    extent out = {.is_whole = true};
    for (size_t k = 0; k < n; k++) {
        if (!isfinite(values[k])) {
            values[k] = 0;
            out.n_strange++;
        }
        out.is_whole = out.is_whole && values[k] == floor(values[k]);
        out.least = fmin(out.least, values[k]);
        out.most = fmax(out.most, values[k]);
    }
    return out;
}

/* Bits, and what a count is worth in the file's own unit. */
static double scale_choose(gw_table *table, gw_stream *stream)
{
    extent found = extent_of(table->values, table->n_values);
    if (found.n_strange)
        gw_note(table->flat.notes, "%zu numbers are not finite: taken as 0", found.n_strange);
    if (stream->bits)
        return 1;
    stream->is_signed = true;
    stream->bits = found.least >= -32768 && found.most <= 32767 && found.is_whole ? 16 : 32;
    if (found.is_whole && found.least >= INT32_MIN && found.most <= INT32_MAX)
        return 1;
    int exponent = 0;
    frexp(fmax(found.most, -found.least), &exponent); /* below 2^exponent */
    double scale = ldexp(1, exponent - BITS_OF_FLOATS);
    gw_fact(table->flat.facts, "count", "%.17g of the file's unit", scale);
    return scale;
}

/* Most of the power comes early, within the first half of the window of 1 / step: the phase falls
 * from one frequency to the next by less than half a turn. Swapping the parts turns it round and
 * stays exact in whole numbers. */
static void sense_settle(gw_table *table, const gw_stream *stream)
{
    double turn = 0;
    for (size_t k = 0; k + 3 < table->n_values; k += 2)
        if ((k / 2 + 1) % stream->n_samples) /* not from one scan to the next */
            turn += table->values[k + 3] * table->values[k] -
                    table->values[k + 2] * table->values[k + 1];
    if (!(turn > 0))
        return;
    gw_note(table->flat.notes,
            "the phase rises with the frequency: in-phase and quadrature change places");
    for (size_t k = 0; k + 1 < table->n_values; k += 2) {
        double in_phase = table->values[k];
        table->values[k] = table->values[k + 1];
        table->values[k + 1] = in_phase;
    }
}

gw_status gw_table_settle(gw_table *table, gw_stream *stream, gw_error *error)
{
    double scale = scale_choose(table, stream);
    if (stream->is_complex)
        sense_settle(table, stream);
    table->row_counts = gw_stream_row_counts(stream);
    table->counts = malloc(table->n_values * sizeof *table->counts);
    if (!table->counts)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", table->flat.rows.path);
    for (size_t k = 0; k < table->n_values; k++)
        table->counts[k] = (int32_t)llrint(table->values[k] / scale);
    free(table->values);
    table->values = NULL;
    gw_status status = gw_flat_settle(&table->flat, stream, 0, error);
    gw_rows_close(&table->flat.rows);
    if (status == GW_OK && stream->is_complex && !(stream->start_hz > 0 && stream->step_hz > 0))
        status = gw_error_set(error, GW_EFORMAT,
                              "%s: steps of which frequencies is not known: say start_hz and "
                              "step_hz in a file .axes beside it",
                              table->flat.rows.path);
    return status;
}

gw_status gw_table_turn(gw_table *table, size_t n_lines, size_t n_items, gw_error *error)
{
    double *turned = malloc(table->n_values * sizeof *turned);
    if (!turned)
        return gw_error_set(error, GW_ENOMEM, "out of memory");
    for (size_t line = 0; line < n_lines; line++)
        for (size_t k = 0; k < n_items; k++)
            turned[k * n_lines + line] = table->values[line * n_items + k];
    free(table->values);
    table->values = turned;
    table->max_values = table->n_values;
    return GW_OK;
}

gw_status gw_table_text(gw_table *table, uint64_t size, gw_table_parse parse, gw_stream *stream,
                        gw_error *error)
{
    const char *path = table->flat.rows.path;
    gw_error inner = {.status = GW_OK};
    if (size > TEXT_BYTES_MAX)
        return gw_error_set(error, GW_EFORMAT, "%s: longer than 1 GiB", path);
    char *text = malloc((size_t)size + 1);
    if (!text)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    gw_status status = gw_rows_bytes(&table->flat.rows, 0, text, (size_t)size, error);
    text[size] = 0;
    if (status == GW_OK) {
        status = parse(text, (size_t)size, table, stream, &inner);
        if (status != GW_OK)
            gw_flat_blame(path, &inner, error);
    }
    free(text);
    return status;
}

gw_status gw_table_open(const char *path, gw_kind kind, gw_table_load load, void **out,
                        gw_stream *stream, gw_error *error)
{
    uint64_t size = 0;
    gw_error cause = {.status = GW_OK};
    gw_table *table = gw_flat_create(path, kind, sizeof *table, &size, &cause);
    gw_status status = cause.status;
    *out = NULL;
    if (status == GW_OK)
        status = load(table, size, stream, &cause);
    if (status == GW_OK)
        status = gw_table_settle(table, stream, &cause);
    if (status != GW_OK) {
        gw_table_close(table);
        return gw_error_set(error, status, "%s", cause.text);
    }
    *out = table;
    return GW_OK;
}

gw_status gw_table_read(void *state, uint64_t row, size_t n_rows, int32_t *counts, gw_error *error)
{
    const gw_table *table = state;
    (void)error;
    memcpy(counts, table->counts + row * table->row_counts,
           n_rows * table->row_counts * sizeof *counts);
    return GW_OK;
}

void gw_table_close(void *state)
{
    gw_table *table = state;
    if (table) {
        free(table->values);
        free(table->counts);
    }
    gw_flat_close(table);
}
