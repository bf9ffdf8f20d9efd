/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/delay.h"

#include <stdio.h>
#include <string.h>

int64_t gw_delay_take(gw_delay *delay, const char *run, int64_t sent_ms, int64_t now_ms)
{
    int64_t took_ms = now_ms - sent_ms;
    int64_t least_ms = delay->least_ms + (now_ms - delay->at_ms) / 1000 * GW_DELAY_DRIFT_PPM / 1000;
    if (strcmp(delay->run, run) == 0 && took_ms >= least_ms)
        return took_ms - least_ms;
    snprintf(delay->run, sizeof delay->run, "%s", run);
    delay->least_ms = took_ms;
    delay->at_ms = now_ms;
    return 0;
}
