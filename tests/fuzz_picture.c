/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A live picture as it comes from the network: JSON, a NUL, then the bytes. Whatever it is, it is
 * refused or drawn, and what is drawn holds no control character.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "clients/console/view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void page_check(const gw_canvas *canvas)
{
    for (int k = 0; k < canvas->width * canvas->height; k++)
        if (canvas->cells[k].character < 0x20 || canvas->cells[k].character == 0x7f ||
            (canvas->cells[k].character >= 0x80 && canvas->cells[k].character < 0xa0))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const gw_client_event_type types[] = {GW_CLIENT_SCOPE, GW_CLIENT_HEARTBEAT,
                                                 GW_CLIENT_RECORD, GW_CLIENT_REPLY};
    const uint8_t *end = memchr(data, 0, size);
    size_t n_json = end ? (size_t)(end - data) : size;
    json_t *message = json_loadb((const char *)data, n_json, 0, NULL);
    gw_console *console = message ? gw_console_create(NULL) : NULL;
    gw_canvas canvas = {.is_utf8 = true, .has_levels = true};
    for (size_t k = 0; console && k < sizeof types / sizeof *types; k++) {
        gw_client_event event = {.type = types[k], .kind = "detection", .message = message};
        event.bytes = end ? end + 1 : NULL;
        event.n_bytes = end ? size - n_json - 1 : 0;
        gw_console_take(console, &event, 1000);
        gw_console_tick(console, 1090, "00:00:00");
        if (gw_canvas_reset(&canvas, 80, 24))
            gw_view_draw(console, 1090, "00:00:00", &canvas);
        page_check(&canvas);
    }
    gw_canvas_destroy(&canvas);
    gw_console_destroy(console);
    json_decref(message);
    return 0;
}
