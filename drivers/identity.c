/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/identity.h"

void gw_serial_set(char serial[GW_SERIAL_MAX], const char *from)
{
    size_t n = 0;
    for (; from && from[n] && n < GW_SERIAL_MAX - 1; n++)
        serial[n] = from[n] >= ' ' && from[n] < 0x7f ? from[n] : '?';
    serial[n] = 0;
}
