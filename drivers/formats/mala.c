/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/formats/mala.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const endings[] = {".rd3", ".rd7", ".rad"};

/* A sampling frequency and a window that differ by more than rounding are not of one file. */
static const double agree_within = 0.01;

static void times_take(const gw_header_text *rad, gw_stream *stream, gw_flat *flat)
{
    double window_ns = 0, mhz = 0, n = (double)stream->n_samples;
    bool has_window =
        gw_header_text_number(rad, "TIMEWINDOW", &window_ns) && window_ns > 0 && window_ns < 1e6;
    bool has_rate = gw_header_text_number(rad, "FREQUENCY", &mhz) && mhz > 0 && mhz < 1e7;
    if (has_rate) /* cutting a trace changes its samples, and not always the window */
        stream->sample_rate_hz = mhz * 1e6;
    else if (has_window)
        stream->sample_rate_hz = n / (window_ns * 1e-9);
    else
        gw_note(flat->notes, "RAD: neither TIMEWINDOW nor FREQUENCY: fast time unknown");
    if (has_window && has_rate && fabs(n / mhz * 1e3 / window_ns - 1) > agree_within)
        gw_note(flat->notes,
                "RAD: TIMEWINDOW is %g ns, but %g samples at FREQUENCY %g MHz are %g ns: "
                "FREQUENCY is taken",
                window_ns, n, mhz, n / mhz * 1e3);
}

/* Scans come by distance or by time, as the flags say; by what has an interval where none does. */
static void spacing_take(const gw_header_text *rad, gw_stream *stream, gw_flat *flat)
{
    double step_m = 0, step_s = 0, by_time = 0, by_distance = 0;
    gw_header_text_number(rad, "DISTANCE INTERVAL", &step_m);
    gw_header_text_number(rad, "TIME INTERVAL", &step_s);
    gw_header_text_number(rad, "TIME FLAG", &by_time);
    gw_header_text_number(rad, "DISTANCE FLAG", &by_distance);
    bool is_timed = by_time != 0 && by_distance == 0;
    if (!is_timed && step_m > 0 && step_m < 100)
        stream->scan_spacing_m = step_m;
    else if (is_timed && step_s > 1e-5 && step_s < 1e4)
        stream->row_rate_hz = 1 / step_s;
    else
        gw_note(flat->notes,
                "RAD: DISTANCE INTERVAL is %g m, TIME INTERVAL %g s (%s): spacing unknown", step_m,
                step_s, is_timed ? "by time" : "by distance");
}

static void antenna_take(const gw_header_text *rad, gw_stream *stream, gw_flat *flat)
{
    char name[128] = "";
    double offset_m = 0, n_channels = 1;
    gw_header_text_find(rad, "ANTENNAS", name);
    stream->center_hz = gw_antenna_hz(name, true);
    if (stream->center_hz <= 0)
        gw_note(flat->notes, "RAD: ANTENNAS '%.40s' names no frequency: taken from the time window",
                name);
    if (gw_header_text_number(rad, "ANTENNA SEPARATION", &offset_m) && offset_m > 0 &&
        offset_m < 100)
        stream->transmit_receive_offset_m = offset_m;
    if (gw_header_text_number(rad, "NUMBER_OF_CH", &n_channels) && n_channels > 1)
        gw_note(flat->notes, "RAD: NUMBER_OF_CH is %g: the file is read as one channel",
                n_channels);
}

gw_status gw_mala_parse(const gw_header_text *rad, uint64_t size, gw_stream *stream, gw_flat *flat,
                        gw_error *error)
{
    double n_samples = 0, last = 0;
    unsigned bits = stream->bits;
    flat->notes[0] = flat->facts[0] = 0;
    if (!gw_header_text_number(rad, "SAMPLES", &n_samples) || n_samples != floor(n_samples) ||
        n_samples < 16 || n_samples > GW_SAMPLES_MAX)
        return gw_error_set(error, GW_EFORMAT, "RAD: SAMPLES is %g, not 16..%d", n_samples,
                            GW_SAMPLES_MAX);
    uint64_t row_bytes = (uint64_t)n_samples * (bits / 8);
    *stream = (gw_stream){.kind = GW_KIND_GPR,
                          .waveform = GW_WAVEFORM_IMPULSE,
                          .n_channels = 1,
                          .n_samples = (size_t)n_samples,
                          .bits = bits,
                          .is_signed = true,
                          .n_rows = (int64_t)(size / row_bytes)};
    if (stream->n_rows == 0)
        return gw_error_set(error, GW_EFORMAT,
                            "RAD: %g samples of %u bits make a trace of %llu bytes; the file has "
                            "%llu",
                            n_samples, bits, (unsigned long long)row_bytes,
                            (unsigned long long)size);
    if (size % row_bytes)
        gw_note(flat->notes, "%llu bytes after the last whole trace are left out",
                (unsigned long long)(size % row_bytes));
    if (gw_header_text_number(rad, "LAST TRACE", &last) && last != (double)stream->n_rows)
        gw_note(flat->notes, "RAD: LAST TRACE is %g, the file holds %lld", last,
                (long long)stream->n_rows);
    gw_header_text_facts(rad, flat->facts);
    times_take(rad, stream, flat);
    spacing_take(rad, stream, flat);
    antenna_take(rad, stream, flat);
    return GW_OK;
}

static bool mala_match(const char *path, const unsigned char *head, size_t n_head)
{
    (void)head;
    (void)n_head;
    return gw_path_ends(path, endings, 3);
}

/* The file of traces of a RAD, or `path` itself. */
static gw_status traces_find(const char *path, char traces[1024], unsigned *bits, gw_error *error)
{
    bool is_found = true;
    if (gw_path_ends(path, endings, 2))
        snprintf(traces, 1024, "%s", path);
    else
        is_found = gw_path_beside(path, ".rd3", traces) || gw_path_beside(path, ".rd7", traces);
    if (!is_found)
        return gw_error_set(error, GW_EFORMAT, "%s: neither RD3 nor RD7 beside it", path);
    *bits = gw_path_ends(traces, &endings[1], 1) ? 32 : 16;
    return GW_OK;
}

static gw_status rad_parse(const char *path, uint64_t size, gw_flat *flat, gw_stream *stream,
                           gw_error *error)
{
    char name[1024];
    gw_error inner = {.status = GW_OK};
    gw_header_text rad = {.separator = ':'};
    if (!gw_path_beside(path, ".rad", name))
        return gw_error_set(error, GW_EFORMAT,
                            "%s: no RAD beside it: how long a trace is, is not known", path);
    char *text = malloc(GW_TEXT_MAX);
    if (!text)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    rad.text = text;
    gw_status status = gw_text_read(name, text, &rad.n_text, error);
    if (status == GW_OK) {
        status = gw_mala_parse(&rad, size, stream, flat, &inner);
        if (status != GW_OK)
            gw_flat_blame(path, &inner, error);
    }
    free(text);
    return status;
}

static gw_status mala_open(const char *path, gw_kind kind, void **out, gw_stream *stream,
                           gw_error *error)
{
    char traces[1024];
    uint64_t size = 0;
    gw_error cause = {.status = GW_OK};
    gw_flat *flat = NULL;
    *out = NULL;
    memset(stream, 0, sizeof *stream);
    gw_status status = traces_find(path, traces, &stream->bits, &cause);
    if (status == GW_OK) {
        flat = gw_flat_create(traces, kind, sizeof *flat, &size, &cause);
        status = cause.status;
    }
    if (status == GW_OK)
        status = rad_parse(traces, size, flat, stream, &cause);
    if (status == GW_OK)
        status = gw_flat_settle(flat, stream, 0, &cause);
    if (status != GW_OK) {
        gw_flat_close(flat);
        return gw_error_set(error, status, "%s", cause.text);
    }
    *out = flat;
    return GW_OK;
}

const gw_reader gw_mala_reader = {.format = "MALA RD3/RD7",
                                  .match = mala_match,
                                  .list = gw_flat_list,
                                  .open = mala_open,
                                  .read = gw_flat_read,
                                  .close = gw_flat_close,
                                  .notes = gw_flat_notes,
                                  .facts = gw_flat_facts};
