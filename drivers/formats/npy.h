/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/formats/npy.h -- NumPy arrays: [scans][samples] or [scans][channels][samples], real;
 * complex ones are stepped frequencies. Axes are in NAME.axes (drivers/formats/axes.h).
 *
 * Source: [NPY] numpy.lib.format, versions 1 to 3.
 */
#ifndef GW_DRIVERS_FORMATS_NPY_H
#define GW_DRIVERS_FORMATS_NPY_H

#include "drivers/formats/table.h"

extern const gw_reader gw_npy_reader;

enum { GW_NPY_DIMENSIONS_MAX = 3 };

typedef struct gw_npy_layout {
    uint64_t offset; /* bytes before the first number */
    char type;       /* 'i', 'u', 'f' or 'c' */
    size_t width;    /* bytes of an element; of both parts of a complex one */
    bool is_big, is_fortran;
    size_t n_dimensions, shape[GW_NPY_DIMENSIONS_MAX];
} gw_npy_layout;

/* Parse the first bytes of a file of `size` bytes: 2 or 3 dimensions that the file holds, of types
 * that are read here. GW_EFORMAT with what was found. */
gw_status gw_npy_parse(const unsigned char *head, size_t n_head, uint64_t size,
                       gw_npy_layout *layout, gw_error *error);

#endif
