/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/formats/ids.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TAG_BYTES = 4,
    SURVEY_TEXT = 48, /* bytes before the text of H: among them the numbers of traces, samples */
    HEADER_BYTES_MAX = 1 << 18,
    RECORD_BYTES_MAX = 4 + 2 * GW_SAMPLES_MAX
};

static const char *const endings[] = {".dt"};

typedef struct ids_state {
    gw_flat flat;      /* first: drivers/formats/flat.h */
    uint32_t *records; /* [n_rows]: which record each trace is */
    size_t record_bytes;
} ids_state;

static bool has_tag(const unsigned char *record, const char *tag, size_t n_tag)
{
    return memcmp(record, tag, n_tag) == 0 && (n_tag == TAG_BYTES || record[n_tag] == 0);
}

/* The text of a record from `from` on, with an end. */
static void text_of(const unsigned char *record, size_t n_bytes, size_t from, char text[256])
{
    size_t n = n_bytes <= from ? 0 : n_bytes - from < 255 ? n_bytes - from : 255;
    memcpy(text, record + (n ? from : 0), n);
    text[n] = 0;
    text[strcspn(text, "\r\n")] = 0;
    for (n = strlen(text); n && text[n - 1] == ' '; n--)
        text[n - 1] = 0;
}

static size_t numbers_of(const char *text, double *numbers, size_t n_max)
{
    size_t n = 0;
    for (char *end; n < n_max; text = end, n++) {
        numbers[n] = strtod(text, &end);
        if (end == text || !isfinite(numbers[n]))
            break;
    }
    return n;
}

static void survey_take(const char *text, gw_stream *stream, gw_flat *flat)
{
    enum { WINDOW_S = 2, SCANS_A_M = 4, STEP_M = 6, FIELDS = 7 };
    double v[FIELDS] = {0};
    numbers_of(text, v, FIELDS);
    if (v[WINDOW_S] > 0 && v[WINDOW_S] < 1e-3)
        stream->sample_rate_hz = (double)stream->n_samples / v[WINDOW_S];
    else
        gw_note(flat->notes, "record H: window is %g s: fast time unknown", v[WINDOW_S]);
    if (v[SCANS_A_M] > 0.5 && v[SCANS_A_M] < 5000)
        stream->scan_spacing_m = 1 / v[SCANS_A_M];
    else
        gw_note(flat->notes, "record H: scans a metre are %g: spacing unknown", v[SCANS_A_M]);
    if (v[STEP_M] > 0 && fabs(v[STEP_M] * v[SCANS_A_M] - 1) > 0.01)
        gw_note(flat->notes, "record H: step %g m is not that of %g scans a metre, which is taken",
                v[STEP_M], v[SCANS_A_M]);
}

static uint32_t u32_at(const unsigned char *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void shape_check(const unsigned char *record, gw_ids_layout *layout, const gw_stream *stream,
                        gw_flat *flat)
{
    if (layout->record_bytes < SURVEY_TEXT)
        return;
    size_t n = u32_at(record + 12);
    layout->n_promised = u32_at(record + 8);
    if (n != stream->n_samples)
        gw_note(flat->notes, "record H: %zu samples a trace; records hold %zu, which are read", n,
                stream->n_samples);
}

/* Place of both antennas: x, y, z and frequency. */
typedef struct antennas {
    double transmit[4], receive[4];
    size_t n_transmit, n_receive;
} antennas;

static void antennas_take(const antennas *found, gw_stream *stream, gw_flat *flat)
{
    double mhz = found->n_transmit == 4 ? found->transmit[3] : 0, square = 0;
    if (mhz >= 1 && mhz <= 1e4)
        stream->center_hz = mhz * 1e6;
    else
        gw_note(flat->notes, "record ATX: frequency is %g MHz: taken from the time window", mhz);
    for (int k = 0; k < 3 && found->n_transmit == 4 && found->n_receive >= 3; k++)
        square += pow(found->receive[k] - found->transmit[k], 2);
    if (square > 0 && square < 1e4)
        stream->transmit_receive_offset_m = sqrt(square);
}

static void record_take(const unsigned char *record, gw_ids_layout *layout, antennas *found,
                        gw_stream *stream, gw_flat *flat)
{
    char text[256];
    text_of(record, layout->record_bytes, record[0] == 'H' ? SURVEY_TEXT : TAG_BYTES, text);
    if (record[0] == 'H') {
        survey_take(text, stream, flat);
        shape_check(record, layout, stream, flat);
    } else if (has_tag(record, "ATX", 3)) {
        found->n_transmit = numbers_of(text, found->transmit, 4);
    } else if (has_tag(record, "ARX", 3)) {
        found->n_receive = numbers_of(text, found->receive, 4);
    } else if (has_tag(record, "C", 1)) {
        gw_fact(flat->facts, "date", "%s", text);
    } else if (has_tag(record, "I", 1)) {
        gw_fact(flat->facts, "survey", "%s", text);
    } else if (has_tag(record, "S", 1)) {
        const char *mark = strstr(text, "N_CHANNEL=");
        if (mark && strtol(mark + 10, NULL, 10) > 1)
            gw_note(flat->notes, "record S: '%.40s': read as one channel", mark);
    }
}

/* Take the records before the first R; false when there is none. */
static bool header_take(const unsigned char *head, size_t n_head, gw_ids_layout *layout,
                        gw_stream *stream, gw_flat *flat)
{
    antennas found = {.n_transmit = 0};
    size_t step = layout->record_bytes;
    bool has_survey = false;
    for (size_t at = 0; at + step <= n_head; at += step) {
        const unsigned char *record = head + at;
        if (has_tag(record, "R", 1)) {
            if (!has_survey)
                gw_note(flat->notes, "no record H: spacing and fast time are unknown");
            antennas_take(&found, stream, flat);
            layout->n_header = at / step;
            return true;
        }
        has_survey |= record[0] == 'H';
        record_take(record, layout, &found, stream, flat);
    }
    return false;
}

gw_status gw_ids_parse(const unsigned char *head, size_t n_head, uint64_t size,
                       gw_ids_layout *layout, gw_stream *stream, gw_flat *flat, gw_error *error)
{
    flat->notes[0] = flat->facts[0] = 0;
    *layout = (gw_ids_layout){.record_bytes = 0};
    if (n_head < 8 || head[0] != 'V')
        return gw_error_set(error, GW_EFORMAT, "no record V at its start: not of IDS");
    layout->record_bytes = (size_t)head[4] | (size_t)head[5] << 8;
    size_t n_samples = (layout->record_bytes - TAG_BYTES) / 2;
    if (layout->record_bytes < TAG_BYTES + 2 * 16 || layout->record_bytes > RECORD_BYTES_MAX ||
        layout->record_bytes % 2)
        return gw_error_set(error, GW_EFORMAT, "record V: records of %zu bytes, not 36..%d",
                            layout->record_bytes, RECORD_BYTES_MAX);
    layout->n_records = size / layout->record_bytes;
    *stream = (gw_stream){.kind = GW_KIND_GPR,
                          .waveform = GW_WAVEFORM_IMPULSE,
                          .n_channels = 1,
                          .n_samples = n_samples,
                          .bits = 16,
                          .is_signed = true};
    if (!header_take(head, n_head, layout, stream, flat))
        return gw_error_set(error, GW_EFORMAT,
                            "no record R (a trace) in its first %zu bytes, of %llu", n_head,
                            (unsigned long long)size);
    if (size % layout->record_bytes)
        gw_note(flat->notes, "%llu bytes after the last whole record are left out",
                (unsigned long long)(size % layout->record_bytes));
    stream->n_rows = (int64_t)(layout->n_records - layout->n_header);
    if (stream->n_rows > UINT32_MAX / 2)
        return gw_error_set(error, GW_EFORMAT, "%lld traces: more than are read here",
                            (long long)stream->n_rows);
    return GW_OK;
}

/* Which records are traces: marks may stand between them. */
static gw_status records_index(ids_state *state, const gw_ids_layout *layout, gw_stream *stream,
                               gw_error *error)
{
    int64_t n = 0;
    uint64_t n_others = 0;
    state->record_bytes = layout->record_bytes;
    state->records = malloc((size_t)stream->n_rows * sizeof *state->records);
    if (!state->records)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", state->flat.rows.path);
    for (uint64_t r = layout->n_header; r < layout->n_records; r++) {
        unsigned char tag[TAG_BYTES];
        gw_status status =
            gw_rows_bytes(&state->flat.rows, r * layout->record_bytes, tag, sizeof tag, error);
        if (status != GW_OK)
            return status;
        if (has_tag(tag, "R", 1))
            state->records[n++] = (uint32_t)r;
        else
            n_others++;
    }
    if (n_others)
        gw_note(state->flat.notes, "%llu records between the traces are not understood",
                (unsigned long long)n_others);
    if (layout->n_promised && layout->n_promised != (uint64_t)n)
        gw_note(state->flat.notes, "record H: %llu traces, the file holds %lld",
                (unsigned long long)layout->n_promised, (long long)n);
    stream->n_rows = n;
    return GW_OK;
}

static gw_status ids_parse(const char *path, uint64_t size, ids_state *state, gw_stream *stream,
                           gw_error *error)
{
    gw_ids_layout layout;
    gw_error inner = {.status = GW_OK};
    size_t n_head = size < HEADER_BYTES_MAX ? (size_t)size : HEADER_BYTES_MAX;
    unsigned char *head = malloc(n_head);
    if (!head)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    gw_status status = gw_rows_bytes(&state->flat.rows, 0, head, n_head, error);
    if (status == GW_OK) {
        status = gw_ids_parse(head, n_head, size, &layout, stream, &state->flat, &inner);
        if (status != GW_OK)
            gw_flat_blame(path, &inner, error);
    }
    free(head);
    return status == GW_OK ? records_index(state, &layout, stream, error) : status;
}

static bool ids_match(const char *path, const unsigned char *head, size_t n_head)
{
    (void)head;
    (void)n_head;
    return gw_path_ends(path, endings, 1);
}

static void ids_close(void *user)
{
    ids_state *state = user;
    if (state)
        free(state->records);
    gw_flat_close(state);
}

static gw_status ids_open(const char *path, gw_kind kind, void **out, gw_stream *stream,
                          gw_error *error)
{
    uint64_t size = 0;
    gw_error cause = {.status = GW_OK};
    ids_state *state = gw_flat_create(path, kind, sizeof *state, &size, &cause);
    gw_status status = cause.status;
    *out = NULL;
    if (status == GW_OK)
        status = ids_parse(path, size, state, stream, &cause);
    if (status == GW_OK)
        status = gw_flat_settle(&state->flat, stream, 0, &cause);
    if (status != GW_OK) {
        ids_close(state);
        return gw_error_set(error, status, "%s", cause.text);
    }
    *out = state;
    return GW_OK;
}

static gw_status ids_read(void *user, uint64_t row, size_t n_rows, int32_t *counts, gw_error *error)
{
    ids_state *state = user;
    gw_rows *rows = &state->flat.rows;
    gw_status status = GW_OK;
    for (size_t k = 0; k < n_rows && status == GW_OK; k++) {
        rows->offset = (uint64_t)state->records[row + k] * state->record_bytes + TAG_BYTES;
        status = gw_rows_read(rows, 0, 1, counts + k * rows->row_counts, error);
    }
    return status;
}

const gw_reader gw_ids_reader = {.format = "IDS .dt",
                                 .match = ids_match,
                                 .list = gw_flat_list,
                                 .open = ids_open,
                                 .read = ids_read,
                                 .close = ids_close,
                                 .notes = gw_flat_notes,
                                 .facts = gw_flat_facts};
