/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/frame.h"

#include <math.h>
#include <string.h>

static const char *const field_names[] = {"unknown",    "along_mm",   "cross_mm",
                                          "lat_1e7deg", "lon_1e7deg", "height_mm"};
static const char *const role_names[] = {"unknown", "receive", "transmit_current"};

const char *gw_kind_name(gw_kind kind)
{
    static const char *const names[] = {"gpr", "md", "pose"};
    return (unsigned)kind < GW_KIND_COUNT ? names[kind] : "unknown";
}

const char *gw_field_name(gw_field field)
{
    return field_names[field];
}

gw_field gw_field_parse(const char *word)
{
    for (size_t k = 1; k < sizeof field_names / sizeof *field_names; k++)
        if (strcmp(word, field_names[k]) == 0)
            return (gw_field)k;
    return GW_FIELD_NONE;
}

const char *gw_role_name(gw_role role)
{
    return role_names[role];
}

gw_role gw_role_parse(const char *word)
{
    for (size_t k = 1; k < sizeof role_names / sizeof *role_names; k++)
        if (strcmp(word, role_names[k]) == 0)
            return (gw_role)k;
    return GW_ROLE_NONE;
}

int64_t gw_stream_row_ns(const gw_stream *stream, uint64_t row)
{
    if (stream->row_rate_hz <= 0)
        return 0;
    /* long double: 64 bits of mantissa keep 1 ns over 584 years of rows */
    return (int64_t)llroundl((long double)row * 1e9L / (long double)stream->row_rate_hz);
}
