/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/rows.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "drivers/file.h"

gw_status gw_rows_open(gw_rows *rows, const char *path, uint64_t *size, gw_error *error)
{
    struct stat about;
    rows->fd = -1;
    if (snprintf(rows->path, sizeof rows->path, "%s", path) >= (int)sizeof rows->path)
        return gw_error_set(error, GW_ENOENT, "%.200s...: path is too long", path);
    gw_status status = gw_file_open(path, GW_EFORMAT, &rows->fd, error);
    if (status != GW_OK)
        return status;
    *size = fstat(rows->fd, &about) == 0 ? (uint64_t)about.st_size : 0;
    if (*size == 0) {
        gw_rows_close(rows);
        return gw_error_set(error, GW_EFORMAT, "%s: the file is empty", path);
    }
    return GW_OK;
}

/* Widen n numbers in place: they lie at the end of the int32 array and are taken from the front. */
static void widen(const gw_rows *rows, const unsigned char *raw, size_t n, int32_t *counts)
{
    for (size_t k = 0; k < n; k++) {
        uint32_t value = 0;
        const unsigned char *at = raw + k * (rows->bits / 8);
        if (rows->bits == 8)
            value = rows->is_signed ? (uint32_t)(int32_t)(int8_t)at[0] : at[0];
        else if (rows->bits == 16)
            value = (uint32_t)at[0] | (uint32_t)at[1] << 8;
        else
            value = (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
                    (uint32_t)at[3] << 24;
        if (rows->bits == 16 && rows->is_signed)
            value = (uint32_t)(int32_t)(int16_t)value;
        counts[k] = (int32_t)value;
    }
}

gw_status gw_rows_bytes(const gw_rows *rows, uint64_t at, void *bytes, size_t n_bytes,
                        gw_error *error)
{
    size_t done = 0;
    while (done < n_bytes) {
        ssize_t got = pread(rows->fd, (char *)bytes + done, n_bytes - done, (off_t)(at + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return gw_error_set(error, GW_EIO, "%s: byte %llu: %s", rows->path,
                                (unsigned long long)(at + done),
                                got < 0 ? strerror(errno) : "the file was cut while it was read");
        done += (size_t)got;
    }
    return GW_OK;
}

static gw_status run_read(const gw_rows *rows, uint64_t at, size_t n, int32_t *counts,
                          gw_error *error)
{
    size_t n_bytes = n * (rows->bits / 8);
    unsigned char *raw = (unsigned char *)counts + n * sizeof *counts - n_bytes;
    gw_status status = gw_rows_bytes(rows, at, raw, n_bytes, error);
    if (status == GW_OK)
        widen(rows, raw, n, counts);
    return status;
}

gw_status gw_rows_read(const gw_rows *rows, uint64_t row, size_t n_rows, int32_t *counts,
                       gw_error *error)
{
    size_t row_bytes = rows->row_counts * (rows->bits / 8);
    gw_status status = GW_OK;
    if (rows->row_stride == 0 || rows->row_stride == row_bytes)
        return run_read(rows, rows->offset + row * row_bytes, n_rows * rows->row_counts, counts,
                        error);
    for (size_t k = 0; k < n_rows && status == GW_OK; k++)
        status = run_read(rows, rows->offset + (row + k) * rows->row_stride, rows->row_counts,
                          counts + k * rows->row_counts, error);
    return status;
}

void gw_rows_close(gw_rows *rows)
{
    if (rows->fd >= 0)
        close(rows->fd);
    rows->fd = -1;
}
