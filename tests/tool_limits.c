/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * usage: tool_limits ALPHA N -- every k of n = 1..N: "k n low high", then "k low high" of Poisson
 * counts up to N. For comparison with another implementation.
 */
#include <stdio.h>
#include <stdlib.h>

#include "calib/limits.h"

int main(int argc, char **argv)
{
    if (argc != 3)
        return 64;
    double alpha = strtod(argv[1], NULL);
    size_t most = strtoul(argv[2], NULL, 10);
    for (size_t n = 1; n <= most; n++)
        for (size_t k = 0; k <= n; k++) {
            gw_limits limits = gw_limits_binomial(k, n, alpha);
            printf("%zu %zu %.17g %.17g\n", k, n, limits.low, limits.high);
        }
    for (size_t k = 0; k <= most; k++) {
        gw_limits limits = gw_limits_poisson(k, alpha);
        printf("%zu %.17g %.17g\n", k, limits.low, limits.high);
    }
    return 0;
}
