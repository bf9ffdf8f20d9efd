/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <stdlib.h>

#include "clients/log/areas.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gw_areas *areas;
    gw_error error;
    if (gw_areas_parse("fuzz", (const char *)data, size, &areas, &error) != GW_OK)
        return 0;
    for (double x = -180; x <= 180; x += 45)
        if (gw_areas_find(areas, x, x / 2) > gw_areas_count(areas))
            abort();
    gw_areas_destroy(areas);
    return 0;
}
