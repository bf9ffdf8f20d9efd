/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/watch_impl.h"

#include <string.h>
#include <time.h>

#include "clients/console/screen.h"
#include "clients/console/view.h"
#include "drivers/uuid.h"

enum { FRAME_MS = 40, KEYS_MAX = 32 /* taken at once */ };

int64_t watch_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void watch_wall(char text[9])
{
    time_t now = time(NULL);
    struct tm parts;
    text[0] = 0;
    if (gmtime_r(&now, &parts))
        strftime(text, 9, "%H:%M:%S", &parts);
}

static void request_send(gw_console *console, gw_client *client)
{
    char uuid[GW_UUID_MAX];
    gw_uuid_make(uuid);
    json_t *request = gw_console_request(console, uuid, watch_now_ms());
    if (request && !gw_client_request(client, request))
        gw_console_unsent(console, watch_now_ms());
    json_decref(request);
}

/* GW_END: quit. */
static gw_status keys_take(gw_console *console, gw_client *client)
{
    gw_console_key key;
    gw_status status = GW_OK;
    for (int k = 0; k < KEYS_MAX && status == GW_OK && gw_screen_key(&key); k++) {
        gw_console_action action = gw_console_press(console, key, watch_now_ms());
        if (action == GW_ACTION_QUIT)
            status = GW_END;
        else if (action == GW_ACTION_REQUEST)
            request_send(console, client);
    }
    return status;
}

/* What came within a frame's time. */
static void events_take(gw_console *console, gw_client *client, watch_sound *sound)
{
    int64_t end_ms = watch_now_ms() + FRAME_MS, left_ms;
    gw_client_event event;
    while ((left_ms = end_ms - watch_now_ms()) > 0) {
        gw_client_poll(client, (int)left_ms, &event);
        int64_t now_ms = watch_now_ms();
        gw_console_take(console, &event, now_ms);
        watch_sound_take(sound, &event, now_ms);
        if (event.type == GW_CLIENT_BLIND)
            return; /* to be shown at once */
    }
}

static gw_status frame_show(gw_console *console, watch_sound *sound, gw_canvas *canvas)
{
    char wall[9];
    int64_t now_ms = watch_now_ms();
    watch_wall(wall);
    gw_console_tick(console, now_ms, wall);
    watch_sound_tick(sound, console, now_ms);
    if (!gw_screen_canvas(canvas))
        return GW_ENOMEM;
    gw_view_draw(console, now_ms, wall, canvas);
    gw_screen_show(canvas);
    return GW_OK;
}

gw_status watch_console_run(const watch_options *options, gw_client *client, watch_sound *sound,
                            bool (*is_ending)(void), gw_error *error)
{
    gw_canvas canvas = {0};
    gw_console *console = gw_console_create(options->by);
    if (!console)
        return gw_error_set(error, GW_ENOMEM, "out of memory");
    gw_status status = gw_screen_open(error);
    console->is_muted = options->is_muted;
    console->is_pinpoint = options->is_pinpoint;
    while (status == GW_OK && !is_ending()) {
        status = frame_show(console, sound, &canvas);
        events_take(console, client, sound);
        if (status == GW_OK)
            status = keys_take(console, client);
    }
    gw_screen_close();
    gw_canvas_destroy(&canvas);
    gw_console_destroy(console);
    return status == GW_END ? GW_OK : status;
}
