/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calib/step.h -- the steps of a calibration: each takes data, judges them, and puts its section
 * into a calibration, or leaves it as it was.
 *
 *     air, null  ->  ball (after null)  ->  noise (after air and ball, of the sensors there are)
 *     ground: at any time, in the units that hold then
 *     air  ->  plate (radars of stepped frequency)
 *
 * A section that rests on a renewed one is removed: `noise` by air, null and ball; `ball` by null;
 * `ground` by null and ball; `plate` by air.
 */
#ifndef GW_CALIB_STEP_H
#define GW_CALIB_STEP_H

#include "calib/passes.h"
#include "calib/series.h"
#include "calib/take.h"
#include "drivers/calibration.h"

typedef enum {
    GW_STEP_AIR,
    GW_STEP_NULL,
    GW_STEP_BALL,
    GW_STEP_NOISE,
    GW_STEP_GROUND,
    GW_STEP_PLATE,
    GW_STEP_COUNT
} gw_step;

typedef struct gw_step_input {
    const gw_takes *takes;
    const char *uri;
    int64_t date_ns;   /* UTC, of the data */
    double distance_m; /* ball: from the coil's plane to its centre; plate: from the antennas */
    double far_per_m;  /* noise: wanted false alarms a metre and sensor */
} gw_step_input;

/* What is left of the way, for a picture. */
typedef struct gw_step_picture {
    gw_series series;
    gw_passes passes;
    bool has_series;
    char removed[64]; /* sections that rested on the old one; "" none */
} gw_step_picture;

/* "air", ...; GW_STEP_COUNT when the word is none. */
const char *gw_step_name(gw_step step);
gw_step gw_step_parse(const char *word);

/* Kinds of streams that a step wants, as bits 1 << gw_kind. */
unsigned gw_step_kinds(gw_step step);

/* GW_ECONFIG: another step must come before, or the file is another device's; GW_EFORMAT: the data
 * are bad, and why. Then `file` is as it was. destroy the picture in every case. */
gw_status gw_step_take(gw_step step, const gw_step_input *input, gw_calibration_file *file,
                       gw_step_picture *picture, gw_error *error);
void gw_step_picture_destroy(gw_step_picture *picture);

#endif
