/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/detection.h"

const char *gw_sensor_name(gw_sensor sensor)
{
    static const char *const names[] = {"gpr", "md", "fused"};
    return (unsigned)sensor < GW_SENSOR_COUNT ? names[sensor] : "unknown";
}
