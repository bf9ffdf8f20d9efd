/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/map/asset.h -- the page's own files, clients/map/page/, which are part of the program.
 */
#ifndef GW_CLIENTS_MAP_ASSET_H
#define GW_CLIENTS_MAP_ASSET_H

#include <stddef.h>

typedef struct gw_asset {
    const char *name; /* "map.js" */
    const unsigned char *bytes;
    size_t n;
} gw_asset;

/* Made of the folder by asset.cmake; ends with a NULL name. */
extern const gw_asset gw_assets[];

#endif
