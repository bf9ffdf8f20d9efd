/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/plot/curve.h"

#include <math.h>
#include <stdio.h>

#include "clients/plot/axis.h"

/* Points. */
enum { LEFT = 64, RIGHT = 150, TOP = 34, BOTTOM = 34, HEAD = 22, WIDTH = 800, HEIGHT = 200 };
enum { PANELS_MAX = 8, DASH = 6, LINE = 11 };

static const gw_color black = {0, 0, 0}, grey = {150, 150, 150}, pale = {225, 225, 225};
static const double decades_most = 7, room = 1.1; /* over the largest value */

/* Where a panel's curves lie on the sheet, and what their edges mean. */
typedef struct frame {
    int x, y;
    gw_axis along, up; /* up: of the logarithm where it is one */
    const gw_curve_figure *figure;
    const gw_curve_panel *panel;
} frame;

static int x_of(const frame *f, double along)
{
    return f->x + (int)lround((along - f->along.from) / (f->along.to - f->along.from) * WIDTH);
}

static int y_of(const frame *f, double value)
{
    double at = f->panel->is_log ? log10(fmax(value, 1e-300)) : value;
    double part = (at - f->up.from) / (f->up.to - f->up.from);
    return f->y + HEIGHT - (int)lround(fmin(fmax(part, 0), 1) * HEIGHT);
}

/* least: of what is greater than 0. */
static void range_of(const gw_curve_figure *figure, const gw_curve_panel *panel, double *least,
                     double *most)
{
    *most =
        fmax(isfinite(panel->level) ? panel->level : 0, isfinite(panel->mark) ? panel->mark : 0);
    *least = *most > 0 ? *most : (double)INFINITY;
    for (size_t c = 0; c < panel->n_curves; c++)
        for (size_t k = 0; k < figure->n; k++) {
            double value = panel->curves[c].values[k];
            if (!isfinite(value))
                continue;
            *most = fmax(*most, value);
            *least = value > 0 ? fmin(*least, value) : *least;
        }
}

static gw_axis axis_up(const gw_curve_figure *figure, const gw_curve_panel *panel)
{
    double least, most;
    range_of(figure, panel, &least, &most);
    most = most > 0 ? most : 1;
    if (!panel->is_log)
        return gw_axis_make(0, most * room, panel->unit);
    double from = isfinite(panel->bottom) ? fmax(panel->bottom, least) : least;
    from = fmax(fmin(from, most / 10), most / pow(10, decades_most));
    return gw_axis_make(log10(from), log10(most * room), panel->unit);
}

static void text_center(gw_sheet *sheet, int x, int y, const char *text)
{
    gw_sheet_text(sheet, (gw_place_xy){x - gw_sheet_text_width(text) / 2, y}, black, text);
}

static void along_draw(gw_sheet *sheet, const frame *f)
{
    for (int k = 0; k < f->along.n_ticks; k++) {
        char text[32];
        double at = f->along.first_tick + k * f->along.tick;
        int x = x_of(f, at), y = f->y + HEIGHT;
        snprintf(text, sizeof text, "%.*f", f->along.n_decimals, at);
        gw_sheet_line(sheet, (gw_place_xy){x, f->y}, (gw_place_xy){x, y}, pale);
        gw_sheet_line(sheet, (gw_place_xy){x, y}, (gw_place_xy){x, y + 4}, black);
        text_center(sheet, x, y + 7, text);
    }
    text_center(sheet, f->x + WIDTH / 2, f->y + HEIGHT + 18, f->along.unit);
}

static void tick_draw(gw_sheet *sheet, const frame *f, double value, const char *text)
{
    int y = y_of(f, value);
    gw_sheet_line(sheet, (gw_place_xy){f->x, y}, (gw_place_xy){f->x + WIDTH, y}, pale);
    gw_sheet_line(sheet, (gw_place_xy){f->x - 5, y}, (gw_place_xy){f->x - 1, y}, black);
    gw_sheet_text(sheet, (gw_place_xy){f->x - 8 - gw_sheet_text_width(text), y - 3}, black, text);
}

/* Of a logarithm 1, 2 and 5 of each decade; 1 alone where there are more than two. */
static void up_draw(gw_sheet *sheet, const frame *f)
{
    static const double parts[] = {1, 2, 5};
    char text[32];
    for (int k = 0; !f->panel->is_log && k < f->up.n_ticks; k++) {
        double at = f->up.first_tick + k * f->up.tick;
        snprintf(text, sizeof text, "%.*f", f->up.n_decimals, at);
        tick_draw(sheet, f, at, text);
    }
    size_t n_parts = f->up.to - f->up.from > 2 ? 1 : 3;
    for (double d = floor(f->up.from); f->panel->is_log && d <= f->up.to; d++)
        for (size_t k = 0; k < n_parts; k++) {
            double at = parts[k] * pow(10, d);
            snprintf(text, sizeof text, "%g", at);
            if (log10(at) >= f->up.from && log10(at) <= f->up.to)
                tick_draw(sheet, f, at, text);
        }
    gw_sheet_text(sheet, (gw_place_xy){4, f->y - 12}, black, f->up.unit);
}

static void frame_draw(gw_sheet *sheet, const frame *f)
{
    const gw_place_xy corners[4] = {{f->x - 1, f->y - 1},
                                    {f->x + WIDTH, f->y - 1},
                                    {f->x + WIDTH, f->y + HEIGHT},
                                    {f->x - 1, f->y + HEIGHT}};
    for (int k = 0; k < 4; k++)
        gw_sheet_line(sheet, corners[k], corners[(k + 1) % 4], grey);
}

static void curve_draw(gw_sheet *sheet, const frame *f, const gw_curve *curve)
{
    const double *along = f->figure->along;
    for (size_t k = 1; k < f->figure->n; k++)
        if (isfinite(curve->values[k - 1]) && isfinite(curve->values[k]))
            gw_sheet_line(
                sheet, (gw_place_xy){x_of(f, along[k - 1]), y_of(f, curve->values[k - 1])},
                (gw_place_xy){x_of(f, along[k]), y_of(f, curve->values[k])}, curve->color);
}

static void level_draw(gw_sheet *sheet, const frame *f)
{
    if (!isfinite(f->panel->level))
        return;
    int y = y_of(f, f->panel->level);
    for (int x = f->x; x < f->x + WIDTH; x += 2 * DASH)
        gw_sheet_line(sheet, (gw_place_xy){x, y}, (gw_place_xy){x + DASH, y}, black);
    gw_sheet_text(sheet, (gw_place_xy){f->x + 4, y - 11}, black, f->panel->level_text);
}

static void mark_draw(gw_sheet *sheet, const frame *f)
{
    const gw_curve_figure *figure = f->figure;
    if (!isfinite(figure->at))
        return;
    int x = x_of(f, figure->at);
    for (int y = f->y; y < f->y + HEIGHT; y += 2 * DASH)
        gw_sheet_line(sheet, (gw_place_xy){x, y}, (gw_place_xy){x, y + DASH}, figure->color);
    if (!isfinite(f->panel->mark))
        return;
    const gw_place_xy center = {x, y_of(f, f->panel->mark)};
    gw_sheet_square(sheet, center, 5, figure->color);
    gw_sheet_text(sheet, (gw_place_xy){center.x + 10, center.y - 12}, figure->color,
                  f->panel->mark_text);
}

static void panel_draw(gw_sheet *sheet, const gw_curve_figure *figure, size_t k)
{
    const gw_curve_panel *panel = &figure->panels[k];
    const frame f = {
        .x = LEFT,
        .y = HEAD + TOP + (int)k * (TOP + HEIGHT + BOTTOM),
        .along = gw_axis_make(figure->along[0], figure->along[figure->n - 1], figure->along_unit),
        .up = axis_up(figure, panel),
        .figure = figure,
        .panel = panel};
    gw_sheet_text(sheet, (gw_place_xy){LEFT, f.y - 20}, black, panel->title);
    along_draw(sheet, &f);
    up_draw(sheet, &f);
    frame_draw(sheet, &f);
    for (size_t c = 0; c < panel->n_curves; c++) {
        curve_draw(sheet, &f, &panel->curves[c]);
        gw_sheet_text(sheet, (gw_place_xy){LEFT + WIDTH + 10, f.y + 4 + (int)c * LINE},
                      panel->curves[c].color, panel->curves[c].text);
    }
    level_draw(sheet, &f);
    mark_draw(sheet, &f);
}

gw_status gw_curve_save(const gw_curve_figure *figure, const char *path, gw_error *error)
{
    if (figure->n_panels < 1 || figure->n_panels > PANELS_MAX || figure->n < 2)
        return gw_error_set(error, GW_EINVAL, "%s: %zu panels of %zu values", path,
                            figure->n_panels, figure->n);
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
