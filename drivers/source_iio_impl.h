/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/source_iio_impl.h -- one libiio context with one device streaming, without libiio's
 * types.
 *
 * source_iio.c makes it and speaks with libiio; source_iio_read.c decides when.
 */
#ifndef GW_DRIVERS_SOURCE_IIO_IMPL_H
#define GW_DRIVERS_SOURCE_IIO_IMPL_H

#include "drivers/assembler.h"
#include "drivers/iio_match.h"

typedef struct iio_link iio_link;

/* GW_ELOST: no server; GW_EUSAGE: no such backend. */
gw_status iio_link_open(const char *address, iio_link **out, gw_error *error);

/* Value of a context attribute; NULL when it has none. */
const char *iio_link_attr(const iio_link *link, const char *name);

/* Find the device by its name or id, or (device "") by the kind its name stands for, describe it
 * and remember it. GW_ENODEV. */
gw_status iio_link_find(iio_link *link, const char *device, gw_kind kind, iio_about_device *about,
                        gw_error *error);

typedef struct iio_start {
    const iio_match *match;
    size_t block_samples;
    unsigned n_buffers, timeout_ms;
} iio_start;

/* Enable the matched channels and create the buffer. GW_EBUSY, GW_ELOST. */
gw_status iio_link_start(iio_link *link, const iio_start *start, gw_error *error);

/* Wait for a block: samples in it, or a negative errno. */
long iio_link_refill(iio_link *link);

/* Sample k of the block. counts: [n_samples of the match]. */
void iio_link_sample(const iio_link *link, size_t k, int32_t *counts, gw_sample *sample);

/* Make refill return -EBADF, from any thread, until the link is closed. */
void iio_link_cancel(iio_link *link);
void iio_link_close(iio_link *link);

#endif
