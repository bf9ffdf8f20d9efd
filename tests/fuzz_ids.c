/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as the start of an IDS file: parsed or refused, and what is parsed is within bounds.
 */
#include "drivers/formats/ids.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static gw_flat flat;
    gw_stream stream;
    gw_ids_layout layout;
    gw_error error = {.text = ""};
    if (gw_ids_parse(data, size, size, &layout, &stream, &flat, &error) != GW_OK) {
        if (!error.text[0])
            abort(); /* refused without a reason */
        return 0;
    }
    if (layout.n_header + (uint64_t)stream.n_rows != layout.n_records ||
        layout.n_records * layout.record_bytes > size || stream.n_samples > GW_SAMPLES_MAX)
        abort();
    return 0;
}
