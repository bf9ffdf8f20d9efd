/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/formats/flat.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "drivers/file.h"
#include "drivers/formats/axes.h"
#include "drivers/hash.h"

void *gw_flat_create(const char *path, gw_kind kind, size_t size, uint64_t *n_bytes,
                     gw_error *error)
{
    if (kind != GW_KIND_GPR) {
        gw_error_set(error, GW_ENODEV, "%s: such a file holds no %s stream", path,
                     gw_kind_name(kind));
        return NULL;
    }
    gw_flat *flat = calloc(1, size);
    if (!flat) {
        gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
        return NULL;
    }
    if (gw_rows_open(&flat->rows, path, n_bytes, error) != GW_OK) {
        free(flat);
        return NULL;
    }
    return flat;
}

/* Places that an instrument measured lie in files of their own. */
static void places_note(gw_flat *flat)
{
    static const char *const endings[] = {".dzg", ".cor", ".gps"};
    char found[1024];
    for (size_t k = 0; k < sizeof endings / sizeof *endings; k++)
        if (gw_path_beside(flat->rows.path, endings[k], found))
            gw_note(flat->notes, "places in %.200s are not read",
                    strrchr(found, '/') ? strrchr(found, '/') + 1 : found);
}

gw_status gw_flat_settle(gw_flat *flat, gw_stream *stream, uint64_t offset, gw_error *error)
{
    flat->rows.offset = offset;
    flat->rows.bits = stream->bits;
    flat->rows.is_signed = stream->is_signed;
    flat->rows.row_counts = gw_stream_row_counts(stream);
    places_note(flat);
    gw_status status = gw_axes_beside(stream, flat, error);
    return status == GW_OK ? gw_hash_file(flat->rows.path, stream->hash, error) : status;
}

gw_status gw_flat_blame(const char *path, const gw_error *inner, gw_error *error)
{
    return gw_error_set(error, inner->status, "%.200s: %.250s", path, inner->text);
}

gw_status gw_flat_list(const char *path, unsigned *kinds, gw_error *error)
{
    (void)path;
    (void)error;
    *kinds = 1u << GW_KIND_GPR;
    return GW_OK;
}

gw_status gw_flat_read(void *state, uint64_t row, size_t n_rows, int32_t *counts, gw_error *error)
{
    return gw_rows_read(&((gw_flat *)state)->rows, row, n_rows, counts, error);
}

void gw_flat_close(void *state)
{
    if (!state)
        return;
    gw_rows_close(&((gw_flat *)state)->rows);
    free(state);
}

const char *gw_flat_notes(const void *state)
{
    return ((const gw_flat *)state)->notes;
}

const char *gw_flat_facts(const void *state)
{
    return ((const gw_flat *)state)->facts;
}

bool gw_path_ends(const char *path, const char *const endings[], size_t n_endings)
{
    const char *dot = strrchr(path, '.');
    for (size_t k = 0; dot && k < n_endings; k++)
        if (strcasecmp(dot, endings[k]) == 0)
            return true;
    return false;
}

bool gw_path_beside(const char *path, const char *ending, char found[1024])
{
    const char *dot = strrchr(path, '.');
    size_t n = dot ? (size_t)(dot - path) : strlen(path), m = strlen(ending);
    if (n + m >= 1024)
        return false;
    memcpy(found, path, n);
    for (int is_capital = 0; is_capital < 2; is_capital++) {
        for (size_t k = 0; k <= m; k++)
            found[n + k] = (char)(is_capital ? toupper(ending[k]) : tolower(ending[k]));
        if (access(found, F_OK) == 0)
            return true;
    }
    return false;
}

gw_status gw_text_read(const char *path, char text[GW_TEXT_MAX], size_t *n_text, gw_error *error)
{
    FILE *file;
    *n_text = 0;
    gw_status status = gw_file_stream(path, GW_EFORMAT, &file, error);
    if (status != GW_OK)
        return status;
    *n_text = fread(text, 1, GW_TEXT_MAX, file);
    bool has_failed = ferror(file);
    fclose(file);
    return has_failed ? gw_error_set(error, GW_EIO, "%s: cannot be read", path) : GW_OK;
}
