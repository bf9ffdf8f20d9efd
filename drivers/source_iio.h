/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/source_iio.h -- a look at a libiio context, for `groundwatch info`.
 */
#ifndef GW_DRIVERS_SOURCE_IIO_H
#define GW_DRIVERS_SOURCE_IIO_H

#include "drivers/iio_match.h"

typedef struct gw_iio_about {
    char description[256];
    size_t n_attrs, n_devices;
    iio_about_attr attrs[IIO_ATTRS_MAX];
    iio_about_device devices[IIO_DEVICES_MAX];
} gw_iio_about;

/* Describe the context at `address` ("ip:HOST:PORT", "local:", "usb:..."). GW_ELOST: no server;
 * GW_ENODEV. about is large: not for the stack. */
gw_status gw_iio_survey(const char *address, gw_iio_about *about, gw_error *error);

#endif
