/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/log/summary.h -- what a log comes to: outcomes by area, model and year, and alarms that
 * are still open.
 */
#ifndef GW_CLIENTS_LOG_SUMMARY_H
#define GW_CLIENTS_LOG_SUMMARY_H

#include <jansson.h>

#include "clients/log/areas.h"

/* {"areas": [{"area", "outcomes", "open_alarms", "acknowledged", "by_model": {MODEL: n},
 * "by_year": {YEAR: n}}], "outcomes", "open_alarms", "unplaced_outcomes"}; the last area, null by
 * name, is what lies in none. An alarm (one id) is open until an outcome names it. GW_ENOENT;
 * GW_EFORMAT: no log of Groundwatch, or one without WGS 84: an area says nothing about it. */
gw_status gw_log_summary(const char *path, const gw_areas *areas, json_t **out, gw_error *error);

#endif
