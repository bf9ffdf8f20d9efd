/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/plot/sheet.h -- points of colour, what is drawn on them, and the PNG they become.
 * Everything is clipped.
 */
#ifndef GW_CLIENTS_PLOT_SHEET_H
#define GW_CLIENTS_PLOT_SHEET_H

#include <stddef.h>

#include "dsp/status.h"

typedef struct gw_color {
    unsigned char red, green, blue;
} gw_color;

typedef struct gw_sheet {
    int width, height;
    gw_color points[]; /* [height][width] */
} gw_sheet;

typedef struct gw_place_xy {
    int x, y;
} gw_place_xy;

/* White. NULL: out of memory, or a side that is not 1..16384. */
gw_sheet *gw_sheet_create(int width, int height);
void gw_sheet_destroy(gw_sheet *sheet);

void gw_sheet_point(gw_sheet *sheet, int x, int y, gw_color color);
/* Both ends are drawn. */
void gw_sheet_line(gw_sheet *sheet, gw_place_xy from, gw_place_xy to, gw_color color);
/* The outline of a square around a point, two points thick; half: of its side. */
void gw_sheet_square(gw_sheet *sheet, gw_place_xy center, int half, gw_color color);

/* Printable ASCII, others as '?'; at: its upper left. */
void gw_sheet_text(gw_sheet *sheet, gw_place_xy at, gw_color color, const char *text);
int gw_sheet_text_width(const char *text);

/* GW_EIO, with the path. */
gw_status gw_sheet_save(const gw_sheet *sheet, const char *path, gw_error *error);

#endif
