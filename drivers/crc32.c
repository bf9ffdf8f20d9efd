/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/crc32.h"

uint32_t gw_crc32(uint32_t crc, const void *bytes, size_t n_bytes)
{
    const unsigned char *at = bytes;
    crc = ~crc;
    while (n_bytes--) {
        crc ^= *at++;
        for (int k = 0; k < 8; k++)
            crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1)));
    }
    return ~crc;
}
