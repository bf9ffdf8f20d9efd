/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/regrid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double jump_m = 0.5;

struct gw_regrid {
    size_t n;
    double spacing_m;
    int n_known;  /* scans held: 0, 1 or 2 */
    int64_t next; /* index of the next grid scan */
    gw_gpr_scan before_scan, after_scan;
    float *before, *after; /* [n] */
};

gw_status gw_regrid_create(size_t n, double spacing_m, gw_regrid **out)
{
    *out = NULL;
    if (!n || !(spacing_m > 0))
        return GW_EINVAL;
    gw_regrid *regrid = calloc(1, sizeof *regrid + 2 * n * sizeof(float));
    if (!regrid)
        return GW_ENOMEM;
    regrid->n = n;
    regrid->spacing_m = spacing_m;
    regrid->before = (float *)(regrid + 1);
    regrid->after = regrid->before + n;
    *out = regrid;
    return GW_OK;
}

bool gw_regrid_push(gw_regrid *regrid, const float *x, const gw_gpr_scan *scan)
{
    if (regrid->n_known && fabs(scan->along_m - regrid->after_scan.along_m) > jump_m)
        return false;
    if (regrid->n_known && scan->along_m <= regrid->after_scan.along_m)
        return true; /* stands still or goes back over what it has seen */
    float *spare = regrid->before;
    regrid->before = regrid->after;
    regrid->before_scan = regrid->after_scan;
    regrid->after = spare;
    memcpy(regrid->after, x, regrid->n * sizeof *x);
    regrid->after_scan = *scan;
    if (!regrid->n_known)
        regrid->next = (int64_t)ceil(scan->along_m / regrid->spacing_m);
    regrid->n_known = regrid->n_known < 2 ? regrid->n_known + 1 : 2;
    return true;
}

bool gw_regrid_pop(gw_regrid *regrid, float *y, gw_gpr_scan *scan)
{
    double at = (double)regrid->next * regrid->spacing_m;
    if (!regrid->n_known || at > regrid->after_scan.along_m)
        return false;
    const gw_gpr_scan *a = &regrid->before_scan, *b = &regrid->after_scan;
    bool is_exact = regrid->n_known < 2 || at == b->along_m;
    double part = is_exact ? 1 : (at - a->along_m) / (b->along_m - a->along_m);
    for (size_t k = 0; k < regrid->n; k++)
        y[k] = is_exact ? regrid->after[k]
                        : regrid->before[k] + (float)part * (regrid->after[k] - regrid->before[k]);
    *scan = part < 0.5 ? *a : *b;
    scan->along_m = at;
    regrid->next++;
    return true;
}

void gw_regrid_reset(gw_regrid *regrid)
{
    regrid->n_known = 0;
}

void gw_regrid_destroy(gw_regrid *regrid)
{
    free(regrid);
}
