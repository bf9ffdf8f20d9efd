/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/rows.h -- rows of whole numbers in a file: what every flat format has in common.
 */
#ifndef GW_DRIVERS_ROWS_H
#define GW_DRIVERS_ROWS_H

#include "dsp/frame.h"
#include "dsp/status.h"

typedef struct gw_rows {
    int fd;
    char path[1024];
    uint64_t offset;   /* of row 0, bytes */
    size_t row_counts; /* numbers a row */
    size_t row_stride; /* bytes from a row to the next; 0: they follow each other */
    unsigned bits;     /* 8, 16, 32, little-endian */
    bool is_signed;
} gw_rows;

/* Open a file for reading; *size in bytes. GW_ENOENT, GW_EIO, GW_EFORMAT (no regular file; empty).
 */
gw_status gw_rows_open(gw_rows *rows, const char *path, uint64_t *size, gw_error *error);

/* n_bytes from byte `at` on. GW_EIO: as below. */
gw_status gw_rows_bytes(const gw_rows *rows, uint64_t at, void *bytes, size_t n_bytes,
                        gw_error *error);

/* counts: [n_rows][row_counts]. GW_EIO: cut short since it was opened, or unreadable. */
gw_status gw_rows_read(const gw_rows *rows, uint64_t row, size_t n_rows, int32_t *counts,
                       gw_error *error);
void gw_rows_close(gw_rows *rows);

#endif
