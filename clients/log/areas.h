/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/log/areas.h -- named areas of a GeoJSON file (RFC 7946), and which of them a place is in.
 */
#ifndef GW_CLIENTS_LOG_AREAS_H
#define GW_CLIENTS_LOG_AREAS_H

#include <stddef.h>

#include "dsp/status.h"

typedef struct gw_areas gw_areas;

/* A FeatureCollection, Feature, Polygon or MultiPolygon. A feature's name is its property `name`,
 * else its `id`. GW_ENOENT, GW_EIO; GW_EFORMAT: not GeoJSON, or something in it that is no polygon:
 * which one is said. */
gw_status gw_areas_load(const char *path, gw_areas **out, gw_error *error);
/* The same from memory; `path` only names it in messages. */
gw_status gw_areas_parse(const char *path, const char *text, size_t n_text, gw_areas **out,
                         gw_error *error);

size_t gw_areas_count(const gw_areas *areas);
const char *gw_areas_name(const gw_areas *areas, size_t k);

/* Index of the first area that holds the place; its edge belongs to it, its holes do not.
 * gw_areas_count: none. */
size_t gw_areas_find(const gw_areas *areas, double lon_deg, double lat_deg);

void gw_areas_destroy(gw_areas *areas);

#endif
