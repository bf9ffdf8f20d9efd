/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "drivers/source_iio_impl.h"

gw_status iio_cause_set(const char *address, int why, gw_error *error)
{
    if (why == ENOSYS)
        return gw_error_set(error, GW_EUSAGE, "iio:%s: libiio has no such backend here", address);
    if (why == EINVAL || why == ETXTBSY) /* 0.24 says the latter of a host without a name */
        return gw_error_set(error, GW_EUSAGE, "iio:%s: not an address of libiio", address);
    if (strncmp(address, "local:", 6) == 0 && why == ENOENT)
        return gw_error_set(error, GW_ENODEV, "iio:%s: this machine has no IIO devices", address);
    if (strncmp(address, "usb:", 4) == 0 && (why == ENODEV || why == ENXIO))
        return gw_error_set(error, GW_ENODEV, "iio:%s: no such USB device", address);
    if (why == ENOENT || why == ENXIO)
        return gw_error_set(error, GW_ELOST, "iio:%s: no such host or port", address);
    return gw_error_set(error, GW_ELOST, "iio:%s: %s", address,
                        why == EPIPE ? "the server does not answer" : strerror(why));
}
