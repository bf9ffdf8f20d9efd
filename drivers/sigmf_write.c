/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "drivers/hash.h"
#include "drivers/sigmf.h"

/* META_RESERVED: of the disk, from the begin on, so that a disk that is full has room for the meta:
 * of 300 captures. */
enum { PATH_BYTES = 1024, PACK_COUNTS = 4096, META_RESERVED = 32 << 10 };

struct gw_sigmf_writer {
    char base[PATH_BYTES];
    gw_stream stream;
    FILE *data;
    uint64_t n_rows;    /* written */
    uint64_t next_row;  /* of the source */
    uint64_t chain_row; /* the same: where its chain had begun */
    bool has_first, has_chain, has_failed;
    json_t *meta, *captures, *annotations; /* the last two belong to meta */
    unsigned char packed[PACK_COUNTS * 4];
};

static gw_status path_make(const char *base, const char *ending, char path[PATH_BYTES + 32],
                           gw_error *error)
{
    if (strlen(base) >= PATH_BYTES)
        return gw_error_set(error, GW_EUSAGE, "%.200s...: path is too long", base);
    snprintf(path, PATH_BYTES + 32, "%s%s", base, ending);
    return GW_OK;
}

/* JSON into a file, filled up with spaces to so many bytes, and synced. */
static bool json_put(const json_t *root, const char *path, long n_bytes)
{
    FILE *file = fopen(path, "w");
    bool is_good = file && json_dumpf(root, file, JSON_INDENT(2)) == 0 && fputc('\n', file) != EOF;
    for (long at = file ? ftell(file) : 0; is_good && at < n_bytes; at++)
        is_good = fputc(' ', file) != EOF;
    is_good = is_good && fflush(file) == 0 && fsync(fileno(file)) == 0;
    int cause = errno;
    if (file)
        is_good &= fclose(file) == 0;
    errno = cause;
    return is_good;
}

/* JSON beside PATH, then renamed into place: PATH is whole or not there. */
static gw_status json_write(const json_t *root, const char *path, gw_error *error)
{
    char beside[PATH_BYTES + 64];
    snprintf(beside, sizeof beside, "%s.new", path);
    if (json_put(root, beside, 0) && rename(beside, path) == 0)
        return GW_OK;
    gw_status status = gw_error_set(error, GW_EIO, "%s: %s", beside, strerror(errno));
    unlink(beside);
    return status;
}

static void number_set(json_t *object, const char *key, double value)
{
    if (value > 0)
        json_object_set_new(object, key, json_real(value));
}

static void md_describe(json_t *global, const gw_stream *stream)
{
    json_t *tones = json_array(), *roles = json_array();
    for (size_t k = 0; k < stream->n_tones; k++)
        json_array_append_new(tones, json_real(stream->tones_hz[k]));
    for (size_t c = 0; c < stream->n_channels; c++)
        json_array_append_new(roles, json_string(gw_role_name(stream->roles[c])));
    json_object_set_new(global, "gw:tones_hz", tones);
    json_object_set_new(global, "gw:roles", roles);
    if (stream->waveform == GW_WAVEFORM_PULSE) {
        json_t *edges = json_array();
        for (size_t g = 0; g <= stream->n_channels && g <= GW_GATES_MAX; g++)
            json_array_append_new(edges, json_real(stream->gate_edges_s[g]));
        json_object_set_new(global, "gw:gate_edges_s", edges);
        json_object_del(global, "gw:tones_hz");
    }
    number_set(global, "gw:coil_radius_m", stream->coil_radius_m);
}

static void gpr_describe(json_t *global, const gw_stream *stream)
{
    json_object_set_new(global, "gw:channels", json_integer((json_int_t)stream->n_channels));
    json_object_set_new(global, "gw:samples_per_scan", json_integer((json_int_t)stream->n_samples));
    number_set(global, "gw:marks", (double)stream->n_marks);
    number_set(global, "gw:scan_spacing_m", stream->scan_spacing_m);
    number_set(global, "gw:scan_rate_hz", stream->row_rate_hz);
    number_set(global, "gw:channel_spacing_m", stream->channel_spacing_m);
    number_set(global, "gw:transmit_receive_offset_m", stream->transmit_receive_offset_m);
    number_set(global, "gw:center_hz", stream->center_hz);
    number_set(global, "gw:start_hz", stream->start_hz);
    number_set(global, "gw:step_hz", stream->step_hz);
}

static void pose_describe(json_t *global, const gw_stream *stream)
{
    json_t *fields = json_array();
    for (size_t c = 0; c < stream->n_channels; c++)
        json_array_append_new(fields, json_string(gw_field_name(stream->fields[c])));
    json_object_set_new(global, "gw:fields", fields);
}

static json_t *global_make(const gw_stream *stream, const char *generator)
{
    char type[16];
    snprintf(type, sizeof type, "%c%c%u%s", stream->is_complex ? 'c' : 'r',
             stream->is_signed ? 'i' : 'u', stream->bits, stream->bits > 8 ? "_le" : "");
    size_t n = stream->kind == GW_KIND_GPR ? 1 : stream->n_channels;
    bool is_index = stream->kind == GW_KIND_POSE && stream->fields[0] == GW_FIELD_SCAN_SEQ;
    const char *kind = is_index ? "scan_index" : gw_kind_name(stream->kind);
    json_t *global = json_pack("{s:s, s:s, s:I, s:s, s:s, s:[{s:s, s:s, s:b}]}", "core:version",
                               "1.2.0", "core:datatype", type, "core:num_channels", (json_int_t)n,
                               "core:generator", generator, "gw:kind", kind, "core:extensions",
                               "name", "gw", "version", "1.0.0", "optional", 1);
    number_set(global, "core:sample_rate", stream->sample_rate_hz);
    number_set(global, "gw:scale_v", stream->scale_v);
    if (stream->waveform != GW_WAVEFORM_NONE)
        json_object_set_new(global, "gw:waveform", json_string(gw_waveform_name(stream->waveform)));
    if (stream->emulated)
        json_object_set_new(global, "gw:emulated", json_true());
    if (stream->serial[0])
        json_object_set_new(global, "gw:serial", json_string(stream->serial));
    if (stream->origin.is_known)
        json_object_set_new(global, "gw:origin",
                            json_pack("{s:f, s:f, s:f}", "lat", stream->origin.lat_deg, "lon",
                                      stream->origin.lon_deg, "heading_deg",
                                      stream->origin.heading_deg));
    if (stream->arm.is_known)
        json_object_set_new(
            global, "gw:lever_arm_m",
            json_pack("[f, f, f]", stream->arm.forward_m, stream->arm.right_m, stream->arm.up_m));
    if (stream->kind == GW_KIND_GPR)
        gpr_describe(global, stream);
    else if (stream->kind == GW_KIND_MD)
        md_describe(global, stream);
    else
        pose_describe(global, stream);
    return global;
}

static gw_status meta_begin(gw_sigmf_writer *writer, const char *generator, gw_error *error)
{
    char path[PATH_BYTES + 32];
    writer->captures = json_array();
    writer->annotations = json_array();
    writer->meta = json_pack("{s:o, s:o, s:o}", "global", global_make(&writer->stream, generator),
                             "captures", writer->captures, "annotations", writer->annotations);
    if (!writer->meta)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", writer->base);
    snprintf(path, sizeof path, "%s.sigmf-meta.part", writer->base);
    if (json_put(writer->meta, path, META_RESERVED)) /* for a recording that is cut */
        return GW_OK;
    gw_status status = gw_error_set(error, GW_EIO, "%s: %s", path, strerror(errno));
    unlink(path);
    return status;
}

gw_status gw_sigmf_writer_create(const char *base, const gw_stream *stream, const char *generator,
                                 gw_sigmf_writer **out, gw_error *error)
{
    char path[PATH_BYTES + 32];
    *out = NULL;
    gw_status status = path_make(base, ".sigmf-data", path, error);
    if (status != GW_OK)
        return status;
    gw_sigmf_writer *writer = calloc(1, sizeof *writer);
    if (!writer)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", base);
    snprintf(writer->base, sizeof writer->base, "%s", base);
    writer->stream = *stream;
    writer->data = fopen(path, "wbx");
    if (!writer->data)
        status = gw_error_set(error, errno == EEXIST ? GW_EBUSY : GW_EIO, "%s: %s", path,
                              errno == EEXIST ? "is there already; nothing is overwritten"
                                              : strerror(errno));
    if (status == GW_OK)
        status = meta_begin(writer, generator, error);
    if (status != GW_OK) {
        if (writer->data)
            fclose(writer->data);
        json_decref(writer->meta);
        free(writer);
        return status;
    }
    *out = writer;
    return GW_OK;
}

/* Samples that SigMF counts in one row: a scan is many. */
static uint64_t row_samples(const gw_sigmf_writer *writer)
{
    return gw_stream_row_samples(&writer->stream);
}

static void capture_begin(gw_sigmf_writer *writer, const gw_block *block)
{
    char text[64] = "", whole[40];
    time_t seconds = (time_t)(block->time_ns / 1000000000);
    struct tm tm;
    json_t *capture = json_pack(
        "{s:I, s:I}", "core:sample_start", (json_int_t)(writer->n_rows * row_samples(writer)),
        "core:global_index", (json_int_t)(block->row * row_samples(writer)));
    if (!writer->has_first && writer->has_chain)
        json_object_set_new(capture, "gw:chain_row", json_integer((json_int_t)writer->chain_row));
    if (block->time_ns)
        json_object_set_new(capture, "gw:time_ns", json_integer(block->time_ns));
    if (writer->has_first && (block->flags & GW_BLOCK_EPOCH))
        json_object_set_new(capture, "gw:epoch", json_true());
    if (writer->has_first && (block->flags & GW_BLOCK_STALLED))
        json_object_set_new(capture, "gw:stalled", json_true());
    if (block->time_ns > 1000000000000000000 && gmtime_r(&seconds, &tm)) {
        strftime(whole, sizeof whole, "%Y-%m-%dT%H:%M:%S", &tm);
        snprintf(text, sizeof text, "%s.%09lldZ", whole, (long long)(block->time_ns % 1000000000));
        json_object_set_new(capture, "core:datetime", json_string(text));
    }
    json_array_append_new(writer->captures, capture);
}

static bool counts_write(gw_sigmf_writer *writer, const int32_t *counts, size_t n)
{
    size_t width = writer->stream.bits / 8;
    while (n) {
        size_t part = n < PACK_COUNTS ? n : PACK_COUNTS;
        for (size_t k = 0; k < part; k++)
            for (size_t b = 0; b < width; b++)
                writer->packed[k * width + b] = (unsigned char)((uint32_t)counts[k] >> 8 * b);
        if (fwrite(writer->packed, width, part, writer->data) != part)
            return false;
        counts += part;
        n -= part;
    }
    return true;
}

gw_status gw_sigmf_writer_write(gw_sigmf_writer *writer, const gw_block *block, gw_error *error)
{
    bool is_gap =
        block->row != writer->next_row || (block->flags & (GW_BLOCK_EPOCH | GW_BLOCK_STALLED));
    if (!writer->has_first || is_gap)
        capture_begin(writer, block);
    writer->has_first = true;
    if (!counts_write(writer, block->counts,
                      block->n_rows * gw_stream_row_counts(&writer->stream))) {
        writer->has_failed = true;
        writer->n_rows += block->n_rows; /* as many as the disk took; seen at the end */
        return gw_error_set(error, GW_EIO, "%s.sigmf-data: %s", writer->base, strerror(errno));
    }
    writer->n_rows += block->n_rows;
    writer->next_row = block->row + block->n_rows;
    return GW_OK;
}

void gw_sigmf_writer_chain(gw_sigmf_writer *writer, uint64_t row)
{
    writer->chain_row = row;
    writer->has_chain = true;
}

gw_status gw_sigmf_writer_annotate(gw_sigmf_writer *writer, uint64_t row, uint64_t n_rows,
                                   const char *label, const char *comment, gw_error *error)
{
    json_t *made = json_pack("{s:I, s:I, s:s, s:s}", "core:sample_start",
                             (json_int_t)(row * row_samples(writer)), "core:sample_count",
                             (json_int_t)(n_rows * row_samples(writer)), "core:label", label,
                             "core:comment", comment);
    if (!made || json_array_append_new(writer->annotations, made) != 0)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", writer->base);
    return GW_OK;
}

void gw_sigmf_writer_label(gw_sigmf_writer *writer, const char *key, const char *word)
{
    json_object_set_new(json_object_get(writer->meta, "global"), key, json_string(word));
}

/* What did not get to the disk is in no capture either. */
static void data_cut(gw_sigmf_writer *writer, const char *path)
{
    uint64_t row_bytes = gw_stream_row_counts(&writer->stream) * (writer->stream.bits / 8);
    struct stat about;
    uint64_t n_rows = stat(path, &about) == 0 ? (uint64_t)about.st_size / row_bytes : 0;
    writer->n_rows = n_rows < writer->n_rows ? n_rows : writer->n_rows;
    if (truncate(path, (off_t)(writer->n_rows * row_bytes)) != 0)
        return; /* the reader leaves out half a row */
    for (size_t k = json_array_size(writer->captures); k-- > 1;) {
        json_t *start = json_object_get(json_array_get(writer->captures, k), "core:sample_start");
        if ((uint64_t)json_integer_value(start) >= writer->n_rows * row_samples(writer))
            json_array_remove(writer->captures, k);
    }
}

static gw_status data_close(gw_sigmf_writer *writer, const char *path, gw_error *error)
{
    bool is_good = fflush(writer->data) == 0 && fsync(fileno(writer->data)) == 0;
    int cause = errno;
    is_good &= fclose(writer->data) == 0;
    if (is_good && !writer->has_failed)
        return GW_OK;
    data_cut(writer, path);
    return gw_error_set(error, GW_EIO, "%s: %s", path, is_good ? "is not whole" : strerror(cause));
}

/* Into the room that was kept for it. */
static bool reserve_take(const json_t *meta, const char *part, const char *path)
{
    char *text = json_dumps(meta, JSON_INDENT(2));
    size_t n = text ? strlen(text) : META_RESERVED;
    FILE *file = n < META_RESERVED ? fopen(part, "r+") : NULL;
    bool is_good = file && fwrite(text, 1, n, file) == n && fflush(file) == 0 &&
                   ftruncate(fileno(file), (off_t)n) == 0 && fsync(fileno(file)) == 0;
    if (file)
        is_good &= fclose(file) == 0;
    free(text);
    return is_good && rename(part, path) == 0;
}

static gw_status meta_close(gw_sigmf_writer *writer, const char *data, gw_error *error)
{
    char path[PATH_BYTES + 32], part[PATH_BYTES + 64], hash[GW_HASH_MAX];
    gw_status status = gw_hash_file(data, hash, error);
    if (status != GW_OK)
        return status;
    json_object_set_new(json_object_get(writer->meta, "global"), "core:sha512", json_string(hash));
    snprintf(path, sizeof path, "%s.sigmf-meta", writer->base);
    snprintf(part, sizeof part, "%s.part", path);
    status = json_write(writer->meta, path, error);
    if (status == GW_OK)
        unlink(part);
    else if (reserve_take(writer->meta, part, path))
        status = GW_OK;
    return status;
}

gw_status gw_sigmf_writer_close(gw_sigmf_writer *writer, uint64_t *n_rows, gw_error *error)
{
    char path[PATH_BYTES + 32];
    gw_error ignored;
    if (!json_array_size(writer->captures))
        json_array_append_new(writer->captures, json_pack("{s:i}", "core:sample_start", 0));
    snprintf(path, sizeof path, "%s.sigmf-data", writer->base);
    gw_status status = data_close(writer, path, error);
    gw_status told = meta_close(writer, path, status == GW_OK ? error : &ignored);
    if (n_rows)
        *n_rows = told == GW_OK ? writer->n_rows : 0;
    json_decref(writer->meta);
    free(writer);
    return status == GW_OK ? told : status;
}

gw_status gw_sigmf_collection_write(const char *base, const char *const bases[], size_t n_bases,
                                    gw_error *error)
{
    char path[PATH_BYTES + 32], hash[GW_HASH_MAX];
    json_t *streams = json_array();
    gw_status status = GW_OK;
    for (size_t k = 0; k < n_bases && status == GW_OK; k++) {
        const char *slash = strrchr(bases[k], '/');
        snprintf(path, sizeof path, "%.1000s.sigmf-meta", bases[k]);
        json_t *stream = json_pack("{s:s}", "name", slash ? slash + 1 : bases[k]);
        bool is_there = access(path, F_OK) == 0; /* else it is being written still */
        if (is_there && (status = gw_hash_file(path, hash, error)) == GW_OK)
            json_object_set_new(stream, "hash", json_string(hash));
        json_array_append_new(streams, stream);
    }
    json_t *root = json_pack("{s:{s:s, s:[{s:s, s:s, s:b}], s:o}}", "collection", "core:version",
                             "1.2.0", "core:extensions", "name", "gw", "version", "1.0.0",
                             "optional", 1, "core:streams", streams);
    if (status == GW_OK)
        status = path_make(base, ".sigmf-collection", path, error);
    if (status == GW_OK)
        status = json_write(root, path, error);
    json_decref(root);
    return status;
}
