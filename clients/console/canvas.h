/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/console/canvas.h -- a grid of characters and styles: what the view draws on, and the
 * screen puts on a terminal. Everything is clipped.
 *
 * Shapes: cells [height][width].
 */
#ifndef GW_CLIENTS_CONSOLE_CANVAS_H
#define GW_CLIENTS_CONSOLE_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

enum { GW_CANVAS_WIDTH_MAX = 500, GW_CANVAS_HEIGHT_MAX = 200, GW_CANVAS_LEVELS = 12 };

/* The first four are the states, as gw_shown. */
typedef enum {
    GW_STYLE_BLIND,
    GW_STYLE_DEGRADED,
    GW_STYLE_SEARCHING,
    GW_STYLE_ALARM,
    GW_STYLE_PLAIN,
    GW_STYLE_DIM,
    GW_STYLE_STRONG,
    GW_STYLE_TITLE,
    GW_STYLE_SELECTED,
    GW_STYLE_MD,
    GW_STYLE_PICTURE /* two half cells, one above the other: upper and lower level */
} gw_style;

typedef struct gw_cell {
    uint32_t character;     /* Unicode, one column wide */
    uint8_t style;          /* gw_style */
    uint8_t upper_lower[2]; /* 0..GW_CANVAS_LEVELS - 1 */
} gw_cell;

typedef struct gw_canvas {
    int width, height;
    bool is_utf8;    /* blocks may be drawn */
    bool has_levels; /* half cells may be drawn in levels of grey */
    gw_cell *cells;
} gw_canvas;

/* Where text begins, and how it looks. */
typedef struct gw_spot {
    int y, x;
    gw_style style;
} gw_spot;

/* Size it, and wipe it. False: out of memory (it is empty then). Sizes are cut to the greatest. */
bool gw_canvas_reset(gw_canvas *canvas, int width, int height);
void gw_canvas_destroy(gw_canvas *canvas);

void gw_canvas_put(gw_canvas *canvas, int y, int x, gw_style style, uint32_t character);

/* Clean UTF-8 text. Returns the column after it. */
int gw_canvas_text(gw_canvas *canvas, int y, int x, gw_style style, const char *text);
int gw_canvas_format(gw_canvas *canvas, gw_spot at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* From column x to the end of the row. */
void gw_canvas_fill(gw_canvas *canvas, int y, int x, gw_style style, uint32_t character);

#endif
