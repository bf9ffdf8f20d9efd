/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/line_field.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "dsp/loop_field.h"

enum { N_ASIDE = 124, N_DOWN = 90, POINTS = 192 };

static const double ASIDE_STEP_M = 0.01, DOWN_LEAST_M = 0.008, DOWN_RATIO = 1.06;

struct gw_line_field {
    double transmit_m, receive_m;
    bool is_known[N_DOWN][N_ASIDE];
    gw_line_weight weights[N_DOWN][N_ASIDE];
};

gw_status gw_line_field_create(double transmit_m, double receive_m, gw_line_field **out)
{
    gw_line_field *field = calloc(1, sizeof *field);
    *out = field;
    if (!field)
        return GW_ENOMEM;
    field->transmit_m = transmit_m;
    field->receive_m = receive_m;
    return GW_OK;
}

void gw_line_field_destroy(gw_line_field *field)
{
    free(field);
}

/* Both halves of the line: l = scale t / (1 - t). */
static gw_line_weight weight_sum(const gw_line_field *field, double aside, double down)
{
    double scale = 0.5 * (sqrt(aside * aside + down * down) + field->transmit_m);
    gw_line_weight sum = {0, 0};
    for (int k = 0; k < POINTS; k++) {
        double t = (k + 0.5) / POINTS, l = scale * t / (1 - t);
        double rho = sqrt(aside * aside + l * l), part = 2 * scale / (POINTS * (1 - t) * (1 - t));
        gw_loop_field sent = gw_loop_field_at(field->transmit_m, rho, down);
        gw_loop_field felt = gw_loop_field_at(field->receive_m, rho, down);
        double flat = sent.radial * felt.radial / (rho * rho);
        sum.along += part * flat * l * l;
        sum.across += part * (flat * aside * aside + sent.axial * felt.axial);
    }
    return sum;
}

static gw_line_weight weight_get(gw_line_field *field, int d, int a)
{
    a = abs(a); /* even in aside */
    if (a >= N_ASIDE || d < 0 || d >= N_DOWN)
        return (gw_line_weight){0, 0};
    if (!field->is_known[d][a])
        field->weights[d][a] =
            weight_sum(field, a * ASIDE_STEP_M, DOWN_LEAST_M * pow(DOWN_RATIO, d));
    field->is_known[d][a] = true;
    return field->weights[d][a];
}

/* Cubic through four neighbours [Keys1981]. */
static void cubic_weights(double part, double weights[4])
{
    weights[0] = 0.5 * part * (-1 + part * (2 - part));
    weights[1] = 1 + 0.5 * part * part * (-5 + 3 * part);
    weights[2] = 0.5 * part * (1 + part * (4 - 3 * part));
    weights[3] = 0.5 * part * part * (part - 1);
}

gw_line_weight gw_line_field_at(gw_line_field *field, double aside_m, double down_m)
{
    double aside[4], down[4], at = fabs(aside_m) / ASIDE_STEP_M;
    double deep = log(fmin(fmax(down_m, 0.01), 1.2) / DOWN_LEAST_M) / log(DOWN_RATIO);
    gw_line_weight sum = {0, 0};
    if (at >= N_ASIDE - 3)
        return sum;
    cubic_weights(at - floor(at), aside);
    cubic_weights(deep - floor(deep), down);
    for (int d = 0; d < 4; d++)
        for (int a = 0; a < 4; a++) {
            gw_line_weight one = weight_get(field, (int)deep - 1 + d, (int)at - 1 + a);
            sum.along += down[d] * aside[a] * one.along;
            sum.across += down[d] * aside[a] * one.across;
        }
    return sum;
}
