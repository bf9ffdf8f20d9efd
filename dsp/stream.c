/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/stream.h"

#include <math.h>

int64_t gw_stream_row_ns(const gw_stream *stream, uint64_t row)
{
    if (stream->row_rate_hz <= 0)
        return 0;
    /* long double: 64 bits of mantissa keep 1 ns over 584 years of rows */
    return (int64_t)llroundl((long double)row * 1e9L / (long double)stream->row_rate_hz);
}
