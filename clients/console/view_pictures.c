/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/console/view_impl.h"

#include <math.h>
#include <stdio.h>

enum { MARGIN = 9 /* columns at the left of a picture */ };

/* What a step without a picture shows: nobody knows. */
static void unknown_put(gw_canvas *canvas, int y, int x)
{
    gw_canvas_put(canvas, y, x, GW_STYLE_DIM, canvas->is_utf8 ? 0x00b7 : '?');
}

static void bar_draw(gw_canvas *canvas, int y, int x, int width, double part)
{
    int full = (int)(part * width + 0.5);
    for (int k = 0; k < width; k++)
        gw_canvas_put(canvas, y, x + k, k < full ? GW_STYLE_MD : GW_STYLE_DIM,
                      k >= full         ? '-'
                      : canvas->is_utf8 ? 0x2588
                                        : '#');
}

/* Search tone value, then a bar for each tone: decades of its change, 1e-6 to 1e-1 of the transmit
 * current. */
static void tones_draw(const view_page *page, int y)
{
    const gw_tones *tones = &page->console->tones;
    gw_canvas *canvas = page->canvas;
    int x = gw_canvas_format(canvas, (gw_spot){y, 0, GW_STYLE_STRONG}, " MD  %4.2f ",
                             (double)tones->now);
    bar_draw(canvas, y, x, 16, (double)tones->now);
    x += 17;
    for (size_t k = 0; k < tones->n_tones && x + 17 <= canvas->width; k++) {
        double decades = log10(fmax((double)tones->change[k], 1e-6)) + 6;
        x = gw_canvas_format(canvas, (gw_spot){y, x, GW_STYLE_PLAIN}, " %5.3gk ",
                             tones->hz[k] / 1000);
        bar_draw(canvas, y, x, 8, fmin(decades / 5, 1));
        x += 8;
    }
}

void view_md(const view_page *page, int y, int height)
{
    const gw_tones *tones = &page->console->tones;
    gw_canvas *canvas = page->canvas;
    int rows = height - 1;
    bool is_live = page->state != GW_SHOWN_BLIND && gw_strip_is_live(&tones->strip, page->now_ms);
    if (is_live)
        tones_draw(page, y);
    else
        gw_canvas_text(canvas, y, 0, GW_STYLE_STRONG, " MD  no live signal: not known");
    for (int row = 0; row < rows; row++)
        gw_canvas_text(canvas, y + 1 + row, 0, GW_STYLE_DIM,
                       row == 0          ? " tone  1"
                       : row == rows - 1 ? "       0"
                                         : "        ");
    for (int x = canvas->width - 1, age = 0; x >= MARGIN; x--, age++) {
        gw_strip_mark mark;
        size_t at = gw_strip_index(&tones->strip, (size_t)age, &mark);
        double eighths = fmin(1, (double)tones->value[at]) * rows * 8;
        for (int row = 0; row < rows; row++) {
            int filled = (int)(eighths + 0.5) - 8 * (rows - 1 - row);
            filled = filled < 0 ? 0 : filled > 8 ? 8 : filled;
            if (mark == GW_STRIP_UNKNOWN)
                unknown_put(canvas, y + 1 + row, x);
            else if (filled > 0)
                gw_canvas_put(canvas, y + 1 + row, x, GW_STYLE_MD,
                              canvas->is_utf8 ? 0x2580U + (uint32_t)filled
                                              : (uint32_t)(filled < 3   ? '.'
                                                           : filled < 6 ? ':'
                                                                        : '#'));
            else
                gw_canvas_put(canvas, y + 1 + row, x, GW_STYLE_DIM, row == rows - 1 ? '_' : ' ');
        }
    }
}

static uint8_t level_of(float value)
{
    int level = (int)lrintf((value + 1) * 0.5F * (GW_CANVAS_LEVELS - 1));
    return (uint8_t)(level < 0 ? 0 : level >= GW_CANVAS_LEVELS ? GW_CANVAS_LEVELS - 1 : level);
}

/* One cell: two half cells of grey, or a character whose ink grows with the magnitude. */
static void water_put(gw_canvas *canvas, int y, int x, const float value[2])
{
    static const char ink[] = " .:-=+*#%@";
    if (y < 0 || y >= canvas->height || x < 0 || x >= canvas->width)
        return;
    if (!canvas->has_levels) {
        float most = fmaxf(fabsf(value[0]), fabsf(value[1]));
        gw_canvas_put(canvas, y, x, GW_STYLE_PLAIN,
                      (uint32_t)ink[(size_t)lrintf(fminf(most, 1) * (sizeof ink - 2))]);
        return;
    }
    gw_canvas_put(canvas, y, x, GW_STYLE_PICTURE, 0x2580);
    gw_cell *cell = &canvas->cells[(size_t)y * (size_t)canvas->width + (size_t)x];
    cell->upper_lower[0] = level_of(value[0]);
    cell->upper_lower[1] = level_of(value[1]);
}

static void water_draw(const view_page *page, int y, int rows)
{
    const gw_waterfall *water = &page->console->waterfall;
    size_t n = water->n_rows, halves = 2 * (size_t)rows;
    for (int x = page->canvas->width - 1, age = 0; x >= MARGIN; x--, age++) {
        gw_strip_mark mark;
        size_t at = gw_strip_index(&water->strip, (size_t)age, &mark);
        for (size_t row = 0; row < (size_t)rows; row++) {
            if (mark == GW_STRIP_UNKNOWN || n == 0) {
                unknown_put(page->canvas, y + (int)row, x);
                continue;
            }
            const float value[2] = {
                gw_waterfall_peak(water, at, 2 * row * n / halves, (2 * row + 1) * n / halves),
                gw_waterfall_peak(water, at, (2 * row + 1) * n / halves,
                                  (2 * row + 2) * n / halves)};
            water_put(page->canvas, y + (int)row, x, value);
        }
        if (mark == GW_STRIP_LOSSY) /* pictures are missing within this step */
            gw_canvas_put(page->canvas, y + rows - 1, x, GW_STYLE_DEGRADED, '!');
    }
}

void view_gpr(const view_page *page, int y, int height)
{
    const gw_waterfall *water = &page->console->waterfall;
    gw_canvas *canvas = page->canvas;
    bool is_live = page->state != GW_SHOWN_BLIND && gw_strip_is_live(&water->strip, page->now_ms);
    double from_ns = water->from_ns, to_ns = from_ns + water->step_ns * (double)water->n_rows;
    gw_canvas_text(canvas, y, 0, GW_STYLE_STRONG, " GPR");
    if (!is_live)
        gw_canvas_text(canvas, y + 1, 0, GW_STYLE_STRONG, " no live");
    if (!is_live)
        gw_canvas_text(canvas, y + 2, 0, GW_STYLE_STRONG, " picture");
    if (is_live && isfinite(to_ns) && height > 2) {
        gw_canvas_format(canvas, (gw_spot){y + 1, 0, GW_STYLE_DIM}, "%5.1f ns", from_ns);
        gw_canvas_format(canvas, (gw_spot){y + height - 1, 0, GW_STYLE_DIM}, "%5.1f ns", to_ns);
    }
    water_draw(page, y, height);
}
