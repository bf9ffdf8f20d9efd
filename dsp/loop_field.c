/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/loop_field.h"

#include "dsp/phasor.h"

void gw_elliptic(double m, double *first, double *second)
{
    double a = 1, b = sqrt(1 - m), sum = 0.5 * m, power = 0.5;
    for (int k = 0; k < 12 && fabs(a - b) > 1e-15 * a; k++) {
        double c = 0.5 * (a - b), next = 0.5 * (a + b);
        b = sqrt(a * b);
        a = next;
        power *= 2;
        sum += power * c * c;
    }
    *first = M_PI / (2 * a);
    *second = *first * (1 - sum);
}

gw_loop_field gw_loop_field_at(double radius_m, double rho_m, double z_m)
{
    double a = radius_m, r = rho_m, aa = a * a, rr = r * r, zz = z_m * z_m;
    /* On the axis the radial formula is 0/0; on the wire the field has no bound. */
    if (r < 1e-6 * a)
        return (gw_loop_field){0, aa / (2 * (aa + zz) * sqrt(aa + zz))};
    double far2 = (a + r) * (a + r) + zz, near2 = fmax((a - r) * (a - r) + zz, 1e-12 * aa);
    double first, second;
    gw_elliptic(fmin(4 * a * r / far2, 1 - 1e-13), &first, &second);
    double scale = 1 / (2 * M_PI * sqrt(far2));
    return (gw_loop_field){
        .radial = scale * z_m / r * (second * (aa + rr + zz) / near2 - first),
        .axial = scale * (first + second * (aa - rr - zz) / near2),
    };
}

double gw_loop_mutual(double a_m, double b_m, double gap_m)
{
    double m = 4 * a_m * b_m / ((a_m + b_m) * (a_m + b_m) + gap_m * gap_m), k = sqrt(m);
    double first, second;
    gw_elliptic(m, &first, &second);
    return sqrt(a_m * b_m) * ((2 / k - k) * first - 2 / k * second);
}

/* Gauss and Legendre, 12 points of (0, 1); s = scale t / (1 - t) [AS1964] 25.4. */
double gw_loop_eddies(double a_m, double b_m, double gap_m)
{
    static const double node[6] = {0.1252334085114689, 0.3678314989981802, 0.5873179542866175,
                                   0.7699026741943047, 0.9041172563704749, 0.9815606342467192};
    static const double weight[6] = {0.2491470458134028, 0.2334925365383548, 0.2031674267230659,
                                     0.1600783285433462, 0.1069393259953184, 0.0471753363865118};
    double scale = gap_m + a_m + b_m, sum = 0;
    for (int k = 0; k < 12; k++) {
        double t = 0.5 * (1 + (k < 6 ? node[k] : -node[k - 6]));
        double s = scale * t / (1 - t);
        sum += 0.5 * weight[k % 6] * s * gw_loop_mutual(a_m, b_m, gap_m + s) * scale /
               ((1 - t) * (1 - t));
    }
    return sum;
}

double gw_loop_wire(double radius_m, double aside_m, double down_m)
{
    phasor w = phasor_of(aside_m, down_m); /* both roots in the upper half-plane: no cut crossed */
    return creal(w - csqrt(w - radius_m) * csqrt(w + radius_m));
}
