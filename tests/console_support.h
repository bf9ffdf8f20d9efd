/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/console_support.h -- a console without a terminal: what comes in, and the page as text.
 */
#ifndef GW_TESTS_CONSOLE_SUPPORT_H
#define GW_TESTS_CONSOLE_SUPPORT_H

#include "clients/console/view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static gw_console *console;
static gw_canvas canvas;
static char page[GW_CANVAS_WIDTH_MAX * GW_CANVAS_HEIGHT_MAX * 4];

static int setup(void **state)
{
    (void)state;
    console = gw_console_create("Anahit");
    canvas = (gw_canvas){.is_utf8 = true, .has_levels = true};
    return console ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    gw_console_destroy(console);
    gw_canvas_destroy(&canvas);
    return 0;
}

/* The page as text, what is not ASCII as '.'. */
static const char *page_of(int64_t ms, int width, int height)
{
    char *to = page;
    assert_true(gw_canvas_reset(&canvas, width, height));
    gw_console_tick(console, ms, "12:34:56");
    gw_view_draw(console, ms, "12:34:56", &canvas);
    for (int y = 0; y < canvas.height; y++) {
        for (int x = 0; x < canvas.width; x++) {
            const gw_cell *cell = &canvas.cells[y * canvas.width + x];
            assert_true(cell->character >= 0x20 && cell->character != 0x7f);
            *to++ = cell->character < 0x7f ? (char)cell->character : '.';
        }
        *to++ = '\n';
    }
    *to = 0;
    return page;
}

static inline bool shows(int64_t ms, const char *text)
{
    return strstr(page_of(ms, 80, 24), text) != NULL;
}

static inline void take(gw_client_event_type type, const char *kind, const char *json, int64_t ms)
{
    json_error_t error;
    json_t *message = json ? json_loads(json, 0, &error) : NULL;
    if (json && !message)
        fail_msg("%s: %s", json, error.text);
    gw_client_event event = {.type = type, .message = message, .kind_seq = 1};
    snprintf(event.kind, sizeof event.kind, "%s", kind);
    gw_console_take(console, &event, ms);
    json_decref(message);
}

static inline void beat(const char *members, int64_t ms)
{
    char json[2048];
    snprintf(json, sizeof json, "{\"data\":{%s}}", members);
    take(GW_CLIENT_HEARTBEAT, "heartbeat", json, ms);
}

static inline void alarm_come(const char *id, double along_m, int64_t ms)
{
    char json[512];
    snprintf(json, sizeof json,
             "{\"time\":\"2026-11-24T09:36:34.5Z\",\"data\":{\"id\":\"%s\",\"sensor\":\"md\","
             "\"alarm\":true,\"along_m\":%g,\"score\":9.5,\"far_per_m\":0.001,\"depth_m\":0.07,"
             "\"depth_sd_m\":0.01}}",
             id, along_m);
    take(GW_CLIENT_RECORD, "detection", json, ms);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
