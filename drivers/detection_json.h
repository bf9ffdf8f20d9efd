/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/detection_json.h -- a candidate as the JSON object that files, lines and messages share.
 *
 * Keys in the order of the detect contract; a key whose value is unknown is absent. Numbers have
 * 17 significant digits (jansson's default), so that they survive.
 */
#ifndef GW_DRIVERS_DETECTION_JSON_H
#define GW_DRIVERS_DETECTION_JSON_H

#include <jansson.h>

#include "dsp/detection.h"
#include "dsp/frame.h"

/* A new object for the caller to decref; NULL when out of memory. recording: file name, UTF-8;
 * NULL leaves the key out. */
json_t *gw_detection_encode(const gw_detection *detection, const char *recording);

/* How deep what is named would have been found, and why what is absent is unknown: a new object for
 * the caller to decref; NULL when out of memory. */
json_t *gw_reference_encode(const gw_coverage *coverage);

/* lat, lon and placed:"configured" into object; nothing where the origin or along_m is unknown. An
 * unknown cross_m counts as 0. */
void gw_origin_encode(const gw_origin *origin, double along_m, double cross_m, json_t *object);

#endif
