/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/groundwatch/calibrate.h -- what the files of `groundwatch calibrate` share.
 */
#ifndef GW_CLIENTS_CALIBRATE_H
#define GW_CLIENTS_CALIBRATE_H

#include "calib/check.h"
#include "calib/step.h"
#include "clients/groundwatch/connect.h"

typedef struct calibrate_options {
    const char *step, *uri, *file, *piece, *learn, *by;
    bool yes, json;
    double seconds;    /* 0: the step's own */
    double distance_m; /* of the ball or the plate; 0: 0.10 m or 0.30 m */
    double far_per_m;  /* wanted, by noise */
    bool wants_publish;
    connect_options connect;
} calibrate_options;

/* Say what to do; wait for Enter on a terminal unless --yes. */
void calibrate_ask(const calibrate_options *options, const char *const *lines);

/* All wanted streams of the source. GW_... of gw_takes_read. */
gw_status calibrate_take(const calibrate_options *options, unsigned kinds, double seconds,
                         gw_takes *out, gw_error *error);

/* What a step gave, with a picture; or as JSON. */
void calibrate_show(gw_step step, const gw_calibration_file *file, const gw_step_picture *picture,
                    const calibrate_options *options);

/* The section's JSON object without long lists; NULL when it is not there. */
json_t *calibrate_section(gw_step step, const gw_calibration_file *file);

/* `calibrate check`: exit status. */
int calibrate_check(const calibrate_options *options);

#endif
