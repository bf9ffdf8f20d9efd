/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/sigmf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "drivers/file.h"
#include "drivers/hash.h"
#include "drivers/rows.h"
#include "drivers/sigmf_index.h"
#include "drivers/sigmf_meta.h"
#include "drivers/sigmf_start.h"

enum { PATH_BYTES = 1024, META_BYTES_MAX = 16 << 20 };

typedef struct sigmf_state {
    gw_rows rows;
    sigmf_meta meta;
    sigmf_index *index; /* of a radar's scans; NULL: none */
    char facts[64];
} sigmf_state;

enum { INDEX = GW_KIND_COUNT, STREAMS }; /* streams of a collection: by kind, and the index */

static bool has_ending(const char *path, const char *ending)
{
    size_t n = strlen(path), m = strlen(ending);
    return n > m && strcmp(path + n - m, ending) == 0;
}

static bool sigmf_match(const char *path, const unsigned char *head, size_t n_head)
{
    (void)head;
    (void)n_head;
    return has_ending(path, ".sigmf-meta") || has_ending(path, ".sigmf-data") ||
           has_ending(path, ".sigmf-collection");
}

/* The whole text of a small file; *text is malloc'd. */
static gw_status text_load(const char *path, char **text, size_t *n_text, gw_error *error)
{
    FILE *file;
    *text = NULL;
    gw_status status = gw_file_stream(path, GW_EFORMAT, &file, error);
    if (status != GW_OK)
        return status;
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    if (size <= 0 || size > META_BYTES_MAX)
        status = gw_error_set(error, GW_EFORMAT, "%s: %s", path,
                              size <= 0 ? "the file is empty" : "longer than 16 MiB");
    if (status == GW_OK && !(*text = malloc((size_t)size)))
        status = gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    if (status == GW_OK && fread(*text, 1, (size_t)size, file) != (size_t)size)
        status = gw_error_set(error, GW_EIO, "%s: cannot be read", path);
    fclose(file);
    *n_text = status == GW_OK ? (size_t)size : 0;
    if (status != GW_OK) {
        free(*text);
        *text = NULL;
    }
    return status;
}

/* BASE of BASE.sigmf-meta, BASE.sigmf-data or BASE.sigmf-collection. */
static gw_status base_of(const char *path, char base[PATH_BYTES], gw_error *error)
{
    size_t n = strlen(path);
    if (n >= PATH_BYTES - 20)
        return gw_error_set(error, GW_ENOENT, "%.200s...: path is too long", path);
    memcpy(base, path, n + 1);
    *strrchr(base, '.') = 0;
    return GW_OK;
}

/* The meta of BASE; where power was lost before it was written, what the writer put down first. */
static gw_status meta_load(const char *base, sigmf_meta *meta, gw_error *error)
{
    char path[PATH_BYTES + 32], *text = NULL;
    size_t n_text = 0;
    bool is_cut = false;
    snprintf(path, sizeof path, "%s.sigmf-meta", base);
    gw_status status = text_load(path, &text, &n_text, error);
    if (status == GW_ENOENT) {
        gw_error ignored;
        char part[PATH_BYTES + 32];
        snprintf(part, sizeof part, "%s.sigmf-meta.part", base);
        is_cut = text_load(part, &text, &n_text, &ignored) == GW_OK;
        status = is_cut ? GW_OK : status;
    }
    if (status != GW_OK)
        return status;
    status = sigmf_meta_parse(path, text, n_text, meta, error);
    free(text);
    if (status == GW_OK && is_cut)
        sigmf_note(meta->notes, "the recording was cut before it was finished\n");
    return status;
}

static gw_status data_open(const char *base, sigmf_state *state, gw_error *error)
{
    char path[PATH_BYTES + 32];
    uint64_t size = 0;
    gw_stream *stream = &state->meta.stream;
    snprintf(path, sizeof path, "%s.sigmf-data", base);
    gw_status status = gw_rows_open(&state->rows, path, &size, error);
    if (status != GW_OK)
        return status;
    state->rows.bits = stream->bits;
    state->rows.is_signed = stream->is_signed;
    state->rows.row_counts = gw_stream_row_counts(stream);
    uint64_t row_bytes = state->rows.row_counts * (stream->bits / 8);
    state->rows.offset = state->meta.header_bytes;
    size -= size < state->rows.offset ? size : state->rows.offset;
    stream->n_rows = (int64_t)(size / row_bytes);
    if (stream->n_rows == 0)
        return gw_error_set(error, GW_EFORMAT, "%s: %llu bytes%s hold not one row of %llu", path,
                            (unsigned long long)size,
                            state->rows.offset ? " after captures[0].core:header_bytes" : "",
                            (unsigned long long)row_bytes);
    if (size % row_bytes)
        sigmf_note(state->meta.notes, "%llu bytes after the last whole row are left out\n",
                   (unsigned long long)(size % row_bytes));
    uint64_t n_samples = (uint64_t)stream->n_rows * gw_stream_row_samples(stream);
    status = sigmf_start_check(base, n_samples, &state->meta, error);
    if (status == GW_OK)
        status = gw_hash_file(path, stream->hash, error);
    if (status == GW_OK && state->meta.sha512[0] && strcmp(state->meta.sha512, stream->hash) != 0)
        sigmf_note(state->meta.notes, "core:sha512 is not that of the data: cut or changed\n");
    return status;
}

static gw_status stream_open(const char *base, gw_kind kind, sigmf_state **out, gw_error *error)
{
    sigmf_state *state = calloc(1, sizeof *state);
    const char *slash = strrchr(base, '/');
    *out = NULL;
    if (!state)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", base);
    state->rows.fd = -1;
    gw_status status = meta_load(base, &state->meta, error);
    if (status == GW_OK && state->meta.is_index)
        status =
            gw_error_set(error, GW_EFORMAT,
                         "%s: holds no samples: it is the scan_index beside a gpr stream", base);
    if (status == GW_OK && state->meta.stream.kind != kind)
        status = gw_error_set(error, GW_ENODEV, "%s: holds a %s stream, no %s stream", base,
                              gw_kind_name(state->meta.stream.kind), gw_kind_name(kind));
    if (status == GW_OK)
        status = data_open(base, state, error);
    if (status != GW_OK) {
        gw_rows_close(&state->rows);
        free(state);
        return status;
    }
    snprintf(state->meta.stream.name, GW_NAME_MAX, "%.127s", slash ? slash + 1 : base);
    *out = state;
    return GW_OK;
}

static gw_status collection_load(const char *path, sigmf_collection *collection, gw_error *error)
{
    char *text = NULL;
    size_t n_text = 0;
    gw_status status = text_load(path, &text, &n_text, error);
    if (status == GW_OK)
        status = sigmf_collection_parse(path, text, n_text, collection, error);
    free(text);
    return status;
}

static void sibling_base(const char *path, const char *name, char base[PATH_BYTES])
{
    const char *slash = strrchr(path, '/');
    int n_folder = slash ? (int)(slash - path) + 1 : 0;
    snprintf(base, PATH_BYTES, "%.*s%s", n_folder, path, name);
}

/* Which kind the meta of BASE says, or INDEX, without its data. */
static gw_status kind_of(const char *base, int *kind, gw_error *error)
{
    sigmf_meta *meta = malloc(sizeof *meta);
    if (!meta)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", base);
    gw_status status = meta_load(base, meta, error);
    if (status == GW_OK)
        *kind = meta->is_index ? INDEX : (int)meta->stream.kind;
    free(meta);
    return status;
}

/* For each kind the place of its stream in the collection, -1 where there is none. */
static gw_status collection_kinds(const char *path, const sigmf_collection *collection,
                                  int streams[STREAMS], gw_error *error)
{
    for (int kind = 0; kind < STREAMS; kind++)
        streams[kind] = -1;
    for (size_t k = 0; k < collection->n; k++) {
        char base[PATH_BYTES];
        int kind = INDEX;
        sibling_base(path, collection->names[k], base);
        gw_status status = kind_of(base, &kind, error);
        if (status != GW_OK)
            return status;
        if (streams[kind] >= 0)
            return gw_error_set(error, GW_EFORMAT, "%s: two %s streams: %s and %s", path,
                                kind == INDEX ? "scan_index" : gw_kind_name((gw_kind)kind),
                                collection->names[streams[kind]], collection->names[k]);
        streams[kind] = (int)k;
    }
    return GW_OK;
}

static void meta_hash_check(const char *base, const char *hash, sigmf_meta *meta)
{
    char path[PATH_BYTES + 32], found[GW_HASH_MAX];
    gw_error ignored;
    snprintf(path, sizeof path, "%s.sigmf-meta", base);
    if (hash[0] && gw_hash_file(path, found, &ignored) == GW_OK && strcmp(hash, found) != 0)
        sigmf_note(meta->notes, "the collection's hash is not that of the meta file\n");
}

static gw_status sigmf_list(const char *path, unsigned *kinds, gw_error *error)
{
    char base[PATH_BYTES];
    int kind = INDEX;
    gw_status status = base_of(path, base, error);
    if (status != GW_OK)
        return status;
    if (!has_ending(path, ".sigmf-collection")) {
        status = kind_of(base, &kind, error);
        if (status == GW_OK && kind == INDEX)
            return gw_error_set(error, GW_EFORMAT,
                                "%s: holds no samples: it is the scan_index beside a gpr stream; "
                                "open the collection",
                                path);
        *kinds = status == GW_OK ? 1u << kind : 0;
        return status;
    }
    sigmf_collection collection;
    int streams[STREAMS];
    status = collection_load(path, &collection, error);
    if (status == GW_OK)
        status = collection_kinds(path, &collection, streams, error);
    for (int k = 0; k < GW_KIND_COUNT && status == GW_OK; k++)
        *kinds |= streams[k] >= 0 ? 1u << k : 0;
    return status;
}

/* Its row k tells of the stream's row k, as far as it goes; one that does not fit is left out. */
static bool index_fits(const sigmf_state *state)
{
    uint64_t n = sigmf_index_rows(state->index);
    sigmf_index_scan scan;
    gw_row_mark mark;
    if (n > (uint64_t)state->meta.stream.n_rows)
        n = (uint64_t)state->meta.stream.n_rows;
    const uint64_t ends[2] = {0, n - 1};
    for (int k = 0; n && k < 2; k++) {
        sigmf_meta_mark(&state->meta, ends[k], &mark);
        if (!sigmf_index_get(state->index, ends[k], &scan) || scan.seq != (uint32_t)mark.row)
            return false;
    }
    return n > 0;
}

static void index_add(const char *base, sigmf_state *state)
{
    sigmf_meta *meta = malloc(sizeof *meta);
    gw_error error = {.text = "out of memory"};
    gw_status status = meta ? meta_load(base, meta, &error) : GW_ENOMEM;
    if (status == GW_OK)
        status = sigmf_index_open(base, meta, &state->index, &error);
    free(meta);
    if (status != GW_OK) {
        sigmf_note(state->meta.notes, "its scan_index is left out: %.200s\n", error.text);
        return;
    }
    uint64_t n = sigmf_index_rows(state->index), n_rows = (uint64_t)state->meta.stream.n_rows;
    if (!index_fits(state)) {
        sigmf_note(state->meta.notes, "its scan_index is left out: it is of other scans\n");
        sigmf_index_close(state->index);
        state->index = NULL;
        return;
    }
    if (n < n_rows)
        sigmf_note(state->meta.notes, "its scan_index lacks the last %llu scans\n",
                   (unsigned long long)(n_rows - n));
    snprintf(state->facts, sizeof state->facts, "scan_index: %llu scans\n", (unsigned long long)n);
}

/* One stream of a collection, and the index where it is the radar's. */
static gw_status member_open(const char *path, gw_kind kind, sigmf_state **out, gw_error *error)
{
    char base[PATH_BYTES];
    sigmf_collection collection;
    int streams[STREAMS];
    gw_status status = collection_load(path, &collection, error);
    if (status == GW_OK)
        status = collection_kinds(path, &collection, streams, error);
    if (status == GW_OK && streams[kind] < 0)
        status = gw_error_set(error, GW_ENODEV, "%s: no %s stream", path, gw_kind_name(kind));
    if (status != GW_OK)
        return status;
    sibling_base(path, collection.names[streams[kind]], base);
    status = stream_open(base, kind, out, error);
    if (status != GW_OK)
        return status;
    meta_hash_check(base, collection.hashes[streams[kind]], &(*out)->meta);
    if (kind == GW_KIND_GPR && streams[INDEX] >= 0) {
        sibling_base(path, collection.names[streams[INDEX]], base);
        index_add(base, *out);
    }
    return GW_OK;
}

static gw_status sigmf_open(const char *path, gw_kind kind, void **out, gw_stream *stream,
                            gw_error *error)
{
    char base[PATH_BYTES];
    sigmf_state *state = NULL;
    *out = NULL;
    gw_status status = base_of(path, base, error);
    if (status == GW_OK && has_ending(path, ".sigmf-collection"))
        status = member_open(path, kind, &state, error);
    else if (status == GW_OK)
        status = stream_open(base, kind, &state, error);
    if (status != GW_OK)
        return status;
    *stream = state->meta.stream;
    *out = state;
    return GW_OK;
}

static gw_status sigmf_read(void *state, uint64_t row, size_t n_rows, int32_t *counts,
                            gw_error *error)
{
    return gw_rows_read(&((sigmf_state *)state)->rows, row, n_rows, counts, error);
}

static void sigmf_mark(void *opaque, uint64_t row, gw_row_mark *mark)
{
    sigmf_state *state = opaque;
    sigmf_index_scan scan;
    sigmf_meta_mark(&state->meta, row, mark);
    if (!state->index || !sigmf_index_get(state->index, row, &scan) ||
        scan.seq != (uint32_t)mark->row)
        return;
    mark->place_mm = scan.place_mm;
    if (scan.time_ns)
        mark->time_ns = scan.time_ns;
}

static void sigmf_begin(const void *state, gw_row_begin *begin)
{
    const sigmf_meta *meta = &((const sigmf_state *)state)->meta;
    *begin = (gw_row_begin){.first_row = meta->first_row,
                            .is_chain_known = meta->has_chain,
                            .chain_row = meta->chain_row};
}

static void sigmf_close(void *opaque)
{
    sigmf_state *state = opaque;
    sigmf_index_close(state->index);
    gw_rows_close(&state->rows);
    free(state);
}

static const char *sigmf_facts(const void *state)
{
    return ((const sigmf_state *)state)->facts;
}

static const char *sigmf_notes(const void *state)
{
    return ((const sigmf_state *)state)->meta.notes;
}

const gw_reader gw_sigmf_reader = {.format = "SigMF",
                                   .match = sigmf_match,
                                   .list = sigmf_list,
                                   .open = sigmf_open,
                                   .read = sigmf_read,
                                   .close = sigmf_close,
                                   .notes = sigmf_notes,
                                   .facts = sigmf_facts,
                                   .mark = sigmf_mark,
                                   .begin = sigmf_begin};
