/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/sphere.h"

static const double mu0 = 4e-7 * M_PI;

/* cot z = j (1 + e) / (1 - e), e = exp(-2 j z): no overflow, as Im z < 0. */
phasor gw_sphere_response(double radius_m, double mu_r, double sigma_s_m, double hz)
{
    double scale = 2 * M_PI * radius_m * radius_m * radius_m;
    double turn = sqrt(M_PI * hz * mu0 * mu_r * sigma_s_m) * radius_m;
    phasor z = phasor_of(turn, -turn);
    if (cabs(z) < 1e-3) /* 1 - z cot z would cancel: its limit */
        return scale * 2 * (mu_r - 1) / (mu_r + 2);
    phasor e = cexp(phasor_of(2 * cimag(z), -2 * creal(z)));
    phasor cot = phasor_of(0, 1) * (1 + e) / (1 - e);
    phasor g = z * z / (1 - z * cot) - 1;
    return scale * (2 * mu_r - g) / (mu_r + g);
}
