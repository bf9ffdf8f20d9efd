/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/plot/axis.h"

#include <math.h>

enum { TICKS = 8 }; /* about */

gw_axis gw_axis_make(double from, double to, const char *unit)
{
    gw_axis axis = {.from = from, .to = to > from ? to : from + 1, .unit = unit};
    double rough = (axis.to - axis.from) / TICKS, power = pow(10, floor(log10(rough)));
    double part = rough / power;
    axis.tick = power * (part < 1.5 ? 1 : part < 3.5 ? 2 : part < 7.5 ? 5 : 10);
    axis.first_tick = ceil(axis.from / axis.tick - 1e-9) * axis.tick;
    axis.n_ticks = (int)floor((axis.to - axis.first_tick) / axis.tick + 1e-9) + 1;
    double decimals = -floor(log10(axis.tick) + 1e-9);
    axis.n_decimals = decimals > 0 ? (int)decimals : 0;
    return axis;
}

gw_axis gw_section_along(const gw_section *section)
{
    size_t n = section->n_columns;
    double first = n ? (double)section->scans[0] : 0;
    double last = n ? (double)section->scans[n - 1] + (double)section->every : 1;
    if (section->scan_m > 0)
        return gw_axis_make(first * section->scan_m, last * section->scan_m, "m");
    return gw_axis_make(first, last, "scan (spacing unknown)");
}

gw_axis gw_section_down(const gw_section *section)
{
    double first = section->from_row,
           last = first + section->step_row * (double)gw_section_shown(section);
    if (section->sample_ns > 0)
        return gw_axis_make(first * section->sample_ns, last * section->sample_ns, "ns");
    return gw_axis_make(first, last, "sample");
}
