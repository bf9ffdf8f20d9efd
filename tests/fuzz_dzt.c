/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as the header of a DZT file: parsed or refused, and what is parsed is within bounds.
 */
#include "drivers/formats/dzt.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gw_stream stream;
    gw_error error;
    uint64_t offset = 0;
    static gw_flat flat;
    uint64_t file_size = size < 1024 ? size : 1024 + 64 * (uint64_t)size;
    if (gw_dzt_parse(data, size, file_size, &stream, &offset, &flat, &error) != GW_OK) {
        if (!error.text[0])
            abort(); /* refused without a reason */
        return 0;
    }
    uint64_t row = gw_stream_row_counts(&stream) * (stream.bits / 8);
    if (stream.n_rows < 1 || offset + (uint64_t)stream.n_rows * row > file_size ||
        stream.n_channels > GW_CHANNELS_MAX || stream.n_samples > GW_SAMPLES_MAX)
        abort();
    return 0;
}
