/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/console/view_impl.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void place_print(const gw_alarm *alarm, char *text, size_t size)
{
    if (!isfinite(alarm->along_m))
        snprintf(text, size, "place unknown");
    else if (isfinite(alarm->cross_m))
        snprintf(text, size, "%7.2f m %+5.2f", alarm->along_m, alarm->cross_m);
    else
        snprintf(text, size, "%7.2f m", alarm->along_m);
}

static void depth_print(const gw_alarm *alarm, const char *plus_minus, char *text, size_t size)
{
    if (!isfinite(alarm->depth_m))
        snprintf(text, size, "unknown");
    else if (!isfinite(alarm->depth_sd_m))
        snprintf(text, size, "%.2f m", alarm->depth_m);
    else
        snprintf(text, size, "%.2f %s %.2f m", alarm->depth_m, plus_minus, alarm->depth_sd_m);
}

/* Short words where a row is short: who it was must be seen. */
static void status_print(const gw_alarm *alarm, bool is_wide, char *text, size_t size)
{
    bool is_short = !is_wide && gw_alarm_is_acknowledged(alarm);
    if (alarm->asking == GW_ALARM_ASKED)
        snprintf(text, size, "asking ...");
    else if (alarm->status[0] && alarm->by[0])
        snprintf(text, size, "%s: %s", is_short ? "ack" : alarm->status, alarm->by);
    else if (alarm->status[0])
        snprintf(text, size, "%s", alarm->status);
    else if (alarm->asking == GW_ALARM_REFUSED)
        snprintf(text, size, "NOT RECORDED");
    else
        snprintf(text, size, "NEW");
}

static void alarm_draw(const view_page *page, int y, const gw_alarm *alarm, bool is_selected)
{
    char place[48], depth[48], status[112];
    gw_style style = is_selected                       ? GW_STYLE_SELECTED
                     : gw_alarm_is_acknowledged(alarm) ? GW_STYLE_DIM
                                                       : GW_STYLE_STRONG;
    const char *sensor = strcmp(alarm->sensor, "fused") == 0 ? "gpr+md" : alarm->sensor;
    place_print(alarm, place, sizeof place);
    depth_print(alarm, page->canvas->is_utf8 ? "\u00b1" : "+-", depth, sizeof depth);
    status_print(alarm, page->canvas->width >= 96, status, sizeof status);
    if (is_selected)
        gw_canvas_fill(page->canvas, y, 0, style, ' ');
    int x = gw_canvas_format(page->canvas, (gw_spot){y, 0, style}, "%c%-8s %-15s %-6s ",
                             is_selected ? '>' : ' ', alarm->time, place, sensor);
    gw_canvas_text(page->canvas, y, x, style, depth);
    x = gw_canvas_format(page->canvas, (gw_spot){y, x + 14, style}, " %6.1f %7.1g ", alarm->score,
                         alarm->far_per_m);
    gw_canvas_text(page->canvas, y, x, style, status);
}

void view_alarms(const view_page *page, int y, int height)
{
    const gw_alarms *alarms = &page->console->alarms;
    gw_canvas *canvas = page->canvas;
    size_t rows = height > 1 ? (size_t)height - 1 : 0;
    size_t first = alarms->selected >= rows && rows > 1 ? alarms->selected - rows + 1 : 0;
    gw_canvas_fill(canvas, y, 0, GW_STYLE_TITLE, ' ');
    int x = gw_canvas_text(canvas, y, 0, GW_STYLE_TITLE,
                           " ALARMS   place, across  sensor depth           score   far/m status");
    if (alarms->n > rows)
        x = gw_canvas_format(canvas, (gw_spot){y, x + 1, GW_STYLE_TITLE}, "%zu/%zu",
                             alarms->selected + 1, alarms->n);
    if (alarms->n_gone)
        gw_canvas_format(canvas, (gw_spot){y, x + 1, GW_STYLE_ALARM}, "%u unseen dropped",
                         alarms->n_gone);
    for (size_t row = 0; row < rows && first + row < alarms->n; row++) {
        size_t k = row ? first + row : 0; /* the newest is always seen */
        alarm_draw(page, y + 1 + (int)row, &alarms->list[k], k == alarms->selected);
    }
    if (!alarms->n && rows)
        gw_canvas_text(canvas, y + 1, 1, GW_STYLE_DIM,
                       page->state == GW_SHOWN_BLIND ? "not known"
                                                     : "no indication since this console began");
}
