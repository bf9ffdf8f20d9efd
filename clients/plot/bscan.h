/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/plot/bscan.h -- sections one above the other, each with its title, its axes in metres (or
 * scans) and nanoseconds (or samples), and marks where something was detected; and one as text.
 */
#ifndef GW_CLIENTS_PLOT_BSCAN_H
#define GW_CLIENTS_PLOT_BSCAN_H

#include <stdio.h>

#include "clients/plot/section.h"
#include "clients/plot/sheet.h"

typedef enum {
    GW_SHADE_SIGNED, /* values of either sign: black, grey, white; strong ones pressed together */
    GW_SHADE_ROWS,   /* the same, each row by its own spread: late echoes are weak */
    GW_SHADE_DB      /* powers: 0 to 20 dB, from white to dark */
} gw_shade;

typedef struct gw_panel {
    const gw_section *section;
    const char *title;
    gw_shade shade;
} gw_panel;

typedef struct gw_mark {
    int64_t scan;
    double sample; /* NAN: a tick above the panel, no square */
    gw_color color;
    char text[24]; /* beside it; "" nothing */
} gw_mark;

typedef struct gw_figure {
    const char *title;
    const gw_panel *panels;
    size_t n_panels;
    const gw_mark *marks; /* on every panel */
    size_t n_marks;
} gw_figure;

/* Draw it and write it to `path`. GW_EINVAL (no panel), GW_ENOMEM, GW_EIO. */
gw_status gw_figure_save(const gw_figure *figure, const char *path, gw_error *error);

/* The section in characters, of at most `width` columns (at least 30) and `height` lines of
 * picture, with its axes. */
void gw_section_print(const gw_section *section, int width, int height, FILE *to);

#endif
