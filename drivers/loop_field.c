/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/loop_field.h"

#include <math.h>

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
