/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/hash.h -- SHA-512 of what is opened, as SigMF asks for it.
 */
#ifndef GW_DRIVERS_HASH_H
#define GW_DRIVERS_HASH_H

#include "dsp/frame.h"
#include "dsp/status.h"

/* hash: lower-case hexadecimal. GW_EIO when the file cannot be read to its end. */
gw_status gw_hash_file(const char *path, char hash[GW_HASH_MAX], gw_error *error);
void gw_hash_bytes(const void *bytes, size_t n_bytes, char hash[GW_HASH_MAX]);

#endif
