/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as the text of a RAD: parsed or refused, and what is parsed is within bounds.
 */
#include "drivers/formats/mala.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static gw_flat flat;
    gw_stream stream = {.bits = size % 2 ? 16 : 32};
    gw_error error = {.text = ""};
    const uint64_t file_size = 10240;
    const gw_header_text rad = {.text = (const char *)data, .n_text = size, .separator = ':'};
    if (gw_mala_parse(&rad, file_size, &stream, &flat, &error) != GW_OK) {
        if (!error.text[0])
            abort(); /* refused without a reason */
        return 0;
    }
    if (stream.n_rows < 1 || stream.n_samples > GW_SAMPLES_MAX || stream.scan_spacing_m < 0 ||
        (uint64_t)stream.n_rows * stream.n_samples * (stream.bits / 8) > file_size)
        abort();
    return 0;
}
