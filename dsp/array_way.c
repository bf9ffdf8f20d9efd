/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/array_way.h"

#include <string.h>

static const char *const names[] = {"cube", "lines", "alone"};

const char *gw_array_way_name(gw_array_way way)
{
    return (unsigned)way < sizeof names / sizeof *names ? names[way] : "unknown";
}

gw_array_way gw_array_way_parse(const char *word)
{
    for (unsigned way = 0; word && way < sizeof names / sizeof *names; way++)
        if (strcmp(word, names[way]) == 0)
            return (gw_array_way)way;
    return GW_ARRAY_CUBE;
}
