/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/speed.h"

#include <math.h>

static const double assumed_m_per_ns = 0.12, assumed_sd_m_per_ns = 0.026;

/* Ground is not even, and its top is dry: what was measured in one place holds in another to so
 * much. */
static const double configured_part = 0.1;

gw_speed gw_speed_of(double m_per_ns)
{
    if (m_per_ns > 0)
        return (gw_speed){m_per_ns, configured_part * m_per_ns};
    return (gw_speed){assumed_m_per_ns, assumed_sd_m_per_ns};
}

double gw_speed_depth_sd_m(const gw_speed *speed, double depth_m, double start_sd_m)
{
    return hypot(start_sd_m, depth_m * speed->sd_m_per_ns / speed->m_per_ns);
}
