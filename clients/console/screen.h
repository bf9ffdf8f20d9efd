/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/console/screen.h -- a canvas on the terminal, and its keys. screen.c alone knows ncurses.
 *
 * The terminal is restored by close, and by any signal that would kill the process. One a process.
 */
#ifndef GW_CLIENTS_CONSOLE_SCREEN_H
#define GW_CLIENTS_CONSOLE_SCREEN_H

#include "clients/console/canvas.h"
#include "clients/console/model.h"
#include "dsp/status.h"

/* GW_EINVAL: the terminal (TERM) is not known. Sets the locale's characters, nothing else of it. */
gw_status gw_screen_open(gw_error *error);

/* An empty canvas of the terminal's size now. False: out of memory. */
bool gw_screen_canvas(gw_canvas *canvas);
void gw_screen_show(const gw_canvas *canvas);

/* Next key that was pressed. False: none waits. */
bool gw_screen_key(gw_console_key *key);
void gw_screen_close(void);

#endif
