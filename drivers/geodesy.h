/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/geodesy.h -- places of a lane on the earth (WGS 84).
 *
 * By the formulas of the middle latitude: within 1 mm of the geodesic over 1 km, 70
 * degrees from the equator at most. Source: [Bomford1980] (docs/numerics.md).
 */
#ifndef GW_DRIVERS_GEODESY_H
#define GW_DRIVERS_GEODESY_H

#include "dsp/frame.h"

typedef struct gw_wgs84 {
    double lat_deg, lon_deg;
} gw_wgs84;

/* along_m, cross_m: from the first scan; cross_m counts to the right. The origin must be known. */
gw_wgs84 gw_origin_place(const gw_origin *origin, double along_m, double cross_m);

/* The other way: where a place lies, from the first scan. Within 1 mm of what gw_origin_place takes
 * back to it. */
void gw_origin_measure(const gw_origin *origin, gw_wgs84 place, double *along_m, double *cross_m);

#endif
