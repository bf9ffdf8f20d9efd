/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/sigmf_fields.h -- the fields of a meta file's `global` that a kind of stream has of its
 * own.
 */
#ifndef GW_DRIVERS_SIGMF_FIELDS_H
#define GW_DRIVERS_SIGMF_FIELDS_H

#include <jansson.h>

#include "dsp/frame.h"
#include "dsp/status.h"

/* A number in range[0]..range[1]; *value stays where the key is absent. GW_EFORMAT. */
gw_status sigmf_number_get(const char *path, const json_t *object, const char *key,
                           const double range[2], double *value, gw_error *error);

/* Of a stream whose kind, datatype and channels are known. GW_EFORMAT with the field. */
gw_status sigmf_fields_parse(const char *path, const json_t *global, gw_stream *stream,
                             gw_error *error);

#endif
