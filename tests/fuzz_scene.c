/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a scene: an error with a place and a cause, or a scene whose first and last rows
 * can be computed.
 */
#include "drivers/scene/gpr.h"
#include "drivers/scene/md.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void rows_compute(const gw_scene *scene)
{
    enum { MD_ROWS = 50 };
    static int32_t counts[2 * GW_CHANNELS_MAX * 4096];
    gw_scene_gpr *gpr = NULL;
    gw_scene_md *md = NULL;
    uint64_t n_gpr = gw_scene_gpr_rows(scene), n_md = gw_scene_md_rows(scene);
    if (gw_scene_gpr_create(scene, &gpr) != GW_OK || gw_scene_md_create(scene, &md) != GW_OK)
        abort();
    gw_scene_gpr_read(gpr, 0, counts);
    if (n_gpr > 0)
        gw_scene_gpr_read(gpr, n_gpr - 1, counts);
    gw_scene_md_read(md, 0, n_md < MD_ROWS ? (size_t)n_md : MD_ROWS, counts);
    if (n_md > 0)
        gw_scene_md_read(md, n_md - 1, 1, counts);
    for (size_t k = 0; k < gw_scene_md_channels(scene) && scene->md.form == SCENE_MD_ADC; k++)
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
