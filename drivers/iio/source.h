/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/iio/source.h -- a look at a libiio context, for `groundwatch info`.
 */
#ifndef GW_DRIVERS_IIO_SOURCE_H
#define GW_DRIVERS_IIO_SOURCE_H

#include "drivers/iio/match.h"

typedef struct gw_iio_survey {
    char description[256];
    size_t n_attrs, n_devices;
    size_t n_unseen; /* devices beyond GW_IIO_DEVICES_MAX */
    gw_iio_attr attrs[GW_IIO_ATTRS_MAX];
    gw_iio_device devices[GW_IIO_DEVICES_MAX];
} gw_iio_survey;

/* Describe the context at `address` ("ip:HOST:PORT", "local:", "usb:..."). *out: free() it.
 * GW_EUSAGE: no such backend; GW_ENODEV; GW_ELOST: no server, or it fell silent. */
gw_status gw_iio_survey_create(const char *address, gw_iio_survey **out, gw_error *error);

#endif
