/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/console/view_impl.h -- the parts of the page. Each draws rows y..y+height-1.
 */
#ifndef GW_CLIENTS_CONSOLE_VIEW_IMPL_H
#define GW_CLIENTS_CONSOLE_VIEW_IMPL_H

#include "clients/console/view.h"

enum { BANNER_ROWS = 5 };

typedef struct view_page {
    const gw_console *console;
    gw_canvas *canvas;
    int64_t now_ms;
    const char *wall;
    gw_shown state;
} view_page;

void view_banner(const view_page *page, int y);
void view_md(const view_page *page, int y, int height);
void view_gpr(const view_page *page, int y, int height);
void view_alarms(const view_page *page, int y, int height);
void view_help(const view_page *page);

#endif
