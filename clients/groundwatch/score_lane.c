/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/score_lane.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "drivers/file.h"
#include "drivers/scene/scene.h"

enum { PATH_BYTES = 1200 };

/* "dir/lane-00" of "dir/lane-00.sigmf-collection", "dir/lane-00-gpr.sigmf-meta", "dir/X.DZT". */
static void base_find(const char *path, char base[PATH_BYTES])
{
    static const char *const tails[] = {"-gpr", "-md", "-pose"};
    snprintf(base, PATH_BYTES, "%.1100s", path);
    char *slash = strrchr(base, '/'), *dot = strrchr(slash ? slash : base, '.');
    bool is_sigmf = dot && strncmp(dot, ".sigmf-", 7) == 0;
    if (dot)
        *dot = 0;
    for (size_t k = 0; is_sigmf && k < 3; k++) {
        size_t n = strlen(base), n_tail = strlen(tails[k]);
        if (n > n_tail && strcmp(base + n - n_tail, tails[k]) == 0)
            base[n - n_tail] = 0;
    }
}

static bool is_scene(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot && (strcasecmp(dot, ".yaml") == 0 || strcasecmp(dot, ".yml") == 0);
}

static gw_status scene_take(const char *path, score_lane *lane, gw_error *error)
{
    gw_truth *truth;
    size_t n;
    gw_status status = gw_scene_truth(path, &truth, &n, error);
    if (status == GW_OK)
        status = gw_scene_truth_soil(path, lane->soil, error);
    if (status == GW_OK && n > GW_TRUTH_MAX)
        status =
            gw_error_set(error, GW_EFORMAT, "%s: %zu objects, more than %d", path, n, GW_TRUTH_MAX);
    for (size_t k = 0; status == GW_OK && k < n; k++) {
        gw_truth_item item = {.along_m = truth[k].along_m,
                              .depth_m = truth[k].depth_m,
                              .cross_m = truth[k].cross_m,
                              .diameter_m = truth[k].diameter_m};
        snprintf(item.class_name, sizeof item.class_name, "%s", truth[k].class_name);
        snprintf(item.name, sizeof item.name, "%s", truth[k].name);
        if (truth[k].is_target)
            lane->targets[lane->n_targets++] = item;
        if (truth[k].is_metal)
            lane->metals[lane->n_metals++] = item;
    }
    free(truth);
    return status;
}

static bool soil_read(const char *path, char soil[GW_SCORE_WORD_MAX])
{
    FILE *file;
    gw_error ignored;
    json_t *root = NULL;
    if (gw_file_stream(path, GW_EFORMAT, &file, &ignored) == GW_OK) {
        root = json_loadf(file, 0, NULL);
        fclose(file);
    }
    const char *word =
        json_string_value(json_object_get(json_object_get(root, "global"), "gw:soil"));
    if (word)
        snprintf(soil, GW_SCORE_WORD_MAX, "%.31s", word);
    json_decref(root);
    return word != NULL;
}

/* The label is for reports only: no detector reads it. */
static void soil_find(const char *base, char soil[GW_SCORE_WORD_MAX])
{
    static const char *const tails[] = {"-gpr", "-md", ""};
    char path[PATH_BYTES + 32];
    for (size_t k = 0; k < 3; k++) {
        snprintf(path, sizeof path, "%s%s.sigmf-meta", base, tails[k]);
        if (soil_read(path, soil))
            return;
    }
}

gw_status score_lane_load(const char *path, score_lane *lane, gw_error *error)
{
    char base[PATH_BYTES], file[PATH_BYTES + 32];
    gw_error inner;
    memset(lane, 0, sizeof *lane);
    if (is_scene(path))
        return scene_take(path, lane, error);
    base_find(path, base);
    soil_find(base, lane->soil);
    snprintf(file, sizeof file, "%s.truth.csv", base);
    gw_status status = gw_truth_load(file, lane->targets, &lane->n_targets, error);
    if (status != GW_OK)
        return status;
    snprintf(file, sizeof file, "%s.metal.csv", base);
    status = gw_truth_load(file, lane->metals, &lane->n_metals, &inner);
    if (status == GW_OK || status == GW_ENOENT)
        return GW_OK;
    *error = inner;
    return status;
}
