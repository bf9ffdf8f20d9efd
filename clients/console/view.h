/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/console/view.h -- the console's page, drawn from the model onto a canvas. Pure.
 */
#ifndef GW_CLIENTS_CONSOLE_VIEW_H
#define GW_CLIENTS_CONSOLE_VIEW_H

#include "clients/console/canvas.h"
#include "clients/console/model.h"

enum { GW_VIEW_WIDTH = 80, GW_VIEW_HEIGHT = 24 /* below this, parts are left out */ };

/* wall: HH:MM:SS of now: while it stands still, so does the console. */
void gw_view_draw(const gw_console *console, int64_t now_ms, const char *wall, gw_canvas *canvas);

#endif
