/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as the start of a NumPy file: parsed or refused, and what is parsed is within bounds.
 */
#include "drivers/formats/npy.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gw_npy_layout layout;
    gw_error error = {.text = ""};
    const uint64_t file_size = size < 4096 ? size + 20000 : size;
    if (gw_npy_parse(data, size < 4096 ? size : 4096, file_size, &layout, &error) != GW_OK) {
        if (!error.text[0])
            abort(); /* refused without a reason */
        return 0;
    }
    uint64_t n = layout.width;
    for (size_t k = 0; k < layout.n_dimensions; k++)
        n *= layout.shape[k];
    if (layout.n_dimensions < 2 || layout.n_dimensions > GW_NPY_DIMENSIONS_MAX || n == 0 ||
        layout.offset + n > file_size)
        abort();
    return 0;
}
