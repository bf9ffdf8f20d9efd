/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calib/fit/fdtd.c -- one radar scan over ground by finite differences in time, for lanes.py.
 *
 * Two dimensions, electric field across the lane, uniform grid, convolutional perfectly matched
 * layers [Roden2000]. Arrays are [nz][nx], z down. Built by run.sh alone, with -ffast-math: nothing
 * of it decides on anything, and the lanes it makes are only as good as the last count.
 */
#include <math.h>
#include <stdlib.h>

static const double light_m_s = 299792458.0, eps0 = 8.8541878128e-12, mu0 = 1.25663706144e-6;
enum { NPML = 12 };

typedef struct layer { /* of one axis: decay b and gain a of a memory, on nodes and between them */
    float *b, *a, *b_half, *a_half;
} layer;

typedef struct grid {
    int nx, nz;
    float ch;            /* of the magnetic field's update */
    float *ez, *hx, *hz; /* fields */
    float *ca, *cb;      /* electric update: decay, gain */
    float *pex, *pez;    /* memories of the layers */
    float *phx, *phz;
    layer x, z;
    float *all;
} grid;

static void profile_fill(int n, double d, double dt, int half, float *b, float *a)
{
    double most = 0.8 * 4 / (376.73 * d), shift_most = 0.05;
    for (int i = 0; i < n; i++) {
        double x = i + (half ? 0.5 : 0.0), u = 0;
        if (x < NPML)
            u = (NPML - x) / NPML;
        else if (x > n - 1 - NPML)
            u = (x - (n - 1 - NPML)) / NPML;
        u = fmin(fmax(u, 0), 1);
        double s = most * u * u * u, shift = u > 0 ? shift_most * (1 - u) : 0;
        double decay = exp(-(s + shift) * dt / eps0);
        b[i] = (float)decay;
        a[i] = s > 0 ? (float)(s * (decay - 1) / (s + shift)) : 0;
    }
}

static float *layer_lay(layer *l, int n, float *at, double d, double dt)
{
    *l = (layer){at, at + n, at + 2 * n, at + 3 * n};
    profile_fill(n, d, dt, 0, l->b, l->a);
    profile_fill(n, d, dt, 1, l->b_half, l->a_half);
    return at + 4 * n;
}

static int grid_create(grid *g, int nx, int nz, double d, double dt)
{
    size_t n = (size_t)nx * (size_t)nz;
    float *at = calloc(9 * n + 4 * (size_t)(nx + nz), sizeof(float));
    float **fields[] = {&g->ez, &g->hx, &g->hz, &g->ca, &g->cb, &g->pex, &g->pez, &g->phx, &g->phz};
    g->all = at;
    if (!at)
        return 0;
    for (size_t k = 0; k < sizeof fields / sizeof *fields; k++, at += n)
        *fields[k] = at;
    g->nx = nx;
    g->nz = nz;
    g->ch = (float)(dt / mu0 / d);
    layer_lay(&g->z, nz, layer_lay(&g->x, nx, at, d, dt), d, dt);
    return 1;
}

static void ground_lay(grid *g, double d, double dt, const float *eps, const float *sigma)
{
    for (size_t i = 0; i < (size_t)g->nx * (size_t)g->nz; i++) {
        double e = (double)eps[i] * eps0, k = (double)sigma[i] * dt / (2 * e);
        g->ca[i] = (float)((1 - k) / (1 + k));
        g->cb[i] = (float)(dt / e / d / (1 + k));
    }
}

static void hx_step(grid *g)
{
    for (int j = 0; j < g->nz - 1; j++) {
        size_t row = (size_t)j * (size_t)g->nx;
        const float *e = g->ez + row, *below = e + g->nx;
        float *h = g->hx + row, *p = g->phz + row, b = g->z.b_half[j], a = g->z.a_half[j];
        for (int i = 0; a == 0 && i < g->nx; i++)
            h[i] -= g->ch * (below[i] - e[i]);
        for (int i = 0; a != 0 && i < g->nx; i++) {
            float change = below[i] - e[i];
            p[i] = b * p[i] + a * change;
            h[i] -= g->ch * (change + p[i]);
        }
    }
}

static void hz_step_within(grid *g, size_t row, int from, int to)
{
    const float *e = g->ez + row;
    float *h = g->hz + row, *p = g->phx + row;
    for (int i = from; i < to; i++) {
        float change = e[i + 1] - e[i];
        p[i] = g->x.b_half[i] * p[i] + g->x.a_half[i] * change;
        h[i] += g->ch * (change + p[i]);
    }
}

static void hz_step(grid *g)
{
    for (int j = 0; j < g->nz; j++) {
        size_t row = (size_t)j * (size_t)g->nx;
        const float *e = g->ez + row;
        float *h = g->hz + row;
        hz_step_within(g, row, 0, NPML);
        for (int i = NPML; i < g->nx - 1 - NPML; i++)
            h[i] += g->ch * (e[i + 1] - e[i]);
        hz_step_within(g, row, g->nx - 1 - NPML, g->nx - 1);
    }
}

static void ez_layer_x(grid *g, size_t row, int from, int to)
{
    const float *h = g->hz + row, *gain = g->cb + row;
    float *e = g->ez + row, *p = g->pex + row;
    for (int i = from; i < to; i++) {
        float change = h[i] - h[i - 1];
        p[i] = g->x.b[i] * p[i] + g->x.a[i] * change;
        e[i] += gain[i] * p[i];
    }
}

static void ez_layer_z(grid *g, size_t row, int j)
{
    const float *x = g->hx + row, *above = x - g->nx, *gain = g->cb + row;
    float *e = g->ez + row, *q = g->pez + row, b = g->z.b[j], a = g->z.a[j];
    for (int i = 1; a != 0 && i < g->nx - 1; i++) {
        q[i] = b * q[i] + a * (x[i] - above[i]);
        e[i] -= gain[i] * q[i];
    }
}

static void ez_step(grid *g)
{
    for (int j = 1; j < g->nz - 1; j++) {
        size_t row = (size_t)j * (size_t)g->nx;
        const float *h = g->hz + row, *x = g->hx + row, *above = x - g->nx;
        const float *decay = g->ca + row, *gain = g->cb + row;
        float *e = g->ez + row;
        for (int i = 1; i < g->nx - 1; i++)
            e[i] = decay[i] * e[i] + gain[i] * ((h[i] - h[i - 1]) - (x[i] - above[i]));
        ez_layer_x(g, row, 1, NPML + 1);
        ez_layer_x(g, row, g->nx - 1 - NPML, g->nx - 1);
        ez_layer_z(g, row, j);
    }
}

typedef struct gw_fdtd {
    int nx, nz;             /* cells */
    int from_x, to_x, at_z; /* transmitter, receiver */
    int n_steps, every;     /* out: one value each `every` steps */
    double cell_m, step_s;
} gw_fdtd;

/* eps, sigma_s_m: [nz][nx]; source: [n_steps]; out: [n_steps / every]. False: no memory. */
int gw_fdtd_scan(const gw_fdtd *f, const float *eps, const float *sigma_s_m, const float *source,
                 float *out)
{
    grid g;
    if (f->step_s > f->cell_m / light_m_s || !grid_create(&g, f->nx, f->nz, f->cell_m, f->step_s))
        return 0;
    ground_lay(&g, f->cell_m, f->step_s, eps, sigma_s_m);
    size_t from = (size_t)f->at_z * (size_t)f->nx + (size_t)f->from_x;
    size_t to = (size_t)f->at_z * (size_t)f->nx + (size_t)f->to_x;
    for (int t = 0; t < f->n_steps; t++) {
        hx_step(&g);
        hz_step(&g);
        ez_step(&g);
        g.ez[from] += source[t] * g.cb[from];
        if (t % f->every == 0)
            out[t / f->every] = g.ez[to];
    }
    free(g.all);
    return 1;
}
