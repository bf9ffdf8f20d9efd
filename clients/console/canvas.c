/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/console/canvas.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "clients/text.h"

static int limit(int value, int max)
{
    return value < 1 ? 1 : value > max ? max : value;
}

bool gw_canvas_reset(gw_canvas *canvas, int width, int height)
{
    width = limit(width, GW_CANVAS_WIDTH_MAX);
    height = limit(height, GW_CANVAS_HEIGHT_MAX);
    if (!canvas->cells || width != canvas->width || height != canvas->height) {
        free(canvas->cells);
        canvas->cells = malloc((size_t)width * (size_t)height * sizeof *canvas->cells);
        canvas->width = canvas->cells ? width : 0;
        canvas->height = canvas->cells ? height : 0;
    }
    for (int y = 0; y < canvas->height; y++)
        gw_canvas_fill(canvas, y, 0, GW_STYLE_PLAIN, ' ');
    return canvas->cells != NULL;
}

void gw_canvas_destroy(gw_canvas *canvas)
{
    free(canvas->cells);
    canvas->cells = NULL;
    canvas->width = canvas->height = 0;
}

void gw_canvas_put(gw_canvas *canvas, int y, int x, gw_style style, uint32_t character)
{
    if (y < 0 || y >= canvas->height || x < 0 || x >= canvas->width)
        return;
    canvas->cells[(size_t)y * (size_t)canvas->width + (size_t)x] =
        (gw_cell){.character = character, .style = (uint8_t)style};
}

int gw_canvas_text(gw_canvas *canvas, int y, int x, gw_style style, const char *text)
{
    size_t n;
    uint32_t character;
    for (; (character = gw_text_next(text, &n)) != 0; text += n)
        gw_canvas_put(canvas, y, x++, style, character);
    return x;
}

int gw_canvas_format(gw_canvas *canvas, gw_spot at, const char *format, ...)
{
    char text[512];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    return gw_canvas_text(canvas, at.y, at.x, at.style, text);
}

void gw_canvas_fill(gw_canvas *canvas, int y, int x, gw_style style, uint32_t character)
{
    for (; x < canvas->width; x++)
        gw_canvas_put(canvas, y, x, style, character);
}
