/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "drivers/iio/source_impl.h"

static bool is_local(const char *address)
{
    return strncmp(address, "local:", 6) == 0;
}

/* The kernel's own devices are started by writing to files of root's (docs/install.md). */
static const char *root_only(const char *address, int why)
{
    if (!is_local(address) || (why != EACCES && why != EPERM && why != EROFS))
        return "";
    return ": only root may start the kernel's own devices: let iiod serve them, and say "
           "iio:ip:127.0.0.1";
}

gw_status iio_buffer_cause_set(const iio_start *start, int why, gw_error *error)
{
    return gw_error_set(error, why == EBUSY ? GW_EBUSY : GW_ELOST, "buffer of %zu samples: %s%s",
                        start->block_samples, strerror(why), root_only(start->address, why));
}

gw_status iio_cause_set(const char *address, int why, gw_error *error)
{
    if (why == ENOSYS)
        return gw_error_set(error, GW_EUSAGE, "iio:%s: libiio has no such backend here", address);
    if (why == EINVAL || why == ETXTBSY) /* 0.24 says the latter of a host without a name */
        return gw_error_set(error, GW_EUSAGE, "iio:%s: not an address of libiio", address);
    if (is_local(address) && why == ENOENT)
        return gw_error_set(error, GW_ENODEV, "iio:%s: this machine has no IIO devices", address);
    if (strncmp(address, "usb:", 4) == 0 && (why == ENODEV || why == ENXIO))
        return gw_error_set(error, GW_ENODEV, "iio:%s: no such USB device", address);
    if (why == ENOENT || why == ENXIO)
        return gw_error_set(error, GW_ELOST, "iio:%s: no such host or port", address);
    return gw_error_set(error, GW_ELOST, "iio:%s: %s%s", address,
                        why == EPIPE ? "the server does not answer" : strerror(why),
                        root_only(address, why));
}
