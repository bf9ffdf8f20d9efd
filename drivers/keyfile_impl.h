/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/keyfile_impl.h -- lines and guarded files, shared by keyfile.c (pairs) and keyfile_list.c
 * (allow-lists).
 */
#ifndef GW_DRIVERS_KEYFILE_IMPL_H
#define GW_DRIVERS_KEYFILE_IMPL_H

#include "drivers/keyfile.h"

enum { KEYFILE_LINE_MAX = 160 };

typedef enum {
    KEYFILE_PUBLIC, /* anybody's to read */
    KEYFILE_SECRET, /* only its owner's */
    KEYFILE_LIST    /* only its owner writes it */
} keyfile_guard;

typedef struct keyfile_lines {
    const char *text;
    size_t n_left;
    int number; /* of the line given out last */
} keyfile_lines;

/* The next line that says something, without white space at its end; *cause: why it cannot be
 * read, else NULL. False: no more. */
bool keyfile_line_next(keyfile_lines *lines, char line[KEYFILE_LINE_MAX], const char **cause);

/* A file below `size` bytes, refused when its guard is not kept. GW_ENOENT, GW_EIO, GW_ECONFIG. */
gw_status keyfile_slurp(const char *path, keyfile_guard guard, char *text, size_t size, size_t *n,
                        gw_error *error);

#endif
