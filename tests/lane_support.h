/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/lane_support.h -- a lane of a shipped scene.
 */
#ifndef GW_TESTS_LANE_SUPPORT_H
#define GW_TESTS_LANE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "drivers/recording.h"

typedef struct lane {
    gw_stream streams[GW_KIND_COUNT];
    int32_t *counts[GW_KIND_COUNT];
} lane;

static lane scene;

/* Of the sensors that the scene has. */
static int lane_load(const char *name)
{
    char path[1024];
    gw_error error;
    snprintf(path, sizeof path, "%s/drivers/scenes/%s.yaml", getenv("GW_ROOT"), name);
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        gw_recording *recording;
        size_t n;
        gw_status status = gw_recording_open(path, (gw_kind)kind, &recording, &error);
        if (status == GW_ENODEV && kind != GW_KIND_POSE)
            continue;
        if (status != GW_OK) {
            print_error("%s\n", error.text);
            return -1;
        }
        scene.streams[kind] = *gw_recording_stream(recording);
        size_t n_rows = (size_t)scene.streams[kind].n_rows;
        scene.counts[kind] =
            malloc(n_rows * gw_stream_row_counts(&scene.streams[kind]) * sizeof(int32_t));
        gw_recording_read(recording, 0, n_rows, scene.counts[kind], &n, &error);
        gw_recording_close(recording);
    }
    return 0;
}

static int lane_free(void **state)
{
    (void)state;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        free(scene.counts[kind]);
    memset(&scene, 0, sizeof scene);
    return 0;
}

#endif
