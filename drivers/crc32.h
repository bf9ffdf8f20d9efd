/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/crc32.h -- CRC-32 (ISO 3309, as in PNG and zip) of each record, so that a bit that turned
 * on the disk is seen when it is read and never passed on.
 */
#ifndef GW_DRIVERS_CRC32_H
#define GW_DRIVERS_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* crc: 0 to begin, else what the bytes before gave. */
uint32_t gw_crc32(uint32_t crc, const void *bytes, size_t n_bytes);

#endif
