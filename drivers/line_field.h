/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/line_field.h -- how a long straight conductor is felt under two coaxial loops.
 *
 *     dM / mu0 = along A_along(w) + across A_across(w) - j w mu0 flux / Z(w)
 *
 * along and across are the integrals over the line of the products of both loops' fields along it
 * and across it, A the responses of a metre of it (drivers/scene/body.h), flux the product of its
 * fluxes through both loops, Z the impedance of the way its current takes.
 *
 * State:   a table that fills as it is asked, every 0.01 m aside and 6 % down; cubic between.
 * Accuracy: 1e-3 from 0.02 m down (unit.line_field).
 */
#ifndef GW_DRIVERS_LINE_FIELD_H
#define GW_DRIVERS_LINE_FIELD_H

#include "dsp/status.h"

typedef struct gw_line_field gw_line_field;

typedef struct gw_line_weight {
    double along, across; /* 1/m */
} gw_line_weight;

/* GW_ENOMEM. */
gw_status gw_line_field_create(double transmit_m, double receive_m, gw_line_field **out);

/* Of a line whose distance from the axis is aside_m (beyond 1.2 m: nothing) and from the plane of
 * the loops down_m (taken into 0.01..1.2 m). */
gw_line_weight gw_line_field_at(gw_line_field *field, double aside_m, double down_m);

void gw_line_field_destroy(gw_line_field *field);

#endif
