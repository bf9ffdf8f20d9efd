/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "clients/log/package.h"

enum { HEAD_BYTES = 8, WKB_POINT = 1, WKB_LINE = 2 };

static size_t u32_write(unsigned char *to, uint32_t value)
{
    for (int k = 0; k < 4; k++)
        to[k] = (unsigned char)(value >> 8 * k);
    return 4;
}

static size_t real_write(unsigned char *to, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    for (int k = 0; k < 8; k++)
        to[k] = (unsigned char)(bits >> 8 * k);
    return 8;
}

/* "GP", version 0, flags: little-endian, no envelope; srs; then well-known binary. */
size_t gw_geometry_encode(int32_t srs, const gw_log_place *places, size_t n,
                          unsigned char bytes[GW_GEOMETRY_BYTES_MAX])
{
    unsigned char *at = bytes;
    memcpy(at, "GP\0\1", 4);
    at += 4;
    at += u32_write(at, (uint32_t)srs);
    *at++ = 1; /* little-endian */
    at += u32_write(at, n == 1 ? WKB_POINT : WKB_LINE);
    if (n > 1)
        at += u32_write(at, (uint32_t)n);
    for (size_t k = 0; k < n; k++) {
        at += real_write(at, places[k].x);
        at += real_write(at, places[k].y);
    }
    return (size_t)(at - bytes);
}

static double real_read(const unsigned char *from)
{
    uint64_t bits = 0;
    double value;
    for (int k = 0; k < 8; k++)
        bits |= (uint64_t)from[k] << 8 * k;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Only such points as are written above. */
bool gw_geometry_point(const void *bytes, size_t n, double *x, double *y)
{
    static const unsigned char point[5] = {1, WKB_POINT, 0, 0, 0};
    const unsigned char *from = bytes;
    if (n != HEAD_BYTES + sizeof point + 16 || memcmp(from, "GP\0\1", 4) != 0 ||
        memcmp(from + HEAD_BYTES, point, sizeof point) != 0)
        return false;
    *x = real_read(from + HEAD_BYTES + sizeof point);
    *y = real_read(from + HEAD_BYTES + sizeof point + 8);
    return true;
}
