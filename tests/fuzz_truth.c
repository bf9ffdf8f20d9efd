/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "calib/truth.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gw_error error;
    size_t n = 0;
    gw_truth_item *items = calloc(GW_TRUTH_MAX, sizeof *items);
    if (items && gw_truth_parse("fuzz", (const char *)data, size, items, &n, &error) == GW_OK)
        for (size_t k = 0; k < n; k++)
            if (!isfinite(items[k].along_m) || !(items[k].diameter_m >= 0))
                abort();
    free(items);
    return 0;
}
