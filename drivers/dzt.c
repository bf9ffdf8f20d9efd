/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/dzt.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "drivers/hash.h"
#include "drivers/rows.h"

enum { HEAD_BYTES = 1024, TAG_LEAST = 0x00ff, DZT_MARKS = 2, DZT_CHANNELS_MAX = 16 };

typedef struct dzt_state {
    gw_rows rows;
    char notes[512];
} dzt_state;

/* Fields of the header, as bytes 0..113 hold them. */
typedef struct dzt_head {
    unsigned tag, data, n_samples, bits, n_channels;
    double scans_per_s, scans_per_m, range_ns;
    char antenna[15];
} dzt_head;

static unsigned u16_at(const unsigned char *at)
{
    return (unsigned)at[0] | (unsigned)at[1] << 8;
}

static double f32_at(const unsigned char *at)
{
    float value;
    memcpy(&value, at, sizeof value);
    return (double)value;
}

static void note(char notes[512], const char *format, ...)
{
    size_t used = strlen(notes);
    va_list list;
    va_start(list, format);
    vsnprintf(notes + used, 512 - used, format, list);
    va_end(list);
}

static void head_read(const unsigned char *bytes, dzt_head *head)
{
    *head = (dzt_head){.tag = u16_at(bytes),
                       .data = u16_at(bytes + 2),
                       .n_samples = u16_at(bytes + 4),
                       .bits = u16_at(bytes + 6),
                       .scans_per_s = f32_at(bytes + 10),
                       .scans_per_m = f32_at(bytes + 14),
                       .range_ns = f32_at(bytes + 26),
                       .n_channels = u16_at(bytes + 52)};
    memcpy(head->antenna, bytes + 98, 14);
    for (char *at = head->antenna; *at; at++)
        if (!isprint((unsigned char)*at))
            *at = 0;
}

/* Frequency in an antenna's name, Hz: "400MHz", "1.5/1.6GHz", "D50300/270MHz"; 0 when it says none.
 */
static double antenna_hz(const char *name)
{
    char lower[16] = "";
    for (size_t k = 0; k + 1 < sizeof lower && name[k]; k++)
        lower[k] = (char)tolower((unsigned char)name[k]);
    char *unit = strstr(lower, "mhz");
    double scale = 1e6;
    if (!unit) {
        unit = strstr(lower, "ghz");
        scale = 1e9;
    }
    if (!unit)
        return 0;
    char *from = unit;
    while (from > lower && (isdigit((unsigned char)from[-1]) || from[-1] == '.'))
        from--;
    double hz = strtod(from, NULL) * scale;
    return hz >= 1e6 && hz <= 1e10 ? hz : 0;
}

static gw_status head_check(const dzt_head *head, uint64_t size, uint64_t *offset, gw_error *error)
{
    const char *what = NULL;
    unsigned long long value = 0;
    *offset = head->data < HEAD_BYTES ? (uint64_t)head->data * HEAD_BYTES : head->data;
    if (head->data < HEAD_BYTES && head->n_channels > 1 && head->data < head->n_channels)
        *offset = (uint64_t)HEAD_BYTES * head->n_channels;
    if (head->bits != 8 && head->bits != 16 && head->bits != 32) {
        what = "bits a sample (rh_bits), not 8, 16 or 32";
        value = head->bits;
    } else if (head->n_channels < 1 || head->n_channels > DZT_CHANNELS_MAX) {
        what = "channels (rh_nchan), not 1..16";
        value = head->n_channels;
    } else if (head->n_samples < 16 || head->n_samples > GW_SAMPLES_MAX) {
        what = "samples a scan (rh_nsamp), not 16..16384";
        value = head->n_samples;
    } else if (*offset < HEAD_BYTES || *offset >= size) {
        what = "offset of the data (rh_data), beyond the file or inside the header";
        value = *offset;
    }
    if (what)
        return gw_error_set(error, GW_EFORMAT, "DZT header: %llu: %s; the file has %llu bytes",
                            value, what, (unsigned long long)size);
    if (!(head->range_ns > 0 && head->range_ns < 1e6))
        return gw_error_set(error, GW_EFORMAT,
                            "DZT header: time range (rhf_range) %g ns is not in 0..1e6",
                            head->range_ns);
    return GW_OK;
}

static void geometry_fill(const dzt_head *head, gw_stream *stream, char notes[512])
{
    stream->sample_rate_hz = (double)head->n_samples / (head->range_ns * 1e-9);
    stream->center_hz = antenna_hz(head->antenna);
    if (stream->center_hz <= 0)
        note(notes, "antenna '%s' names no frequency; taken from the time window\n", head->antenna);
    if (head->scans_per_m > 0.5 && head->scans_per_m < 5000)
        stream->scan_spacing_m = 1 / head->scans_per_m;
    else
        note(notes, "scans a metre (rhf_spm) is %g: spacing unknown\n", head->scans_per_m);
    if (head->scans_per_s > 0 && head->scans_per_s < 1e5)
        stream->play_rate_hz = head->scans_per_s;
    else
        note(notes, "scans a second (rhf_sps) is %g: unknown\n", head->scans_per_s);
}

gw_status gw_dzt_parse(const unsigned char *bytes, size_t n_bytes, uint64_t size, gw_stream *stream,
                       uint64_t *offset, char notes[512], gw_error *error)
{
    dzt_head head;
    notes[0] = 0;
    if (n_bytes < HEAD_BYTES || size <= HEAD_BYTES)
        return gw_error_set(error, GW_EFORMAT, "DZT header: %llu bytes, shorter than a header",
                            (unsigned long long)size);
    head_read(bytes, &head);
    if ((head.tag & 0xff) != TAG_LEAST && (head.tag & 0xf0ff) != 0)
        return gw_error_set(error, GW_EFORMAT, "DZT header: tag 0x%04x is not GSSI's", head.tag);
    gw_status status = head_check(&head, size, offset, error);
    if (status != GW_OK)
        return status;
    *stream = (gw_stream){.kind = GW_KIND_GPR,
                          .waveform = GW_WAVEFORM_IMPULSE,
                          .n_channels = head.n_channels,
                          .n_samples = head.n_samples,
                          .n_marks = DZT_MARKS,
                          .bits = head.bits,
                          .is_signed = head.bits == 32,
                          .offset = head.bits == 32 ? 0 : -(double)(1u << (head.bits - 1))};
    geometry_fill(&head, stream, notes);
    uint64_t scan = (uint64_t)head.n_samples * head.n_channels * (head.bits / 8);
    stream->n_rows = (int64_t)((size - *offset) / scan);
    uint64_t rest = (size - *offset) % scan;
    if (stream->n_rows == 0)
        return gw_error_set(error, GW_EFORMAT,
                            "DZT header: %u samples of %u bits in %u channels make a scan of %llu "
                            "bytes; only %llu follow the header",
                            head.n_samples, head.bits, head.n_channels, (unsigned long long)scan,
                            (unsigned long long)(size - *offset));
    if (rest)
        note(notes, "%llu bytes after the last whole scan are left out\n",
             (unsigned long long)rest);
    return GW_OK;
}

static bool dzt_match(const char *path, const unsigned char *head, size_t n_head)
{
    const char *dot = strrchr(path, '.');
    (void)head;
    (void)n_head;
    return dot && strcasecmp(dot, ".dzt") == 0;
}

static gw_status dzt_open(const char *path, gw_kind kind, void **out, gw_stream *stream,
                          gw_error *error)
{
    unsigned char head[HEAD_BYTES];
    uint64_t size = 0;
    gw_error inner = {0};
    *out = NULL;
    if (kind != GW_KIND_GPR)
        return gw_error_set(error, GW_ENODEV, "%s: a DZT file holds no %s stream", path,
                            gw_kind_name(kind));
    dzt_state *state = calloc(1, sizeof *state);
    if (!state)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    gw_status status = gw_rows_open(&state->rows, path, &size, error);
    if (status != GW_OK)
        goto fail;
    state->rows.bits = 8;
    state->rows.row_counts = 1;
    size_t n_head = size < HEAD_BYTES ? (size_t)size : HEAD_BYTES;
    int32_t counts[HEAD_BYTES];
    status = gw_rows_read(&state->rows, 0, n_head, counts, error);
    for (size_t k = 0; k < n_head; k++)
        head[k] = (unsigned char)counts[k];
    if (status == GW_OK)
        status =
            gw_dzt_parse(head, n_head, size, stream, &state->rows.offset, state->notes, &inner);
    if (inner.status != GW_OK)
        gw_error_set(error, inner.status, "%.200s: %.250s", path, inner.text);
    if (status == GW_OK)
        status = gw_hash_file(path, stream->hash, error);
    if (status != GW_OK)
        goto fail;
    state->rows.bits = stream->bits;
    state->rows.is_signed = stream->is_signed;
    state->rows.row_counts = gw_stream_row_counts(stream);
    *out = state;
    return GW_OK;
fail:
    gw_rows_close(&state->rows);
    free(state);
    return status;
}

static gw_status dzt_list(const char *path, unsigned *kinds, gw_error *error)
{
    (void)path;
    (void)error;
    *kinds = 1u << GW_KIND_GPR;
    return GW_OK;
}

static gw_status dzt_read(void *state, uint64_t row, size_t n_rows, int32_t *counts,
                          gw_error *error)
{
    return gw_rows_read(&((dzt_state *)state)->rows, row, n_rows, counts, error);
}

static void dzt_close(void *state)
{
    gw_rows_close(&((dzt_state *)state)->rows);
    free(state);
}

static const char *dzt_notes(const void *state)
{
    return ((const dzt_state *)state)->notes;
}

const gw_reader gw_dzt_reader = {.format = "GSSI DZT",
                                 .match = dzt_match,
                                 .list = dzt_list,
                                 .open = dzt_open,
                                 .read = dzt_read,
                                 .close = dzt_close,
                                 .notes = dzt_notes};
