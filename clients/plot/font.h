/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/plot/font.h -- letters of 5 x 8 points, so that pictures need no fonts to be installed.
 */
#ifndef GW_CLIENTS_PLOT_FONT_H
#define GW_CLIENTS_PLOT_FONT_H

enum { GW_FONT_FIRST = 32, GW_FONT_CHARACTERS = 95, GW_FONT_WIDTH = 5, GW_FONT_HEIGHT = 8 };

extern const unsigned char gw_font[GW_FONT_CHARACTERS][GW_FONT_WIDTH];

#endif
