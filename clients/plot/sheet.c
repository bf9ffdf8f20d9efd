/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/plot/sheet.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "clients/plot/font.h"

enum { SIDE_MAX = 16384 };

gw_sheet *gw_sheet_create(int width, int height)
{
    if (width < 1 || height < 1 || width > SIDE_MAX || height > SIDE_MAX)
        return NULL;
    size_t n = (size_t)width * (size_t)height;
    gw_sheet *sheet = malloc(sizeof *sheet + n * sizeof *sheet->points);
    if (!sheet)
        return NULL;
    sheet->width = width;
    sheet->height = height;
    memset(sheet->points, 0xff, n * sizeof *sheet->points);
    return sheet;
}

void gw_sheet_destroy(gw_sheet *sheet)
{
    free(sheet);
}

void gw_sheet_point(gw_sheet *sheet, int x, int y, gw_color color)
{
    if (x >= 0 && y >= 0 && x < sheet->width && y < sheet->height)
        sheet->points[(size_t)y * (size_t)sheet->width + (size_t)x] = color;
}

void gw_sheet_line(gw_sheet *sheet, gw_place_xy from, gw_place_xy to, gw_color color)
{
    int dx = abs(to.x - from.x), dy = abs(to.y - from.y), n = dx > dy ? dx : dy;
    for (int k = 0; k <= n; k++)
        gw_sheet_point(sheet, from.x + (n ? (to.x - from.x) * k / n : 0),
                       from.y + (n ? (to.y - from.y) * k / n : 0), color);
}

void gw_sheet_square(gw_sheet *sheet, gw_place_xy center, int half, gw_color color)
{
    for (int inner = half; inner > half - 2; inner--)
        for (int d = -inner; d <= inner; d++) {
            gw_sheet_point(sheet, center.x + d, center.y - inner, color);
            gw_sheet_point(sheet, center.x + d, center.y + inner, color);
            gw_sheet_point(sheet, center.x - inner, center.y + d, color);
            gw_sheet_point(sheet, center.x + inner, center.y + d, color);
        }
}

static void letter_draw(gw_sheet *sheet, gw_place_xy at, gw_color color, char letter)
{
    int index = letter - GW_FONT_FIRST;
    if (index < 0 || index >= GW_FONT_CHARACTERS)
        index = '?' - GW_FONT_FIRST;
    for (int x = 0; x < GW_FONT_WIDTH; x++)
        for (int y = 0; y < GW_FONT_HEIGHT; y++)
            if (gw_font[index][x] >> y & 1)
                gw_sheet_point(sheet, at.x + x, at.y + y, color);
}

void gw_sheet_text(gw_sheet *sheet, gw_place_xy at, gw_color color, const char *text)
{
    for (; *text; text++, at.x += GW_FONT_WIDTH + 1)
        letter_draw(sheet, at, color, *text);
}

int gw_sheet_text_width(const char *text)
{
    return (int)strlen(text) * (GW_FONT_WIDTH + 1);
}

gw_status gw_sheet_save(const gw_sheet *sheet, const char *path, gw_error *error)
{
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)sheet->width,
                       .height = (png_uint_32)sheet->height,
                       .format = PNG_FORMAT_RGB};
    if (!png_image_write_to_file(&image, path, 0, sheet->points, 0, NULL))
        return gw_error_set(error, GW_EIO, "%s: %s", path, image.message);
    return GW_OK;
}
