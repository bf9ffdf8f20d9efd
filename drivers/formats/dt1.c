/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/formats/dt1.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NUMBER = 0, SAMPLES = 2, BYTES = 5 };

static const char *const endings[] = {".dt1", ".hd"};
static const double foot_m = 0.3048;

static double float_at(const unsigned char *head, int k)
{
    float value;
    memcpy(&value, head + 4 * k, sizeof value);
    return (double)value;
}

static bool is_whole(double value, double least, double most)
{
    return value >= least && value <= most && value == floor(value);
}

static void line_geometry(const gw_header_text *hd, gw_stream *stream, gw_flat *flat)
{
    char units[128] = "";
    double unit_m = 0, step = 0, offset = 0;
    gw_header_text_find(hd, "POSITION UNITS", units);
    if (strncasecmp(units, "m", 1) == 0)
        unit_m = 1;
    else if (strncasecmp(units, "f", 1) == 0)
        unit_m = foot_m;
    else
        gw_note(flat->notes, "HD: POSITION UNITS '%.40s' is neither m nor ft: spacing unknown",
                units);
    bool has_step = gw_header_text_number(hd, "STEP SIZE USED", &step);
    if (has_step && step * unit_m > 0 && step * unit_m < 100)
        stream->scan_spacing_m = step * unit_m;
    else if (unit_m > 0)
        gw_note(flat->notes, "HD: STEP SIZE USED is %g: spacing unknown", step);
    if (gw_header_text_number(hd, "ANTENNA SEPARATION", &offset) && offset > 0)
        stream->transmit_receive_offset_m = offset * unit_m < 100 ? offset * unit_m : 0;
}

static void line_times(const gw_header_text *hd, gw_stream *stream, gw_flat *flat)
{
    char mode[128] = "";
    double window_ns = 0, mhz = 0;
    gw_header_text_number(hd, "TOTAL TIME WINDOW", &window_ns);
    if (window_ns > 0 && window_ns < 1e6)
        stream->sample_rate_hz = (double)stream->n_samples / (window_ns * 1e-9);
    else
        gw_note(flat->notes, "HD: TOTAL TIME WINDOW is %g ns: fast time unknown", window_ns);
    if (gw_header_text_number(hd, "NOMINAL FREQUENCY", &mhz) && mhz >= 1 && mhz <= 1e4)
        stream->center_hz = mhz * 1e6;
    else
        gw_note(flat->notes, "HD: NOMINAL FREQUENCY is %g MHz: taken from the time window", mhz);
    if (gw_header_text_find(hd, "SURVEY MODE", mode) && strncasecmp(mode, "Reflection", 10) != 0)
        gw_note(flat->notes, "HD: SURVEY MODE is '%.40s', not a reflection survey: read as one",
                mode);
}

/* What HD and DT1 say of the same. */
static gw_status agree(const gw_header_text *hd, const gw_stream *stream, gw_flat *flat,
                       gw_error *error)
{
    double n_traces = 0, n_samples = 0;
    if (gw_header_text_number(hd, "NUMBER OF PTS/TRC", &n_samples) &&
        n_samples != (double)stream->n_samples)
        return gw_error_set(error, GW_EFORMAT,
                            "NUMBER OF PTS/TRC is %g in the HD, the first trace has %zu: the two "
                            "files do not belong together",
                            n_samples, stream->n_samples);
    if (gw_header_text_number(hd, "NUMBER OF TRACES", &n_traces) &&
        n_traces != (double)stream->n_rows)
        gw_note(flat->notes, "HD: NUMBER OF TRACES is %g, the DT1 holds %lld", n_traces,
                (long long)stream->n_rows);
    return GW_OK;
}

gw_status gw_dt1_parse(const gw_header_text *hd, const unsigned char head[GW_DT1_HEAD_BYTES],
                       uint64_t size, gw_stream *stream, gw_flat *flat, gw_error *error)
{
    char date[128];
    double n_samples = float_at(head, SAMPLES), n_bytes = float_at(head, BYTES);
    flat->notes[0] = flat->facts[0] = 0;
    if (size < GW_DT1_HEAD_BYTES || !is_whole(n_samples, 16, GW_SAMPLES_MAX))
        return gw_error_set(error, GW_EFORMAT,
                            "first trace: %g samples, not 16..%d: no DT1, or cut (%llu bytes)",
                            n_samples, GW_SAMPLES_MAX, (unsigned long long)size);
    if (n_bytes != 2 && n_bytes != 4)
        return gw_error_set(error, GW_EFORMAT, "first trace: %g bytes a sample, not 2 or 4",
                            n_bytes);
    uint64_t stride = GW_DT1_HEAD_BYTES + (uint64_t)n_samples * (uint64_t)n_bytes;
    *stream = (gw_stream){.kind = GW_KIND_GPR,
                          .waveform = GW_WAVEFORM_IMPULSE,
                          .n_channels = 1,
                          .n_samples = (size_t)n_samples,
                          .bits = 8 * (unsigned)n_bytes,
                          .is_signed = true,
                          .n_rows = (int64_t)(size / stride)};
    flat->rows.row_stride = stride;
    if (stream->n_rows == 0)
        return gw_error_set(error, GW_EFORMAT,
                            "first trace: %g samples of %g bytes make %llu bytes with its head; "
                            "the file has %llu",
                            n_samples, n_bytes, (unsigned long long)stride,
                            (unsigned long long)size);
    if (size % stride)
        gw_note(flat->notes, "%llu bytes after the last whole trace are left out",
                (unsigned long long)(size % stride));
    if (!hd->n_text) {
        gw_note(flat->notes, "no HD beside it: spacing, fast time and frequency are unknown");
        return GW_OK;
    }
    if (gw_header_text_line(hd, 3, date))
        gw_fact(flat->facts, "date", "%s", date);
    gw_header_text_facts(hd, flat->facts);
    line_geometry(hd, stream, flat);
    line_times(hd, stream, flat);
    return agree(hd, stream, flat, error);
}

/* The rows end where a trace is of another shape. Numbers that do not follow are said. */
static gw_status traces_check(gw_flat *flat, gw_stream *stream, gw_error *error)
{
    double before = 0;
    long long n_jumps = 0, first_jump = 0;
    for (int64_t k = 0; k < stream->n_rows; k++) {
        unsigned char head[4 * (BYTES + 1)];
        gw_status status = gw_rows_bytes(&flat->rows, (uint64_t)k * flat->rows.row_stride, head,
                                         sizeof head, error);
        if (status != GW_OK)
            return status;
        if (float_at(head, SAMPLES) != (double)stream->n_samples ||
            float_at(head, BYTES) != (double)(stream->bits / 8)) {
            gw_note(flat->notes,
                    "trace %lld is of another shape: it and the %lld after it are "
                    "left out",
                    (long long)k, (long long)(stream->n_rows - 1 - k));
            stream->n_rows = k;
            break;
        }
        if (k > 0 && float_at(head, NUMBER) != before + 1 && n_jumps++ == 0)
            first_jump = k;
        before = float_at(head, NUMBER);
    }
    if (n_jumps)
        gw_note(flat->notes, "numbers of traces do not follow in %lld places, first at trace %lld",
                n_jumps, first_jump);
    return GW_OK;
}

static gw_status dt1_parse(const char *path, uint64_t size, gw_flat *flat, gw_stream *stream,
                           gw_error *error)
{
    char name[1024];
    unsigned char head[GW_DT1_HEAD_BYTES] = {0};
    gw_error inner = {.status = GW_OK};
    gw_header_text hd = {.separator = '='};
    char *text = malloc(GW_TEXT_MAX);
    if (!text)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    gw_status status = GW_OK;
    hd.text = text;
    if (gw_path_beside(path, ".hd", name))
        status = gw_text_read(name, text, &hd.n_text, error);
    if (status == GW_OK)
        status =
            gw_rows_bytes(&flat->rows, 0, head, size < sizeof head ? size : sizeof head, error);
    if (status == GW_OK) {
        status = gw_dt1_parse(&hd, head, size, stream, flat, &inner);
        if (status != GW_OK)
            gw_flat_blame(path, &inner, error);
    }
    free(text);
    return status;
}

static bool dt1_match(const char *path, const unsigned char *head, size_t n_head)
{
    (void)head;
    (void)n_head;
    return gw_path_ends(path, endings, 2);
}

static gw_status dt1_open(const char *path, gw_kind kind, void **out, gw_stream *stream,
                          gw_error *error)
{
    char traces[1024];
    gw_error cause = {.status = GW_OK};
    uint64_t size = 0;
    *out = NULL;
    if (gw_path_ends(path, &endings[0], 1))
        snprintf(traces, sizeof traces, "%s", path);
    else if (!gw_path_beside(path, ".dt1", traces))
        return gw_error_set(error, GW_EFORMAT, "%s: no DT1 beside it", path);
    gw_flat *flat = gw_flat_create(traces, kind, sizeof *flat, &size, &cause);
    gw_status status = cause.status;
    if (status == GW_OK)
        status = dt1_parse(traces, size, flat, stream, &cause);
    if (status == GW_OK)
        status = gw_flat_settle(flat, stream, GW_DT1_HEAD_BYTES, &cause);
    if (status == GW_OK)
        status = traces_check(flat, stream, &cause);
    if (status != GW_OK) {
        gw_flat_close(flat);
        return gw_error_set(error, status, "%s", cause.text);
    }
    *out = flat;
    return GW_OK;
}

const gw_reader gw_dt1_reader = {.format = "Sensors & Software DT1",
                                 .match = dt1_match,
                                 .list = gw_flat_list,
                                 .open = dt1_open,
                                 .read = gw_flat_read,
                                 .close = gw_flat_close,
                                 .notes = gw_flat_notes,
                                 .facts = gw_flat_facts};
