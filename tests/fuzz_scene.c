/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a scene: an error with a place and a cause, or a scene whose first and last rows
 * can be computed.
 */
#include "drivers/scene_impl.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void rows_compute(const gw_scene *scene)
{
    static int32_t counts[GW_SAMPLES_MAX];
    gw_scene_gpr *gpr = NULL;
    gw_scene_md *md = NULL;
    if (gw_scene_gpr_create(scene, &gpr) != GW_OK || gw_scene_md_create(scene, &md) != GW_OK)
        abort();
    gw_scene_gpr_read(gpr, 0, counts);
    gw_scene_gpr_read(gpr, gw_scene_gpr_rows(scene) - 1, counts);
    gw_scene_md_read(md, 0, 100, counts);
    gw_scene_md_read(md, (uint64_t)(scene->duration_s * GW_SCENE_MD_RATE_HZ), 1, counts);
    for (size_t k = 0; k < 2; k++)
        if (counts[k] < -32768 || counts[k] > 32767)
            abort();
    gw_scene_gpr_destroy(gpr);
    gw_scene_md_destroy(md);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gw_scene *scene = NULL;
    gw_error error = {0};
    if (gw_scene_parse("fuzz", data, size, &scene, &error) != GW_OK) {
        if (strncmp(error.text, "fuzz:", 5) != 0 || strchr(error.text, '\n') || scene)
            abort();
        return 0;
    }
    rows_compute(scene);
    free(scene);
    return 0;
}
