/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/plot/curve.h -- curves along the lane, panels one above the other, each with its title,
 * its axes, a line at a level and a mark where something was decided.
 */
#ifndef GW_CLIENTS_PLOT_CURVE_H
#define GW_CLIENTS_PLOT_CURVE_H

#include <stdbool.h>
#include <stddef.h>

#include "clients/plot/sheet.h"

typedef struct gw_curve {
    const double *values; /* [n] of the figure; what is no number is left out */
    gw_color color;
    char text[40]; /* in the legend */
} gw_curve;

typedef struct gw_curve_panel {
    const char *title, *unit;
    bool is_log;   /* seven decades at most, from the largest value down; else from 0 on */
    double bottom; /* the axis begins here at the latest; NAN: where the values do */
    const gw_curve *curves;
    size_t n_curves;
    double level; /* a dashed line across; NAN: none */
    char level_text[48];
    double mark; /* the value of what was decided; NAN: none on this panel */
    char mark_text[48];
} gw_curve_panel;

typedef struct gw_curve_figure {
    const char *title;
    const double *along; /* [n], rising */
    size_t n;            /* 2.. */
    const char *along_unit;
    const gw_curve_panel *panels;
    size_t n_panels; /* 1..8 */
    double at;       /* place of the mark, a line down all panels; NAN: none */
    gw_color color;  /* of the mark */
} gw_curve_figure;

/* Draw it and write it to `path`. GW_EINVAL (no panel, no curve to draw), GW_ENOMEM, GW_EIO. */
gw_status gw_curve_save(const gw_curve_figure *figure, const char *path, gw_error *error);

#endif
