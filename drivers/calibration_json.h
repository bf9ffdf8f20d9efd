/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/calibration_json.h -- a calibration as a JSON object, without its seal.
 */
#ifndef GW_DRIVERS_CALIBRATION_JSON_H
#define GW_DRIVERS_CALIBRATION_JSON_H

#include <jansson.h>

#include "drivers/calibration.h"

/* A new object; NULL when out of memory. */
json_t *calibration_encode(const gw_calibration_file *file);

/* All members of `root` into file. GW_ECONFIG with "PATH: KEY.PATH: cause", GW_ENOMEM. */
gw_status calibration_decode(const char *path, const json_t *root, gw_calibration_file *file,
                             gw_error *error);

/* SHA-256 of the compact text with sorted keys, `hash` left out; false when out of memory. */
bool calibration_seal(const json_t *root, char hash[GW_CALIBRATION_HASH_MAX]);

/* RFC 3339 in UTC with whole seconds, and back (-1: it is none). */
void calibration_time_print(int64_t time_ns, char text[32]);
int64_t calibration_time_parse(const char *text);

#endif
