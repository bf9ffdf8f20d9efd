/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/uuid.h -- names that nobody else gives: streams, detections, requests.
 */
#ifndef GW_DRIVERS_UUID_H
#define GW_DRIVERS_UUID_H

enum { GW_UUID_MAX = 37 };

/* A random UUID (version 4) into text[GW_UUID_MAX]. */
void gw_uuid_make(char *text);

#endif
