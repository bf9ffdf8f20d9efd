/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/formats/dzt.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "drivers/formats/header_text.h"

static const char *const endings[] = {".dzt"};

enum { HEAD_BYTES = 1024, TAG_LEAST = 0x00ff, DZT_MARKS = 2, DZT_CHANNELS_MAX = 16 };

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

/* Seconds / 2, minutes, hours, day, month and years since 1980, from the lowest bit on. */
static void date_fact(const unsigned char *at, const char *key, char facts[GW_FACTS_MAX])
{
    uint32_t v = (uint32_t)u16_at(at) | (uint32_t)u16_at(at + 2) << 16;
    if (v)
        gw_fact(facts, key, "%04u-%02u-%02u %02u:%02u:%02u", 1980 + (v >> 25), v >> 21 & 15,
                v >> 16 & 31, v >> 11 & 31, v >> 5 & 63, 2 * (v & 31));
}

static void facts_fill(const unsigned char *bytes, const dzt_head *head, char facts[GW_FACTS_MAX])
{
    double position_ns = f32_at(bytes + 22), permittivity = f32_at(bytes + 54);
    if (head->antenna[0])
        gw_fact(facts, "antenna", "%s", head->antenna);
    date_fact(bytes + 32, "created", facts);
    date_fact(bytes + 36, "modified", facts);
    if (isfinite(position_ns) && position_ns != 0)
        gw_fact(facts, "position_ns", "%g", position_ns);
    if (permittivity > 1 && permittivity < 100)
        gw_fact(facts, "permittivity", "%g", permittivity);
}

static void geometry_fill(const dzt_head *head, gw_stream *stream, gw_flat *flat)
{
    stream->sample_rate_hz = (double)head->n_samples / (head->range_ns * 1e-9);
    stream->center_hz = gw_antenna_hz(head->antenna, false);
    if (stream->center_hz <= 0)
        gw_note(flat->notes, "antenna '%s' names no frequency; taken from the time window",
                head->antenna);
    if (head->scans_per_m > 0.5 && head->scans_per_m < 5000)
        stream->scan_spacing_m = 1 / head->scans_per_m;
    else
        gw_note(flat->notes, "scans a metre (rhf_spm) is %g: spacing unknown", head->scans_per_m);
    if (head->scans_per_s > 0 && head->scans_per_s < 1e5)
        stream->play_rate_hz = head->scans_per_s;
    else
        gw_note(flat->notes, "scans a second (rhf_sps) is %g: unknown", head->scans_per_s);
}

gw_status gw_dzt_parse(const unsigned char *bytes, size_t n_bytes, uint64_t size, gw_stream *stream,
                       uint64_t *offset, gw_flat *flat, gw_error *error)
{
    dzt_head head;
    flat->notes[0] = flat->facts[0] = 0;
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
    geometry_fill(&head, stream, flat);
    facts_fill(bytes, &head, flat->facts);
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
        gw_note(flat->notes, "%llu bytes after the last whole scan are left out",
                (unsigned long long)rest);
    return GW_OK;
}

static bool dzt_match(const char *path, const unsigned char *head, size_t n_head)
{
    (void)head;
    (void)n_head;
    return gw_path_ends(path, endings, 1);
}

static gw_status dzt_open(const char *path, gw_kind kind, void **out, gw_stream *stream,
                          gw_error *error)
{
    unsigned char head[HEAD_BYTES];
    uint64_t size = 0, offset = 0;
    gw_error cause = {.status = GW_OK}, inner = {.status = GW_OK};
    gw_flat *flat = gw_flat_create(path, kind, sizeof *flat, &size, &cause);
    gw_status status = cause.status;
    size_t n_head = size < HEAD_BYTES ? (size_t)size : HEAD_BYTES;
    *out = NULL;
    if (status == GW_OK)
        status = gw_rows_bytes(&flat->rows, 0, head, n_head, &cause);
    if (status == GW_OK) {
        status = gw_dzt_parse(head, n_head, size, stream, &offset, flat, &inner);
        if (status != GW_OK)
            gw_flat_blame(path, &inner, &cause);
    }
    if (status == GW_OK)
        status = gw_flat_settle(flat, stream, offset, &cause);
    if (status != GW_OK) {
        gw_flat_close(flat);
        return gw_error_set(error, status, "%s", cause.text);
    }
    *out = flat;
    return GW_OK;
}

const gw_reader gw_dzt_reader = {.format = "GSSI DZT",
                                 .match = dzt_match,
                                 .list = gw_flat_list,
                                 .open = dzt_open,
                                 .read = gw_flat_read,
                                 .close = gw_flat_close,
                                 .notes = gw_flat_notes,
                                 .facts = gw_flat_facts};
