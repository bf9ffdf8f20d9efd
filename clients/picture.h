/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/picture.h -- a live picture (`scope`) of GW_CLIENT_SCOPE, checked and unpacked.
 *
 * gpr: a row is a scan, a column a step of fast time; -127..127 is full scale.
 * md:  a row is row_s of time; column 0 is the search tone value 0..1, then for each tone the
 *      change in phase and in quadrature (ratio).
 * Source: docs/messages.md
 */
#ifndef GW_CLIENTS_PICTURE_H
#define GW_CLIENTS_PICTURE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GW_PICTURE_COLUMNS_MAX = 256, GW_PICTURE_ROWS_MAX = 4096, GW_PICTURE_TONES_MAX = 16 };

typedef enum { GW_PICTURE_GPR, GW_PICTURE_MD } gw_picture_sensor;

typedef struct gw_picture {
    gw_picture_sensor sensor;
    size_t n_rows, n_columns;   /* 1.. */
    const unsigned char *bytes; /* [n_rows][n_columns] of i8 or little-endian f32; borrowed */
    bool is_float;
    uint64_t kind_seq;       /* counts pictures, so that losses show; 0: not said */
    unsigned channel;        /* gpr */
    double from_ns, step_ns; /* gpr: fast time of column 0, and of a step; NAN: not said */
    double row_s;            /* md; NAN: not said */
    float pinpoint;          /* md: greatest of its rows, 0..1; NAN: not said */
    size_t n_tones;          /* md */
    double tones_hz[GW_PICTURE_TONES_MAX];
} gw_picture;

/* message: the CloudEvents object; bytes: [n_bytes], must outlive the picture. False: not a picture
 * of a sensor known here, or one whose bytes are not what it says. */
bool gw_picture_decode(const json_t *message, const void *bytes, size_t n_bytes, gw_picture *out);

/* One value; gpr: -1..1. Never NAN: what is no number is 0. */
float gw_picture_value(const gw_picture *picture, size_t row, size_t column);

#endif
