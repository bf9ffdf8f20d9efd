/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/geodesy.h"

#include <math.h>

static const double equator_m = 6378137, squared_eccentricity = 6.69437999014131e-3;

/* Of the meridian and of the prime vertical [Bomford1980]. */
static void radii_find(double lat_rad, double *meridian_m, double *vertical_m)
{
    double s = sin(lat_rad), w2 = 1 - squared_eccentricity * s * s;
    *vertical_m = equator_m / sqrt(w2);
    *meridian_m = *vertical_m * (1 - squared_eccentricity) / w2;
}

/* The formulas of the middle latitude: radii of curvature there, and the direction there, which the
 * convergence of the meridians has turned by half. */
gw_wgs84 gw_origin_place(const gw_origin *origin, double along_m, double cross_m)
{
    const double degree = M_PI / 180;
    double lat = origin->lat_deg * degree, moved = 0, turned = 0;
    double heading = origin->heading_deg * degree;
    for (int k = 0; k < 4; k++) {
        double meridian, vertical, middle = lat + 0.5 * moved;
        double angle = heading + 0.5 * turned * sin(middle);
        radii_find(middle, &meridian, &vertical);
        moved = (along_m * cos(angle) - cross_m * sin(angle)) / meridian;
        turned = (along_m * sin(angle) + cross_m * cos(angle)) / (vertical * cos(middle));
    }
    double lon_deg = origin->lon_deg + turned / degree;
    if (lon_deg > 180)
        lon_deg -= 360;
    if (lon_deg < -180)
        lon_deg += 360;
    return (gw_wgs84){.lat_deg = (lat + moved) / degree, .lon_deg = lon_deg};
}

void gw_origin_measure(const gw_origin *origin, gw_wgs84 place, double *along_m, double *cross_m)
{
    const double degree = M_PI / 180;
    double moved = (place.lat_deg - origin->lat_deg) * degree;
    double turned = remainder(place.lon_deg - origin->lon_deg, 360) * degree;
    double meridian, vertical, middle = origin->lat_deg * degree + 0.5 * moved;
    double angle = origin->heading_deg * degree + 0.5 * turned * sin(middle);
    radii_find(middle, &meridian, &vertical);
    double north = moved * meridian, east = turned * vertical * cos(middle);
    *along_m = north * cos(angle) + east * sin(angle);
    *cross_m = east * cos(angle) - north * sin(angle);
}
