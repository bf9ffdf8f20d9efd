/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/scene_support.h -- what the tests of scenes share.
 */
#ifndef GW_TESTS_SCENE_SUPPORT_H
#define GW_TESTS_SCENE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "drivers/scene/impl.h"

#define SILENT                                                                                     \
    "noise: {gpr_db: -120, time_jitter_samples: 0, gain_rms: 0, md_counts: 0, hum_counts: 0, "     \
    "impulses_per_m: 0}\n"
#define STILL(lift) "lift_off: {mean_m: " lift ", rms_m: 0}\nspeed: {wobble: 0, sway_m: 0}\n"

static inline gw_scene *scene_parse(const char *text)
{
    gw_scene *scene = NULL;
    gw_error error = {0};
    if (gw_scene_parse("t", (const unsigned char *)text, strlen(text), &scene, &error) != GW_OK)
        fail_msg("%s", error.text);
    return scene;
}

static inline void near(double value, double wanted, double tolerance)
{
    if (!(fabs(value - wanted) <= tolerance))
        fail_msg("%.10g is not %.10g within %g", value, wanted, tolerance);
}

#endif
