/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/plot/axis.h -- the axes of a section: their ends, unit and round ticks.
 */
#ifndef GW_CLIENTS_PLOT_AXIS_H
#define GW_CLIENTS_PLOT_AXIS_H

#include "clients/plot/section.h"

typedef struct gw_axis {
    double from, to; /* of the section's edges */
    const char *unit;
    double first_tick, tick; /* 1, 2 or 5 times a power of ten */
    int n_ticks, n_decimals; /* 2..12 */
} gw_axis;

/* unit: kept, not copied. */
gw_axis gw_axis_make(double from, double to, const char *unit);

/* Place in m; scans where the spacing is unknown. */
gw_axis gw_section_along(const gw_section *section);
/* Fast time in ns; samples where it is unknown. */
gw_axis gw_section_down(const gw_section *section);

#endif
