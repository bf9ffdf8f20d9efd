/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as the head of a DT1's first trace and, after it, the text of its HD: parsed or
 * refused, and what is parsed is within bounds.
 */
#include "drivers/formats/dt1.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static gw_flat flat;
    gw_stream stream;
    gw_error error = {.text = ""};
    unsigned char head[GW_DT1_HEAD_BYTES] = {0};
    size_t n_head = size < sizeof head ? size : sizeof head;
    const uint64_t file_size = 5000;
    memcpy(head, data, n_head);
    const gw_header_text hd = {
        .text = (const char *)data + n_head, .n_text = size - n_head, .separator = '='};
    if (gw_dt1_parse(&hd, head, file_size, &stream, &flat, &error) != GW_OK) {
        if (!error.text[0])
            abort(); /* refused without a reason */
        return 0;
    }
    if (stream.n_rows < 1 || (uint64_t)stream.n_rows * flat.rows.row_stride > file_size ||
        stream.n_samples > GW_SAMPLES_MAX || stream.scan_spacing_m < 0 ||
        stream.scan_spacing_m > 100)
        abort();
    return 0;
}
