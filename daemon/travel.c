/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/travel.h"

#include <math.h>

static const double most_m = 2, most_learning_m = 10;
static const double jump_m = 1; /* in one look: the head was set down elsewhere */

bool gw_travel_is_uncovered(gw_travel *travel, double along_m, uint64_t n_reports, bool has_begun)
{
    double step_m = fabs(along_m - travel->along_m);
    if (n_reports != travel->n_reports)
        travel->since_m = 0;
    else if (travel->has_place && step_m < jump_m) /* not where it is NAN */
        travel->since_m += step_m;
    travel->n_reports = n_reports;
    travel->has_place = isfinite(along_m);
    travel->along_m = along_m;
    return travel->since_m > (has_begun ? most_m : most_learning_m);
}
