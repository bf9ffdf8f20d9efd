/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 2-D TMz FDTD with CPML for GPR lanes: one A-scan per call.
 * Arrays are row-major [nz][nx], z down. Fields Ez, Hx, Hz on a uniform grid of d metres. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#define C0 299792458.0
#define EPS0 8.8541878128e-12
#define MU0 (4e-7 * M_PI)
enum { NPML = 12 };

static void cpml(int n, double d, double dt, int half, float *b, float *a)
{
    double smax = 0.8 * 4 / (376.73 * d), amax = 0.05;
    for (int i = 0; i < n; i++) {
        double x = i + (half ? 0.5 : 0.0), u = 0;
        if (x < NPML)
            u = (NPML - x) / NPML;
        else if (x > n - 1 - NPML)
            u = (x - (n - 1 - NPML)) / NPML;
        if (u < 0)
            u = 0;
        if (u > 1)
            u = 1;
        double s = smax * pow(u, 3), al = u > 0 ? amax * (1 - u) : 0;
        double bb = exp(-(s + al) * dt / EPS0);
        b[i] = (float)bb;
        a[i] = s > 0 ? (float)(s * (bb - 1) / (s + al)) : 0;
    }
}

/* eps, sig: [nz][nx]. Source at (sx,sz), receiver at (rx,rz). src: nsteps values. out: nsteps/dec
 * values. */
int ascan(int nx, int nz, double d, double dt, const float *eps, const float *sig, int sx, int sz,
          int rx, int rz, const float *src, int nsteps, int dec, float *out)
{
    size_t n = (size_t)nx * nz;
    float *ez = calloc(n, 4), *hx = calloc(n, 4), *hz = calloc(n, 4), *ca = malloc(n * 4),
          *cb = malloc(n * 4);
    float *pex = calloc(n, 4), *pez = calloc(n, 4), *phx = calloc(n, 4), *phz = calloc(n, 4);
    float *bx = malloc(nx * 4), *ax = malloc(nx * 4), *bxh = malloc(nx * 4), *axh = malloc(nx * 4);
    float *bz = malloc(nz * 4), *az = malloc(nz * 4), *bzh = malloc(nz * 4), *azh = malloc(nz * 4);
    cpml(nx, d, dt, 0, bx, ax);
    cpml(nx, d, dt, 1, bxh, axh);
    cpml(nz, d, dt, 0, bz, az);
    cpml(nz, d, dt, 1, bzh, azh);
    for (size_t i = 0; i < n; i++) {
        double e = eps[i] * EPS0, s = sig[i], k = s * dt / (2 * e);
        ca[i] = (float)((1 - k) / (1 + k));
        cb[i] = (float)(dt / e / d / (1 + k));
    }
    float ch = (float)(dt / MU0 / d);
    for (int t = 0; t < nsteps; t++) {
        for (int j = 0; j < nz - 1; j++) {
            float *e = ez + (size_t)j * nx, *e1 = e + nx, *h = hx + (size_t)j * nx,
                  *p = phz + (size_t)j * nx;
            float b = bzh[j], a = azh[j];
            if (a == 0)
                for (int i = 0; i < nx; i++)
                    h[i] -= ch * (e1[i] - e[i]);
            else
                for (int i = 0; i < nx; i++) {
                    float g = e1[i] - e[i];
                    p[i] = b * p[i] + a * g;
                    h[i] -= ch * (g + p[i]);
                }
        }
        for (int j = 0; j < nz; j++) {
            float *e = ez + (size_t)j * nx, *h = hz + (size_t)j * nx, *p = phx + (size_t)j * nx;
            for (int i = 0; i < NPML; i++) {
                float g = e[i + 1] - e[i];
                p[i] = bxh[i] * p[i] + axh[i] * g;
                h[i] += ch * (g + p[i]);
            }
            for (int i = NPML; i < nx - 1 - NPML; i++)
                h[i] += ch * (e[i + 1] - e[i]);
            for (int i = nx - 1 - NPML; i < nx - 1; i++) {
                float g = e[i + 1] - e[i];
                p[i] = bxh[i] * p[i] + axh[i] * g;
                h[i] += ch * (g + p[i]);
            }
        }
        for (int j = 1; j < nz - 1; j++) {
            size_t r = (size_t)j * nx;
            float *e = ez + r, *h = hz + r, *x = hx + r, *x0 = hx + r - nx, *A = ca + r,
                  *B = cb + r, *p = pex + r, *q = pez + r;
            for (int i = 1; i < nx - 1; i++)
                e[i] = A[i] * e[i] + B[i] * ((h[i] - h[i - 1]) - (x[i] - x0[i]));
            for (int i = 1; i < NPML + 1; i++) {
                float g = h[i] - h[i - 1];
                p[i] = bx[i] * p[i] + ax[i] * g;
                e[i] += B[i] * p[i];
            }
            for (int i = nx - 1 - NPML; i < nx - 1; i++) {
                float g = h[i] - h[i - 1];
                p[i] = bx[i] * p[i] + ax[i] * g;
                e[i] += B[i] * p[i];
            }
            if (az[j] != 0) {
                float b = bz[j], a = az[j];
                for (int i = 1; i < nx - 1; i++) {
                    float g = x[i] - x0[i];
                    q[i] = b * q[i] + a * g;
                    e[i] -= B[i] * q[i];
                }
            }
        }
        ez[(size_t)sz * nx + sx] += src[t] * cb[(size_t)sz * nx + sx];
        if (t % dec == 0)
            out[t / dec] = ez[(size_t)rz * nx + rx];
    }
    free(ez);
    free(hx);
    free(hz);
    free(ca);
    free(cb);
    free(pex);
    free(pez);
    free(phx);
    free(phz);
    free(bx);
    free(ax);
    free(bxh);
    free(axh);
    free(bz);
    free(az);
    free(bzh);
    free(azh);
    return 0;
}
