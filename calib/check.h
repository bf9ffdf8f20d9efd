/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calib/check.h -- a test piece, measured with the calibration in force, against what it should
 * give.
 *
 *     expected amplitude of a ball at distance z, balls:  w(z) / w(z0),  w = (a^2 + z^2)^-3
 *
 * with coils of radius a on its axis and the calibration's distance z0. A piece may instead state
 * what each tone should give (as `--learn` writes it).
 */
#ifndef GW_CALIB_CHECK_H
#define GW_CALIB_CHECK_H

#include <jansson.h>

#include "calib/passes.h"
#include "calib/take.h"
#include "drivers/calibration.h"

typedef struct gw_piece {
    char name[64];
    double distance_m;    /* from the coil's plane to the ball's centre; 0: the calibration's */
    double depth_m;       /* to the piece's top, for the radar; NAN: not looked at */
    double tolerance;     /* of the amplitude, relative */
    double tolerance_deg; /* of the phase */
    double tolerance_depth_m;
    size_t n_tones; /* 0: a ball, as above */
    double tones_hz[GW_TONES_MAX], amplitude[GW_TONES_MAX], phase_deg[GW_TONES_MAX];
} gw_piece;

/* "ball", "test-piece", or a file (docs/calibration.md). GW_ENOENT, GW_EIO, GW_EFORMAT. */
gw_status gw_piece_load(const char *name_or_path, gw_piece *out, gw_error *error);
/* Write what was measured as what is expected from now on. GW_EIO. */
gw_status gw_piece_save(const gw_piece *piece, const char *path, gw_error *error);

typedef struct gw_check {
    bool is_pass;
    char reason[400]; /* why not; "" */
    size_t n_passes, n_tones;
    double tones_hz[GW_TONES_MAX];
    gw_measured amplitude[GW_TONES_MAX]; /* balls */
    gw_measured phase_deg[GW_TONES_MAX];
    double expected[GW_TONES_MAX], expected_deg[GW_TONES_MAX];
    double depth_m; /* NAN: not seen, or not looked at */
} gw_check;

/* GW_ECONFIG: the file has no ball, or is of another device; GW_EFORMAT: bad data. A piece that was
 * not seen is a check that failed. */
gw_status gw_check_measure(const gw_takes *takes, const gw_calibration_file *file,
                           const gw_piece *piece, gw_check *out, gw_error *error);

/* measured, expected and tolerance of the record `check`: members with units in their names. */
json_t *gw_check_encode(const gw_check *check, const gw_piece *piece);

#endif
