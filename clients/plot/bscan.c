/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/plot/bscan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clients/plot/axis.h"

/* Points. */
enum { LEFT = 56, RIGHT = 44, TOP = 34, BOTTOM = 34, HEAD = 22, WIDTH = 900, HEIGHT = 280 };

static const gw_color black = {0, 0, 0}, grey = {150, 150, 150};
static const double db_most = 20;

/* Where a panel's picture lies on the sheet. */
typedef struct frame {
    int x, y, width, height;
    const gw_section *section;
} frame;

static float value_at(const gw_section *section, size_t column, size_t row)
{
    return section->values[column * section->n_rows + row];
}

static int by_value(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Nine tenths of the values are not larger than this. */
static float spread_of(const gw_section *section, size_t from_row, size_t n_rows)
{
    enum { TRIED = 4096 };
    float tried[TRIED];
    size_t n_all = section->n_columns * n_rows, step = n_all / TRIED + 1, n = 0;
    for (size_t k = 0; k < n_all && n < TRIED; k += step)
        tried[n++] = fabsf(value_at(section, k / n_rows, from_row + k % n_rows));
    if (!n)
        return 1;
    qsort(tried, n, sizeof *tried, by_value);
    float found = tried[n * 9 / 10];
    return found > 0 && isfinite(found) ? found : 1;
}

static unsigned char level_of(float value, float spread, gw_shade shade)
{
    float level;
    if (!isfinite(value))
        return 0;
    if (shade == GW_SHADE_DB)
        level = 255 - 255 * 10 * log10f(fmaxf(value, 1)) / (float)db_most;
    else if (shade == GW_SHADE_ROWS)
        level = 128 + 64 * value / spread;
    else
        level = 128 + copysignf(90 * sqrtf(fabsf(value) / spread), value);
    return (unsigned char)fminf(fmaxf(level, 0), 255);
}

/* The value that stands out most among the rows that share a point. */
static float value_pick(const gw_section *section, size_t column, int y, int height)
{
    size_t n_rows = gw_section_shown(section);
    size_t from = (size_t)y * n_rows / (size_t)height;
    size_t to = ((size_t)y + 1) * n_rows / (size_t)height;
    float best = value_at(section, column, from);
    for (size_t row = from + 1; row < to; row++)
        if (fabsf(value_at(section, column, row)) > fabsf(best))
            best = value_at(section, column, row);
    return best;
}

static void picture_draw(gw_sheet *sheet, const frame *f, gw_shade shade)
{
    const gw_section *section = f->section;
    float spread = spread_of(section, 0, gw_section_shown(section));
    for (int y = 0; y < f->height; y++) {
        if (shade == GW_SHADE_ROWS)
            spread =
                spread_of(section, (size_t)y * gw_section_shown(section) / (size_t)f->height, 1);
        for (int x = 0; x < f->width; x++) {
            size_t column = (size_t)x * section->n_columns / (size_t)f->width;
            unsigned char level =
                level_of(value_pick(section, column, y, f->height), spread, shade);
            gw_sheet_point(sheet, f->x + x, f->y + y, (gw_color){level, level, level});
        }
    }
}

static void text_center(gw_sheet *sheet, int x, int y, const char *text)
{
    gw_sheet_text(sheet, (gw_place_xy){x - gw_sheet_text_width(text) / 2, y}, black, text);
}

static void axis_along(gw_sheet *sheet, const frame *f)
{
    gw_axis axis = gw_section_along(f->section);
    for (int k = 0; k < axis.n_ticks; k++) {
        char text[32];
        double at = axis.first_tick + k * axis.tick;
        int x = f->x + (int)((at - axis.from) / (axis.to - axis.from) * f->width);
        snprintf(text, sizeof text, "%.*f", axis.n_decimals, at);
        gw_sheet_line(sheet, (gw_place_xy){x, f->y + f->height},
                      (gw_place_xy){x, f->y + f->height + 4}, black);
        text_center(sheet, x, f->y + f->height + 7, text);
    }
    text_center(sheet, f->x + f->width / 2, f->y + f->height + 18, axis.unit);
}

static void axis_down(gw_sheet *sheet, const frame *f)
{
    gw_axis axis = gw_section_down(f->section);
    for (int k = 0; k < axis.n_ticks; k++) {
        char text[32];
        double at = axis.first_tick + k * axis.tick;
        int y = f->y + (int)((at - axis.from) / (axis.to - axis.from) * f->height);
        snprintf(text, sizeof text, "%.*f", axis.n_decimals, at);
        gw_sheet_line(sheet, (gw_place_xy){f->x - 5, y}, (gw_place_xy){f->x - 1, y}, black);
        gw_sheet_text(sheet, (gw_place_xy){f->x - 8 - gw_sheet_text_width(text), y - 3}, black,
                      text);
    }
    gw_sheet_text(sheet, (gw_place_xy){4, f->y - 12}, black, axis.unit);
}

static void frame_draw(gw_sheet *sheet, const frame *f)
{
    gw_place_xy corners[4] = {{f->x - 1, f->y - 1},
                              {f->x + f->width, f->y - 1},
                              {f->x + f->width, f->y + f->height},
                              {f->x - 1, f->y + f->height}};
    for (int k = 0; k < 4; k++)
        gw_sheet_line(sheet, corners[k], corners[(k + 1) % 4], grey);
}

static void mark_draw(gw_sheet *sheet, const frame *f, const gw_mark *mark)
{
    const gw_section *section = f->section;
    double column = (double)gw_section_column(section, mark->scan) + 0.5;
    int x = f->x + (int)(column / (double)section->n_columns * f->width);
    double row = (mark->sample - section->from_row) / section->step_row;
    int y = f->y + (int)(row / (double)gw_section_shown(section) * f->height);
    if (isnan(mark->sample)) {
        gw_sheet_line(sheet, (gw_place_xy){x, f->y - 8}, (gw_place_xy){x, f->y - 2}, mark->color);
        gw_sheet_line(sheet, (gw_place_xy){x + 1, f->y - 8}, (gw_place_xy){x + 1, f->y - 2},
                      mark->color);
        return;
    }
    if (y < f->y || y >= f->y + f->height) /* beyond what this panel shows */
        return;
    gw_sheet_square(sheet, (gw_place_xy){x, y}, 7, mark->color);
    gw_sheet_text(sheet, (gw_place_xy){x + 10, y - 3}, mark->color, mark->text);
}

static void panel_draw(gw_sheet *sheet, const gw_figure *figure, size_t k)
{
    const gw_panel *panel = &figure->panels[k];
    const frame f = {.x = LEFT,
                     .y = HEAD + TOP + (int)k * (TOP + HEIGHT + BOTTOM),
                     .width = WIDTH,
                     .height = HEIGHT,
                     .section = panel->section};
    gw_sheet_text(sheet, (gw_place_xy){LEFT, f.y - 20}, black, panel->title);
    if (panel->section->n_columns == 0 || panel->section->n_rows == 0) {
        gw_sheet_text(sheet, (gw_place_xy){LEFT + 20, f.y + 20}, black, "nothing came this far");
        frame_draw(sheet, &f);
        return;
    }
    picture_draw(sheet, &f, panel->shade);
    frame_draw(sheet, &f);
    axis_along(sheet, &f);
    axis_down(sheet, &f);
    for (size_t m = 0; m < figure->n_marks; m++)
        mark_draw(sheet, &f, &figure->marks[m]);
}

gw_status gw_figure_save(const gw_figure *figure, const char *path, gw_error *error)
{
    if (figure->n_panels < 1 || figure->n_panels > 40)
        return gw_error_set(error, GW_EINVAL, "%s: %zu panels", path, figure->n_panels);
    gw_sheet *sheet = gw_sheet_create(LEFT + WIDTH + RIGHT,
                                      HEAD + (int)figure->n_panels * (TOP + HEIGHT + BOTTOM));
    if (!sheet)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    gw_sheet_text(sheet, (gw_place_xy){LEFT, 8}, black, figure->title);
    for (size_t k = 0; k < figure->n_panels; k++)
        panel_draw(sheet, figure, k);
    gw_status status = gw_sheet_save(sheet, path, error);
    gw_sheet_destroy(sheet);
    return status;
}
