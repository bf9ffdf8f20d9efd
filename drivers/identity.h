/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/identity.h -- the serial number of a device, as outside bytes bring it.
 */
#ifndef GW_DRIVERS_IDENTITY_H
#define GW_DRIVERS_IDENTITY_H

#include "dsp/frame.h"

/* Copy at most GW_SERIAL_MAX - 1 bytes; what is not printable ASCII becomes '?', for serials are
 * compared, printed and sent. from NULL: "". */
void gw_serial_set(char serial[GW_SERIAL_MAX], const char *from);

#endif
