/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/hash.h"

#include <errno.h>
#include <string.h>

#include <sha512.h>

gw_status gw_hash_file(const char *path, char hash[GW_HASH_MAX], gw_error *error)
{
    if (SHA512File(path, hash))
        return GW_OK;
    hash[0] = 0;
    return gw_error_set(error, GW_EIO, "%s: %s", path, strerror(errno));
}

void gw_hash_bytes(const void *bytes, size_t n_bytes, char hash[GW_HASH_MAX])
{
    SHA512Data(bytes, n_bytes, hash);
}
