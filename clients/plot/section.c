/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/plot/section.h"

#include <stdlib.h>
#include <string.h>

#include "dsp/range.h"

void gw_section_reset(gw_section *section, const gw_stream *stream)
{
    free(section->values);
    *section = (gw_section){.step_row = 1, .every = 1, .scan_m = stream->scan_spacing_m};
    if (stream->sample_rate_hz > 0)
        section->sample_ns = 1e9 / stream->sample_rate_hz;
}

static void thin(gw_section *section)
{
    for (size_t k = 0; k < GW_SECTION_COLUMNS_MAX / 2; k++) {
        section->scans[k] = section->scans[2 * k];
        memmove(section->values + k * section->n_rows, section->values + 2 * k * section->n_rows,
                section->n_rows * sizeof *section->values);
    }
    section->n_columns = GW_SECTION_COLUMNS_MAX / 2;
    section->every *= 2;
}

gw_status gw_section_push(gw_section *section, int64_t scan, const float *values, size_t n_rows)
{
    if (!section->values && n_rows) {
        section->n_rows = n_rows < GW_SECTION_ROWS_MAX ? n_rows : GW_SECTION_ROWS_MAX;
        section->values =
            malloc(GW_SECTION_COLUMNS_MAX * section->n_rows * sizeof *section->values);
    }
    if (!section->values)
        return n_rows ? GW_ENOMEM : GW_OK;
    if (section->n_seen++ % section->every)
        return GW_OK;
    if (section->n_columns == GW_SECTION_COLUMNS_MAX)
        thin(section);
    size_t n = n_rows < section->n_rows ? n_rows : section->n_rows;
    float *column = section->values + section->n_columns * section->n_rows;
    memcpy(column, values, n * sizeof *column);
    memset(column + n, 0, (section->n_rows - n) * sizeof *column);
    section->scans[section->n_columns++] = scan;
    return GW_OK;
}

/* One scan after the other, each as floats. */
typedef struct loader {
    const gw_stream *stream;
    gw_range *range; /* NULL: pulses as they are */
    int32_t *counts;
    float *traces;
} loader;

static void scan_convert(const loader *l, size_t channel)
{
    size_t n = l->stream->n_samples;
    const int32_t *counts = l->counts + channel * n;
    if (l->range) {
        gw_range_process(l->range, l->counts, l->traces);
        return;
    }
    for (size_t k = 0; k < n; k++) /* marks are no echoes */
        l->traces[channel * n + k] =
            (float)(counts[k < l->stream->n_marks ? l->stream->n_marks : k] + l->stream->offset);
}

static gw_status scans_load(const loader *l, gw_recording *recording, size_t channel,
                            gw_section *section, gw_error *error)
{
    const gw_stream *as = l->range ? gw_range_stream(l->range) : l->stream;
    gw_status status = GW_OK;
    gw_section_reset(section, as);
    for (int64_t scan = 0; scan < l->stream->n_rows && status == GW_OK; scan++) {
        size_t n = 0;
        if (section->n_seen % section->every) { /* would be left out */
            section->n_seen++;
            continue;
        }
        status = gw_recording_read(recording, (uint64_t)scan, 1, l->counts, &n, error);
        if (status != GW_OK || n == 0)
            return status;
        scan_convert(l, channel);
        status = gw_section_push(section, scan, l->traces + channel * as->n_samples, as->n_samples);
    }
    if (status == GW_ENOMEM)
        gw_error_set(error, status, "%s: out of memory", l->stream->name);
    return status;
}

gw_status gw_section_load(gw_section *section, gw_recording *recording, size_t channel,
                          gw_error *error)
{
    loader l = {.stream = gw_recording_stream(recording)};
    gw_status status = GW_OK;
    if (l.stream->waveform == GW_WAVEFORM_SFCW)
        status = gw_range_create(l.stream, NULL, &l.range, error);
    if (status != GW_OK)
        return status;
    size_t n = l.range ? gw_range_stream(l.range)->n_samples : l.stream->n_samples;
    l.counts = malloc(gw_stream_row_counts(l.stream) * sizeof *l.counts);
    l.traces = malloc(l.stream->n_channels * n * sizeof *l.traces);
    if (l.counts && l.traces)
        status = scans_load(&l, recording, channel, section, error);
    else
        status = gw_error_set(error, GW_ENOMEM, "%s: out of memory", l.stream->name);
    gw_range_destroy(l.range);
    free(l.counts);
    free(l.traces);
    return status;
}

static int by_value(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

gw_status gw_section_level(gw_section *section)
{
    size_t n = section->n_columns;
    float *row = malloc((n ? n : 1) * sizeof *row);
    if (!row)
        return GW_ENOMEM;
    for (size_t r = 0; r < section->n_rows && n; r++) {
        for (size_t k = 0; k < n; k++)
            row[k] = section->values[k * section->n_rows + r];
        qsort(row, n, sizeof *row, by_value);
        for (size_t k = 0; k < n; k++)
            section->values[k * section->n_rows + r] -= row[n / 2];
    }
    free(row);
    return GW_OK;
}

size_t gw_section_column(const gw_section *section, int64_t scan)
{
    size_t low = 0, high = section->n_columns;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (section->scans[middle] <= scan)
            low = middle;
        else
            high = middle;
    }
    bool is_later =
        low + 1 < section->n_columns && section->scans[low + 1] - scan < scan - section->scans[low];
    return low + is_later;
}

void gw_section_free(gw_section *section)
{
    free(section->values);
    section->values = NULL;
    section->n_columns = section->n_rows = 0;
}
