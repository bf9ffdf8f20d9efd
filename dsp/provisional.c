/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/provisional.h"

#include <math.h>
#include <stdlib.h>

#include "dsp/peak.h"

static const double reach_m = 0.05;

enum { REACH_MAX = 128, KEPT = 2 * REACH_MAX };

struct gw_provisional {
    gw_provisional_config config;
    gw_peak *peaks;
    uint64_t n_pushed;
    gw_gpr_scan scans[KEPT];
};

/* Scans within 5 cm, not beyond; one at least. */
static size_t reach_of(double spacing_m)
{
    double scans = floor(reach_m / spacing_m + 1e-9);
    return scans < 1 ? 1 : scans > REACH_MAX ? REACH_MAX : (size_t)scans;
}

gw_status gw_provisional_create(const gw_provisional_config *config, gw_provisional **out)
{
    *out = NULL;
    if (!(config->spacing_m > 0))
        return GW_EINVAL;
    gw_provisional *provisional = calloc(1, sizeof *provisional);
    if (!provisional)
        return GW_ENOMEM;
    provisional->config = *config;
    gw_status status = gw_peak_create(reach_of(config->spacing_m), &provisional->peaks);
    if (status == GW_OK)
        *out = provisional;
    else
        free(provisional);
    return status;
}

void gw_provisional_push(gw_provisional *provisional, float score, const gw_gpr_scan *scan)
{
    provisional->scans[provisional->n_pushed++ % KEPT] = *scan;
    gw_peak_push(provisional->peaks, score);
}

static void candidate_fill(const gw_provisional *provisional, const gw_gpr_scan *scan, float score,
                           gw_detection *candidate)
{
    const gw_provisional_config *config = &provisional->config;
    const double none = (double)NAN;
    *candidate = gw_detection_unknown(GW_SENSOR_GPR);
    candidate->along_m = config->is_spacing_known ? scan->along_m : none;
    candidate->cross_m = config->cross_m;
    candidate->scan = scan->scan;
    candidate->channel = config->channel;
    candidate->score = (double)score;
    candidate->is_provisional = true;
    candidate->spacing_assumed = !config->is_spacing_known;
    candidate->time_ns = scan->time_ns;
}

bool gw_provisional_pop(gw_provisional *provisional, gw_detection *candidate)
{
    uint64_t row;
    float score;
    while (gw_peak_pop(provisional->peaks, &row, &score)) {
        if (!(score > 0))
            continue;
        candidate_fill(provisional, &provisional->scans[row % KEPT], score, candidate);
        return true;
    }
    return false;
}

void gw_provisional_reset(gw_provisional *provisional)
{
    gw_peak_reset(provisional->peaks);
    provisional->n_pushed = 0;
}

void gw_provisional_destroy(gw_provisional *provisional)
{
    if (!provisional)
        return;
    gw_peak_destroy(provisional->peaks);
    free(provisional);
}
