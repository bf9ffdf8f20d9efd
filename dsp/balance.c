/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/balance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"tracking", "one-shot", "manual"};

const char *gw_balance_name(gw_balance_mode mode)
{
    return (unsigned)mode < GW_BALANCE_COUNT ? names[mode] : "unknown";
}

gw_balance_mode gw_balance_parse(const char *word)
{
    int mode = 0;
    while (mode < GW_BALANCE_COUNT && strcmp(word, names[mode]) != 0)
        mode++;
    return (gw_balance_mode)mode;
}

double gw_ground_phase_deg(const gw_ground *ground, size_t tone)
{
    size_t n = ground->n_tones, re = tone, im = tone + n;
    double xx = ground->covariance[re * (re + 1) / 2 + re];
    double yy = ground->covariance[im * (im + 1) / 2 + im];
    double xy = ground->covariance[im * (im + 1) / 2 + re];
    return atan2(2 * xy, xx - yy) / 2 * 180 / M_PI;
}

static bool phases_read(const char *text, gw_balance *out)
{
    for (char *end; out->n_phases < GW_TONES_MAX; text = end + 1) {
        double phase_deg = strtod(text, &end);
        if (end == text || !(phase_deg >= -360 && phase_deg <= 360))
            return false;
        out->phase_deg[out->n_phases++] = phase_deg;
        if (!*end)
            return true;
        if (*end != ',')
            return false;
    }
    return false;
}

bool gw_balance_read(const char *text, gw_balance *out)
{
    gw_balance read = {.mode = gw_balance_parse(text)};
    if (strncmp(text, "manual:", 7) == 0) {
        read.mode = GW_BALANCE_MANUAL;
        if (!phases_read(text + 7, &read))
            return false;
    }
    if (read.mode == GW_BALANCE_COUNT || (read.mode == GW_BALANCE_MANUAL && !read.n_phases))
        return false;
    *out = read;
    return true;
}
