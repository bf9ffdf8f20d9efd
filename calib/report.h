/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calib/report.h -- a score as a table for people, as JSON (docs/schemas/score.json), and as one
 * page with plots that needs nothing else.
 */
#ifndef GW_CALIB_REPORT_H
#define GW_CALIB_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "calib/score.h"

typedef struct gw_report {
    const gw_score *score;
    double far_per_m;               /* wanted */
    bool is_shown[GW_SENSOR_COUNT]; /* the sensors that are asked for and were there */
    const char *calibration;        /* hash, "uncalibrated", or NULL: detections of a file */
    const char *title;
} gw_report;

void gw_report_table(const gw_report *report, bool has_colour, FILE *to);
json_t *gw_report_encode(const gw_report *report);
void gw_report_page(const gw_report *report, FILE *to);

/* Rates of false alarms at which the ROC is said: k from 0, 0 past the last. */
double gw_report_rate(size_t k);

#endif
