/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/sigmf_meta.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "drivers/identity.h"
#include "drivers/sigmf_fields.h"
#include "drivers/sigmf_start.h"

void sigmf_note(char notes[SIGMF_NOTES_MAX], const char *format, ...)
{
    size_t used = strlen(notes);
    va_list list;
    va_start(list, format);
    vsnprintf(notes + used, SIGMF_NOTES_MAX - used, format, list);
    va_end(list);
}

static gw_status json_load(const char *path, const char *text, size_t n_text, json_t **root,
                           gw_error *error)
{
    json_error_t wrong;
    *root = json_loadb(text, n_text, JSON_REJECT_DUPLICATES, &wrong);
    if (!*root)
        return gw_error_set(error, GW_EFORMAT, "%s:%d: %s", path, wrong.line, wrong.text);
    return GW_OK;
}

static gw_status datatype_parse(const char *path, const char *word, gw_stream *stream,
                                gw_error *error)
{
    static const struct {
        const char *word;
        unsigned bits;
        bool is_signed, is_complex;
    } types[] = {{"ri8", 8, true, false},      {"ru8", 8, false, false},
                 {"ri16_le", 16, true, false}, {"ru16_le", 16, false, false},
                 {"ri32_le", 32, true, false}, {"ci16_le", 16, true, true},
                 {"ci32_le", 32, true, true}};
    for (size_t k = 0; word && k < sizeof types / sizeof *types; k++)
        if (strcmp(word, types[k].word) == 0) {
            stream->bits = types[k].bits;
            stream->is_signed = types[k].is_signed;
            stream->is_complex = types[k].is_complex;
            if (!stream->is_signed)
                stream->offset = -(double)(1u << (stream->bits - 1));
            return GW_OK;
        }
    return gw_error_set(error, GW_EFORMAT,
                        "%s: global.core:datatype '%s' is not read here (ri8, ru8, ri16_le, "
                        "ru16_le, ri32_le, ci16_le, ci32_le)",
                        path, word ? word : "missing");
}

static gw_status kind_parse(const char *path, const json_t *global, sigmf_meta *meta,
                            gw_error *error)
{
    const char *word = json_string_value(json_object_get(global, "gw:kind"));
    if (!word)
        return gw_error_set(error, GW_EFORMAT,
                            "%s: global.gw:kind is missing: gpr, md or pose, or nothing is known "
                            "of what the samples are",
                            path);
    meta->is_index = strcmp(word, "scan_index") == 0;
    if (meta->is_index) { /* fields, as those of a pose */
        meta->stream.kind = GW_KIND_POSE;
        return GW_OK;
    }
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (strcmp(word, gw_kind_name((gw_kind)kind)) == 0) {
            meta->stream.kind = (gw_kind)kind;
            return GW_OK;
        }
    return gw_error_set(error, GW_EFORMAT,
                        "%s: global.gw:kind '%s' is not gpr, md, pose or scan_index", path, word);
}

/* Whose samples these are, and where. */
static gw_status identity_parse(const char *path, const json_t *global, gw_stream *stream,
                                gw_error *error)
{
    static const double lat[2] = {-90, 90}, lon[2] = {-180, 180}, heading[2] = {-360, 360};
    const char *serial = json_string_value(json_object_get(global, "gw:serial"));
    const json_t *place = json_object_get(global, "gw:origin");
    gw_origin *origin = &stream->origin;
    gw_serial_set(stream->serial, serial);
    if (!place)
        return GW_OK;
    if (!json_object_get(place, "lat") || !json_object_get(place, "lon"))
        return gw_error_set(error, GW_EFORMAT, "%s: global.gw:origin: lat and lon expected", path);
    origin->is_known = true;
    gw_status status = sigmf_number_get(path, place, "lat", lat, &origin->lat_deg, error);
    if (status == GW_OK)
        status = sigmf_number_get(path, place, "lon", lon, &origin->lon_deg, error);
    if (status == GW_OK)
        status = sigmf_number_get(path, place, "heading_deg", heading, &origin->heading_deg, error);
    return status;
}

static gw_status layout_parse(const char *path, const json_t *global, sigmf_meta *meta,
                              gw_error *error)
{
    static const double channels[2] = {1, GW_CHANNELS_MAX}, hz[2] = {1e-6, 1e15},
                        volts[2] = {0, 1e6};
    gw_stream *stream = &meta->stream;
    double n_channels = 1;
    gw_status status =
        sigmf_number_get(path, global, "core:num_channels", channels, &n_channels, error);
    if (status == GW_OK)
        status =
            sigmf_number_get(path, global, "core:sample_rate", hz, &stream->sample_rate_hz, error);
    if (status == GW_OK)
        status = sigmf_number_get(path, global, "gw:scale_v", volts, &stream->scale_v, error);
    if (status != GW_OK)
        return status;
    stream->n_channels = (size_t)n_channels;
    stream->n_samples = 1;
    if (stream->kind != GW_KIND_GPR && stream->sample_rate_hz <= 0 && !meta->is_index)
        return gw_error_set(error, GW_EFORMAT, "%s: global.core:sample_rate is missing", path);
    if (stream->kind != GW_KIND_GPR)
        stream->row_rate_hz = stream->sample_rate_hz;
    return sigmf_fields_parse(path, global, stream, error);
}

static void unknown_note(const json_t *global, sigmf_meta *meta)
{
    static const char known[] =
        " core:version core:datatype core:num_channels core:sample_rate core:description"
        " core:sha512 core:extensions core:author core:recorder core:hw core:license"
        " core:collection core:offset core:generator gw:kind gw:waveform gw:channels"
        " gw:samples_per_scan gw:marks gw:scan_spacing_m gw:scan_rate_hz gw:channel_spacing_m"
        " gw:transmit_receive_offset_m gw:center_hz gw:tones_hz gw:roles gw:coil_radius_m"
        " gw:fields gw:scale_v gw:soil gw:lever_arm_m gw:calibration gw:clock gw:emulated"
        " gw:serial gw:origin gw:start_hz gw:step_hz gw:gate_edges_s ";
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)global, key, value)
    {
        char word[100];
        snprintf(word, sizeof word, " %.90s ", key);
        if (!strstr(known, word))
            sigmf_note(meta->notes, "global.%.60s is not understood\n", key);
    }
}

/* "2026-01-02T03:04:05.123456789Z" as ns since 1970; 0 when it is not that. */
static int64_t datetime_ns(const char *text)
{
    struct tm tm = {0};
    const char *rest = text ? strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;
    int64_t ns = 0, scale = 100000000;
    if (!rest)
        return 0;
    if (*rest == '.')
        for (rest++; *rest >= '0' && *rest <= '9'; rest++, scale /= 10)
            ns += (*rest - '0') * scale;
    int64_t seconds = (int64_t)timegm(&tm);
    bool is_sane = seconds > 0 && seconds < 4102444800; /* 1970..2100 */
    return is_sane ? seconds * 1000000000 + ns : 0;
}

static const int64_t index_max = INT64_C(1) << 60; /* sums of a few stay within 64 bits */
static const int64_t time_max_ns = 4000000000000000000;

/* A number of samples, whose row has a time that 64 bits hold. */
static bool is_index(const sigmf_meta *meta, int64_t value)
{
    const gw_stream *stream = &meta->stream;
    double rows = (double)value / (double)gw_stream_row_samples(stream);
    return value >= 0 && value <= index_max &&
           !(stream->row_rate_hz > 0 && rows / stream->row_rate_hz > 4e9);
}

/* On the clock of the device; 0: not told. */
static int64_t capture_time_ns(const json_t *capture)
{
    int64_t time_ns = json_integer_value(json_object_get(capture, "gw:time_ns"));
    return time_ns > 0 && time_ns <= time_max_ns ? time_ns : 0;
}

static gw_status first_parse(const char *path, const json_t *first, sigmf_meta *meta,
                             gw_error *error)
{
    int64_t row_samples = (int64_t)gw_stream_row_samples(&meta->stream);
    int64_t base = json_integer_value(json_object_get(first, "core:global_index"));
    const json_t *chain = json_object_get(first, "gw:chain_row");
    meta->stream.start_ns = datetime_ns(json_string_value(json_object_get(first, "core:datetime")));
    meta->time_ns = capture_time_ns(first);
    if (!meta->time_ns)
        meta->time_ns = meta->stream.start_ns;
    if (!is_index(meta, base))
        return gw_error_set(error, GW_EFORMAT, "%s: captures[0].core:global_index is not an index",
                            path);
    meta->first_row = (uint64_t)(base / row_samples);
    meta->has_chain = json_is_integer(chain) && json_integer_value(chain) >= 0 &&
                      json_integer_value(chain) <= (json_int_t)meta->first_row;
    meta->chain_row = meta->has_chain ? (uint64_t)json_integer_value(chain) : 0;
    return GW_OK;
}

/* A capture after the first; *ahead: samples by which the stream's count leads the file's. */
static gw_status capture_parse(const char *path, const json_t *captures, size_t k, int64_t *ahead,
                               sigmf_meta *meta, gw_error *error)
{
    const json_t *capture = json_array_get(captures, k);
    int64_t row_samples = (int64_t)gw_stream_row_samples(&meta->stream);
    int64_t start = json_integer_value(json_object_get(capture, "core:sample_start"));
    const json_t *told = json_object_get(capture, "core:global_index");
    int64_t index = json_integer_value(told);
    if (!json_is_integer(told) || start <= 0)
        return GW_OK;
    if (start > index_max || !is_index(meta, index))
        return gw_error_set(error, GW_EFORMAT, "%s: captures[%zu]: not an index", path, k);
    sigmf_gap gap = {.row = (uint64_t)(start / row_samples),
                     .index = (uint64_t)(index / row_samples),
                     .time_ns = capture_time_ns(capture),
                     .is_epoch = json_is_true(json_object_get(capture, "gw:epoch")),
                     .is_stalled = json_is_true(json_object_get(capture, "gw:stalled"))};
    int64_t lost = index - start - *ahead;
    if ((lost < 0 && !gap.is_epoch) || lost % row_samples || start % row_samples)
        return gw_error_set(error, GW_EFORMAT,
                            "%s: captures[%zu].core:global_index does not follow", path, k);
    if (!lost && !gap.is_epoch && !gap.is_stalled)
        return GW_OK;
    if (meta->n_gaps && gap.row <= meta->gaps[meta->n_gaps - 1].row)
        return gw_error_set(error, GW_EFORMAT,
                            "%s: captures[%zu].core:sample_start does not follow", path, k);
    if (meta->n_gaps == SIGMF_GAPS_MAX)
        return gw_error_set(error, GW_EFORMAT, "%s: more than %d gaps", path, SIGMF_GAPS_MAX);
    gap.n_lost = lost > 0 ? (uint64_t)(lost / row_samples) : 0;
    meta->gaps[meta->n_gaps++] = gap;
    *ahead += lost;
    return GW_OK;
}

/* Captures after the first: core:global_index beyond where the file stands is a gap. */
static gw_status captures_parse(const char *path, const json_t *captures, sigmf_meta *meta,
                                gw_error *error)
{
    gw_status status = first_parse(path, json_array_get(captures, 0), meta, error);
    int64_t ahead = (int64_t)(meta->first_row * gw_stream_row_samples(&meta->stream));
    for (size_t k = 1; k < json_array_size(captures) && status == GW_OK; k++)
        status = capture_parse(path, captures, k, &ahead, meta, error);
    return status;
}

gw_status sigmf_meta_parse(const char *path, const char *text, size_t n_text, sigmf_meta *meta,
                           gw_error *error)
{
    json_t *root = NULL;
    memset(meta, 0, sizeof *meta);
    gw_status status = json_load(path, text, n_text, &root, error);
    if (status != GW_OK)
        return status;
    const json_t *global = json_object_get(root, "global");
    if (!json_is_object(global))
        status = gw_error_set(error, GW_EFORMAT, "%s: no object `global`: not SigMF", path);
    if (status == GW_OK)
        status = datatype_parse(path, json_string_value(json_object_get(global, "core:datatype")),
                                &meta->stream, error);
    if (status == GW_OK)
        status = kind_parse(path, global, meta, error);
    if (status == GW_OK)
        status = layout_parse(path, global, meta, error);
    if (status == GW_OK)
        status = identity_parse(path, global, &meta->stream, error);
    if (status == GW_OK)
        status = sigmf_start_parse(path, json_object_get(root, "captures"), meta, error);
    if (status == GW_OK)
        status = captures_parse(path, json_object_get(root, "captures"), meta, error);
    if (status == GW_OK) {
        const char *hash = json_string_value(json_object_get(global, "core:sha512"));
        snprintf(meta->sha512, sizeof meta->sha512, "%.128s", hash ? hash : "");
        meta->stream.emulated = json_is_true(json_object_get(global, "gw:emulated"));
        unknown_note(global, meta);
    }
    json_decref(root);
    return status;
}

/* The last of them that is not after a row; NULL: none. */
static const sigmf_gap *gap_find(const sigmf_meta *meta, uint64_t row)
{
    size_t low = 0, high = meta->n_gaps;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (meta->gaps[middle].row <= row)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &meta->gaps[low - 1] : NULL;
}

void sigmf_meta_mark(const sigmf_meta *meta, uint64_t row, gw_row_mark *mark)
{
    const gw_stream *stream = &meta->stream;
    const sigmf_gap *gap = gap_find(meta, row);
    uint64_t base_row = meta->first_row;
    int64_t base_ns = meta->time_ns;
    *mark = (gw_row_mark){.row = meta->first_row + row, .place_mm = INT32_MIN};
    if (gap)
        mark->row = gap->index + (row - gap->row);
    if (gap && gap->time_ns) {
        base_row = gap->index;
        base_ns = gap->time_ns;
    }
    if (gap && gap->row == row) {
        mark->n_lost = gap->n_lost;
        mark->is_epoch = gap->is_epoch;
        mark->is_stalled = gap->is_stalled;
    }
    mark->time_ns =
        base_ns + gw_stream_row_ns(stream, mark->row) - gw_stream_row_ns(stream, base_row);
}

gw_status sigmf_collection_parse(const char *path, const char *text, size_t n_text,
                                 sigmf_collection *collection, gw_error *error)
{
    json_t *root = NULL;
    memset(collection, 0, sizeof *collection);
    gw_status status = json_load(path, text, n_text, &root, error);
    if (status != GW_OK)
        return status;
    const json_t *streams = json_object_get(json_object_get(root, "collection"), "core:streams");
    size_t n = json_array_size(streams);
    if (n < 1 || n > SIGMF_STREAMS_MAX)
        status =
            gw_error_set(error, GW_EFORMAT, "%s: collection.core:streams: %zu streams, not 1..%d",
                         path, n, SIGMF_STREAMS_MAX);
    for (size_t k = 0; k < n && status == GW_OK; k++) {
        const json_t *stream = json_array_get(streams, k);
        const char *name = json_string_value(json_object_get(stream, "name"));
        const char *hash = json_string_value(json_object_get(stream, "hash"));
        if (!name || !*name || strlen(name) > 200 || strchr(name, '/'))
            status = gw_error_set(error, GW_EFORMAT,
                                  "%s: collection.core:streams[%zu].name: not a name beside it",
                                  path, k);
        else
            snprintf(collection->names[collection->n++], 256, "%s", name);
        snprintf(collection->hashes[k], GW_HASH_MAX, "%.128s", hash ? hash : "");
    }
    json_decref(root);
    return status;
}
