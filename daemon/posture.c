/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/posture.h"

#include <math.h>

static const double response_s = 0.04;         /* the longest that a lock-in looks at */
static const double coil_usual_m = 0.13;       /* where a device does not say its radius */
static const double scans_apart_most_m = 0.04; /* twice what the radar's chain is made for */
static const double blind_beyond = 2;

static double speed_of(const gw_stream *stream, gw_kind kind)
{
    if (!stream || kind == GW_KIND_POSE)
        return (double)INFINITY;
    if (kind == GW_KIND_MD)
        return 0.5 * (stream->coil_radius_m > 0 ? stream->coil_radius_m : coil_usual_m) /
               response_s;
    bool is_timed = !(stream->scan_spacing_m > 0) && stream->row_rate_hz > 0;
    return is_timed ? scans_apart_most_m * stream->row_rate_hz : (double)INFINITY;
}

gw_posture gw_posture_limits(const gw_config_survey *config,
                             const gw_stream *const streams[GW_KIND_COUNT])
{
    gw_posture limits = {.height_m = config->height_max_m};
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        limits.speed_m_s[kind] = config->speed_max_m_s > 0 ? config->speed_max_m_s
                                                           : speed_of(streams[kind], (gw_kind)kind);
    return limits;
}

static unsigned beyond(double value, double limit, unsigned reason)
{
    if (!(value > limit)) /* nor is NAN */
        return 0;
    return value > blind_beyond * limit ? reason | GW_REASON_UNCOVERED : reason;
}

unsigned gw_posture_reasons(const gw_posture *limits, gw_kind kind, double height_m,
                            double speed_m_s)
{
    return beyond(height_m, limits->height_m, GW_REASON_TOO_HIGH) |
           beyond(fabs(speed_m_s), limits->speed_m_s[kind], GW_REASON_TOO_FAST);
}

unsigned gw_posture_unknown(double reckoned_s, bool is_forgotten)
{
    return (reckoned_s > 0 ? GW_REASON_NO_POSE : 0u) |
           (is_forgotten ? GW_REASON_NO_POSE | GW_REASON_UNCOVERED : 0u);
}
