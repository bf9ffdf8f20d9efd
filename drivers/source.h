/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/source.h -- where samples come from: one stream of a device or a recording, by URI.
 *
 *     iio:ip:HOST:PORT  iio:local:  iio:usb:...   a libiio context (drivers/iio/link.c)
 *     file:PATH                                   a recording, as fast as it is read, nothing lost
 *
 * One thread opens, reads and closes a source; any thread may cancel it. read blocks until samples
 * are there. A source that lost its device returns GW_ELOST (or GW_ETIMEDOUT), once, then goes on
 * trying inside read: it re-creates everything, verifies that the device is the same, and the next
 * block that comes has GW_BLOCK_EPOCH set and a new epoch. Nothing is interpolated over a gap.
 */
#ifndef GW_DRIVERS_SOURCE_H
#define GW_DRIVERS_SOURCE_H

#include "dsp/frame.h"
#include "dsp/status.h"

typedef struct gw_source gw_source;

typedef struct gw_source_config {
    const char *uri;
    gw_kind kind;
    const char *device;   /* iio: name of a foreign front end; NULL: find it by name and channels */
    const char *channels; /* iio: comma-separated ids of the sample channels; NULL: by convention */
    double block_s;       /* wanted length of a block, s; 0: 0.010 */
    gw_arm arm;           /* known: over what the stream says; for who opens it to keep */
} gw_source_config;

/* Kinds behind a URI, as bits 1 << gw_kind. iio: those that a device serves by name and channels.
 */
gw_status gw_source_list(const char *uri, unsigned *kinds, gw_error *error);

/* GW_EUSAGE (no such scheme), GW_ENOENT, GW_ENODEV, GW_EFORMAT, GW_ELOST (no server).
 * On error *out is NULL. */
gw_status gw_source_open(const gw_source_config *config, gw_source **out, gw_error *error);

/* What the stream is; stays the same for the life of the source. */
const gw_stream *gw_source_describe(const gw_source *source);

/* Rows that fit a block of this source: the least max_rows a gw_block given to read may have. */
size_t gw_source_block_rows(const gw_source *source);

/* Fill block. GW_END (recording), GW_ECANCELED, GW_ELOST and GW_ETIMEDOUT (see above; error says
 * what happened), GW_EFORMAT (another device came back: for good). */
gw_status gw_source_read(gw_source *source, gw_block *block, gw_error *error);

/* Make a blocked read return GW_ECANCELED, now and from then on. Any thread; not from a signal
 * handler. */
void gw_source_cancel(gw_source *source);

void gw_source_close(gw_source *source);

#endif
