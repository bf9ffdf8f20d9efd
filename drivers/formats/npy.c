/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/formats/npy.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/formats/axes.h"

enum { HEAD_BYTES_MAX = 4096, CHUNK = 4096 };

static const char *const endings[] = {".npy"};

/* What follows a key of the header's dictionary; NULL where it is not. */
static const char *value_of(const char *text, const char *key)
{
    const char *at = strstr(text, key);
    if (!at)
        return NULL;
    at += strlen(key);
    return at + strspn(at, " ");
}

static gw_status type_parse(const char *text, gw_npy_layout *layout, gw_error *error)
{
    static const char *const known[] = {"i1", "i2", "i4", "i8", "u1", "u2",
                                        "u4", "u8", "f4", "f8", "c8", "c16"};
    const char *at = value_of(text, "'descr':");
    char word[8] = "";
    if (at && *at == '\'')
        memcpy(word, at + 1, strcspn(at + 1, "'") < 7 ? strcspn(at + 1, "'") : 7);
    for (size_t k = 0; word[0] && k < sizeof known / sizeof *known; k++)
        if (strchr("<>|=", word[0]) && strcmp(word + 1, known[k]) == 0) {
            layout->type = word[1];
            layout->width = (size_t)strtoul(word + 2, NULL, 10);
            layout->is_big = word[0] == '>';
            return GW_OK;
        }
    return gw_error_set(error, GW_EFORMAT,
                        "NPY header: descr '%s' is not read here (whole numbers of 1 to 8 bytes, "
                        "f4, f8, c8, c16)",
                        word);
}

static gw_status shape_parse(const char *text, gw_npy_layout *layout, gw_error *error)
{
    const char *at = value_of(text, "'shape':"), *order = value_of(text, "'fortran_order':");
    size_t n = 0;
    layout->is_fortran = order && strncmp(order, "True", 4) == 0;
    for (at = at && *at == '(' ? at + 1 : NULL; at && n < GW_NPY_DIMENSIONS_MAX; n++) {
        char *end;
        unsigned long long length = strtoull(at, &end, 10);
        if (end == at || !isdigit((unsigned char)*at) || length < 1 || length > GW_TABLE_VALUES_MAX)
            break;
        layout->shape[n] = (size_t)length;
        at = end + strspn(end, ", ");
    }
    layout->n_dimensions = n;
    if (!order || !at || *at != ')' || n < 2 || (layout->is_fortran && n != 2))
        return gw_error_set(error, GW_EFORMAT,
                            "NPY header: shape is not [scans][samples] or [scans][channels]"
                            "[samples]%s",
                            layout->is_fortran ? " (of three in Fortran's order)" : "");
    return GW_OK;
}

static gw_status size_check(const gw_npy_layout *layout, uint64_t size, gw_error *error)
{
    uint64_t n = 1;
    for (size_t k = 0; k < layout->n_dimensions && n <= GW_TABLE_VALUES_MAX; k++)
        n *= layout->shape[k];
    if (n > GW_TABLE_VALUES_MAX / 2)
        return gw_error_set(error, GW_EFORMAT, "NPY header: more than %d numbers",
                            GW_TABLE_VALUES_MAX / 2);
    if (layout->offset + n * layout->width > size)
        return gw_error_set(error, GW_EFORMAT,
                            "NPY header: %llu numbers of %zu bytes are promised; the file has %llu "
                            "bytes: it is cut",
                            (unsigned long long)n, layout->width, (unsigned long long)size);
    return GW_OK;
}

gw_status gw_npy_parse(const unsigned char *head, size_t n_head, uint64_t size,
                       gw_npy_layout *layout, gw_error *error)
{
    char text[HEAD_BYTES_MAX];
    memset(layout, 0, sizeof *layout);
    if (n_head < 12 || memcmp(head, "\x93NUMPY", 6) != 0 || head[6] < 1 || head[6] > 3)
        return gw_error_set(error, GW_EFORMAT, "NPY header: not an array of NumPy, version 1 to 3");
    size_t n_length = head[6] == 1 ? 2 : 4;
    uint64_t n = (uint64_t)head[8] | (uint64_t)head[9] << 8;
    if (n_length == 4)
        n |= (uint64_t)head[10] << 16 | (uint64_t)head[11] << 24;
    layout->offset = 8 + n_length + n;
    if (n >= sizeof text || layout->offset > n_head)
        return gw_error_set(error, GW_EFORMAT, "NPY header: %llu bytes long; the file has %llu",
                            (unsigned long long)n, (unsigned long long)size);
    memcpy(text, head + 8 + n_length, (size_t)n);
    text[n] = 0;
    gw_status status = type_parse(text, layout, error);
    if (status == GW_OK)
        status = shape_parse(text, layout, error);
    return status == GW_OK ? size_check(layout, size, error) : status;
}

static double number_of(const unsigned char *at, const gw_npy_layout *layout, size_t width)
{
    uint64_t bits = 0;
    float single;
    double value;
    for (size_t k = 0; k < width; k++)
        bits |= (uint64_t)at[layout->is_big ? width - 1 - k : k] << 8 * k;
    uint32_t low = (uint32_t)bits;
    if (layout->type == 'u')
        return (double)bits;
    if (layout->type == 'i') {
        unsigned shift = 64 - 8 * (unsigned)width;
        return (double)((int64_t)(bits << shift) >> shift);
    }
    memcpy(&single, &low, sizeof single);
    memcpy(&value, &bits, sizeof value);
    return width == 4 ? (double)single : value;
}

static gw_status numbers_load(gw_table *table, const gw_npy_layout *layout, gw_error *error)
{
    unsigned char bytes[CHUNK];
    size_t width = layout->type == 'c' ? layout->width / 2 : layout->width;
    size_t n = layout->width / width;
    gw_status status = GW_OK;
    for (size_t k = 0; k < layout->n_dimensions; k++)
        n *= layout->shape[k];
    table->values = malloc(n * sizeof *table->values);
    if (!table->values)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", table->flat.rows.path);
    table->n_values = table->max_values = n;
    for (size_t done = 0, take; done < n && status == GW_OK; done += take) {
        take = n - done < CHUNK / width ? n - done : CHUNK / width;
        status = gw_rows_bytes(&table->flat.rows, layout->offset + done * width, bytes,
                               take * width, error);
        for (size_t k = 0; k < take && status == GW_OK; k++)
            table->values[done + k] = number_of(bytes + k * width, layout, width);
    }
    return status;
}

static void stream_fill(const gw_npy_layout *layout, gw_stream *stream)
{
    bool is_complex = layout->type == 'c';
    bool is_kept = (layout->type == 'i' || layout->type == 'u') && layout->width <= 4 &&
                   !(layout->type == 'u' && layout->width == 4);
    *stream = (gw_stream){.kind = GW_KIND_GPR,
                          .waveform = is_complex ? GW_WAVEFORM_SFCW : GW_WAVEFORM_IMPULSE,
                          .is_complex = is_complex,
                          .n_channels = layout->n_dimensions == 3 ? layout->shape[1] : 1,
                          .n_samples = layout->shape[layout->n_dimensions - 1],
                          .bits = is_kept ? 8 * (unsigned)layout->width : 0,
                          .is_signed = layout->type != 'u'};
    if (is_kept && layout->type == 'u')
        stream->offset = -(double)(1u << (stream->bits - 1));
}

/* Turned in the file or by its owner, but not by both. */
static gw_status order_set(gw_table *table, gw_npy_layout *layout, gw_error *error)
{
    size_t lines = layout->shape[0], items = layout->shape[1];
    bool is_turned = gw_axes_turned(table->flat.rows.path);
    if (is_turned) {
        layout->shape[0] = items;
        layout->shape[1] = lines;
    }
    if ((is_turned && layout->n_dimensions != 2) || (layout->type == 'c' && is_turned))
        return gw_error_set(error, GW_EFORMAT, "lines: samples is for two real dimensions");
    if (is_turned == layout->is_fortran || layout->n_dimensions != 2)
        return GW_OK;
    if (layout->type == 'c')
        return gw_error_set(error, GW_EFORMAT, "complex numbers in Fortran's order");
    return layout->is_fortran ? gw_table_turn(table, items, lines, error)
                              : gw_table_turn(table, lines, items, error);
}

static gw_status array_load(gw_table *table, uint64_t size, gw_stream *stream, gw_error *error)
{
    unsigned char head[HEAD_BYTES_MAX];
    gw_npy_layout layout;
    gw_error inner = {.status = GW_OK};
    size_t n_head = size < sizeof head ? (size_t)size : sizeof head;
    gw_status status = gw_rows_bytes(&table->flat.rows, 0, head, n_head, error);
    if (status != GW_OK)
        return status;
    status = gw_npy_parse(head, n_head, size, &layout, &inner);
    if (status == GW_OK)
        status = numbers_load(table, &layout, error);
    if (status == GW_OK)
        status = order_set(table, &layout, &inner);
    if (status == GW_OK) {
        stream_fill(&layout, stream);
        status = gw_table_shape(table, stream, &inner);
    }
    return inner.status == GW_OK ? status : gw_flat_blame(table->flat.rows.path, &inner, error);
}

static bool npy_match(const char *path, const unsigned char *head, size_t n_head)
{
    (void)head;
    (void)n_head;
    return gw_path_ends(path, endings, 1);
}

static gw_status npy_open(const char *path, gw_kind kind, void **out, gw_stream *stream,
                          gw_error *error)
{
    return gw_table_open(path, kind, array_load, out, stream, error);
}

const gw_reader gw_npy_reader = {.format = "NumPy",
                                 .match = npy_match,
                                 .list = gw_flat_list,
                                 .open = npy_open,
                                 .read = gw_table_read,
                                 .close = gw_table_close,
                                 .notes = gw_flat_notes,
                                 .facts = gw_flat_facts};
