/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/detection.h"

#include <math.h>

static const double unknown = (double)NAN;

gw_detection gw_detection_unknown(gw_sensor sensor)
{
    return (gw_detection){.sensor = sensor,
                          .along_m = unknown,
                          .cross_m = unknown,
                          .scan = -1,
                          .channel = -1,
                          .sample = -1,
                          .first_row = -1,
                          .last_row = -1,
                          .depth_m = unknown,
                          .depth_sd_m = unknown,
                          .speed_m_per_ns = unknown,
                          .speed_sd_m_per_ns = unknown,
                          .width_m = unknown,
                          .amplitude = unknown,
                          .phase_deg = unknown,
                          .tone_hz = unknown,
                          .ferrous_probability = unknown,
                          .relaxation_s = unknown,
                          .coil_distance_m = unknown,
                          .coil_distance_sd_m = unknown,
                          .far_per_m = unknown};
}

gw_coverage gw_coverage_unknown(gw_sensor sensor)
{
    return (gw_coverage){.sensor = sensor,
                         .from_m = unknown,
                         .to_m = unknown,
                         .noise = unknown,
                         .max_score = unknown,
                         .speed_m_s = unknown,
                         .height_m = unknown,
                         .height_most_m = unknown,
                         .cross_m = unknown,
                         .ball_coil_m = unknown,
                         .ball_depth_m = unknown,
                         .named = {{unknown, unknown}, {unknown, unknown}},
                         .at_coil_m = unknown,
                         .soil_db = unknown,
                         .soil_residual_db = unknown,
                         .mesh_m = unknown,
                         .row_m = unknown};
}

const char *gw_untold_name(gw_untold untold)
{
    static const char *const names[] = {NULL,     "ball",   "waveform", "speed",
                                        "ground", "height", "learning", "model"};
    return (unsigned)untold < GW_UNTOLD_COUNT ? names[untold] : NULL;
}

const char *gw_sensor_name(gw_sensor sensor)
{
    static const char *const names[] = {"gpr", "md", "fused"};
    return (unsigned)sensor < GW_SENSOR_COUNT ? names[sensor] : "unknown";
}
