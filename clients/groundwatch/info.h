/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/groundwatch/info.h -- what a recording or a libiio context holds, as JSON and as text.
 */
#ifndef GW_CLIENTS_INFO_H
#define GW_CLIENTS_INFO_H

#include <jansson.h>
#include <stdbool.h>

#include "dsp/status.h"

/* Text from outside as a JSON string: control characters, and bytes that are no UTF-8, become '?'.
 */
json_t *info_text(const char *text);

/* {"recording", "format", "streams": [...]}; the errors of gw_recording_open. *out: a new object,
 * also on an error, with the streams that could be opened. */
gw_status info_recording(const char *path, json_t **out, gw_error *error);

/* {"context", "description", "attributes", "devices": [...], "configuration"}; the errors of
 * gw_iio_survey_create. *out: NULL on an error. */
gw_status info_context(const char *uri, json_t **out, gw_error *error);

/* Draw the radar of a recording: as characters on standard output, and as a PNG (NULL: none). The
 * errors of gw_recording_open; GW_EFORMAT: a PNG is wanted and there is no radar; GW_EIO. */
gw_status info_picture(const char *path, const char *png, bool is_printed, gw_error *error);

void info_recording_print(const json_t *about);
void info_context_print(const json_t *about);

/* One line "key value", or more where the value has several. */
void info_value_print(int indent, const char *key, const json_t *value);

#endif
