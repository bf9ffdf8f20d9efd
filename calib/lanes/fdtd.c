/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 2-D TMz FDTD with CPML for GPR lanes: one A-scan per call.
 * Arrays are row-major [nz][nx], z down. Fields Ez, Hx, Hz on a uniform grid of d metres. */
#include <math.h>
#include <stdlib.h>

#define EPS0 8.8541878128e-12
#define MU0 (4e-7 * M_PI)
enum { NPML = 12, FIELDS = 9, AXIS = 4 };

/* Of the layer's convolution along an axis, at whole and at half cells. */
typedef struct axis {
    float *b, *a, *b_half, *a_half;
} axis;

typedef struct grid {
    int nx, nz;
    float *ez, *hx, *hz;
    float *e_by_x, *e_by_z, *h_by_x, *h_by_z; /* what the layer remembers of each field */
    float *ca, *cb, ch;                       /* of the update of Ez and of Hx, Hz */
    axis x, z;
    float *memory;
} grid;

static void layer_make(int n, double d, double dt, int half, float *b, float *a)
{
    double smax = 0.8 * 4 / (376.73 * d), amax = 0.05;
    for (int i = 0; i < n; i++) {
        double x = i + (half ? 0.5 : 0.0);
        double u = fmax((NPML - x) / NPML, (x - (n - 1 - NPML)) / NPML);
        u = fmin(fmax(u, 0), 1);
        double s = smax * pow(u, 3), al = u > 0 ? amax * (1 - u) : 0;
        double bb = exp(-(s + al) * dt / EPS0);
        b[i] = (float)bb;
        a[i] = s > 0 ? (float)(s * (bb - 1) / (s + al)) : 0;
    }
}

static float *axis_make(int n, double d, double dt, float *memory, axis *out)
{
    *out = (axis){memory, memory + n, memory + 2 * n, memory + 3 * n};
    layer_make(n, d, dt, 0, out->b, out->a);
    layer_make(n, d, dt, 1, out->b_half, out->a_half);
    return memory + AXIS * n;
}

/* -1: no memory. */
static int grid_make(grid *g, double d, double dt, const float *eps, const float *sig)
{
    size_t n = (size_t)g->nx * (size_t)g->nz;
    g->memory = calloc(FIELDS * n + AXIS * (size_t)(g->nx + g->nz), sizeof *g->memory);
    if (!g->memory)
        return -1;
    float **fields[FIELDS] = {&g->ez,     &g->hx,     &g->hz, &g->e_by_x, &g->e_by_z,
                              &g->h_by_x, &g->h_by_z, &g->ca, &g->cb};
    for (size_t k = 0; k < FIELDS; k++)
        *fields[k] = g->memory + k * n;
    float *rest = axis_make(g->nx, d, dt, g->memory + FIELDS * n, &g->x);
    axis_make(g->nz, d, dt, rest, &g->z);
    for (size_t i = 0; i < n; i++) {
        double e = eps[i] * EPS0, s = sig[i], k = s * dt / (2 * e);
        g->ca[i] = (float)((1 - k) / (1 + k));
        g->cb[i] = (float)(dt / e / d / (1 + k));
    }
    g->ch = (float)(dt / MU0 / d);
    return 0;
}

static void hx_step(const grid *g, int j)
{
    size_t r = (size_t)j * (size_t)g->nx;
    float *e = g->ez + r, *e1 = e + g->nx, *h = g->hx + r, *p = g->h_by_z + r;
    float b = g->z.b_half[j], a = g->z.a_half[j], ch = g->ch;
    if (a == 0)
        for (int i = 0; i < g->nx; i++)
            h[i] -= ch * (e1[i] - e[i]);
    else
        for (int i = 0; i < g->nx; i++) {
            float step = e1[i] - e[i];
            p[i] = b * p[i] + a * step;
            h[i] -= ch * (step + p[i]);
        }
}

static void hz_layer(const grid *g, size_t r, int from, int to)
{
    float *e = g->ez + r, *h = g->hz + r, *p = g->h_by_x + r;
    for (int i = from; i < to; i++) {
        float step = e[i + 1] - e[i];
        p[i] = g->x.b_half[i] * p[i] + g->x.a_half[i] * step;
        h[i] += g->ch * (step + p[i]);
    }
}

static void hz_step(const grid *g, int j)
{
    size_t r = (size_t)j * (size_t)g->nx;
    int last = g->nx - 1;
    float *e = g->ez + r, *h = g->hz + r, ch = g->ch;
    hz_layer(g, r, 0, NPML);
    for (int i = NPML; i < last - NPML; i++)
        h[i] += ch * (e[i + 1] - e[i]);
    hz_layer(g, r, last - NPML, last);
}

static void ez_layer_x(const grid *g, size_t r, int from, int to)
{
    float *e = g->ez + r, *h = g->hz + r, *p = g->e_by_x + r;
    for (int i = from; i < to; i++) {
        float step = h[i] - h[i - 1];
        p[i] = g->x.b[i] * p[i] + g->x.a[i] * step;
        e[i] += g->cb[r + (size_t)i] * p[i];
    }
}

static void ez_layer_z(const grid *g, int j)
{
    size_t r = (size_t)j * (size_t)g->nx;
    float *e = g->ez + r, *x = g->hx + r, *x0 = x - g->nx, *q = g->e_by_z + r, *cb = g->cb + r;
    float b = g->z.b[j], a = g->z.a[j];
    for (int i = 1; i < g->nx - 1; i++) {
        float step = x[i] - x0[i];
        q[i] = b * q[i] + a * step;
        e[i] -= cb[i] * q[i];
    }
}

static void ez_step(const grid *g, int j)
{
    size_t r = (size_t)j * (size_t)g->nx;
    int last = g->nx - 1;
    float *e = g->ez + r, *h = g->hz + r, *x = g->hx + r, *x0 = x - g->nx;
    float *ca = g->ca + r, *cb = g->cb + r;
    for (int i = 1; i < last; i++)
        e[i] = ca[i] * e[i] + cb[i] * ((h[i] - h[i - 1]) - (x[i] - x0[i]));
    ez_layer_x(g, r, 1, NPML + 1);
    ez_layer_x(g, r, last - NPML, last);
    if (g->z.a[j] != 0)
        ez_layer_z(g, j);
}

/* eps, sig: [nz][nx]. Source at (sx,sz), receiver at (rx,rz). src: nsteps values. out: nsteps/dec
 * values. -1: no memory. */
int ascan(int nx, int nz, double d, double dt, const float *eps, const float *sig, int sx, int sz,
          int rx, int rz, const float *src, int nsteps, int dec, float *out)
{
    grid g = {.nx = nx, .nz = nz};
    if (grid_make(&g, d, dt, eps, sig) < 0)
        return -1;
    size_t from = (size_t)sz * (size_t)nx + (size_t)sx, to = (size_t)rz * (size_t)nx + (size_t)rx;
    for (int t = 0; t < nsteps; t++) {
        for (int j = 0; j < nz - 1; j++)
            hx_step(&g, j);
        for (int j = 0; j < nz; j++)
            hz_step(&g, j);
        for (int j = 1; j < nz - 1; j++)
            ez_step(&g, j);
        g.ez[from] += src[t] * g.cb[from];
        if (t % dec == 0)
            out[t / dec] = g.ez[to];
    }
    free(g.memory);
    return 0;
}
