/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scene/number.h"

#include <string.h>

gw_status gw_scene_numbers_take(scene_table table, const char *place, const raw_group *raw,
                                void *to, gw_error *error)
{
    for (size_t k = 0; k < table.n; k++) {
        const scene_number *number = &table.numbers[k];
        const double *given = raw ? raw->value[k] : NULL;
        double value = given ? *given : number->fallback;
        if (given && !(value >= number->least && value <= number->most))
            return gw_error_set(error, GW_EFORMAT, "%s.%s: %.9g is not in %.9g..%.9g", place,
                                number->key, value, number->least, number->most);
        memcpy((char *)to + number->at, &value, sizeof value);
    }
    return GW_OK;
}
