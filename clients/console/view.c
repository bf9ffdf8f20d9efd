/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/console/view_impl.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_MS = 8000, TURN_MS = 2000, REASON_MAX = 96 };

/* All reasons when they fit, else one after the other. */
static void reasons_draw(const view_page *page, int y)
{
    char all[256] = "", one[REASON_MAX];
    size_t n = 0, used = 0;
    int x = gw_canvas_format(page->canvas, (gw_spot){y, 1, GW_STYLE_STRONG},
                             "%s: ", gw_shown_word(page->state));
    for (; gw_console_reason(page->console, n, page->now_ms, one, sizeof one); n++)
        if (used + strlen(one) + 3 < sizeof all)
            used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", n ? "; " : "", one);
    if (n == 0) {
        gw_canvas_text(page->canvas, y, x, GW_STYLE_PLAIN, gw_shown_text(page->state));
    } else if (x + (int)used <= page->canvas->width) {
        gw_canvas_text(page->canvas, y, x, GW_STYLE_PLAIN, all);
    } else {
        size_t k = (size_t)(page->now_ms / TURN_MS) % n;
        gw_console_reason(page->console, k, page->now_ms, one, sizeof one);
        gw_canvas_format(page->canvas, (gw_spot){y, x, GW_STYLE_PLAIN}, "%zu/%zu %s", k + 1, n,
                         one);
    }
}

/* "PINPOINT ########--": a bar of ten; dots where it is not known. */
static int pinpoint_draw(const view_page *page, int y, int x)
{
    const gw_console *c = page->console;
    char bar[11];
    bool is_known = page->state != GW_SHOWN_BLIND && isfinite(c->pinpoint) &&
                    gw_strip_is_live(&c->tones.strip, page->now_ms);
    for (int k = 0; k < 10; k++)
        bar[k] = !is_known ? '.' : 10 * (double)c->pinpoint > k ? '#' : '-';
    bar[10] = 0;
    return gw_canvas_format(page->canvas, (gw_spot){y, x + 2, GW_STYLE_STRONG}, "PINPOINT %s", bar);
}

static void place_draw(const view_page *page, int y)
{
    const gw_console *c = page->console;
    gw_canvas *canvas = page->canvas;
    int x = 1;
    if (page->state == GW_SHOWN_BLIND)
        x = gw_canvas_text(canvas, y, x, GW_STYLE_STRONG, "place and speed not known");
    else if (isfinite(c->along_m))
        x = gw_canvas_format(canvas, (gw_spot){y, x, GW_STYLE_STRONG}, "head at %7.2f m",
                             c->along_m);
    else
        x = gw_canvas_text(canvas, y, x, GW_STYLE_STRONG, "place unknown");
    if (page->state != GW_SHOWN_BLIND && isfinite(c->speed_m_s))
        x = gw_canvas_format(canvas, (gw_spot){y, x + 2, GW_STYLE_PLAIN}, "%.2f m/s", c->speed_m_s);
    if (c->is_pinpoint)
        x = pinpoint_draw(page, y, x);
    if (c->n_records_lost)
        x = gw_canvas_format(canvas, (gw_spot){y, x + 2, GW_STYLE_DEGRADED}, "%llu records LOST",
                             (unsigned long long)c->n_records_lost);
    if (c->n_blind)
        x = gw_canvas_format(canvas, (gw_spot){y, x + 2, GW_STYLE_PLAIN}, "BLIND %ux, last %s",
                             c->n_blind, c->blind_time);
    if (c->n_blind && !c->is_blind)
        x = gw_canvas_format(canvas, (gw_spot){y, x, GW_STYLE_PLAIN}, " for %.1f s",
                             1e-3 * (double)c->blind_lasted_ms);
    if (c->sound_trouble[0])
        gw_canvas_format(canvas, (gw_spot){y, x + 2, GW_STYLE_ALARM}, "NO SOUND: %s",
                         c->sound_trouble);
    else if (c->is_muted_there)
        gw_canvas_text(canvas, y, x + 2, GW_STYLE_DEGRADED, "MUTED by command but for faults");
    else if (c->has_sound && c->is_muted)
        gw_canvas_text(canvas, y, x + 2, GW_STYLE_DEGRADED, "MUTED but for faults");
}

/* "gpr SEARCHING 12 ms lost 0 dropped 0", two a row where the row is wide enough. */
static void sensors_draw(const view_page *page, int y, int rows)
{
    const gw_console *c = page->console;
    size_t n_beside = page->canvas->width >= GW_VIEW_WIDTH ? 2 : 1;
    int part = page->canvas->width / (int)n_beside;
    for (size_t k = 0; k < c->n_sensors && k < n_beside * (size_t)rows; k++) {
        const gw_console_sensor *one = &c->sensors[k];
        int x = (int)(k % n_beside) * part + 1, row = y + (int)(k / n_beside);
        char age[24] = "never";
        if (isfinite(one->age_ms))
            snprintf(age, sizeof age, "%.0f ms", one->age_ms + (double)(page->now_ms - c->beat_ms));
        bool is_known = page->state != GW_SHOWN_BLIND || one->state == GW_SHOWN_BLIND;
        gw_style style = one->state == GW_SHOWN_SEARCHING ? GW_STYLE_PLAIN : (gw_style)one->state;
        x = gw_canvas_format(page->canvas, (gw_spot){row, x, GW_STYLE_STRONG}, "%-5s", one->name);
        x = gw_canvas_format(page->canvas, (gw_spot){row, x, is_known ? style : GW_STYLE_BLIND},
                             "%s", is_known ? gw_shown_word(one->state) : "not known");
        gw_canvas_format(page->canvas, (gw_spot){row, x, GW_STYLE_PLAIN}, " %s  lost %s dropped %s",
                         age, one->lost, one->dropped);
    }
    if (!c->n_sensors)
        gw_canvas_text(page->canvas, y, 1, GW_STYLE_PLAIN, "no sensor was heard of");
}

static void footer_draw(const view_page *page, int y)
{
    const gw_console *c = page->console;
    bool has_message = c->message_ms != INT64_MIN && page->now_ms - c->message_ms < MESSAGE_MS;
    gw_style style = has_message && c->is_message_bad ? GW_STYLE_DEGRADED : GW_STYLE_TITLE;
    gw_canvas_fill(page->canvas, y, 0, style, ' ');
    gw_canvas_text(page->canvas, y, 1, style,
                   has_message
                       ? c->message
                       : "a acknowledge  up/down select  p pinpoint  m mute  ? help  q quit");
}

static const char *const help[] = {
    "GROUNDWATCH: keys and words",
    "",
    "a        acknowledge the selected alarm: it is recorded that you saw it",
    "up down  select an alarm (k and j too)",
    "p        pinpoint: the tone says where it is strongest, not how strong",
    "m        mute tones, clicks and alarm sounds; faults and the tick stay",
    "? h      this page          q  quit",
    "",
    "BLIND      nothing is known of the ground: stop",
    "DEGRADED   searching with less than all of it; the line below says why",
    "SEARCHING  no indication; that does not mean that there is no mine",
    "ALARM      something is indicated here",
    "",
    "tick each second: alive. Siren: BLIND. Two low notes: DEGRADED.",
    "Tone: metal detector; higher and louder is stronger. Clicks: radar.",
    "No tick and no siren: the program is gone. Stop.",
};

void view_help(const view_page *page)
{
    int rows = (int)(sizeof help / sizeof *help);
    for (int row = 0; row < rows; row++) {
        gw_canvas_fill(page->canvas, BANNER_ROWS + row, 0, GW_STYLE_PLAIN, ' ');
        gw_canvas_text(page->canvas, BANNER_ROWS + row, 2, row ? GW_STYLE_PLAIN : GW_STYLE_STRONG,
                       help[row]);
    }
}

/* Rows beyond the banner, two lines, the sensors and the footer go to the signals and the list. */
void gw_view_draw(const gw_console *console, int64_t now_ms, const char *wall, gw_canvas *canvas)
{
    const view_page page = {console, canvas, now_ms, wall, gw_console_state(console, now_ms)};
    int rows = canvas->height - BANNER_ROWS - 5;
    int md = rows >= 14 ? 3 + (rows - 14) / 6 : rows >= 10 ? 2 : 0;
    int gpr = rows >= 10 ? 6 + (rows - 14) / 2 : 0, y = BANNER_ROWS;
    view_banner(&page, 0);
    if (console->is_help) {
        view_help(&page);
        footer_draw(&page, canvas->height - 1);
        return;
    }
    reasons_draw(&page, y++);
    place_draw(&page, y++);
    sensors_draw(&page, y, 2);
    y += 2;
    if (md)
        view_md(&page, y, md);
    if (gpr)
        view_gpr(&page, y + md, gpr);
    view_alarms(&page, y + md + gpr, rows - md - gpr);
    if (canvas->height > BANNER_ROWS + 1)
        footer_draw(&page, canvas->height - 1);
}
